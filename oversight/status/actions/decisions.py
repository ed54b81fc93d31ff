"""Acts on the decisions that a report asks of a group: ask, remove, answer, correct (EL-96)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from dates.plausible import not_happened
from findings import Finding, Refused, blocking, refuse
from ledger.actions import append
from ledger.subjects import lock
from oversight.choices import DecisionState, Outcome
from oversight.models import DecisionAnswer, DecisionWanted, StatusReport
from oversight.status import mail
from oversight.status.actions.reports import locked_draft
from oversight.status.rules import PLACE
from people.models import Body, BodySeat, Person

STATE_AFTER = {
    Outcome.ACCEPTED: DecisionState.ACCEPTED,
    Outcome.DECLINED: DecisionState.DECLINED,
    Outcome.DEFERRED: DecisionState.OPEN,
}


@act("oversight.keep_report")
def want_decision(report: StatusReport, *, text: str, body: Body, due_on: datetime.date, by: Actor) -> DecisionWanted:
    """Add a decision to a draft, which the group is asked for when the report is sent.

    Raises `Refused` with everything that is wrong: `decision-no-text`, `decision-due-past`, `report-not-draft`, `ended`.
    """
    current = locked_draft(report)
    findings: list[Finding] = []
    if not text.strip():
        message = _("The decision isn’t described.")
        findings.append(blocking("decision-no-text", message, _("Say what the group should decide, and what you recommend."), PLACE))
    if due_on < timezone.localdate():
        findings.append(
            blocking("decision-due-past", _("The decision can’t be due in the past."), _("Choose today or a later date."), PLACE)
        )
    if findings:
        raise Refused(findings)
    # Safe under the report's lock: two decisions added at once get different numbers.
    last = current.decisions.aggregate(last=Max("number"))["last"] or 0
    decision = DecisionWanted.objects.create(report=current, number=last + 1, body=body, text=text.strip(), due_on=due_on)
    append(current.stream, "decision-added", by=by, facts={**_facts(decision), "body": body.name, "due": due_on})
    return decision


@act("oversight.keep_report", on="decision.report")
def remove_decision(decision: DecisionWanted, *, by: Actor) -> None:
    """Remove a decision from a draft. Removing it again does nothing."""
    current = locked_draft(decision.report)
    row = DecisionWanted.objects.select_for_update().filter(pk=decision.pk).first()
    if row is None:
        return
    row.report = current
    facts = _facts(row)
    row.delete()
    append(current.stream, "decision-removed", by=by, facts=facts)


@act("oversight.answer_decision")
def answer_decision(
    decision: DecisionWanted,
    *,
    outcome: str,
    text: str,
    answered_on: datetime.date,
    shown_revision: int,
    by: Actor,
    person: Person | None = None,
    deferred_until: datetime.date | None = None,
) -> DecisionAnswer:
    """Answer a decision for the group: accepted, declined, or deferred until a day, on which it is due again.

    A member answers for themselves; lab staff record the answer of `person`, a member on that day. An answer is final. Raises
    `Stale`, and `Refused` with everything that is wrong: `decision-closed`, `decision-no-reason`, `decision-until`,
    `decision-not-a-member`, `day-to-come`, `ended`.
    """
    current = _locked(decision)
    refuse_if_stale(current, shown_revision)
    if not current.is_open:
        message = _("This decision isn’t open.")
        raise refuse("decision-closed", message, _("If the answer is wrong, correct it; the old one stays on record."), PLACE)
    answer = _answer(current, outcome, text, answered_on, deferred_until, person, by)
    facts = {**_facts(current), "body": current.body.name, "outcome": answer.outcome, "name": answer.person.name, "until": deferred_until}
    append(current.report.stream, "decision-answered", by=by, facts=facts, to_state=current.state)
    mail.decision_answered(answer)
    return answer


@act("oversight.answer_decision", on="answer.decision")
def correct_answer(
    answer: DecisionAnswer,
    *,
    outcome: str,
    text: str,
    answered_on: datetime.date,
    shown_revision: int,
    by: Actor,
    person: Person | None = None,
    deferred_until: datetime.date | None = None,
) -> DecisionAnswer:
    """Correct the last answer to a decision with a new one that names it; the old one stays on record.

    Raises `Stale`, and `Refused` as `answer_decision` does, with `answer-not-last` for an answer that others followed.
    """
    current = _locked(answer.decision)
    refuse_if_stale(current, shown_revision)
    last = current.answers.order_by("-number").first()
    if last is None or last.pk != answer.pk:
        message = _("A later answer has replaced this one.")
        raise refuse("answer-not-last", message, _("Correct the last answer instead."), PLACE)
    corrected = _answer(current, outcome, text, answered_on, deferred_until, person, by, corrects=last)
    facts = {
        **_facts(current),
        "body": current.body.name,
        "outcome": corrected.outcome,
        "before": last.outcome,
        "name": corrected.person.name,
    }
    append(current.report.stream, "decision-corrected", by=by, facts=facts, to_state=current.state)
    mail.decision_answered(corrected)
    return corrected


# ── Parts ────────────────────────────────────────────────────────────────────────────────────


@part
def _answer(
    decision: DecisionWanted,
    outcome: str,
    text: str,
    answered_on: datetime.date,
    deferred_until: datetime.date | None,
    person: Person | None,
    by: Actor,
    corrects: DecisionAnswer | None = None,
) -> DecisionAnswer:
    chosen, today = Outcome(outcome), timezone.localdate()
    account = account_of(by)
    seats = BodySeat.objects.filter(body=decision.body).on(answered_on)
    own = seats.filter(person__user=account).select_related("person").first() if account else None
    if person is None and own is not None:
        person = own.person
    findings = list(not_happened(answered_on, today, since=None))
    if person is None or not seats.filter(person=person).exists():
        message = _("It doesn’t say which member of the %(body)s gave the answer.") % {"body": decision.body}
        findings.append(blocking("decision-not-a-member", message, _("Choose someone who was a member on that day."), PLACE))
    if not text.strip():
        findings.append(blocking("decision-no-reason", _("The reason is missing."), _("Say why, and what follows from it."), PLACE))
    if chosen == Outcome.DEFERRED and (deferred_until is None or deferred_until <= today):
        message = _("A deferred decision needs the date the group will decide.")
        findings.append(blocking("decision-until", message, _("Choose a date after today."), PLACE))
    if findings or person is None:
        raise Refused(findings)
    last = decision.answers.aggregate(last=Max("number"))["last"] or 0
    until = deferred_until if chosen == Outcome.DEFERRED else None
    answer = DecisionAnswer.objects.create(
        decision=decision, number=last + 1, outcome=chosen, text=text.strip(), answered_on=answered_on, deferred_until=until,
        person=person, recorded_by=account, corrects=corrects,
    )  # fmt: skip
    decision.state, decision.waits_until = STATE_AFTER[chosen], until
    decision.revision += 1
    decision.save(update_fields=["state", "waits_until", "revision"])
    return answer


@part
def withdraw_decisions(decisions: Iterable[DecisionWanted]) -> None:
    """Withdraw open decisions because their subject has ended; part of the act that ended it, under their locks."""
    for decision in decisions:
        decision.state, decision.waits_until = DecisionState.WITHDRAWN, None
        decision.revision += 1
        decision.save(update_fields=["state", "waits_until", "revision"])


def _locked(decision: DecisionWanted) -> DecisionWanted:
    """Lock the subject, then the decision, and return it as it is now."""
    report = decision.report
    lock(report.stream)
    current = DecisionWanted.objects.select_for_update(of=("self",)).select_related("body").get(pk=decision.pk)
    current.report = report
    return current


def _facts(decision: DecisionWanted) -> dict[str, Any]:
    return {"report": decision.report.number, "decision": decision.text}
