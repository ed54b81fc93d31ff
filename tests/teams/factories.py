"""Residencies with teams for tests: every seat is added through the act that people use."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from acts.act import SYSTEM
from dates.working_days import is_working_day
from people.models import Person, User
from residencies.lifecycle.residency import start_intake
from residencies.lifecycle.team import Goes
from residencies.models import Membership, Ministry, ProgramArea, Residency
from residencies.models.states import State
from teams.choices import ChampionRole, Employer, ServiceKind, TeamRole
from teams.lab.actions import log_service
from teams.models import Champion, Course, Destination, Expectation, Seat, Service, Sprint, Training
from teams.roster.actions import add_seat
from teams.sprints import links
from teams.sprints.actions import hold_review, set_cadence
from teams.sprints.links import AnswerLinkHolder
from teams.training.actions import log_training, name_champion
from teams.training.catalogue import install_standard_training
from tests.factories import account, person

START = datetime.date(2026, 1, 5)


def residency(*, by: User | None = None, kept_by: User | None = None, product: str = "Shoreline Permit Renewals") -> Residency:
    """A residency of a program area of its own, kept by `kept_by`."""
    number = ProgramArea.objects.count() + 1
    ministry, _made = Ministry.objects.get_or_create(name="Ministry of Invented Waters")
    area = ProgramArea.objects.create(ministry=ministry, name=f"Tenures {number}")
    row = start_intake(program_area=area, product=product, problem="Owners cannot tell which body renews.", by=by or account("lab_ops"))
    if kept_by:
        Membership.objects.create(residency=row, user=kept_by)
    return row


def seat(of: Residency, *, by: User | None = None, **facts: Any) -> Seat:
    """A developer of the business area from the start on, unless `facts` say otherwise; `person=None` plans an open seat."""
    fields = {"role": TeamRole.DEVELOPER, "employer": Employer.BUSINESS_AREA, "from_on": START, **facts}
    if "person" not in fields and "name" not in fields:
        fields["person"] = person()
    return add_seat(of, by=by or account("lab_ops"), **fields)


def product_owner(of: Residency, **facts: Any) -> Seat:
    """A product owner about whom no rule has anything to say."""
    return seat(of, **{"role": TeamRole.PRODUCT_OWNER, "agile_trained_on": START, "band": 3, **facts})


def ready_team(of: Residency) -> list[Seat]:
    """Five people about whom no rule has anything to say, from the start on."""
    return [
        product_owner(of),
        seat(of, role=TeamRole.DEVOPS, employer=Employer.IM_BRANCH, is_senior=True),
        seat(of, role=TeamRole.SCRUM_MASTER, employer=Employer.VENDOR, vendor="Northlight Agile Co-op"),
        seat(of, role=TeamRole.DESIGNER, employer=Employer.VENDOR, vendor="Cedar & Tide Digital"),
        seat(of),
    ]


def all_stay(of: Residency) -> None:
    """Record that everyone on the team stays with the product after graduation; as rows."""
    for held in Seat.objects.of(of).filter(person__isnull=False):
        Destination.objects.update_or_create(team=held.team, person=held.person, defaults={"goes": Goes.STAYS})


def champion(of: Residency, **facts: Any) -> Champion:
    """An assistant deputy minister who stands behind the residency since long ago, unless `facts` say otherwise."""
    fields = {"role": ChampionRole.ADM, "from_on": datetime.date(2020, 1, 6), "by": account("lab_ops"), **facts}
    if "person" not in fields and "name" not in fields:
        fields["person"] = person()
    return name_champion(of, **fields)


def next_review(weeks: int = 2) -> datetime.date:
    """A working day at least so many weeks from today."""
    day = timezone.localdate() + datetime.timedelta(weeks=weeks)
    while not is_working_day(day):
        day += datetime.timedelta(days=1)
    return day


def sprinting(of: Residency, *, by: User | None = None, **facts: Any) -> list[Sprint]:
    """The sprints of a team that sprints two weeks from now on, reviews at two in the afternoon; the first to end first."""
    fields = {"weeks": 2, "first_review_on": next_review(), "at": datetime.time(14), "place": "808 Douglas, room 2", **facts}
    set_cadence(of, **fields, by=by or account("lab_ops"))
    return sprints_of(of)


def sprints_of(of: Residency) -> list[Sprint]:
    return list(Sprint.objects.current().filter(team__stream=of.stream_id).select_related("team__stream__residency").order_by("starts_on"))


def miss_two_reviews() -> Champion:
    """A champion who missed the two newest reviews, of which lab operations were told."""
    of = residency()
    somebody, ops = champion(of), account("lab_ops")
    for days, sprint in zip((2, 1), sprinting(of)[:2], strict=True):
        Sprint.objects.filter(pk=sprint.pk).update(review_on=timezone.localdate() - datetime.timedelta(days=days))
        hold_review(sprint, shown_revision=sprint.revision, by=ops)
    somebody.refresh_from_db()
    return somebody


def checked(of: Residency, state: str = State.IN_RESIDENCE) -> Residency:
    """The same at a state in which its team is checked, without the way there."""
    Residency.objects.filter(pk=of.pk).update(state=state, started_on=START)
    return Residency.objects.select_related("stream").get(pk=of.pk)


def service(of: Residency, **facts: Any) -> Service:
    """Help with agile procurement, given today, unless `facts` say otherwise."""
    fields = {"kind": ServiceKind.PROCUREMENT, "given_on": timezone.localdate(), "by": account("lab_ops"), **facts}
    return log_service(of, **fields)


def course(name: str = "What leaders do for an Agile team") -> Course:
    """One of the courses that a fresh portal begins with; that one takes three hours, "Agile fundamentals" seven."""
    install_standard_training(by=SYSTEM)
    return Course.objects.get(name=name)


def training(of: Residency, **facts: Any) -> Training:
    """Three hours for leaders, taken in March 2026 by somebody, unless `facts` say otherwise."""
    fields = {"course": course(), "finished_on": datetime.date(2026, 3, 2), "by": account("lab_ops"), **facts}
    fields["people"] = [fields.pop("person", None) or person()]
    return log_training(of, **fields)[0]


def expectation(role: str = ChampionRole.ADM) -> Expectation:
    """The first thing that is expected of a role."""
    install_standard_training(by=SYSTEM)
    return Expectation.objects.filter(role=role).earliest("position")


def link_holder(sprint: Sprint, person: Person) -> AnswerLinkHolder:
    """Someone who came by the link in their reminder of a review."""
    token = links.issue_answer_link(sprint.pk, person.pk).rstrip("/").rsplit("/", 1)[1]
    return AnswerLinkHolder(links.answer_link(token))
