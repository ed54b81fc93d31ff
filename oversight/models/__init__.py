"""Tables for the money, tasks, barriers, risks, documents, status reports, trust and openness of any kind of subject."""

from oversight.models.barriers import Barrier, BarrierStay, Category, Level, Route
from oversight.models.checklists import Anchor, Blocks, Checklist, ChecklistItem, TaskEvidence, TaskState
from oversight.models.documents import Document, DocumentFile, DocumentSeal
from oversight.models.followups import FollowUp, FollowUpKind, FollowUpLink, InUse
from oversight.models.money import Budget, Contract, CostShare, FundingConfirmation, MoneyLine
from oversight.models.risks import Risk, RiskRating
from oversight.models.status import (
    CountedRows,
    DecisionAnswer,
    DecisionWanted,
    HealthRating,
    LineLink,
    ReportingPlan,
    ReportLine,
    ReportRecipient,
    StatusReport,
)
from oversight.models.trust import DelayedApproval, OpennessPlan, OpennessReview, Topic, TrustStatement

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
    "CountedRows",
    "DecisionAnswer",
    "DecisionWanted",
    "DelayedApproval",
    "Document",
    "DocumentFile",
    "DocumentSeal",
    "FollowUp",
    "FollowUpKind",
    "FollowUpLink",
    "FundingConfirmation",
    "HealthRating",
    "InUse",
    "Level",
    "LineLink",
    "MoneyLine",
    "OpennessPlan",
    "OpennessReview",
    "ReportLine",
    "ReportRecipient",
    "ReportingPlan",
    "Risk",
    "RiskRating",
    "Route",
    "StatusReport",
    "TaskEvidence",
    "TaskState",
    "Topic",
    "TrustStatement",
]
