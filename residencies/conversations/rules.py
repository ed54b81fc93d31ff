"""Rules for conversations: when one can meet, and which groups are silent (EL-84). No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.working_days import holiday, is_working_day
from findings import Finding, blocking
from residencies.models.states import Group

PLACE = "conversations"
EARLIEST, LATEST = 7 * 60, 19 * 60  # minutes of the day
LEAST_MINUTES, MOST_MINUTES = 15, 480


def meeting_faults(on: datetime.date, at: datetime.time, minutes: int, moment: datetime.datetime) -> Iterator[Finding]:
    """Yield why a conversation can't meet at a time, as of `moment`; all of them Pacific, without a zone."""
    if datetime.datetime.combine(on, at) <= moment:
        yield blocking("meeting-past", _("That time has passed."), _("Choose a later date or time."), PLACE)
    elif not is_working_day(on):
        name = holiday(on)
        message = _("That day is a holiday: %(name)s.") % {"name": name} if name else _("That day is on a weekend.")
        yield blocking("meeting-day-off", message, _("Choose a working day."), PLACE)
    starts = at.hour * 60 + at.minute
    if not EARLIEST <= starts <= starts + minutes <= LATEST:
        yield blocking("meeting-hours", _("A conversation is held between 7 a.m. and 7 p.m."), _("Choose another time."), PLACE)
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        yield blocking("meeting-minutes", _("The length must be between 15 minutes and 8 hours."), _("Change the length."), PLACE)


@dataclass(frozen=True)
class Turnout:
    """How many people of a group were invited, how many answered that they come or can't, and how many attended."""

    invited: int = 0
    coming: int = 0
    away: int = 0
    attended: int = 0


# “No one …” and “… the group”, as the sentences below use them.
NAMES: dict[str, tuple[Any, Any]] = {
    Group.ADM: (gettext_lazy("No assistant deputy minister"), gettext_lazy("the assistant deputy minister")),
    Group.EXECUTIVE: (gettext_lazy("No executive director"), gettext_lazy("the executive director")),
    Group.PRODUCT_OWNER: (gettext_lazy("No product owner"), gettext_lazy("the product owner")),
    Group.LAB: (gettext_lazy("No one from lab leadership"), gettext_lazy("lab leadership")),
    Group.CHAMPIONS: (gettext_lazy("No one from the champions"), gettext_lazy("the champions")),
    Group.PARTNERS: (gettext_lazy("No one from the partners"), gettext_lazy("the partners")),
}


def silence(group: str, turnout: Turnout, *, is_asked: bool = True, is_held: bool = False) -> str:
    """Return a sentence if no one from one of the six groups is there or coming; else "".

    Before people are asked, which is when the time is set, only a group without anyone on the list is silent.
    """
    no_one, them = NAMES[group]
    if is_held:
        return "" if turnout.attended else _("%(no_one)s attended") % {"no_one": no_one}
    if not turnout.invited:
        return _("%(no_one)s yet") % {"no_one": no_one}
    if turnout.coming or not is_asked:
        return ""
    if turnout.away == turnout.invited:
        return _("%(no_one)s can come") % {"no_one": no_one}
    return _("No reply from %(them)s yet") % {"them": them}
