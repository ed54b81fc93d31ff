"""The one way a partnership goes, as a table (SP-04, PB-21); `ledger/lifecycle.py` carries its rows out."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from ledger.lifecycle import Lifecycle, Move, MoveCheck
from ledger.memory import head_of, remembered
from partnerships.choices import ENDED, Stage

if TYPE_CHECKING:
    from partnerships.models import Partnership

E, F, A, P, O = Stage.EXPLORING, Stage.FEASIBILITY, Stage.AGREEING, Stage.PREPARING, Stage.OPERATING  # noqa: E741 - the table is read as columns
GATES = "partnerships.lifecycle.gates."
SITES = "partnerships.sites.services.gates.ready"
TASKS = "oversight.checklists.gates.done_before_start"
_l = gettext_lazy

# fmt: off
MOVES = (
    #    verb                  from           to                 decided by  what must hold                                                button                              event
    Move("study_feasibility", (E,),           Stage.FEASIBILITY, "office",  (f"{GATES}case_made",),                                      _l("Study feasibility"), "feasibility-started"),
    Move("begin_agreeing",    (F,),           Stage.AGREEING,    "office",  (f"{GATES}feasible",),                                       _l("Start the agreement"),          "agreeing-started"),
    Move("begin_preparing",   (A,),           Stage.PREPARING,   "office",  (f"{GATES}agreed", f"{GATES}ending_stated"),                  _l("Start preparing"),              "preparing-started"),
    Move("begin_operating",   (P,),           Stage.OPERATING,   "office",  (f"{GATES}agreed", f"{GATES}ending_stated", f"{GATES}ready", SITES, TASKS), _l("Start operating"), "operating-started"),
    Move("end_partnership",   (O,),           Stage.ENDED,       "office",  (f"{GATES}wound_up",),                                       _l("End the partnership"),          "partnership-ended", True),
    Move("not_pursue",        (E, F, A, P),   Stage.NOT_PURSUED, "office",  (),                                                          _l("Close as not pursued"),         "not-pursued",       True),
)
# fmt: on

LIFECYCLE: Lifecycle[Partnership] = Lifecycle(
    "partnerships.Partnership",
    MOVES,
    ended=ENDED,
    called="name",
    tell_ended="partnerships.endings.mail.tell_ended",
    related=("stream", "lead", "board"),
    since=lambda partnership: partnership.started_on,
)
BY_VERB = LIFECYCLE.by_verb
ENDINGS = ("end_partnership", "not_pursue")


def next_move(partnership: Partnership) -> Move | None:
    """Return the move that leads on from the present stage; None from the last ones, which only end."""
    return next((move for move in MOVES if partnership.state in move.origins and move.verb not in ENDINGS), None)


def check_next(partnership: Partnership, on: datetime.date) -> MoveCheck | None:
    """Return the blockers of the next move on a day; None if there is none. Only for showing, as `check_shown`."""
    ahead = next_move(partnership)
    return check_shown(ahead, partnership, on) if ahead else None


def check_shown(move: Move, partnership: Partnership, on: datetime.date) -> MoveCheck:
    """Return the blockers of a move on a day, for showing: an act checks under its own lock (`LIFECYCLE.move`).

    The gates are read once per object, so that the head of a page and the page share the answer, and not at all if an earlier page
    showed it and no act has changed the partnership or what the lab shares since.
    """
    checks: dict[tuple[str, datetime.date], MoveCheck] = vars(partnership).setdefault("_checks_shown", {})
    if (move.verb, on) not in checks:
        checks[move.verb, on] = _remembered(move, partnership, on)
    return checks[move.verb, on]


def _remembered(move: Move, partnership: Partnership, on: datetime.date) -> MoveCheck:
    def work_out(streams: Collection[int]) -> dict[int, list[Any]]:
        return {stream: LIFECYCLE.check(move.verb, partnership, on).plain for stream in streams}

    stream = partnership.stream_id
    return MoveCheck.of_plain(remembered(f"check-{move.verb}", {stream: head_of(partnership)}, on, work_out)[stream])
