"""Acts on risks: add, describe, rate again after an action, close (EL-73)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from findings import Refused, blocking, refuse
from ledger.actions import append, revise
from ledger.subjects import Subject, lock
from oversight.barriers.actions import locked, why_ended
from oversight.barriers.rules import PLACE, risk_closed_fault
from oversight.models import Category, Risk, RiskRating


@act("oversight.raise_barrier")
def add_risk(
    subject: Subject,
    *,
    text: str,
    likelihood: int,
    impact: int,
    next_review_on: datetime.date,
    by: Actor,
    category: Category | None = None,
    response: str = "",
) -> Risk:
    """Add a risk with its first rating and its next review date. Raises `Refused` (`risk-no-text`, `risk-review-past`, `ended`)."""
    lock(subject.stream)
    today = timezone.localdate()
    _settle(text, next_review_on, today)
    risk = Risk.objects.create(
        stream=subject.stream, text=text, category=category, response=response.strip(),
        next_review_on=next_review_on, raised_by=account_of(by), raised_on=today,
    )  # fmt: skip
    _rate(risk, 1, likelihood, impact, _("First rating"), by)
    facts = {"risk": risk.text, "likelihood": likelihood, "impact": impact, "next_review_on": next_review_on}
    append(subject.stream, "risk-added", by=by, facts=facts)
    return risk


@act("oversight.keep_barrier")
def edit_risk(risk: Risk, *, shown_revision: int, by: Actor, **changes: Any) -> Risk:
    """Edit the description of a risk and the response to it. Raises `Stale`, and `Refused` (`risk-closed`, `risk-no-text`, `risk-review-past`)."""
    current = _locked(risk)
    next_review_on = changes.get("next_review_on", current.next_review_on)
    if next_review_on != current.next_review_on or not str(changes.get("text", current.text)).strip():
        _settle(str(changes.get("text", current.text)), next_review_on, timezone.localdate())
    return revise(
        current,
        shown_revision=shown_revision,
        changes=changes,
        act="risk-edited",
        by=by,
        stream=current.stream,
        facts={"risk": current.text},
    )


@act("oversight.keep_barrier")
def rate_risk(
    risk: Risk, *, likelihood: int, impact: int, because_of: str, next_review_on: datetime.date, shown_revision: int, by: Actor
) -> RiskRating:
    """Rate a risk again after an action, and set its next review date. Earlier ratings don't change.

    Raises `Stale`, and `Refused` (`risk-closed`, `risk-no-action`, `risk-review-past`).
    """
    current = _locked(risk)
    refuse_if_stale(current, shown_revision)
    if not because_of.strip():
        raise refuse("risk-no-action", _("There’s no description of what was done."), _("Say what changed since the last rating."), PLACE)
    _settle(current.text, next_review_on, timezone.localdate())
    last = current.ratings.order_by("-number").first()
    rating = _rate(current, last.number + 1 if last else 1, likelihood, impact, because_of.strip(), by)
    current.next_review_on = next_review_on
    current.revision += 1
    current.save(update_fields=["next_review_on", "revision"])
    before = {"from_likelihood": last.likelihood, "from_impact": last.impact} if last else {}
    facts = {"risk": current.text, "likelihood": likelihood, "impact": impact, "because_of": rating.because_of, **before}
    append(current.stream, "risk-rated", by=by, facts=facts | {"next_review_on": next_review_on})
    return rating


@act("oversight.keep_barrier")
def close_risk(risk: Risk, *, outcome: str, shown_revision: int, by: Actor) -> Risk:
    """Close a risk: it is over, or it has happened. Raises `Stale`, and `Refused` (`risk-closed`, `risk-no-outcome`)."""
    current = _locked(risk)
    refuse_if_stale(current, shown_revision)
    if not outcome.strip():
        raise refuse("risk-no-outcome", _("The outcome is missing."), _("Say whether it happened, or why it no longer can."), PLACE)
    _close(current, outcome.strip(), by)
    return current


@part
def end_risks(risks: Iterable[Risk], *, by: Actor) -> None:
    """Close risks because their subject has ended; part of the act that ended it, under their locks."""
    for risk in risks:
        _close(risk, why_ended(risk), by)


def _close(risk: Risk, outcome: str, by: Actor) -> None:
    risk.closed_on, risk.outcome = timezone.localdate(), outcome
    risk.revision += 1
    risk.save(update_fields=["closed_on", "outcome", "revision"])
    append(risk.stream, "risk-closed", by=by, facts={"risk": risk.text, "outcome": outcome})


def _locked(risk: Risk) -> Risk:
    """Lock the subject and an open risk. Raises `Refused` (`risk-closed`)."""
    current = locked(risk)
    if not current.is_open:
        raise Refused([risk_closed_fault()])
    return current


def _settle(text: str, next_review_on: datetime.date, today: datetime.date) -> None:
    findings = []
    if not text.strip():
        findings.append(blocking("risk-no-text", _("The risk isn’t described."), _("Say in one sentence what could happen."), PLACE))
    if next_review_on <= today:
        message = _("The next review must be after today.")
        findings.append(blocking("risk-review-past", message, _("Choose a later date."), PLACE))
    if findings:
        raise Refused(findings)


def _rate(risk: Risk, number: int, likelihood: int, impact: int, because_of: str, by: Actor) -> RiskRating:
    risk.score = likelihood * impact
    risk.save(update_fields=["score"])
    return RiskRating.objects.create(
        risk=risk, number=number, on=timezone.localdate(), likelihood=likelihood, impact=impact, because_of=because_of,
        rated_by=account_of(by),
    )  # fmt: skip
