"""Experts, sessions, habits and desks for tests: everything through the acts that people use."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from community import actions
from community.choices import Discipline, Giving, Habit
from community.experts import actions as experts_actions
from community.models import Contribution, DeskAllocation, Expert, ExpertSession, HabitDone
from dates.working_days import is_working_day
from people.models import User
from residencies.models import Residency
from tests.factories import account, person
from tests.teams.factories import seat

REPOSITORY = "https://github.com/bcgov/shoreline-permits"


def working_day(days: int = 7) -> datetime.date:
    """A working day at least so many days from today (before it when negative)."""
    step = datetime.timedelta(days=1 if days >= 0 else -1)
    day = timezone.localdate() + datetime.timedelta(days=days)
    while not is_working_day(day):
        day += step
    return day


def habit(of: Residency, *, by: User | None = None, **facts: Any) -> HabitDone:
    """Public code since today, unless `facts` say otherwise."""
    fields = {"habit": Habit.CODE, "done_on": timezone.localdate(), "links": [REPOSITORY], **facts}
    return actions.note_habit(of, **fields, by=by or account("lab_ops"))


def giving(of: Residency, *, by: User | None = None, **facts: Any) -> Contribution:
    """An hour of mentoring today by somebody on the team, unless `facts` say otherwise."""
    fields = {"kind": Giving.MENTORING, "given_on": timezone.localdate(), "minutes": 60, **facts}
    if "person" not in fields:
        fields["person"] = seat(of).person
    return actions.note_giving(of, **fields, by=by or account("lab_ops"))


def expert(*, by: User | None = None, **facts: Any) -> Expert:
    """Somebody who knows privacy and security since long ago, unless `facts` say otherwise."""
    fields = {"disciplines": [Discipline.PRIVACY_SECURITY], "from_on": datetime.date(2020, 1, 6), **facts}
    if "person" not in fields and "name" not in fields:
        fields["person"] = person()
    return experts_actions.add_expert(**fields, by=by or account("lab_ops"))


def asked(of: Residency, *, by: User | None = None, **facts: Any) -> ExpertSession:
    """A session about privacy and security that waits for an expert."""
    fields = {"discipline": Discipline.PRIVACY_SECURITY, "question": "May parcel numbers be published?", **facts}
    return experts_actions.request_session(of, **fields, by=by or account("lab_ops"))


def matched(of: Residency, *, by: User | None = None, **facts: Any) -> ExpertSession:
    """The same with an expert, on a working day in a week or more at ten for an hour."""
    fields = {"on": working_day(), "at": datetime.time(10), "minutes": 60, "place": "Room 2", **facts}
    if "expert" not in fields:
        fields["expert"] = expert()
    session = asked(of, by=by)
    return experts_actions.match_session(session, **fields, shown_revision=session.revision, by=by or account("lab_ops"))


def desks(of: Residency, *, lab_desks: int = 10, by: User | None = None, **facts: Any) -> DeskAllocation:
    """Four desks for six weeks from today, in a lab that has `lab_desks`."""
    today = timezone.localdate()
    ops = by or account("lab_ops")
    actions.set_desk_count(from_on=datetime.date(2020, 1, 6), desks=lab_desks, by=ops)
    fields = {"desks": 4, "from_on": today, "to_on": today + datetime.timedelta(weeks=6), **facts}
    return actions.allocate_desks(of, **fields, by=ops)


def a_session_without_an_expert(of: Residency, days: int, *, by: User | None = None) -> ExpertSession:
    """Asked for so many days ago, with nobody found."""
    session = asked(of, by=by)
    ExpertSession.objects.filter(pk=session.pk).update(requested_at=timezone.now() - datetime.timedelta(days=days))
    return session


def a_session_without_an_outcome(of: Residency, days: int, *, by: User | None = None) -> ExpertSession:
    """Whose day was so many days ago."""
    session = matched(of, on=working_day(-days), by=by, expert=expert(by=by))
    ExpertSession.objects.filter(pk=session.pk).update(on=timezone.localdate() - datetime.timedelta(days=days))
    return session
