"""Every act on a team: one function a verb, one transaction each."""

from teams.actions.attendance import answer_review, note_presence
from teams.actions.catalogue import add_course, add_expectation, change_course, change_expectation, install_standard_training
from teams.actions.champions import edit_champion, end_champion, hand_lead, name_champion
from teams.actions.checking import keep_checks
from teams.actions.feeds import make_feed, revoke_feed
from teams.actions.importing import RosterRefused, import_roster
from teams.actions.roster import add_seat, change_seat_from, edit_seat, end_seat, fill_seat, strike_seat
from teams.actions.services import log_service, strike_service
from teams.actions.sprints import (
    call_off_review,
    hold_review,
    keep_sprints,
    move_review,
    pause_sprints,
    reinstate_review,
    set_cadence,
    write_review,
)
from teams.actions.training import attach_certificate, log_training, mark_done, strike_training, take_mark_back

__all__ = [
    "RosterRefused",
    "add_course",
    "add_expectation",
    "add_seat",
    "answer_review",
    "attach_certificate",
    "call_off_review",
    "change_course",
    "change_expectation",
    "change_seat_from",
    "edit_champion",
    "edit_seat",
    "end_champion",
    "end_seat",
    "fill_seat",
    "hand_lead",
    "hold_review",
    "import_roster",
    "install_standard_training",
    "keep_checks",
    "keep_sprints",
    "log_service",
    "log_training",
    "make_feed",
    "mark_done",
    "move_review",
    "name_champion",
    "note_presence",
    "pause_sprints",
    "reinstate_review",
    "revoke_feed",
    "set_cadence",
    "strike_seat",
    "strike_service",
    "strike_training",
    "take_mark_back",
    "write_review",
]
