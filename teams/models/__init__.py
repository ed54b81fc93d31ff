"""The tables of a team: its roster and what the checks found, champions, sprints and who came, services received, training."""

from teams.models.roster import CHECKED, Destination, RoleFinding, Seat, SeatQuerySet, Service, Team
from teams.models.sprints import AnswerLink, AttendanceCorrection, Cadence, CalendarFeed, Champion, Presence, ReviewInvitation, Sprint
from teams.models.training import Course, Expectation, Training

__all__ = [
    "CHECKED",
    "AnswerLink",
    "AttendanceCorrection",
    "Cadence",
    "CalendarFeed",
    "Champion",
    "Course",
    "Destination",
    "Expectation",
    "Presence",
    "ReviewInvitation",
    "RoleFinding",
    "Seat",
    "SeatQuerySet",
    "Service",
    "Sprint",
    "Team",
    "Training",
]
