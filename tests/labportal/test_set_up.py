"""An empty installation leads its administrator to the first residency (EL-01, EL-62, OP-03)."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from labportal import set_up
from ledger.models import Event
from outbox.delivery import health
from outbox.models import Message, State
from people.models import User
from tests.factories import account
from tests.outbox.factories import message
from tests.pages import text
from tests.residencies import factories as make
from tests.residencies.pages import send

pytestmark = pytest.mark.django_db


def done(user: User) -> set[str]:
    return {step.key for step in set_up.checklist(User.objects.get(pk=user.pk)) if step.is_done}


def test_each_step_is_ticked_by_the_fact_that_it_asks_for():
    root = User.objects.create_superuser("root@example.test", "a long enough password", name="Root")
    assert done(root) == set()
    account("admin", "lab_lead")
    account("lab_ops")
    assert done(root) == {"colleagues"}
    make.program_area()
    health.done(health.SWEEP, timezone.now())
    message(state=State.SENT, sent_at=timezone.now())
    assert done(root) == {"colleagues", "ministries", "worker", "email"}
    make.draft_residency()
    assert "residency" in done(root)


def test_a_step_that_no_fact_shows_is_marked_by_an_administrator_and_stays_on_record(client, administrator):
    client.force_login(administrator)
    for _twice in range(2):
        send(client, reverse("set-up-done", args=["backup"]))
    assert "backup" in done(administrator)
    assert Event.objects.filter(act=set_up.ACT, actor=administrator).count() == 1
    assert send(client, reverse("set-up-done", args=["email"])).status_code == 404


def test_home_shows_the_steps_to_an_administrator_until_there_is_a_residency(client, administrator, ops):
    client.force_login(ops)
    assert "Set up your portal" not in text(client.get(reverse("home")))
    client.force_login(administrator)
    assert "Set up your portal" in text(client.get(reverse("home")))
    make.draft_residency()
    assert "Set up your portal" not in text(client.get(reverse("home")))
    assert "First residency" in text(client.get(reverse("set-up")))


def test_whoever_is_added_is_sent_an_invitation_to_choose_a_password(client, administrator):
    client.force_login(administrator)
    facts = {"name": "Noor Castellane", "email": "noor@example.test", "roles": ["lab_ops"]}
    client.post(reverse("admin:people_user_add"), facts)
    assert Message.objects.get(to_address="noor@example.test").occasion == "account-invitation"


def test_from_createsuperuser_to_the_first_residency_by_what_the_pages_offer(client):
    """Each step leads to where it is done, and none needs a page that isn't linked."""
    root = User.objects.create_superuser("root@example.test", "a long enough password", name="Root Example")
    client.force_login(root)
    home = text(client.get(reverse("home")))
    assert "Set up your portal" in home
    steps = {step.key: step for step in set_up.checklist(root)}
    client.post(steps["roles"].url, {"name": root.name, "roles": ["admin", "lab_ops"], "is_active": "on"})
    assert "roles" in done(root)
    assert client.get(steps["ministries"].url).status_code == 200
    send(client, reverse("ministry-import"), {"text": "Ministry,Program area\nForests,Range Branch"})
    first = {step.key: step for step in set_up.checklist(User.objects.get(pk=root.pk))}["residency"]
    assert client.get(first.url).status_code == 200
