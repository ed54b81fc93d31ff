"""Twelve type errors that mypy has to catch. Nothing here is ever called.

An unused ignore is an error in this file (pyproject.toml), so `make check` fails if mypy stops catching one of them: when a parameter accepts
any type again, or a queryset loses its model.
"""

import datetime

from django.http import HttpRequest

from acts.act import SYSTEM, Actor
from agreements.drafting.sending import circulate
from agreements.invitations.sessions import Witness
from agreements.models import Agreement, Party
from agreements.signing.actions import Intent, sign
from ledger.actions import append
from people.lab import findings_on_second_look
from people.leaving import leave_lab
from people.models import Person, User
from residencies.fetch import residency_or_404
from residencies.models import Residency
from residencies.models.residency import ResidencyQuerySet
from residencies.review.actions import ask_for_more, qualify, take_up
from residencies.workspace.contacts import lab_leaders
from teams.models import Seat, Team
from teams.roster.actions import add_seat

TODAY = datetime.date(2026, 3, 2)


def a_name_for_an_actor(residency: Residency) -> None:
    take_up(residency, by="noor")  # type: ignore[arg-type]


def nobody_for_an_actor(residency: Residency) -> None:
    qualify(residency, by=None)  # type: ignore[arg-type]


def a_residency_for_an_actor(residency: Residency) -> None:
    ask_for_more(residency, by=residency)  # type: ignore[arg-type]


def a_person_for_an_actor(account: User, person: Person) -> None:
    leave_lab(account, to=account, reason="New job.", by=person)  # type: ignore[arg-type]


def a_residency_for_its_stream(residency: Residency) -> None:
    append(residency, "looked-at", by=SYSTEM)  # type: ignore[arg-type]


def a_team_for_its_residency(team: Team, by: Actor) -> None:
    add_seat(team, role="developer", employer="ministry", from_on=TODAY, by=by)  # type: ignore[arg-type]


def an_agreement_for_a_version_of_it(agreement: Agreement, by: Actor) -> None:
    circulate(agreement, shown_revision=1, by=by)  # type: ignore[arg-type]


def a_party_for_its_invitation(party: Party, intent: Intent, witness: Witness) -> None:
    sign(party, intent, witness)  # type: ignore[arg-type]


def anyone_for_an_account(request: HttpRequest) -> None:
    residency_or_404(request.user, "XL-2026-014")  # type: ignore[arg-type]


def the_portal_for_an_account() -> None:
    findings_on_second_look(SYSTEM, None, since=datetime.datetime.now(datetime.UTC))  # type: ignore[arg-type]


def seats_for_residencies() -> None:
    lab_leaders(Seat.objects.all())  # type: ignore[arg-type]


def people_for_residencies() -> ResidencyQuerySet:
    return Person.objects.all()  # type: ignore[return-value]
