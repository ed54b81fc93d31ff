"""The lab's review: findings private until sent, asking for more, and the answer."""

import pytest
from django.core.exceptions import PermissionDenied

from acts.revisions import Stale
from findings import Refused
from ledger.lifecycle import MoveRefused
from ledger.subjects import findings_before
from outbox.models import Message
from residencies.intake import actions as intake_actions
from residencies.lifecycle import gates
from residencies.lifecycle import residency as residency_acts
from residencies.models import ConditionFinding, Question
from residencies.review import actions as review_actions
from tests.residencies.factories import (
    acts_of,
    applicant,
    find_all,
    lead,
    ops,
    qualified_residency,
    residency_in_review,
    submitted_residency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return applicant(name="Priya Wenlock", email="owner@example.test")


@pytest.fixture
def officer():
    return ops(name="Kofi Marchbanks", email="officer@example.test")


@pytest.fixture
def in_review(owner, officer):
    return residency_in_review(by=owner, reviewer=officer)


def decide(residency, number, verdict, by, **rest):
    return review_actions.decide_condition(
        residency.conditions.get(number=number), verdict=verdict, reason=f"Because of {number}.", by=by, **rest
    )


def test_whoever_starts_the_review_looks_after_it(owner, officer):
    """EL-16"""
    residency = review_actions.take_up(submitted_residency(by=owner), by=officer)

    assert (residency.state, residency.owner) == ("in_review", officer)
    assert residency.reviews.get().assignee == officer


def test_one_who_looks_after_it_already_stays(owner, officer):
    residency = residency_acts.assign(submitted_residency(by=owner), to=officer, by=officer)

    assert review_actions.take_up(residency, by=ops()).owner == officer


def test_an_applicant_cannot_start_the_review_of_their_own_intake(owner):
    residency = submitted_residency(by=owner)
    with pytest.raises(PermissionDenied):
        review_actions.take_up(residency, by=owner)


def test_a_draft_finding_counts_for_nothing_and_its_words_are_in_no_ledger(in_review, officer):
    """EL-12: private to the lab until sent."""
    decide(in_review, 1, "not_met", officer)

    assert gates.verdicts(in_review) == {}
    event = in_review.stream.events.order_by("seq").last()
    assert (event.act, event.actor) == ("finding-drafted", officer)
    assert {name: fact for name, fact in event.facts.items() if name != "records"} == {"condition": 1, "review": 1}


def test_a_finding_without_a_reason_is_refused(in_review, officer):
    """EL-12"""
    with pytest.raises(Refused) as refused:
        review_actions.decide_condition(in_review.conditions.get(number=1), verdict="met", reason="  ", by=officer)
    assert refused.value.codes == {"no-reason"}


def test_nothing_is_decided_before_the_review_has_begun(owner, officer):
    with pytest.raises(Refused) as refused:
        decide(submitted_residency(by=owner), 1, "met", officer)
    assert refused.value.codes == {"not-in-review"}


def test_a_colleagues_draft_is_not_overwritten_unseen(in_review, officer):
    decide(in_review, 1, "met", officer, shown_revision=0)

    with pytest.raises(Stale) as stale:
        decide(in_review, 1, "not_met", ops(), shown_revision=0)

    assert stale.value.differing["verdict"] == ("met", "not_met")
    assert ConditionFinding.objects.get().verdict == "met"


def test_sending_the_same_draft_twice_is_once(in_review, officer):
    decide(in_review, 1, "met", officer, shown_revision=0)
    decide(in_review, 1, "met", officer, shown_revision=0)

    assert acts_of(in_review).count("finding-drafted") == 1


# ── Asking for more ──────────────────────────────────────────────────────────────────────────


def test_asking_for_nothing_is_refused(in_review, officer):
    """EL-14"""
    decide(in_review, 1, "met", officer)
    with pytest.raises(MoveRefused) as refused:
        review_actions.ask_for_more(in_review, by=officer)

    assert refused.value.codes == {"no-question"}
    assert ConditionFinding.objects.get().sent_at is None


def test_more_needed_goes_back_with_questions_is_answered_and_stands_on_record(in_review, owner, officer):
    """EL-14: the whole round trip."""
    decide(in_review, 1, "met", officer)
    decide(in_review, 5, "more_needed", officer)
    residency = review_actions.ask_for_more(in_review, question="Who pays after year one?", by=officer)

    assert residency.state == "draft"
    assert gates.verdicts(residency) == {1: "met", 5: "more_needed"}
    assert [(q.condition.number if q.condition else None, q.text) for q in Question.objects.all()] == [
        (5, "Because of 5."),
        (None, "Who pays after year one?"),
    ]
    mail = Message.objects.get(occasion="more-asked")
    assert mail.to_address == owner.email
    assert "Who pays after year one?" in mail.text

    with pytest.raises(MoveRefused) as refused:
        intake_actions.submit_intake(residency, by=owner)
    assert refused.value.codes == {"question-unanswered"}

    for question in Question.objects.all():
        intake_actions.answer_question(question, answer=f"Answer to {question.text}", by=owner, shown={"answer": ""})
    residency = intake_actions.submit_intake(residency, by=owner)

    assert [(r.number, r.outcome) for r in residency.reviews.all()] == [(1, "more_needed"), (2, "")]
    assert residency.reviews.last().assignee == officer
    assert Question.objects.filter(answered_by=owner).count() == 2


def test_an_answer_cannot_change_once_sent(in_review, owner, officer):
    """EL-14: question and answer stay on record."""
    residency = review_actions.ask_for_more(in_review, question="Why now?", by=officer)
    question = Question.objects.get()
    intake_actions.answer_question(question, answer="The act changes in May.", by=owner)
    intake_actions.submit_intake(residency, by=owner)

    with pytest.raises(Refused) as refused:
        intake_actions.answer_question(question, answer="Something else", by=owner)
    assert refused.value.codes == {"not-draft"}


def test_the_latest_sent_finding_stands(in_review, owner, officer):
    """EL-12: a later round decides anew what it looks at; the rest stands."""
    decide(in_review, 1, "met", officer)
    decide(in_review, 2, "more_needed", officer)
    residency = review_actions.ask_for_more(in_review, by=officer)
    intake_actions.answer_question(Question.objects.get(), answer="Here it is.", by=owner)
    residency = review_actions.take_up(intake_actions.submit_intake(residency, by=owner), by=officer)
    decide(residency, 2, "met", officer)
    assert gates.verdicts(residency) == {1: "met", 2: "more_needed"}

    review_actions.ask_for_more(residency, question="One more thing?", by=officer)

    assert gates.verdicts(residency) == {1: "met", 2: "met"}


# ── The answer ───────────────────────────────────────────────────────────────────────────────


def test_six_met_and_leadership_qualifies_sending_what_was_found(in_review, owner, officer):
    """EL-12, EL-13"""
    find_all(in_review, by=officer)
    director = lead()
    residency = review_actions.qualify(in_review, by=director)

    assert residency.state == "qualified"
    assert set(gates.verdicts(residency).values()) == {"met"}
    assert residency.reviews.get().outcome == "qualified"
    event = residency.stream.events.order_by("seq").last()
    assert event.facts["findings"]["3"] == {"verdict": "met", "reason": "Seen for condition 3.", "reviewer": officer.name}
    assert Message.objects.get(occasion="qualified").to_address == owner.email


def test_operations_cannot_qualify(in_review, officer):
    """Lab leadership decides qualification."""
    find_all(in_review, by=officer)
    with pytest.raises(PermissionDenied):
        review_actions.qualify(in_review, by=officer)
    assert not ConditionFinding.objects.filter(sent_at__isnull=False).exists()


def test_one_condition_short_is_refused_with_each_unmet_one_and_nothing_is_sent(in_review, officer):
    """EL-13, EL-04"""
    for number in (1, 2, 3, 4):
        decide(in_review, number, "met", officer)
    decide(in_review, 5, "not_met", officer)

    with pytest.raises(MoveRefused) as refused:
        review_actions.qualify(in_review, by=lead())

    assert refused.value.codes == {"condition-5-unmet", "condition-6-unmet"}
    assert not ConditionFinding.objects.filter(sent_at__isnull=False).exists()
    assert in_review.reviews.get().closed_at is None
    assert not Message.objects.filter(occasion="qualified").exists()


def test_a_decline_carries_a_reason_a_referral_and_what_was_found(in_review, owner, officer):
    """EL-14"""
    decide(in_review, 3, "not_met", officer)
    residency = review_actions.decline(in_review, reason="A form builder does this.", referred_to="rapid", by=lead())

    assert (residency.state, residency.referred_to, residency.end_reason) == ("declined", "rapid", "A form builder does this.")
    assert gates.verdicts(residency) == {3: "not_met"}
    assert "A form builder does this." in Message.objects.get(occasion="declined").text


@pytest.mark.parametrize(
    ("reason", "referred_to", "codes"),
    [("", "network", {"no-reason"}), ("Too small.", "", {"no-referral"}), ("Too small.", "moon", {"no-referral"})],
)
def test_a_decline_without_a_reason_or_a_referral_is_refused(in_review, officer, reason, referred_to, codes):
    """EL-14"""
    decide(in_review, 3, "not_met", officer)
    with pytest.raises(MoveRefused) as refused:
        review_actions.decline(in_review, reason=reason, referred_to=referred_to, by=lead())

    assert refused.value.codes == codes
    assert gates.verdicts(in_review) == {}


@pytest.mark.parametrize("act", ["prepare_agreement", "circulate_agreement", "sign_agreement"])
def test_no_agreement_before_all_six_are_met(in_review, officer, act):
    """EL-13: the gate that every route to an agreement asks."""
    find_all(in_review, by=officer)
    refused = {finding.code for finding in findings_before(act, in_review.stream, in_review.reviews.get().opened_at.date())}

    assert {f"condition-{number}-unmet" for number in range(1, 7)} | {"not-qualified"} == refused


@pytest.mark.parametrize("act", ["prepare_agreement", "circulate_agreement", "sign_agreement"])
def test_an_agreement_may_follow_once_all_six_are_met(act):
    residency = qualified_residency()
    assert findings_before(act, residency.stream, residency.reviews.get().opened_at.date()) == []
