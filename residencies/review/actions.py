"""The lab's review of an intake: finding on each condition, asking for more, and the answer (EL-12 to EL-16)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Stale
from findings import Refused, blocking, refuse
from ledger.actions import append
from ledger.lifecycle import MoveRefused
from residencies.intake.conditions import CONDITIONS
from residencies.intake.queries import drafting_of
from residencies.lifecycle.actions import close_review
from residencies.lifecycle.moves import BY_VERB, LIFECYCLE
from residencies.lifecycle.residency import assign
from residencies.lifecycle.rules import MORE_NEEDED
from residencies.mail import tell_declined, tell_handed_over, tell_more_asked, tell_qualified
from residencies.models import Condition, ConditionFinding, Question, Residency, Review
from residencies.models.states import Referral, State


@act("residencies.take_up")
def take_up(residency: Residency, *, by: Actor, on: datetime.date | None = None) -> Residency:
    """Begin the review; whoever begins it looks after the residency unless somebody does already (EL-16)."""
    residency = LIFECYCLE.move("take_up", residency, by=by, on=on)
    return residency if residency.owner_id else assign(residency, to=account_of(by), by=by)


@act("residencies.review_intake")
def decide_condition(
    condition: Condition, *, verdict: str, reason: str, by: Actor, shown_revision: int | None = None, case_version: int | None = None
) -> ConditionFinding:
    """Draft the finding on one condition, private to the lab until it is sent (EL-12).

    `shown_revision` is the draft's version that `by` was shown (0: none yet), `case_version` the condition's; None for
    whatever is there. Raises `Stale` when a colleague wrote first, and `Refused` unless the intake is in review and a
    reason is given, or when the case that was read isn't the case now (`case-changed`).
    The ledger says that a draft was written and by whom; what it says, once it is sent.
    """
    review = _review_of(condition.residency)
    # Read after the lock: the case may have been rewritten between the page and here.
    condition.refresh_from_db(fields=["revision"])
    draft = ConditionFinding.objects.select_for_update(of=("self",)).filter(review=review, condition=condition).first()
    done = _draft(review, condition, draft, verdict=verdict, reason=reason, by=by, shown_revision=shown_revision, case_version=case_version)
    if not isinstance(done, ConditionFinding):
        raise done
    return done


Drafts = Mapping[int, Mapping[str, Any]]


class StaleDrafts(Stale):
    """Some drafts were written from what is no longer there: a colleague's draft came first, or the case was rewritten.

    `by_condition` has the `Stale` or the `Refused` of each, by the condition's number.
    """

    def __init__(self, residency: Residency, by_condition: Mapping[int, Stale | Refused]) -> None:
        self.by_condition = by_condition
        super().__init__(residency, {})


@act("residencies.review_intake")
def decide_conditions(residency: Residency, drafts: Drafts, *, by: Actor, each_alone: bool = False) -> Mapping[int, Stale | Refused]:
    """Draft the findings on several conditions at once: all of them, or none (EL-12).

    `drafts` has what `decide_condition` takes, by the condition's number. Raises as that does; `StaleDrafts` names every
    condition whose draft or case changed meanwhile. With `each_alone` the others are saved, and those are returned.
    """
    stale = _save_drafts(_review_of(residency), drafts, by)
    if stale and not each_alone:
        raise StaleDrafts(residency, stale)
    return stale


@act("residencies.review_intake")
def hand_over(residency: Residency, *, by: Actor, note: str = "", drafts: Drafts = MappingProxyType({})) -> Review:
    """Save `drafts` and hand the findings over to lab leadership, who get an email and decide (EL-12).

    Raises as `decide_conditions` does, and `Refused`: `conditions-undecided` while a condition has neither a draft nor a finding
    that still counts; `handed-over-already` when leadership has these very findings. Drafts can still be changed, and handed over
    again.
    """
    review = _review_of(residency)
    if stale := _save_drafts(review, drafts, by):
        raise StaleDrafts(residency, stale)
    drafting = drafting_of(review.residency)
    if drafting is None or drafting.undecided:
        numbers = drafting.undecided if drafting else list(CONDITIONS)
        message = _("These conditions have no draft finding: %(numbers)s.") % {"numbers": ", ".join(map(str, numbers))}
        raise refuse("conditions-undecided", message, _("Draft a finding on each, then hand over."), "review")
    if drafting.is_handed_over:
        raise refuse("handed-over-already", _("Lab leadership already has these findings."), _("Wait for the decision."), "review")
    review.handed_over_at, review.handed_over_by, review.handed_over_note = timezone.now(), account_of(by), note.strip()
    review.save(update_fields=["handed_over_at", "handed_over_by", "handed_over_note"])
    facts = {"review": review.number, "met": drafting.met, **({"note": review.handed_over_note} if review.handed_over_note else {})}
    append(review.residency.stream, "review-handed-over", by=by, facts=facts)
    tell_handed_over(review.residency, review, met=drafting.met, reviewers=drafting.reviewers)
    return review


def _save_drafts(review: Review, drafts: Drafts, by: Actor) -> dict[int, Stale | Refused]:
    """Write the drafts under the residency's lock; returns why not, by condition, for those that changed meanwhile."""
    findings = {row.condition_id: row for row in ConditionFinding.objects.select_for_update(of=("self",)).filter(review=review)}
    stale: dict[int, Stale | Refused] = {}
    for condition in review.residency.conditions.filter(number__in=drafts):
        draft = _draft(review, condition, findings.get(condition.pk), **drafts[condition.number], by=by)
        if not isinstance(draft, ConditionFinding):
            stale[condition.number] = draft
    return stale


