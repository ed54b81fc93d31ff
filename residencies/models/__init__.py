"""The tables of a residency: the program area, the residency itself, its intake, and graduation."""

from residencies.models.clocks import Conversation, Extension, Graduation, Release
from residencies.models.conversations import (
    ConversationAmendment,
    ConversationAnswerLink,
    ConversationAttendee,
    ConversationClause,
    ConversationInvitee,
    ConversationMeeting,
)
from residencies.models.intake import Condition, ConditionFinding, Evidence, Intake, Need, Question, Review
from residencies.models.pivots import Pivot, Reapplication
from residencies.models.reference_data import Figure, Ministry, ProgramArea
from residencies.models.residency import Membership, PhaseSpan, ReferenceYear, Repository, Residency

__all__ = [
    "Condition",
    "ConditionFinding",
    "Conversation",
    "ConversationAmendment",
    "ConversationAnswerLink",
    "ConversationAttendee",
    "ConversationClause",
    "ConversationInvitee",
    "ConversationMeeting",
    "Evidence",
    "Extension",
    "Figure",
    "Graduation",
    "Intake",
    "Membership",
    "Ministry",
    "Need",
    "PhaseSpan",
    "Pivot",
    "ProgramArea",
    "Question",
    "Reapplication",
    "ReferenceYear",
    "Release",
    "Repository",
    "Residency",
    "Review",
]
