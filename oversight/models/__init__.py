"""Tables for the money, tasks, barriers, risks and documents of any kind of subject."""

from oversight.models.barriers import Barrier, BarrierStay, Category, Level, Route
from oversight.models.checklists import Anchor, Blocks, Checklist, ChecklistItem, TaskEvidence, TaskState
from oversight.models.documents import Document, DocumentFile, DocumentSeal
from oversight.models.money import Budget, Contract, CostShare, FundingConfirmation, MoneyLine
from oversight.models.risks import Risk, RiskRating

__all__ = [
    "Anchor",
    "Barrier",
    "BarrierStay",
    "Blocks",
    "Budget",
    "Category",
    "Checklist",
    "ChecklistItem",
    "Contract",
    "CostShare",
    "Document",
    "DocumentFile",
    "DocumentSeal",
    "FundingConfirmation",
    "Level",
    "MoneyLine",
    "Risk",
    "RiskRating",
    "Route",
    "TaskEvidence",
    "TaskState",
]
