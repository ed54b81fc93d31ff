"""Every act about a team's place in the community: one function a verb, one transaction each."""

from community.actions.desks import allocate_desks, change_desks, set_colocation, set_desk_count, take_back_desks
from community.actions.experts import add_expert, edit_expert
from community.actions.giving import cancel_giving, note_giving
from community.actions.habits import edit_habit, note_habit, undo_habit
from community.actions.sessions import call_off_session, hold_session, match_session, request_session

__all__ = [
    "add_expert",
    "allocate_desks",
    "call_off_session",
    "cancel_giving",
    "change_desks",
    "edit_expert",
    "edit_habit",
    "hold_session",
    "match_session",
    "note_giving",
    "note_habit",
    "request_session",
    "set_colocation",
    "set_desk_count",
    "take_back_desks",
    "undo_habit",
]
