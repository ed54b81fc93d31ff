"""Status reports from draft to decision: drafted from the subject's own data, sent once, never changed (EL-96)."""

import datetime
import json

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from acts.act import SYSTEM
from acts.revisions import Stale
from findings import Refused
from ledger import records
from ledger.compare_records import mismatches
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.choices import DecisionState, ReportState
from oversight.models import DecisionAnswer, DecisionWanted, HealthRating, LineLink, ReportingPlan, StatusReport
from oversight.status import links
from oversight.status.actions import decisions, questions, reports
from oversight.status.facts import Period, gather
from oversight.status.queries import how_often_green_turned_red
from oversight.status.todo import decisions_waiting, reports_due
from people.merging import merge_people
from residencies.lifecycle import actions as lifecycle_actions
from residencies.models import Residency
from residencies.models.states import State
from tests.clock import TODAY
from tests.factories import account, person
from tests.oversight import barriers, factories, task_rows
from tests.oversight.status import DAY, answered, asked, draft, edited, fresh, group, question, sent, started, wanted
from tests.residencies.rows import residency
from tests.teams import factories as teams

pytestmark = pytest.mark.django_db


def codes(refused):
    return {finding.code for finding in refused.value.findings}


def history(of):
    return list(of.stream.events.order_by("seq").values_list("act", flat=True))


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def busy(ops):
    """A residency about which every source has something to say."""
    row = started()
    teams.sprinting(row, by=ops)
    teams.seat(row, by=ops)
    factories.budget(row, dollars=1_000, by=ops)
    factories.entry(row, by=ops)  # $1,250.50: over budget
    factories.contract(row, days_left=20, by=ops)
    task_rows.checklist(row).items.update(due_on=TODAY + 90 * DAY)
    task_rows.task(row, "pia", due_on=TODAY - DAY)
    task_rows.task(row, "stra", state="done", done_on=TODAY - 2 * DAY)
    barriers.barrier(row, by=ops, severity="critical")
    barriers.risk(row, by=ops, likelihood=5, impact=5)
    return row


def test_a_draft_is_written_from_what_happened_since_the_last_report(busy, ops):
    report = draft(busy, by=ops)
    assert "Completed 1 task: Security threat and risk assessment." in report.done_lines
    assert "Raised: No one may sign for access to the data." in report.done_lines
    assert any(line.startswith("Spent $1,25") for line in report.done_lines)
    assert any("Privacy impact assessment" in line for line in report.upcoming_lines)
    assert any(line.startswith("Resolve the barrier") for line in report.upcoming_lines)
    assert {rating.dimension: rating.proposed for rating in report.ratings.all()} | {"people": ""} == {
        "scope": "amber",
        "people": "",
        "money": "red",
        "risk": "red",
    }
    assert report.from_on == busy.started_on


def test_the_next_draft_covers_the_days_after_the_last_report(busy, ops):
    sent(draft(busy, by=ops), by=ops)
    with time_machine.travel(timezone.now() + 14 * DAY):
        report = draft(busy, by=ops)
        assert (report.number, report.from_on) == (2, TODAY + DAY)
        assert not any("Completed" in line for line in report.done_lines)


def test_drafting_takes_at_most_15_queries_however_much_there_is(busy, ops, django_assert_max_num_queries):
    for number in range(6):
        barriers.barrier(busy, by=ops, text=f"Barrier {number}")
        barriers.risk(busy, by=ops, text=f"Risk {number}")
        factories.entry(busy, by=ops)
    row = Residency.objects.get(pk=busy.pk)
    with django_assert_max_num_queries(15):
        gather(row, Period(TODAY - 30 * DAY, TODAY))


def test_there_is_one_draft_at_a_time(ops):
    row = started()
    draft(row, by=ops)
    with pytest.raises(Refused) as refused:
        draft(row, by=ops)
    assert codes(refused) == {"report-draft"}


def test_another_colour_needs_a_reason_and_both_are_kept(ops):
    report = draft(by=ops)
    with pytest.raises(Refused) as refused:
        edited(report, by=ops, health={"money": ("green", " ")})
    assert codes(refused) == {"health-no-reason"}
    report = sent(report, by=ops, health={"money": ("green", "The budget was approved yesterday.")})
    rating = report.ratings.get(dimension="money")
    assert (rating.proposed, rating.colour, rating.reason, rating.decided_by) == (
        "amber",
        "green",
        "The budget was approved yesterday.",
        ops,
    )
    assert rating.because == "There is no budget for this fiscal year yet."


