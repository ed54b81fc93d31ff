"""Trust and openness: what was agreed, approvals that delay a team, and plans for what isn't open (EL-55, EL-57)."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.models import OpennessReview, Topic, TrustStatement
from oversight.trust import actions, openness
from oversight.trust.queries import trust_of
from oversight.trust.rules import SPRINT_DAYS, is_long
from oversight.trust.todo import dated_plans, delayed_approvals, openness_reviews
from people.todo import Scope
from residencies.lifecycle.actions import pivot
from residencies.models.states import State
from tests.factories import person
from tests.oversight.trusting import agreed, approval, plan
from tests.pages import client_of, text
from tests.residencies.pages import links, send
from tests.residencies.rows import residency
from tests.residencies.walks import conversation

database = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def resident(owner, ops):
    return residency(State.IN_RESIDENCE, kept_by=owner, owner=ops)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.codes


@given(st.integers(0, 400))
def test_an_approval_is_on_home_once_it_has_waited_longer_than_a_sprint(days):
    """EL-55"""
    assert is_long(days) == (days > SPRINT_DAYS)


# ── What was agreed ──────────────────────────────────────────────────────────────────────────


@database
def test_a_new_vision_takes_the_place_of_the_old_one_which_stays_on_record(resident, ops):
    """EL-55: with its date and by whom; history is new rows."""
    first = agreed(resident, by=ops, text="Fewer calls.")
    second = agreed(resident, by=ops, text="No calls.")
    agreed(resident, Topic.DECISIONS, by=ops, text="The order of the work.", outcomes="", limit_cents=500_000)
    of = trust_of(resident.stream, timezone.localdate())
    assert (of.vision, of.decisions.limit_cents, of.earlier) == (second, 500_000, [first])
    event = Event.objects.filter(stream=resident.stream, act="vision-agreed").latest("seq")
    assert second.executive.name in event.facts["agreed_by"]
    assert list(event.facts["records"]) == ["oversight.truststatement"]


@database
def test_what_was_agreed_is_never_edited(resident, ops):
    """EL-55"""
    row = agreed(resident, by=ops)
    for change in (
        lambda: TrustStatement.objects.filter(pk=row.pk).update(text="Other"),
        lambda: TrustStatement.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@database
def test_a_vision_needs_words_outcomes_and_a_day_that_has_come(resident, ops):
    assert refused(agreed, resident, by=ops, text=" ", outcomes="") == {"trust-no-text"}
    assert refused(agreed, resident, by=ops, agreed_on=timezone.localdate() + DAY) == {"trust-ahead"}
    assert not TrustStatement.objects.exists()


# ── Approvals ────────────────────────────────────────────────────────────────────────────────


@database
def test_an_approval_older_than_a_sprint_is_on_home_until_it_is_resolved(resident, ops):
    """EL-55"""
    approval(resident, by=ops, days=SPRINT_DAYS)
    assert delayed_approvals(timezone.localdate()) == []
    row = approval(resident, by=ops, days=SPRINT_DAYS + 1)
    [line] = delayed_approvals(timezone.localdate())
    assert row.what in line.title
    assert row.waiting_for in line.title
    assert line.url == reverse("trust", args=[resident.reference])
    actions.resolve_approval(row, resolved_on=timezone.localdate(), outcome="Bought.", shown_revision=row.revision, by=ops)
    assert delayed_approvals(timezone.localdate()) == []
    [resolved] = trust_of(resident.stream, timezone.localdate()).resolved
    assert (resolved.days, resolved.is_long) == (SPRINT_DAYS + 1, False)


@database
def test_a_resolved_approval_is_closed(resident, ops):
    row = approval(resident, by=ops, days=3)
    today = timezone.localdate()
    early = {"resolved_on": today - 5 * DAY, "outcome": "Bought.", "shown_revision": row.revision}
    assert refused(actions.resolve_approval, row, **early, by=ops) == {"trust-early"}
    actions.resolve_approval(row, **early | {"resolved_on": today}, by=ops)
    assert refused(actions.edit_approval, row, shown_revision=2, what="Other", by=ops) == {"trust-closed"}


@database
def test_an_edit_of_an_approval_never_overwrites_another(resident, ops, owner):
    row = approval(resident, by=ops)
    actions.edit_approval(row, shown_revision=1, waiting_for="The ministry", by=owner)
    with pytest.raises(Stale):
        actions.edit_approval(row, shown_revision=1, waiting_for="The branch", by=ops)


# ── Openness ─────────────────────────────────────────────────────────────────────────────────


@database
def test_the_owner_of_a_plan_is_reminded_of_its_review_by_a_sweep_that_misses_none(resident, ops, time_machine):
    """EL-57, EL-65: also after an outage that outlasted the day."""
    row = plan(resident, by=ops, owner=person(email="owner@example.org"))
    time_machine.move_to(datetime.datetime.combine(row.next_review_on + 3 * DAY, datetime.time(20), tzinfo=datetime.UTC), tick=False)
    sweep()
    [message] = Message.objects.filter(occasion="openness-review")
    assert message.to_address == "owner@example.org"
    [line] = openness_reviews(timezone.localdate())
    assert line.is_overdue(timezone.localdate())
    assert [entry.on for entry in dated_plans(row.next_review_on, row.next_review_on, Scope())] == [row.next_review_on]

    openness.review_plan(row, note="Half is open.", next_review_on=timezone.localdate() + 60 * DAY, shown_revision=row.revision, by=ops)
    assert openness_reviews(timezone.localdate()) == []
    assert OpennessReview.objects.get().note == "Half is open."


@database
def test_a_plan_without_an_owner_reminds_the_lab_lead(resident, ops, time_machine):
    row = plan(resident, by=ops)
    time_machine.move_to(datetime.datetime.combine(row.next_review_on, datetime.time(20), tzinfo=datetime.UTC), tick=False)
    sweep()
    assert [message.person.user for message in Message.objects.filter(occasion="openness-review")] == [ops]


@database
def test_a_plan_whose_review_is_overdue_can_still_be_edited(resident, ops, time_machine):
    row = plan(resident, by=ops)
    time_machine.move_to(datetime.datetime.combine(row.next_review_on + DAY, datetime.time(20), tzinfo=datetime.UTC), tick=False)
    edited = openness.edit_plan(row, shown_revision=row.revision, reason="Security.", plan="Publish half.", by=ops)
    assert (edited.reason, edited.plan) == ("Security.", "Publish half.")
    assert refused(openness.review_plan, row, note="x", next_review_on=timezone.localdate(), shown_revision=2, by=ops) == {
        "openness-review-past"
    }


@database
def test_ending_the_residency_closes_approvals_and_plans(resident, ops, lead):
    """EL-85, K6"""
    waiting, closed = approval(resident, by=ops, days=40), plan(resident, by=ops)
    conversation(resident, "pivot")
    pivot(resident, reason="It came to that.", on=timezone.localdate(), by=lead)
    for row in (waiting, closed):
        row.refresh_from_db()
        assert row.outcome == "The residency has ended."
    assert delayed_approvals(timezone.localdate()) == openness_reviews(timezone.localdate() + 90 * DAY) == []


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


@database
def test_a_product_owner_records_what_was_agreed_and_the_overview_says_since_when(resident, owner, ops):
    """EL-55: whom to choose are those with a stake in the residency."""
    client = client_of(owner)
    at = lambda name, *parts: reverse(name, args=[resident.reference, *parts])
    page = client.get(at("trust"))
    assert "Not agreed yet" in text(page)
    assert at("trust-vision") in links(page)
    from people.actions import person_of

    someone = person_of(owner, by=owner)
    sides = dict.fromkeys(("delivery_team", "alliance_team", "executive"), someone.pk)
    today = timezone.localdate()
    assert (
        send(client, at("trust-vision"), {"text": "Fewer calls.", "outcomes": "Half by June.", "agreed_on": today, **sides}).status_code
        == 302
    )
    decided = {"text": "The order of the work.", "limit_cents": "5,000", "agreed_on": today, **sides}
    response = send(client, at("trust-decisions"), decided, follow=True)
    assert "Up to $5,000" in text(response)
    approval(resident, by=ops, days=20)
    plan(resident, by=ops)
    overview = text(client.get(resident.get_absolute_url()))
    for words in (
        "Vision agreed",
        "1 approval is delaying the team",
        "waiting 20 days for The branch’s purchasing officer",
        "1 part isn’t open",
    ):
        assert words in overview
    shown = text(client.get(at("trust")))
    assert "The code that matches health records" in shown
    assert "20 days" in shown


@database
def test_a_viewer_reads_and_is_offered_nothing_to_write(resident, viewer, ops):
    row, waiting = plan(resident, by=ops), approval(resident, by=ops)
    client = client_of(viewer)
    page = client.get(reverse("trust", args=[resident.reference]))
    assert "A licence for the map tiles" in text(page)
    assert not [link for link in links(page) if "add" in link or "resolve" in link]
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(reverse("approval-resolve", args=[resident.reference, waiting.pk])).status_code == 403


@database
def test_an_entry_of_another_residency_is_not_found(resident, ops):
    row, other = plan(resident, by=ops), residency(State.LIVE)
    assert client_of(ops).get(reverse("openness-plan", args=[other.reference, row.pk])).status_code == 404


@database
def test_a_plan_is_reviewed_and_closed_on_its_pages(resident, ops):
    """EL-57"""
    row, client = plan(resident, by=ops), client_of(ops)
    at = lambda name: reverse(name, args=[resident.reference, row.pk])
    review = {"note": "Half is open.", "next_review_on": timezone.localdate() + 60 * DAY, "shown_revision": 1}
    assert "Half is open." in text(send(client, at("openness-review"), review, follow=True))
    closed = send(client, at("openness-close"), {"outcome": "It is open.", "shown_revision": 2}, follow=True)
    assert "1 closed plan" in text(closed)


@database
def test_the_page_takes_a_fixed_number_of_queries(resident, ops, django_assert_max_num_queries):
    for _number in range(5):
        plan(resident, by=ops), approval(resident, by=ops), agreed(resident, by=ops)
    client = client_of(ops)
    with django_assert_max_num_queries(17):
        client.get(reverse("trust", args=[resident.reference]))
