"""The tables of a team: its roster, its champions, its sprints and who came to their reviews."""

from teams.models.roster import Seat, SeatQuerySet, Team
from teams.models.sprints import AnswerLink, Cadence, CalendarFeed, Champion, Presence, Sprint

__all__ = ["AnswerLink", "Cadence", "CalendarFeed", "Champion", "Presence", "Seat", "SeatQuerySet", "Sprint", "Team"]