def _draft(
    review: Review,
    condition: Condition,
    draft: ConditionFinding | None,
    *,
    verdict: str,
    reason: str,
    by: Actor,
    shown_revision: int | None = None,
    case_version: int | None = None,
) -> ConditionFinding | Stale | Refused:
    """Write one draft under the residency's lock; `draft` is the one that is there, locked.

    Returns why not when a colleague wrote first, or the case was rewritten meanwhile: with several drafts, all of them are told.
    """
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say what your finding is based on."))
    if case_version not in (None, condition.revision):
        message = _("The program area changed this case after you opened it.")
        return refuse("case-changed", message, _("Read it again, then decide."), "review")
    wanted = {"verdict": ConditionFinding.Verdict(verdict), "reason": reason.strip()}
    draft = draft or ConditionFinding(review=review, condition=condition, revision=0)
    differing = {name: (getattr(draft, name), value) for name, value in wanted.items() if getattr(draft, name) != value}
    if shown_revision is not None and shown_revision != draft.revision and differing:
        return Stale(draft, differing)
    return _write(draft, review, condition, wanted, by) if differing else draft


def _write(draft: ConditionFinding, review: Review, condition: Condition, wanted: dict[str, Any], by: Actor) -> ConditionFinding:
    for name, value in wanted.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.case_version = condition.revision  # the residency is locked, and in review nobody changes the case
    draft.reviewer, draft.decided_at = account_of(by), timezone.now()
    draft.save()
    facts = {"condition": condition.number, "review": review.number}
    append(review.residency.stream, "finding-drafted", by=by, facts=facts)
    return draft


def _review_of(residency: Residency) -> Review:
    """The open review of a residency in review, which is locked. Raises `Refused` (`not-in-review`) otherwise."""
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)
    if residency.state != State.IN_REVIEW:
        params = {"product": residency.product, "state": residency.get_state_display()}
        message = _("The status of %(product)s is “%(state)s”. Conditions can only be decided during a review.") % params
        raise refuse("not-in-review", message, _("Start the review first."), "review")
    return Review.objects.select_related("residency__stream").get(residency=residency, closed_at=None)


def _send_findings(residency: Residency, *, by: Actor) -> dict[str, dict[str, str]]:
    """The open review's drafts become the lab's findings, for the program side to read, and are never changed after."""
    drafts = ConditionFinding.objects.filter(review__residency=residency, review__closed_at=None, sent_at=None).select_related(
        "condition", "reviewer"
    )
    facts = {str(d.condition.number): {"verdict": d.verdict, "reason": d.reason, "reviewer": str(d.reviewer)} for d in drafts}
    drafts.update(sent_at=timezone.now())
    return facts


@act("residencies.ask_for_more")
def ask_for_more(residency: Residency, *, by: Actor, question: str = "", on: datetime.date | None = None) -> Residency:
    """Send the intake back with questions and what was found so far (EL-14).

    Each condition drafted as "more needed" asks what its reason says; `question` asks something general.
    Raises `MoveRefused` (`no-question`) when nothing is asked; nothing has changed then.
    """
    review = residency.reviews.filter(closed_at=None).first()
    asked = _ask(review, question, by) if review else []
    findings = _send_findings(residency, by=by)
    number = review.number if review else None
    facts = {"review": number, "questions": asked, "findings": findings}
    residency = LIFECYCLE.move("ask_for_more", residency, by=by, on=on, facts=facts)
    close_review(residency, Review.Outcome.MORE_NEEDED)
    tell_more_asked(residency, number or 0, asked)
    return residency


def _ask(review: Review, question: str, by: Actor) -> list[str]:
    wanted = ConditionFinding.objects.filter(review=review, sent_at=None, verdict=MORE_NEEDED).select_related("condition")
    questions = [Question(review=review, condition=draft.condition, text=draft.reason, asked_by=account_of(by)) for draft in wanted]
    if question.strip():
        questions.append(Question(review=review, text=question.strip(), asked_by=account_of(by)))
    return [row.text for row in Question.objects.bulk_create(questions)]


@act("residencies.qualify")
def qualify(residency: Residency, *, by: Actor, on: datetime.date | None = None) -> Residency:
    """The lab takes the residency on: all six conditions are met (EL-12, EL-13).

    Sends this review's findings first, then asks the gate; refused, nothing was sent. Raises
    `MoveRefused` with every condition that is not met.
    """
    findings = _send_findings(residency, by=by)
    residency = LIFECYCLE.move("qualify", residency, by=by, on=on, facts={"findings": findings})
    close_review(residency, Review.Outcome.QUALIFIED)
    tell_qualified(residency)
    return residency


@act("residencies.decline")
def decline(residency: Residency, *, reason: str, referred_to: str, by: Actor, on: datetime.date | None = None) -> Residency:
    """End an intake with a reason and the track that helps instead; what was found goes with it (EL-04, EL-14)."""
    if referred_to not in Referral.values:
        finding = blocking("no-referral", _("The referral is missing."), _("Choose who can help the program area instead."))
        raise MoveRefused(BY_VERB["decline"], [finding, *LIFECYCLE.findings_before("decline", residency, on or timezone.localdate())])
    facts = {"referred_to": referred_to, "findings": _send_findings(residency, by=by)}
    residency = LIFECYCLE.move("decline", residency, by=by, on=on, reason=reason, changes={"referred_to": referred_to}, facts=facts)
    tell_declined(residency, reason)
    return residency
