"""A decision counts for the words that it was given to, and for no others (EL-13); what is closed stays closed."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from findings import Refused
from ledger.lifecycle import MoveRefused
from ledger.subjects import findings_before
from residencies.conversations import actions as conversation_actions
from residencies.graduation import actions as graduation_actions
from residencies.intake import actions as intake_actions
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle import gates
from residencies.lifecycle.blockers import blockers
from residencies.listing import todo
from residencies.models import Condition, ConditionFinding, Conversation, Question
from residencies.models.reference_data import Figure
from residencies.models.states import State
from residencies.reference_data import all_figures, figure, set_figure
from residencies.review import actions as review_actions
from tests.actors import ANYONE
from tests.acts.residencies import at
from tests.factories import account
from tests.residencies import conversing
from tests.residencies.factories import applicant, find_all, lead, ops, residency_in_review
from tests.residencies.walks import TODAY

pytestmark = pytest.mark.django_db


def rewritten(residency, owner):
    intake_actions.save_case(residency, 3, case="Something else altogether.", by=owner)


def more_evidence(residency, owner):
    intake_actions.add_evidence_link(residency.conditions.get(number=3), title="A study", url="https://example.org/study", by=owner)


def a_file(residency, owner):
    intake_actions.add_evidence_file(residency.conditions.get(number=3), title="A tally", name="t.csv", content=b"a,b\n1,2\n", by=owner)


def less_evidence(residency, owner):
    intake_actions.withdraw_evidence(residency.conditions.get(number=3).evidence.first(), by=owner)


CHANGES = [rewritten, more_evidence, a_file, less_evidence]


@pytest.fixture
def owner():
    return applicant(name="Priya Wenlock")


@pytest.fixture
def officer():
    return ops(name="Kofi Marchbanks")


def second_round(residency, owner, officer, change=None):
    """The intake sent back after all six were found met, changed by `change`, and sent again."""
    residency = review_actions.ask_for_more(find_all(residency, by=officer), question="Who pays after year one?", by=officer)
    if change:
        change(residency, owner)
    intake_actions.answer_question(Question.objects.latest("pk"), answer="The branch.", by=owner, shown={"answer": ""})
    return review_actions.take_up(intake_actions.submit_intake(residency, by=owner), by=officer)


@pytest.fixture
def in_review(owner, officer):
    return residency_in_review(by=owner, reviewer=officer)


def with_evidence_for_three(residency, owner, officer):
    """Condition 3 gets evidence before anything is decided: sent back once, with nothing found."""
    residency = review_actions.ask_for_more(residency, question="Have you a study?", by=officer)
    more_evidence(residency, owner)
    intake_actions.answer_question(Question.objects.get(), answer="Yes.", by=owner, shown={"answer": ""})
    residency = review_actions.take_up(intake_actions.submit_intake(residency, by=owner), by=officer)
    return residency


@pytest.mark.parametrize("change", CHANGES)
def test_a_condition_found_met_is_met_no_longer_once_case_or_evidence_changed(in_review, owner, officer, change):
    """EL-13: the gate of qualifying, of the agreement, and every display that is derived from it."""
    residency = second_round(with_evidence_for_three(in_review, owner, officer), owner, officer, change)

    with pytest.raises(MoveRefused) as refused:
        review_actions.qualify(residency, by=lead())

    assert refused.value.codes == {"condition-3-unmet"}
    assert "earlier wording" in refused.value.findings[0].message
    assert gates.verdicts(residency)[3] == "earlier_wording"
    assert "earlier wording" in blockers([residency], TODAY)[residency.stream_id].message
    assert todo.open_reviews(TODAY)[0].verb == "Decide 1 condition"
    for act in ("prepare_agreement", "circulate_agreement", "sign_agreement"):
        assert "condition-3-unmet" in {finding.code for finding in findings_before(act, residency.stream, TODAY)}


def test_what_did_not_change_stands_in_the_next_round(in_review, owner, officer):
    residency = second_round(in_review, owner, officer)

    assert set(gates.verdicts(residency).values()) == {"met"}
    assert review_actions.qualify(residency, by=lead()).state == "qualified"


def test_decided_again_on_the_new_words_it_counts(in_review, owner, officer):
    residency = second_round(in_review, owner, officer, rewritten)
    review_actions.decide_condition(residency.conditions.get(number=3), verdict="met", reason="Read again.", by=officer)

    assert review_actions.qualify(residency, by=lead()).state == "qualified"


def test_nobody_decides_on_words_they_were_not_shown(in_review, owner, officer):
    """A review page that was opened before the case changed decides nothing about the case as it is now."""
    shown = in_review.conditions.get(number=3).revision
    residency = second_round(in_review, owner, officer, rewritten)

    with pytest.raises(Refused) as refused:
        review_actions.decide_condition(
            residency.conditions.get(number=3), verdict="met", reason="As I read it.", by=officer, shown_revision=0, case_version=shown
        )

    assert refused.value.codes == {"case-changed"}
    assert Condition.objects.get(residency=residency, number=3).revision > shown


def test_the_review_page_says_that_a_decision_was_on_an_earlier_wording(client, in_review, owner, officer):
    residency = second_round(in_review, owner, officer, rewritten)
    client.force_login(officer)
    page = client.get(f"/residencies/{residency.reference}/review/").content.decode()

    assert page.count("Based on an earlier wording; review again") == 1


def test_a_page_with_the_earlier_case_keeps_what_was_typed(client, in_review, owner, officer):
    """The reviewer reads the case as it is now, with their own words still in the form; saving again then counts."""
    shown = in_review.conditions.get(number=3).revision
    residency = second_round(in_review, owner, officer, rewritten)
    client.force_login(officer)
    posted = {"c3-verdict": "met", "c3-reason": "Typed at length.", "c3-shown_revision": 0, "c3-case_version": shown}
    url = reverse("review-decide", args=[residency.reference])
    answer = client.post(url, posted)

    assert answer.status_code == 409
    assert "Typed at length." in answer.content.decode()
    again = client.post(url, posted | {"c3-case_version": residency.conditions.get(number=3).revision})
    assert again.status_code == 302


# ── What is held, sent or decided is final ───────────────────────────────────────────────────

TABLES = {
    "residencies_conversation": "outcome = 'resolved'",
    "residencies_conditionfinding": "verdict = 'not_met'",
    "residencies_extension": "reason = 'x'",
    "residencies_figure": "value = 1",
    "residencies_question": "text = 'x'",
}


@pytest.mark.parametrize("table", TABLES)
def test_the_database_keeps_what_was_held_sent_or_decided(table):
    """EL-84, EL-12, EL-83, EL-08: whoever asks, on SQLite and on PostgreSQL."""
    closed()
    change = TABLES[table]
    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):  # noqa: S608 - our own names
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def closed():
    """One closed row of each kind."""
    residency, by = at(State.LIVE)
    later = residency.graduation_due_on + datetime.timedelta(days=9)
    graduation_actions.extend_graduation(residency, to_on=later, reason="Hiring.", by=by)
    set_figure("team_most", 8, valid_from=TODAY, by=ANYONE)
    assert ConditionFinding.objects.filter(sent_at__isnull=False).exists()


def held(outcome="resolved"):
    residency, by = at(State.IN_RESIDENCE)
    opened = conversation_actions.open_conversation(residency, expectation="Full time", raised_by="The lab", by=by)
    fields = conversing.outcome(outcome=outcome)
    return conversation_actions.hold_conversation(opened, shown_revision=opened.revision, **fields, by=by), fields, by


def test_a_conversation_that_was_held_is_final():
    """EL-84: from "resolved" to "pivot" only by a new row that names the old one."""
    conversation, fields, by = held()
    with pytest.raises(Refused) as refused:
        conversation_actions.hold_conversation(conversation, shown_revision=conversation.revision, **fields | {"outcome": "pivot"}, by=by)
    assert refused.value.codes == {"held-already"}

    corrected = conversation_actions.correct_conversation(
        conversation, **fields | {"outcome": "pivot"}, reason="The record was wrong.", by=by
    )

    conversation.refresh_from_db()
    assert (conversation.outcome, corrected.outcome, corrected.corrects) == ("resolved", "pivot", conversation)
    with pytest.raises(Refused) as refused:
        conversation_actions.correct_conversation(conversation, **fields, reason="Again.", by=by)
    assert refused.value.codes == {"corrected-already"}


def test_a_pivot_rests_on_no_conversation_that_was_corrected_to_something_else():
    """EL-85"""
    residency, by = at(State.IN_RESIDENCE)
    conversation = Conversation.objects.get(residency=residency)
    fields = conversing.outcome()
    conversation_actions.correct_conversation(conversation, **fields, reason="It was resolved.", by=by)

    with pytest.raises(MoveRefused) as refused:
        lifecycle_actions.pivot(residency, reason="It came to that.", on=TODAY, by=by)
    assert refused.value.codes == {"no-conversation"}


def test_after_the_pivot_its_conversation_is_neither_rewritten_nor_corrected():
    """EL-85"""
    residency, by = at(State.IN_RESIDENCE)
    conversation = Conversation.objects.get(residency=residency)
    lifecycle_actions.pivot(residency, reason="It came to that.", on=TODAY, by=by)
    fields = conversing.outcome()

    for act in (
        lambda: conversation_actions.hold_conversation(conversation, shown_revision=conversation.revision, **fields, by=by),
        lambda: conversation_actions.correct_conversation(conversation, **fields, reason="It was resolved.", by=by),
    ):
        with pytest.raises(Refused):
            act()


def test_each_record_leads_to_the_other(client):
    """EL-84"""
    conversation, fields, by = held()
    corrected = conversation_actions.correct_conversation(conversation, **fields | {"notes": "We met."}, reason="We met in person.", by=by)
    client.force_login(by)
    first, second = (client.get(row.get_absolute_url()).content.decode() for row in (conversation, corrected))

    assert "We talked." in first
    assert f'href="{corrected.get_absolute_url()}"' in first
    assert "We met." in second
    assert f'href="{conversation.get_absolute_url()}"' in second
    assert "We met in person." in first
    assert "We met in person." in second


def test_an_answer_that_went_with_an_earlier_round_is_final(in_review, owner, officer):
    """EL-14"""
    residency = review_actions.ask_for_more(in_review, question="Who pays?", by=officer)
    first = Question.objects.get()
    intake_actions.answer_question(first, answer="The branch.", by=owner)
    residency = review_actions.take_up(intake_actions.submit_intake(residency, by=owner), by=officer)
    review_actions.ask_for_more(residency, question="From when?", by=officer)

    with pytest.raises(Refused) as refused:
        intake_actions.answer_question(first, answer="Nobody.", by=owner)
    assert refused.value.codes == {"answer-sent"}


def test_a_wrong_figure_is_corrected_the_same_day_and_both_stay_on_record():
    """EL-08: who, when, why."""
    by = account("admin")
    set_figure("team_most", 19, valid_from=TODAY, by=by, reason="A larger pilot")
    with pytest.raises(Refused) as refused:
        set_figure("team_most", 9, valid_from=TODAY, by=by)
    assert refused.value.codes == {"no-reason"}

    set_figure("team_most", 9, valid_from=TODAY, by=by, reason="A slip of the finger")

    assert (figure("team_most", TODAY), all_figures(TODAY)["team_most"]) == (9, 9)
    rows = Figure.objects.filter(name="team_most")
    assert [(row.value, row.set_by, row.reason) for row in rows] == [(9, by, "A slip of the finger"), (19, by, "A larger pilot")]
    assert all(row.set_at for row in rows)
