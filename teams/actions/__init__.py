"""Every act on a team: one function a verb, one transaction each."""

from teams.actions.attendance import answer_review, note_presence
from teams.actions.champions import edit_champion, end_champion, name_champion
from teams.actions.checking import keep_checks
from teams.actions.feeds import make_feed, revoke_feed
from teams.actions.importing import import_roster
from teams.actions.roster import add_seat, change_seat_from, edit_seat, end_seat, fill_seat, strike_seat
from teams.actions.services import log_service, strike_service
from teams.actions.sprints import (
    call_off_review,
    hold_review,
    keep_sprints,
    move_review,
    pause_sprints,
    set_cadence,
    write_review,
)

__all__ = [
    "add_seat",
    "answer_review",
    "call_off_review",
    "change_seat_from",
    "edit_champion",
    "edit_seat",
    "end_champion",
    "end_seat",
    "fill_seat",
    "hold_review",
    "import_roster",
    "keep_checks",
    "keep_sprints",
    "log_service",
    "make_feed",
    "move_review",
    "name_champion",
    "note_presence",
    "pause_sprints",
    "revoke_feed",
    "set_cadence",
    "strike_seat",
    "strike_service",
    "write_review",
]
