"""What every list has: saved views, filters said in words, acts on selected rows (experience: Lists)."""

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from outbox.models import Message, State
from people.actions import save_view
from people.models import SavedView
from tests.factories import account
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db

SAVE = reverse("view-save")


def text(response):
    return " ".join(response.content.decode().split())


def test_a_view_keeps_filters_and_order_under_a_name_that_one_chooses(as_ops, ops):
    listed = reverse("residency-list")
    assert "Save this view" not in text(as_ops.get(listed))
    page = as_ops.get(listed, {"state": "live", "q": "", "sort": "product", "page": "2"}).context["list"]

    as_ops.get(page.save_url)
    answer = as_ops.post(SAVE, {"page": "residency-list", "query": "sort=product&state=live", "name": "Live by name"}, follow=True)

    assert answer.redirect_chain[-1][0] == f"{listed}?sort=product&state=live"
    current = [view for view in answer.context["list"].views if view.current]
    assert [view.label for view in current] == ["Live by name"]
    assert not answer.context["list"].save_url
    again = as_ops.post(SAVE, {"page": "residency-list", "query": "state=draft", "name": "live BY name"})
    assert again.status_code == 409
    assert "You already have a view with this name" in text(again)
    assert SavedView.objects.get(account=ops).query == "sort=product&state=live"


def test_a_view_is_renamed_and_deleted_by_its_own_account_alone(as_ops, ops, client):
    view = save_view(ops, page="people", name="Ministers", query="q=minister", by=ops)
    as_ops.post(reverse("view-edit", args=[view.pk]), {"name": "Ministry people"})
    assert SavedView.objects.get().name == "Ministry people"
    client.force_login(account("lab_ops"))
    assert client.post(reverse("view-delete", args=[view.pk])).status_code == 404
    assert "Ministry people" not in text(client.get(reverse("people")))
    client.force_login(ops)
    client.post(reverse("view-delete", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_views_that_come_with_a_list_are_those_the_account_can_use(client, ops, owner):
    labels = lambda user: [str(view.label) for view in _list(client, user).views]
    assert labels(ops) == ["All", "Mine", "Late", "Intake review", "Waiting for me"]
    assert labels(account("viewer")) == ["All", "Late", "Intake review"]
    assert labels(owner) == ["All", "Late"]


def _list(client, user):
    client.force_login(user)
    return client.get(reverse("residency-list")).context["list"]


def test_selected_residencies_are_assigned_one_by_one_and_exported(as_ops, ops):
    """EL-16"""
    rows = [residency("submitted", product=product) for product in ("Alpha", "Beta", "Gamma")]
    keys = [row.pk for row in rows[:2]]
    bulk = reverse("residency-bulk")
    with zeal_ignore():
        answer = as_ops.post(bulk, {"row": keys, "act": "assign", "to": ops.pk}, follow=True)
    assert f"Assigned 2 residencies to {ops}" in text(answer)
    assert [type(row).objects.get(pk=row.pk).owner_id for row in rows] == [ops.pk, ops.pk, None]
    exported = as_ops.post(bulk, {"row": keys, "act": "csv", "next": "/residencies/?sort=-product"}, follow=True).content.decode(
        "utf-8-sig"
    )
    assert [line.split(",")[1] for line in exported.splitlines()[1:]] == ["Beta", "Alpha"]
    assert "Select at least one row" in text(as_ops.post(bulk, {"act": "csv"}, follow=True))


def test_a_viewer_assigns_nothing_and_is_told_so_for_each_row(client):
    row, lead = residency("submitted", product="Alpha"), account("lab_ops")
    client.force_login(account("viewer"))
    answer = client.post(reverse("residency-bulk"), {"row": [row.pk], "act": "assign", "to": lead.pk}, follow=True)
    assert "You don’t have permission to do this: XL-" in text(answer)
    assert type(row).objects.get(pk=row.pk).owner is None


def test_selected_messages_are_withdrawn_and_what_was_sent_is_named(as_ops):
    """EL-62"""
    make = lambda number, state, **more: Message.objects.create(
        key=f"k{number}",
        occasion="review-waiting",
        to_name="Dana Lee",
        to_address="d@example.org",
        subject=f"Letter {number}",
        state=state,
        **more,
    )
    waiting, sent = make(1, State.QUEUED), make(2, State.SENT, sent_at="2026-01-01T00:00:00Z")
    with zeal_ignore():
        answer = as_ops.post(reverse("outbox-bulk"), {"row": [waiting.pk, sent.pk], "act": "cancel"}, follow=True)
    assert "1 message is withdrawn" in text(answer)
    assert "Already sent, or being sent: Letter 2" in text(answer)
    assert set(Message.objects.values_list("state", flat=True)) == {State.CANCELLED, State.SENT}
