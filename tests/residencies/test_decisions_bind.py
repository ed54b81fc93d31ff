"""A decision counts for the words that it was given to, and for no others (EL-13)."""

import pytest

from findings import Refused
from ledger.subjects import findings_before
from residencies import actions, attention, gates
from residencies.lifecycle import MoveRefused
from residencies.models import Condition, Question
from residencies.obstacles import obstacles
from tests.residencies.factories import applicant, find_all, lead, ops, residency_in_review
from tests.residencies.walks import TODAY

pytestmark = pytest.mark.django_db


def rewritten(residency, owner):
    actions.save_case(residency, 3, case="Something else altogether.", by=owner)


def more_evidence(residency, owner):
    actions.add_evidence_link(residency.conditions.get(number=3), title="A study", url="https://example.org/study", by=owner)


def a_file(residency, owner):
    actions.add_evidence_file(residency.conditions.get(number=3), title="A tally", name="t.csv", content=b"a,b\n1,2\n", by=owner)


def less_evidence(residency, owner):
    actions.withdraw_evidence(residency.conditions.get(number=3).evidence.first(), by=owner)


CHANGES = [rewritten, more_evidence, a_file, less_evidence]


@pytest.fixture
def owner():
    return applicant(name="Priya Wenlock")


@pytest.fixture
def officer():
    return ops(name="Kofi Marchbanks")


def second_round(residency, owner, officer, change=None):
    """The intake sent back after all six were found met, changed by `change`, and sent again."""
    residency = actions.ask_for_more(find_all(residency, by=officer), question="Who pays after year one?", by=officer)
    if change:
        change(residency, owner)
    actions.answer_question(Question.objects.get(), answer="The branch.", by=owner, shown={"answer": ""})
    return actions.take_up(actions.submit_intake(residency, by=owner), by=officer)


@pytest.fixture
def in_review(owner, officer):
    return residency_in_review(by=owner, reviewer=officer)


def with_evidence_for_three(residency, owner, officer):
    """Condition 3 gets evidence before anything is decided: sent back once, with nothing found."""
    residency = actions.ask_for_more(residency, question="Have you a study?", by=officer)
    more_evidence(residency, owner)
    actions.answer_question(Question.objects.get(), answer="Yes.", by=owner, shown={"answer": ""})
    residency = actions.take_up(actions.submit_intake(residency, by=owner), by=officer)
    Question.objects.all().delete()
    return residency


@pytest.mark.parametrize("change", CHANGES)
def test_a_condition_found_met_is_met_no_longer_once_case_or_evidence_changed(in_review, owner, officer, change):
    """EL-13: the gate of qualifying, of the agreement, and every display that is derived from it."""
    residency = second_round(with_evidence_for_three(in_review, owner, officer), owner, officer, change)

    with pytest.raises(MoveRefused) as refused:
        actions.qualify(residency, by=lead())

    assert refused.value.codes == {"condition-3-unmet"}
    assert "earlier wording" in refused.value.findings[0].message
    assert gates.verdicts(residency)[3] == "earlier_wording"
    assert "earlier wording" in obstacles([residency], TODAY)[residency.pk].message
    assert attention.open_reviews()[0].sentence.startswith("Decide 1 condition ")
    for act in ("prepare_agreement", "circulate_agreement", "sign_agreement"):
        assert "condition-3-unmet" in {finding.code for finding in findings_before(act, residency.stream, TODAY)}


def test_what_did_not_change_stands_in_the_next_round(in_review, owner, officer):
    residency = second_round(in_review, owner, officer)

    assert set(gates.verdicts(residency).values()) == {"met"}
    assert actions.qualify(residency, by=lead()).state == "qualified"


def test_decided_again_on_the_new_words_it_counts(in_review, owner, officer):
    residency = second_round(in_review, owner, officer, rewritten)
    actions.decide_condition(residency.conditions.get(number=3), verdict="met", reason="Read again.", by=officer)

    assert actions.qualify(residency, by=lead()).state == "qualified"


def test_nobody_decides_on_words_they_were_not_shown(in_review, owner, officer):
    """A review page that was opened before the case changed decides nothing about the case as it is now."""
    shown = in_review.conditions.get(number=3).version
    residency = second_round(in_review, owner, officer, rewritten)

    with pytest.raises(Refused) as refused:
        actions.decide_condition(
            residency.conditions.get(number=3), verdict="met", reason="As I read it.", by=officer, expected=0, case_version=shown
        )

    assert refused.value.codes == {"case-changed"}
    assert Condition.objects.get(residency=residency, number=3).version > shown


def test_the_review_page_says_that_a_decision_was_on_an_earlier_wording(client, in_review, owner, officer):
    residency = second_round(in_review, owner, officer, rewritten)
    client.force_login(officer)
    page = client.get(f"/residencies/{residency.reference}/review/").content.decode()

    assert page.count("Decided on an earlier wording; review again") == 1


def test_a_page_with_the_earlier_case_keeps_what_was_typed(client, in_review, owner, officer):
    """The reviewer reads the case as it is now, with their own words still in the form; saving again then counts."""
    shown = in_review.conditions.get(number=3).version
    residency = second_round(in_review, owner, officer, rewritten)
    client.force_login(officer)
    posted = {"verdict": "met", "reason": "Typed at length.", "version": 0, "case_version": shown}
    url = f"/residencies/{residency.reference}/review/condition-3/"
    answer = client.post(url, posted)

    assert answer.status_code == 409
    assert "Typed at length." in answer.content.decode()
    again = client.post(url, posted | {"case_version": residency.conditions.get(number=3).version})
    assert again.status_code == 302
