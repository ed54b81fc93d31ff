"""Residencies with teams for tests: every seat is added through the act that people use."""

from __future__ import annotations

import datetime
from typing import Any

from people.models import User
from residencies.actions import start_intake
from residencies.models import Membership, Ministry, ProgramArea, Residency
from teams.actions import add_seat
from teams.models import Seat
from teams.roles import Employer, TeamRole
from tests.factories import account, person

START = datetime.date(2026, 1, 5)


def residency(*, by: User | None = None, kept_by: User | None = None, product: str = "Shoreline Permit Renewals") -> Residency:
    """A residency of a program area of its own, kept by `kept_by`."""
    number = ProgramArea.objects.count() + 1
    ministry, _made = Ministry.objects.get_or_create(name="Ministry of Invented Waters")
    area = ProgramArea.objects.create(ministry=ministry, name=f"Tenures {number}")
    made = start_intake(program_area=area, product=product, problem="Owners cannot tell which body renews.", by=by or account("lab_ops"))
    if kept_by:
        Membership.objects.create(residency=made, user=kept_by)
    return made


def seat(of: Residency, *, by: User | None = None, **facts: Any) -> Seat:
    """A developer of the business area from the start on, unless `facts` say otherwise; `person=None` plans an open seat."""
    told = {"role": TeamRole.DEVELOPER, "employer": Employer.BUSINESS_AREA, "from_on": START, **facts}
    if "person" not in told and "name" not in told:
        told["person"] = person()
    return add_seat(of, by=by or account("lab_ops"), **told)


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
