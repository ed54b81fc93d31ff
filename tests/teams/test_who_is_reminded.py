"""Who hears of a team's reviews and checks, and who no longer does; what was missed is marked so (EL-52, EL-60, EL-65)."""

import datetime

import pytest
from django.urls import reverse

from acts.act import SYSTEM
from outbox.delivery.sweep import sweep
from outbox.models import Message
from people.models import RoleGrant
from residencies.models import Residency
from residencies.models.states import State
from teams.models import RoleFinding
from teams.roster.actions import cancel_seat, keep_checks
from teams.sprints.reminders import CHECKS_BEFORE_START
from teams.todo import unreached
from tests.factories import account, person
from tests.residencies import rows
from tests.teams.factories import champion, seat
from tests.teams.test_reminders import BEGAN, now_is, trail  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _long_ago(time_machine):
    now_is(time_machine, BEGAN)


def recipients(reminder) -> list[str]:
    return sorted(set(Message.objects.filter(occasion=reminder.occasion).values_list("to_name", flat=True)))


def test_checks_of_a_team_whose_officer_left_the_lab_are_told_to_all_of_lab_operations(trail, ops, time_machine):  # noqa: F811
    keep_checks(by=SYSTEM)
    account("lab_ops", name="Ines Okonkwo")
    RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
    ops.role_grants.update(to_at="2026-09-10T12:00Z")
    now_is(time_machine, datetime.date(2026, 9, 15))
    sweep()
    assert RoleFinding.objects.exists()
    assert recipients(CHECKS_BEFORE_START) == ["Ines Okonkwo", "Priya Wenlock"]


def test_home_says_whom_no_reminder_can_reach_until_an_address_is_written_down(client, trail, ops):  # noqa: F811
    """EL-60: "a sponsor not reminded misses a graduation"; those with an account are reached there."""
    kofi = seat(trail, person=person(name="Kofi Marchbanks", email="")).person
    champion(trail, person=person(name="Leilani Torvald", email=""))
    seat(trail, person=person(name="Has An Account", email="", user=account("viewer")))
    seat(trail, person=person(name="Begins Later", email=""), from_on=BEGAN + datetime.timedelta(days=30))
    cancel_seat(seat(trail, person=person(name="By Mistake", email="")), shown_revision=1, reason="A slip.", by=ops)
    over = seat(rows.residency(), person=person(name="Long Over", email="")).team.subject
    Residency.objects.filter(pk=over.pk).update(state=State.WITHDRAWN, ended_on=BEGAN, end_reason="It was decided.")
    assert [line.title for line in unreached(BEGAN)] == [
        "No email address for Leilani Torvald, so no reminders",
        "No email address for Kofi Marchbanks, so no reminders",
    ]
    client.force_login(ops)
    link = reverse("person-edit", args=[kofi.pk])
    assert link in client.get(reverse("home")).content.decode()
    facts = {"name": kofi.name, "email": "kofi@example.org", "title": "", "organisation": "", "phone": "", "shown_revision": kofi.revision}
    assert client.post(link, facts).status_code == 302
    assert link not in client.get(reverse("home")).content.decode()
