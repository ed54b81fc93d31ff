"""The tables of a team: its roster and what the checks found, champions, sprints and who came, services received."""

from teams.models.findings import CHECKED, RoleFinding, Service
from teams.models.roster import Seat, SeatQuerySet, Team
from teams.models.sprints import AnswerLink, Cadence, CalendarFeed, Champion, Presence, Sprint

__all__ = [
    "CHECKED",
    "AnswerLink",
    "Cadence",
    "CalendarFeed",
    "Champion",
    "Presence",
    "RoleFinding",
    "Seat",
    "SeatQuerySet",
    "Service",
    "Sprint",
    "Team",
]
