"""Experts, sessions, habits and desks for tests: everything through the acts that people use."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from agreements.models import AgreementVersion
from community import actions
from community.alumni import actions as alumni_actions
from community.benefits import actions as benefits_actions
from community.choices import Discipline, Giving, HelpTopic
from community.experts import actions as experts_actions
from community.mentors import actions as mentors_actions
from community.models import (
    Alumnus,
    BenefitOwner,
    Contribution,
    DeskAllocation,
    Expert,
    ExpertSession,
    Mentoring,
    MentorMeeting,
    Offer,
)
from community.models.checklists import HABITS, PUBLIC_CODE
from dates.working_days import is_working_day
from oversight.models import ChecklistItem
from people.models import Person, User
from residencies.models import Residency
from residencies.models.states import State
from tests.agreements import factories as agreement_factories
from tests.factories import account, person
from tests.oversight.task_rows import tick
from tests.teams.factories import START, residency, seat

REPOSITORY = "https://github.com/bcgov/shoreline-permits"


def working_day(days: int = 7) -> datetime.date:
    """A working day at least so many days from today (before it when negative)."""
    step = datetime.timedelta(days=1 if days >= 0 else -1)
    day = timezone.localdate() + datetime.timedelta(days=days)
    while not is_working_day(day):
        day += step
    return day


def habit(of: Residency, code: str = PUBLIC_CODE, *, by: User | None = None, **facts: Any) -> ChecklistItem:
    """Public code since today, unless `facts` say otherwise."""
    return tick(of, HABITS, code, **{"url": REPOSITORY, "by": by or account("lab_ops"), **facts})


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


# ── Alumni and mentors ───────────────────────────────────────────────────────────────────────


def graduated(*, by: User | None = None, on: datetime.date | None = None, **facts: Any) -> Residency:
    """A residency that graduated today (or on a day), by its row alone; nobody is an alum of it yet."""
    row = residency(by=by, **facts)
    day = on or timezone.localdate()
    dates = {"started_on": START, "live_on": day - datetime.timedelta(days=100), "graduation_due_on": day, "ended_on": day}
    Residency.objects.filter(pk=row.pk).update(state=State.GRADUATED, **dates)
    return Residency.objects.select_related("stream").get(pk=row.pk)


def alumnus(*, by: User | None = None, of: Residency | None = None, **facts: Any) -> Alumnus:
    """Someone who graduated with a residency; `facts` are the person's."""
    ops = by or account("lab_ops")
    row = of or graduated(by=ops, product="Tide Tables")
    return alumni_actions.add_alumnus(row, person=facts.pop("person", None) or person(**facts), role="Product owner", by=ops)


def offering(row: Alumnus, *, by: User | None = None, **facts: Any) -> Offer:
    """The alum mentors one team about product ownership, unless `facts` say otherwise."""
    fields = {"topics": [HelpTopic.PRODUCT], "text": "Ask me about roadmaps.", "teams_at_once": 1, "shown_revision": 0, **facts}
    offer = alumni_actions.set_alumni_offer(row, **fields, by=by or account("lab_ops"))
    assert offer is not None
    return offer


def mentor_wanted(of: Residency, *, by: User | None = None, **facts: Any) -> Mentoring:
    """A request for a mentor about product ownership."""
    fields = {"topic": HelpTopic.PRODUCT, "question": "How do we choose what to build first?", **facts}
    return mentors_actions.request_mentor(of, **fields, by=by or account("lab_ops"))


def mentored(of: Residency, *, by: User | None = None, mentor: Person | None = None, **facts: Any) -> Mentoring:
    """The same with a mentor, by default an alum of a team that graduated."""
    ops = by or account("lab_ops")
    mentor = mentor or offering(alumnus(by=ops), by=ops).person
    mentoring = mentor_wanted(of, by=ops, **facts)
    return mentors_actions.match_mentor(mentoring, mentor=mentor, shown_revision=mentoring.revision, by=ops)


def met(mentoring: Mentoring, *, by: User | None = None, **facts: Any) -> MentorMeeting:
    """An hour today."""
    fields = {"met_on": timezone.localdate(), "minutes": 60, "notes": "We sorted the backlog.", **facts}
    return mentors_actions.record_meeting(mentoring, **fields, by=by or account("lab_ops"))


def a_team_without_a_mentor(of: Residency, days: int, *, by: User | None = None) -> Mentoring:
    """A request that has waited for a number of days."""
    mentoring = mentor_wanted(of, by=by)
    Mentoring.objects.filter(pk=mentoring.pk).update(requested_at=timezone.now() - datetime.timedelta(days=days))
    return mentoring


def a_quiet_mentoring(of: Residency, days: int, *, by: User | None = None) -> Mentoring:
    """A mentoring whose last meeting was a number of days ago."""
    mentoring = mentored(of, by=by)
    day = timezone.localdate() - datetime.timedelta(days=days)
    Mentoring.objects.filter(pk=mentoring.pk).update(last_met_on=day, matched_on=day)
    return mentoring


def an_unconfirmed_alumnus(days: int, *, by: User | None = None) -> Alumnus:
    row = alumnus(by=by)
    Alumnus.objects.filter(pk=row.pk).update(checked_on=timezone.localdate() - datetime.timedelta(days=days))
    return row


# ── Benefit owners ───────────────────────────────────────────────────────────────────────────


def live(*, by: User | None = None, kept_by: User | None = None, **facts: Any) -> Residency:
    """A live residency that is due to graduate in 20 days, by its row alone."""
    row = residency(by=by, kept_by=kept_by, **facts)
    today = timezone.localdate()
    dates = {"started_on": START, "live_on": today - datetime.timedelta(days=160), "graduation_due_on": today + datetime.timedelta(days=20)}
    Residency.objects.filter(pk=row.pk).update(state=State.LIVE, **dates)
    return Residency.objects.select_related("stream", "program_area__ministry").get(pk=row.pk)


def owner_named(of: Residency | None = None, *, by: User | None = None, **facts: Any) -> BenefitOwner:
    """Someone in the home ministry who was named to report days to a permit."""
    ops = by or account("lab_ops")
    what = {"measure": "Days from application to permit", "unit": facts.pop("unit", "")}
    someone = facts.pop("person", None) or person(**facts)
    return benefits_actions.name_owner(of or live(by=ops), person=someone, **what, by=ops)


def commitment(of: Residency | None = None, *, by: User | None = None, **facts: Any) -> BenefitOwner:
    """The same, with the commitment sent to be signed."""
    ops = by or account("lab_ops")
    owner = owner_named(of, by=ops, **facts)
    benefits_actions.send_commitment(owner, shown_revision=owner.revision, by=ops)
    owner.refresh_from_db()
    return owner


def accepted(of: Residency, *, by: User | None = None, owner: BenefitOwner | None = None, **facts: Any) -> BenefitOwner:
    """The same, or `owner`'s, signed: the benefit owner has accepted."""
    owner = owner or commitment(of, by=by, **facts)
    owner.refresh_from_db()
    [invitation] = agreement_factories.to_sign(AgreementVersion.objects.get(agreement=owner.agreement))
    agreement_factories.sign(invitation)
    owner.refresh_from_db()
    return owner
