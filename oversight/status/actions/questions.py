"""Acts on a draft's questions to people: ask, withdraw, answer (EL-96)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append
from outbox.queue import withdraw
from oversight.models import LineLink, ReportLine, StatusReport
from oversight.status import mail
from oversight.status.actions.reports import locked_draft
from oversight.status.rules import PLACE
from people.actions import known_or_new
from people.models import Person


@act("oversight.keep_report")
def ask_question(
    report: StatusReport,
    *,
    question: str,
    due_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
) -> ReportLine:
    """Ask a person a question for a draft; they get an email with a link for answering it without an account.

    `name` and `email` are for someone new. Raises `Refused` with everything that is wrong: `question-no-text`,
    `question-no-person`, `question-no-address`, `question-due-past`, `report-not-draft`, `ended`.
    """
    current = locked_draft(report)
    if person is None and name.strip():
        person = known_or_new(name=name, email=email, by=by)
    findings: list[Finding] = []
    if not question.strip():
        findings.append(blocking("question-no-text", _("The question is missing."), _("Ask one thing, in one sentence."), PLACE))
    if person is None:
        findings.append(blocking("question-no-person", _("No one is chosen."), _("Choose who can answer."), PLACE))
    elif not (person.email or person.user_id):
        message = _("%(name)s has no email address on record, so the question wouldn’t arrive.") % {"name": person.name}
        findings.append(blocking("question-no-address", message, _("Add the address first, or ask someone else."), PLACE))
    if due_on < timezone.localdate():
        findings.append(blocking("question-due-past", _("The answer can’t be due in the past."), _("Choose today or a later date."), PLACE))
    if findings or person is None:
        raise Refused(findings)
    line = ReportLine.objects.create(report=current, contributor=person, question=question, due_on=due_on, asked_by=account_of(by))
    facts = {"report": current.number, "question": line.question, "name": person.name, "due": due_on}
    append(current.stream, "report-question-asked", by=by, facts=facts)
    mail.question_asked(line)
    return line


@act("oversight.keep_report", on="line.report")
def withdraw_question(line: ReportLine, *, by: Actor) -> None:
    """Remove a question that isn't needed any more from a draft. Its links stop working. Raises `Refused` (`question-answered`)."""
    current = locked_draft(line.report)
    row = ReportLine.objects.select_for_update().filter(pk=line.pk).first()
    if row is None:
        return
    if row.answered_at:
        message = _("This question has been answered, so it stays in the report.")
        raise refuse("question-answered", message, _("Use the answer in your text, or leave it as it is."), PLACE)
    facts = {"report": current.number, "question": row.question}
    withdraw(mail.QUESTION, current.stream, key_part=mail.key_of(row))
    LineLink.objects.filter(line=row).delete()
    row.delete()
    append(current.stream, "report-question-withdrawn", by=by, facts=facts)


@act("oversight.answer_line")
def answer_question(line: ReportLine, *, answer: str, by: Actor) -> ReportLine:
    """Answer a question, or change the answer, until the report is sent; by the person's account or by the link in their mail.

    Raises `Refused` (`answer-missing`, `answer-too-late`, `ended`).
    """
    if not line.report.is_draft:
        raise refuse("answer-too-late", _("The report has been sent, so it can’t take your answer."), _("Reply to the email instead."))
    current = locked_draft(line.report)
    row = ReportLine.objects.select_for_update().select_related("contributor").get(pk=line.pk)
    if not answer.strip():
        raise refuse("answer-missing", _("The answer is missing."), _("Write a sentence or two."))
    row.answer, row.answered_at = answer.strip(), timezone.now()
    row.save(update_fields=["answer", "answered_at"])
    row.report = current
    facts = {"report": current.number, "question": row.question, "name": row.contributor.name}
    append(current.stream, "report-question-answered", by=by, facts=facts)
    return row
