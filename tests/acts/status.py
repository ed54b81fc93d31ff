"""Acts on status reports, their questions, and decisions."""

from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from oversight.models import DecisionWanted
from oversight.status.actions import decisions, questions, reports
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.oversight import status
from tests.oversight.status import DAY


@scenario("oversight.status.actions.reports.plan_reports")
def plan_reports() -> Act:
    today = timezone.localdate()
    fields = {"cadence": "monthly", "next_due_on": today + 9 * DAY, "bodies": [status.group()], "person": person(), "shown_revision": 0}
    return partial(reports.plan_reports, status.started(), **fields, by=account("lab_ops"))


@scenario("oversight.status.actions.reports.plan_missing_reports")
def plan_missing_reports() -> Act:
    status.started()
    return partial(reports.plan_missing_reports, by=SYSTEM)


@scenario("oversight.status.actions.reports.draft_report")
def draft_report() -> Act:
    return partial(reports.draft_report, status.started(), by=account("lab_ops"))


@scenario("oversight.status.actions.reports.edit_report")
def edit_report() -> Act:
    report = status.draft()
    fields = {"summary": "Behind.", "done": "Held a review.", "upcoming": "Hold one.", "health": {"money": ("green", "It is confirmed.")}}
    return partial(reports.edit_report, report, **fields, bodies=[status.group()], shown_revision=report.revision, by=account("lab_ops"))


@scenario("oversight.status.actions.reports.update_facts")
def update_facts() -> Act:
    return partial(reports.update_facts, status.draft(), by=account("lab_ops"))


@scenario("oversight.status.actions.reports.discard_report")
def discard_report() -> Act:
    return partial(reports.discard_report, status.draft(), by=account("lab_ops"))


@scenario("oversight.status.actions.reports.send_report")
def send_report() -> Act:
    report = status.edited(status.draft())
    return partial(reports.send_report, report, shown_revision=report.revision, by=account("lab_ops"))


@scenario("oversight.status.actions.questions.ask_question")
def ask_question() -> Act:
    fields = {"question": "How many people use it?", "due_on": timezone.localdate() + DAY, "person": person()}
    return partial(questions.ask_question, status.draft(), **fields, by=account("lab_ops"))


@scenario("oversight.status.actions.questions.withdraw_question")
def withdraw_question() -> Act:
    return partial(questions.withdraw_question, status.question(), by=account("lab_ops"))


@scenario("oversight.status.actions.questions.answer_question")
def answer_question() -> Act:
    user = account("viewer")
    line = status.question(person=person(user=user, email=user.email))
    return partial(questions.answer_question, line, answer="About 400.", by=user)


@scenario("oversight.status.actions.decisions.want_decision")
def want_decision() -> Act:
    fields = {"text": "Agree to a second vendor.", "body": status.group(), "due_on": timezone.localdate() + DAY}
    return partial(decisions.want_decision, status.draft(), **fields, by=account("lab_ops"))


@scenario("oversight.status.actions.decisions.remove_decision")
def remove_decision() -> Act:
    return partial(decisions.remove_decision, status.wanted(), by=account("lab_ops"))


@scenario("oversight.status.actions.decisions.answer_decision")
def answer_decision() -> Act:
    decision = status.asked()
    member = decision.body.seats.all()[0].person
    fields = {"outcome": "deferred", "text": "Not yet.", "answered_on": timezone.localdate(), "deferred_until": timezone.localdate() + DAY}
    return partial(decisions.answer_decision, decision, **fields, person=member, shown_revision=decision.revision, by=account("lab_ops"))


@scenario("oversight.status.actions.decisions.correct_answer")
def correct_answer() -> Act:
    answer = status.answered(status.asked())
    decision = DecisionWanted.objects.select_related("body", "report__stream").get(pk=answer.decision_id)
    answer.decision = decision
    fields = {"outcome": "declined", "text": "It was declined.", "answered_on": timezone.localdate(), "person": answer.person}
    return partial(decisions.correct_answer, answer, **fields, shown_revision=decision.revision, by=account("lab_ops"))
