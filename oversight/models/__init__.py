"""Tables of what is watched over on a subject, whatever its kind."""

from oversight.models.checklists import Anchor, Blocks, Checklist, ChecklistItem, TaskEvidence, TaskState
from oversight.models.money import Budget, Contract, CostShare, FundingConfirmation, MoneyLine

__all__ = [
    "Anchor",
    "Blocks",
    "Budget",
    "Checklist",
    "ChecklistItem",
    "Contract",
    "CostShare",
    "FundingConfirmation",
    "MoneyLine",
    "TaskEvidence",
    "TaskState",
]