def test_the_database_keeps_no_other_colour_without_a_reason(ops):
    report = draft(by=ops)
    with pytest.raises(IntegrityError), transaction.atomic():
        HealthRating.objects.filter(report=report, dimension="money").update(colour="green")


def test_an_edit_that_was_saved_second_is_refused(ops):
    report = draft(by=ops)
    edited(report, by=ops)
    with pytest.raises(Stale):
        reports.edit_report(report, summary="", done="x", upcoming="", health={}, bodies=[], shown_revision=report.revision, by=ops)


def test_a_discarded_draft_stays_on_record_and_the_next_one_takes_a_new_number(ops):
    row = started()
    reports.discard_report(draft(row, by=ops), by=ops)
    assert draft(row, by=ops).number == 2
    assert StatusReport.objects.filter(stream=row.stream, state=ReportState.DISCARDED).count() == 1


# ── Sending ──────────────────────────────────────────────────────────────────────────────────


def test_sending_freezes_the_report_and_everything_in_it(ops):
    decision = wanted(by=ops)
    line = question(decision.report, by=ops)
    report = sent(decision.report, decision.body, by=ops)
    with pytest.raises(Refused) as refused:
        edited(report, by=ops)
    assert codes(refused) == {"report-not-draft"}
    rows = [
        (StatusReport.objects.filter(pk=report.pk), {"done": "Else."}),
        (StatusReport.objects.filter(pk=report.pk), {"state": "draft"}),
        (report.ratings.all(), {"because": "Else."}),
        (type(line).objects.filter(pk=line.pk), {"answer": "Else.", "answered_at": timezone.now()}),
        (DecisionWanted.objects.filter(pk=decision.pk), {"text": "Else."}),
    ]
    for queryset, changes in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            queryset.update(**changes)
    for queryset in (StatusReport.objects.filter(pk=report.pk), report.recipients.all(), report.ratings.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            queryset._raw_delete(queryset.db)


def test_the_ledger_has_a_hash_of_every_row_of_a_report(ops):
    report = sent(wanted(by=ops).report, by=ops)
    event = report.stream.events.get(act="report-sent")
    assert {"oversight.statusreport", "oversight.healthrating", "oversight.decisionwanted"} <= set(event.facts["records"])
    assert history(report.subject)[-1] == "report-sent"


def test_the_figures_are_stored_as_canonical_json_as_of_sending(busy, ops):
    report = sent(draft(busy, by=ops), by=ops)
    data = json.loads(report.figures)
    assert json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == report.figures
    assert data["facts"]["tasks_overdue"] == 1
    assert data["health"]["money"]["proposed"] == "red"
    assert {"spent", "tasks", "barriers", "risks"} <= {figure["code"] for figure in data["figures"]}


def test_a_report_is_not_sent_with_a_colour_that_the_facts_no_longer_propose(busy, ops):
    report = edited(draft(busy, by=ops), by=ops)
    barriers.closed(busy.stream.barriers.get(), by=ops)
    busy.stream.risks.update(closed_on=TODAY, outcome="Over.")
    with pytest.raises(Refused) as refused:
        reports.send_report(report, shown_revision=report.revision, by=ops)
    assert codes(refused) == {"report-facts-changed"}
    assert "report-sent" not in history(busy)
    report = reports.update_facts(report, by=ops)
    assert reports.send_report(report, shown_revision=report.revision, by=ops).is_sent


def test_a_colour_chosen_against_an_older_proposal_has_to_be_chosen_again(busy, ops):
    """A decision binds to what was decided on."""
    report = edited(draft(busy, by=ops), by=ops, health={"risk": ("amber", "It is in hand.")})
    barriers.closed(busy.stream.barriers.get(), by=ops)
    busy.stream.risks.update(closed_on=TODAY, outcome="Over.")
    with pytest.raises(Refused) as refused:
        reports.send_report(report, shown_revision=report.revision, by=ops)
    assert codes(refused) == {"report-choice-outdated"}
    report = reports.update_facts(report, by=ops)
    rating = report.ratings.get(dimension="risk")
    assert (rating.colour, rating.reason, rating.proposed) == ("", "", "green")


def test_an_empty_report_or_one_for_no_group_is_refused(ops):
    report = draft(by=ops)
    report = reports.edit_report(report, summary="", done="", upcoming="", health={}, bodies=[], shown_revision=report.revision, by=ops)
    with pytest.raises(Refused) as refused:
        reports.send_report(report, shown_revision=report.revision, by=ops)
    assert codes(refused) == {"report-empty", "report-no-body"}


def test_members_of_the_groups_get_one_email_each_and_the_groups_are_remembered(ops):
    both = person()
    first, second = group(both, person(), by=ops), group(both, by=ops)
    decision = wanted(by=ops, body=second)
    report = sent(decision.report, first, second, by=ops)
    mails = Message.objects.filter(occasion="status-report-sent")
    assert mails.count() == 2
    assert "Agree to a second vendor." in mails.get(person=both).text
    assert set(ReportingPlan.objects.get(stream=report.stream).bodies.all()) == {first, second}
    with time_machine.travel(timezone.now() + 20 * DAY):
        following = draft(report.subject, by=ops)
    assert {row.body for row in following.recipients.all()} == {first, second}


@pytest.mark.parametrize("role", ["viewer", "admin", "product_owner", None])
def test_others_can_neither_draft_nor_send(ops, role):
    """A product owner reports only on residencies they work on."""
    other = account(*[role] if role else [])
    with pytest.raises(PermissionDenied):
        reports.draft_report(started(), by=other)
    report = edited(draft(by=ops), by=ops)
    with pytest.raises(PermissionDenied):
        reports.send_report(report, shown_revision=report.revision, by=other)


def test_a_product_owner_reports_and_the_role_is_recorded(ops, owner):
    row = started(kept_by=owner)
    report = sent(draft(row, by=owner), group(by=ops), by=owner)
    assert (report.sent_by, report.sent_as) == (owner, "product_owner")


# ── Questions ────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_answered_by_the_link_in_its_mail_until_the_report_is_sent(ops):
    line = question(by=ops)
    message = Message.objects.get(occasion="status-question")
    assert message.mint == {"answer_link": ["oversight.links.issue_line", {"line": line.pk}]}
    token = links.issue_line_link(line.pk).rsplit("/", 1)[1]
    link = links.line_link(token)
    holder = links.LineLinkHolder(link)
    row = questions.answer_question(link.line, answer="About 400.", by=holder)
    assert row.answer == "About 400."
    assert not LineLink.objects.filter(sha256=token).exists()  # only the hash is stored
    sent(line.report, by=ops)
    with pytest.raises(Refused) as refused:
        questions.answer_question(links.line_link(token).line, answer="Later.", by=holder)
    assert codes(refused) == {"answer-too-late"}


def test_a_link_answers_its_own_question_only(ops):
    line = question(by=ops)
    other = question(line.report, by=ops)
    holder = links.LineLinkHolder(links.line_link(links.issue_line_link(line.pk).rsplit("/", 1)[1]))
    with pytest.raises(PermissionDenied):
        questions.answer_question(other, answer="Mine.", by=holder)


def test_a_withdrawn_question_ends_its_links_and_its_mail(ops):
    line = question(by=ops)
    token = links.issue_line_link(line.pk).rsplit("/", 1)[1]
    questions.withdraw_question(line, by=ops)
    assert links.line_link(token) is None
    assert not Message.objects.waiting().filter(occasion="status-question").exists()


def test_someone_without_an_address_is_not_asked(ops):
    with pytest.raises(Refused) as refused:
        question(by=ops, person=person(email=""), question=" ", due_on=TODAY - DAY)
    assert codes(refused) == {"question-no-address", "question-no-text", "question-due-past"}


# ── Decisions ────────────────────────────────────────────────────────────────────────────────


def test_a_decision_is_asked_when_the_report_is_sent_and_accepted_by_a_member(ops):
    user = account(email="chair@example.org")
    member = person(user=user, email=user.email)
    decision = asked(by=ops, body=group(member, by=ops))
    assert (decision.state, decision.waits_until) == (DecisionState.OPEN, decision.due_on)
    answer = answered(decision, by=user, person=None)
    decision.refresh_from_db()
    assert (decision.state, decision.waits_until, answer.person, answer.recorded_by) == ("accepted", None, member, user)
    assert Message.objects.filter(occasion="decision-answered", person__user=ops).count() == (1 if hasattr(ops, "person") else 0)


def test_a_deferred_decision_is_due_again_on_the_day_the_group_chose(ops):
    decision = asked(by=ops)
    later = TODAY + 40 * DAY
    with pytest.raises(Refused) as refused:
        answered(decision, by=ops, outcome="deferred")
    assert codes(refused) == {"decision-until"}
    answered(decision, by=ops, outcome="deferred", deferred_until=later)
    decision.refresh_from_db()
    assert (decision.state, decision.waits_until) == (DecisionState.OPEN, later)
    answered(decision, by=ops, outcome="declined")
    assert [answer.outcome for answer in decision.answers.all()] == ["deferred", "declined"]


def test_an_answer_is_final_and_a_correction_names_the_old_one(ops):
    decision = asked(by=ops)
    first = answered(decision, by=ops)
    with pytest.raises(Refused) as refused:
        answered(decision, by=ops, outcome="declined")
    assert codes(refused) == {"decision-closed"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionAnswer.objects.filter(pk=first.pk).update(outcome="declined")
    current = DecisionWanted.objects.select_related("body", "report__stream", "report__sent_by").get(pk=decision.pk)
    first.decision = current
    fields = {"outcome": "declined", "text": "The minutes say so.", "answered_on": TODAY, "person": first.person}
    second = decisions.correct_answer(first, **fields, shown_revision=current.revision, by=ops)
    assert second.corrects == first
    current.refresh_from_db()
    assert current.state == DecisionState.DECLINED
    first.decision = second.decision = current
    with pytest.raises(Refused) as refused:
        decisions.correct_answer(first, **fields, shown_revision=current.revision, by=ops)
    assert codes(refused) == {"answer-not-last"}


def test_only_someone_who_was_a_member_on_that_day_answers(ops):
    with pytest.raises(Refused) as refused:
        answered(asked(by=ops), by=ops, person=person(), text=" ")
    assert codes(refused) == {"decision-not-a-member", "decision-no-reason"}


def test_neither_outsiders_nor_people_who_work_on_the_subject_decide_about_it(ops, owner):
    """OP-03: a member of the group who works on the residency doesn't decide about it."""
    row = started(kept_by=owner)
    decision = asked(row, by=ops, body=group(person(user=owner, email=owner.email), by=ops))
    for other in (owner, account("viewer"), account("product_owner")):
        with pytest.raises(PermissionDenied):
            answered(decision, by=other)


# ── When reports are due ─────────────────────────────────────────────────────────────────────


def test_the_sweep_plans_reports_once_for_what_has_started(ops):
    row, idle = started(), residency(State.QUALIFIED)
    assert reports.plan_missing_reports(by=SYSTEM) == 1
    assert reports.plan_missing_reports(by=SYSTEM) == 0
    plan = ReportingPlan.objects.get(stream=row.stream)
    assert (plan.cadence, plan.next_due_on) == ("usual", TODAY + 7 * DAY)
    assert not ReportingPlan.objects.filter(stream=idle.stream).exists()


def test_sending_sets_the_next_due_date_and_takes_the_line_off_home(ops):
    row = started()
    reports.plan_missing_reports(by=SYSTEM)
    assert [line.url for line in reports_due(TODAY)] == [f"/residencies/{row.reference}/status/"]
    sent(draft(row, by=ops), by=ops)
    assert reports_due(TODAY) == []
    assert ReportingPlan.objects.get(stream=row.stream).next_due_on > TODAY + 25 * DAY


def test_a_plan_can_say_that_no_reports_are_due(ops):
    row = started()
    plan = reports.plan_reports(row, cadence="none", next_due_on=None, bodies=[], shown_revision=0, by=ops)
    assert plan.next_due_on is None
    sent(draft(row, by=ops), by=ops)
    assert ReportingPlan.objects.get(stream=row.stream).next_due_on is None


def test_a_40_day_outage_sends_one_useful_message_per_occasion(ops):
    """EL-65: what was missed is made up for by the last reminder that is still useful."""
    lead = person(user=ops, email=ops.email)
    row = started(owner=ops)
    decision = asked(row, by=ops, due_on=TODAY + 20 * DAY)
    reports.plan_reports(
        row,
        cadence="monthly",
        next_due_on=TODAY + 20 * DAY,
        bodies=[],
        shown_revision=ReportingPlan.objects.get(stream=row.stream).revision,
        by=ops,
    )
    line = question(draft(row, by=ops), by=ops, due_on=TODAY + 20 * DAY)
    sweep()
    occasions = {"status-report-due": lead, "decision-due": decision.body.seats.get().person, "status-question-due": line.contributor}
    assert not Message.objects.filter(occasion__in=occasions).exists()
    with time_machine.travel(timezone.now() + 60 * DAY):
        sweep()
        for occasion, to in occasions.items():
            useful = Message.objects.filter(occasion=occasion, state="queued")
            assert [message.person for message in useful] == [to], occasion


def test_an_answer_stops_the_reminders_about_its_decision(ops):
    decision = asked(by=ops)
    answered(decision, by=ops)
    with time_machine.travel(timezone.now() + 14 * DAY):
        sweep()
        assert not Message.objects.filter(occasion="decision-due").exists()


def test_an_open_decision_is_on_home_until_it_is_answered(ops):
    decision = asked(by=ops)
    (line,) = decisions_waiting(TODAY)
    assert (line.due_on, line.waits) == (decision.due_on, True)
    assert not decisions_waiting(decision.due_on + DAY)[0].waits
    answered(decision, by=ops)
    assert decisions_waiting(TODAY) == []


# ── The end, and other people ────────────────────────────────────────────────────────────────


def test_the_end_discards_the_draft_withdraws_decisions_and_asks_for_no_more_reports(ops, owner):
    row = residency(State.IN_REVIEW, kept_by=owner)
    decision = asked(row, by=ops)
    report = draft(row, by=ops)
    reports.plan_reports(
        row, cadence="monthly", next_due_on=None, bodies=[], shown_revision=ReportingPlan.objects.get(stream=row.stream).revision, by=ops
    )
    lifecycle_actions.withdraw(Residency.objects.get(pk=row.pk), reason="It ended.", by=owner)
    decision.refresh_from_db()
    assert (fresh(report).state, decision.state, decision.waits_until) == ("discarded", "withdrawn", None)
    assert ReportingPlan.objects.get(stream=row.stream).next_due_on is None
    assert "reports-ended" in history(row)
    assert reports_due(TODAY + 300 * DAY) == decisions_waiting(TODAY) == []


def test_merging_moves_open_questions_and_leaves_what_was_sent(ops):
    old, kept = person(), person()
    line = question(by=ops, person=old)
    before = question(by=ops, person=old)
    sent(before.report, by=ops)
    merge_people(kept, old, reason="The same person.", by=ops)
    for row, who in ((line, kept), (before, old)):
        row.refresh_from_db()
        assert row.contributor == who


def test_how_often_green_turned_red_is_counted_from_sent_reports(ops):
    row, body = started(), group(by=ops)
    with time_machine.travel(timezone.now() - 100 * DAY):
        sent(draft(row, by=ops), body, by=ops, health={"money": ("green", "It was promised.")})
    with time_machine.travel(timezone.now() - 80 * DAY):
        sent(draft(row, by=ops), body, by=ops, health={"money": ("red", "It wasn't.")})
    (counted,) = how_often_green_turned_red(TODAY)
    assert (counted.role, counted.turned.red, counted.turned.is_shown) == ("Lab operations", 1, counted.turned.green >= 5)


def test_records_match_the_ledger_after_a_whole_report(ops):
    decision = asked(by=ops)
    answered(decision, by=ops)
    labels = [kind.label for kind in records.kinds() if kind.label.startswith("oversight.")]
    assert mismatches(decision.report.stream, labels) == []


def test_a_report_reads_the_same_years_later(ops):
    """EL-97: as of its moment, whatever is corrected afterwards."""
    row = started()
    report = sent(draft(row, by=ops), by=ops)
    figures = report.figures
    factories.budget(row, by=ops)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=700)):
        assert fresh(report).figures == figures


def test_a_report_that_is_sent_is_issued_as_a_document_with_the_same_words(busy, ops):
    """EL-96, EL-97: the sealed PDF says what the page says."""
    report = sent(question(draft(busy, by=ops), by=ops).report, by=ops, health={"risk": ("amber", "It is in hand.")})
    printed = json.dumps(report.document.seal.printed["parts"], ensure_ascii=False)
    for words in (*report.done_lines, *report.upcoming_lines, "It is in hand. Chosen by", "The facts propose red", "no answer; it was due"):
        assert words.replace('"', '\\"') in printed
    assert report.document.title == "Status report 1"
