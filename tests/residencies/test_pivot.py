"""A pivot from the decision to the next application: effective date, letter, transition, applying again (EL-85)."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from findings import Refused
from outbox.models import Message
from oversight.documents.pipeline import seal_documents_due
from oversight.models import ChecklistItem, Document
from residencies.lifecycle import actions
from residencies.lifecycle.document_kinds import LETTER
from residencies.lifecycle.reapplication import apply_again
from residencies.lifecycle.rules import MOST_DAYS_AHEAD, effective_day
from residencies.models import ConditionFinding, Membership, Pivot, Residency
from residencies.models.intake import Evidence, Need
from residencies.models.states import State
from tests.agreements.sealing.papers import text_of
from tests.factories import account
from tests.oversight.conftest import sealing  # noqa: F401 - a fixture
from tests.pages import text
from tests.residencies.rows import qualified, residency
from tests.residencies.walks import TODAY, conversation

pytestmark = pytest.mark.django_db
REASON = "The branch can’t free up a product owner."
LATER = TODAY + datetime.timedelta(days=30)


@pytest.fixture
def live(ops):
    of = residency(State.LIVE, started_on=TODAY - datetime.timedelta(days=200), owner=ops)
    conversation(of, "pivot")
    return of


# ── The decision ─────────────────────────────────────────────────────────────────────────────


@given(days=st.integers(-400, 400))
def test_it_takes_effect_on_the_day_of_the_decision_or_within_half_a_year(days):
    findings = list(effective_day(TODAY + datetime.timedelta(days=days), TODAY))
    assert bool(findings) == (not 0 <= days <= MOST_DAYS_AHEAD)


@pytest.mark.parametrize("days", [-1, MOST_DAYS_AHEAD + 1])
def test_another_effective_date_is_refused_and_nothing_is_written(live, lead, days):
    with pytest.raises(Refused) as refused:
        actions.pivot(live, reason=REASON, on=TODAY + datetime.timedelta(days=days), by=lead)
    assert refused.value.codes == {"effective-date"}
    assert not Document.objects.exists()
    assert Residency.objects.get(pk=live.pk).state == State.LIVE


def test_the_residency_ends_with_the_decision_and_its_tasks_count_from_the_effective_date(live, lead, ops):
    """EL-85: the lab lead owns the tasks until others do."""
    of = actions.pivot(live, reason=REASON, on=LATER, by=lead)
    assert (of.state, of.ended_on, of.pivot.effective_on) == (State.PIVOTED, TODAY, LATER)
    tasks = ChecklistItem.objects.filter(checklist__stream=of.stream, checklist__code="transition-list")
    assert tasks.exists()
    assert all(task.due_on > LATER and task.owner.user == ops for task in tasks)
    assert of.stream.events.get(act="pivoted").facts["effective_on"] == str(LATER)


def test_a_decision_that_fails_leaves_no_letter_and_no_mail(live, lead, monkeypatch):
    """EL-85: letter, mail and end are one transaction."""

    def fails(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(actions, "make_checklists", fails)
    with pytest.raises(OSError):
        actions.pivot(live, reason=REASON, on=TODAY, by=lead)
    assert not Document.objects.exists()
    assert not Pivot.objects.exists()
    assert not Message.objects.filter(occasion="residency-ended").exists()


def test_everyone_is_told_once_with_the_effective_date_and_the_letter(live, lead, owner):
    Membership.objects.create(residency=live, user=owner)
    of = actions.pivot(live, reason=REASON, on=LATER, by=lead)
    messages = Message.objects.filter(occasion="residency-ended")
    assert messages.filter(person__user=owner).count() == 1
    message = messages.get(person__user=owner)
    assert f"{LATER.day} {LATER:%B %Y}" in message.text
    assert REASON in message.text
    assert of.get_absolute_url() in message.text


def test_the_letter_is_sealed_and_says_what_stops_and_what_does_not(live, lead, sealing):  # noqa: F811
    of = actions.pivot(live, reason=REASON, on=LATER, by=lead)
    letter = Document.objects.get(stream=of.stream, kind=LETTER)
    assert letter.facts["content"]["effective_on"] == str(LATER)
    assert seal_documents_due() == 1
    from sealing.files import sealed_bytes

    words = text_of(sealed_bytes(Document.objects.with_progress().get(pk=letter.pk).sealed_file))
    for sentence in ("What stops", "What doesn’t stop", REASON, "Support during the transition", str(lead)):
        assert sentence in words


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


def test_before_deciding_the_page_says_what_history_would_and_changes_nothing(live, lead, client):
    """K14: from the act itself."""
    client.force_login(lead)
    page = text(client.get(reverse("residency-move", args=[live.reference, "pivot"])))
    assert "issued the document “End of the partnership”" in page
    assert "will get an email" in page
    assert not Document.objects.exists()
    assert Residency.objects.get(pk=live.pk).state == State.LIVE


def test_the_overview_shows_reason_effective_date_letter_and_transition(live, lead, client, django_assert_max_num_queries):
    of = actions.pivot(live, reason=REASON, on=LATER, by=lead)
    client.force_login(lead)
    page = client.get(of.get_absolute_url())
    for words in (REASON, "The partnership ends on", "Read the letter", "Tasks done"):
        assert words in text(page)


# ── Applying again ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ended(lead, owner):
    of = qualified(reviewer=lead)
    Membership.objects.get_or_create(residency=of, user=owner, to_at=None)
    of.intake.funding_source = "Base budget"
    of.intake.save()
    Need.objects.create(intake=of.intake, statement="Fewer calls", cause="Paper")
    Evidence.objects.create(condition=of.conditions.get(number=1), title="Study", url="https://example.org/study", added_by=owner)
    conversation(of, "pivot")
    return actions.pivot(of, reason=REASON, on=TODAY, by=lead)


def test_applying_again_carries_the_facts_and_no_findings(ended, owner):
    """EL-85: both name each other, and the earlier one is unchanged."""
    later = apply_again(ended, by=owner)
    assert (later.state, later.product, later.problem, later.program_area) == (
        State.DRAFT,
        ended.product,
        ended.problem,
        ended.program_area,
    )
    assert later.intake.funding_source == "Base budget"
    assert [need.statement for need in later.intake.needs.all()][-1:] == ["Fewer calls"]
    assert list(later.conditions.values_list("number", "case")) == list(ended.conditions.values_list("number", "case"))
    assert Evidence.objects.get(condition__residency=later, title="Study").url == "https://example.org/study"
    assert not ConditionFinding.objects.filter(condition__residency=later).exists()
    assert later.has_member(owner)
    assert later.reapplication.earlier == ended
    assert ended.stream.events.get(act="applied-again").facts["later"] == later.reference
    assert later.stream.events.get(act="intake-started").facts["earlier"] == ended.reference


def test_applying_again_is_refused_while_another_is_under_way(ended, owner):
    """EL-02"""
    apply_again(ended, by=owner)
    with pytest.raises(Refused) as refused:
        apply_again(ended, by=owner)
    assert refused.value.codes == {"area-busy"}


def test_one_that_goes_on_has_nothing_to_apply_for_again(live):
    with pytest.raises(Refused) as refused:
        apply_again(live, by=account("lab_ops"))
    assert refused.value.codes == {"not-ended-early"}


def test_the_program_area_applies_again_from_the_page_and_both_pages_link(ended, owner, client):
    client.force_login(owner)
    button = f'class="btn btn-primary" href="{reverse("residency-apply-again", args=[ended.reference])}"'
    assert client.get(ended.get_absolute_url()).content.decode().count(button) == 1, "it is the next step"
    page = reverse("residency-apply-again", args=[ended.reference])
    assert "What isn’t copied" in text(client.get(page))
    response = client.post(page, {})
    later = Residency.objects.get(reapplication__earlier=ended)
    assert response["Location"] == later.get_absolute_url()
    assert ended.get_absolute_url() in client.get(later.get_absolute_url()).content.decode()
    before = client.get(ended.get_absolute_url()).content.decode()
    assert later.get_absolute_url() in before
    assert button not in before, "while another is under way it would be refused"
    again = client.post(page, {})
    assert again.status_code == 409
    assert "already has a residency under way" in text(again)
