"""The tables of a team's place in the community: habits, what it gives, experts and their sessions, co-location and desks."""

from community.models.desks import Colocation, DeskAllocation, DeskCount
from community.models.experts import Expert, ExpertDiscipline, ExpertSession, SessionInvitation
from community.models.giving import Contribution, HabitDone

__all__ = [
    "Colocation",
    "Contribution",
    "DeskAllocation",
    "DeskCount",
    "Expert",
    "ExpertDiscipline",
    "ExpertSession",
    "HabitDone",
    "SessionInvitation",
]
