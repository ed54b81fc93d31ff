"""Filling in an intake over many sittings, and sending it to the lab (EL-10 to EL-12, EL-14).

Everything here but sharing is for drafts alone: once sent, an intake changes only after the lab has asked for more.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Revised, Stale
from findings import Refused, refuse
from ledger.actions import append, revise
from people.models import Role, User
from residencies.lifecycle.moves import LIFECYCLE
from residencies.lifecycle.residency import add_member, changed, end_membership
from residencies.mail import tell_lab
from residencies.models import Condition, Evidence, Intake, Membership, Need, Question, Residency, Review
from residencies.models.states import State
from spelling.clean import unsafe_link
from web.uploads.storage import attach

Record = TypeVar("Record", bound=Revised)
Values = Mapping[str, Any]


def drafted(residency: Residency) -> Residency:
    """`residency`, locked, while it is a draft. Raises `Refused` (`not-draft`) otherwise."""
    residency = Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)
    if residency.state != State.DRAFT:
        raise refuse(
            "not-draft",
            _("The status of %(product)s is “%(state)s”, so its intake can’t be changed.")
            % {"product": residency.product, "state": residency.get_state_display()},
            _("If the lab asks for more, you can edit the intake again."),
        )
    return residency


@act("residencies.edit_intake")
def save_intake(residency: Residency, *, changes: Values, by: Actor, shown: Values | None = None) -> Intake:
    """Write `changes`, field by field, to the challenge brief (EL-10, EL-11).

    `shown` is what whoever writes had before them: a colleague's edit of another field is kept, one of
    the same field raises `Stale`, and nothing is written then. Raises `Refused` unless it is a draft.
    """
    return _save(residency, Intake.objects.filter(residency=residency), changes, shown, "intake-saved", by)


@act("residencies.edit_intake")
def save_case(residency: Residency, number: int, *, case: str, by: Actor, shown: Values | None = None) -> Condition:
    """Write the case for condition `number` (EL-12). Raises as `save_intake` does."""
    return _save(residency, Condition.objects.filter(residency=residency, number=number), {"case": case}, shown, "case-saved", by)


@act("residencies.edit_intake")
def save_product(residency: Residency, *, shown_revision: int, changes: Values, by: Actor) -> Residency:
    """Change product, problem or program area of a draft (EL-01).

    Raises `Stale`, and `Refused` unless it is a draft (`not-draft`) and the new area is free (`area-busy`, EL-02).
    """
    return changed(drafted(residency), shown_revision=shown_revision, by=by, **changes)


def _save(residency: Residency, rows: models.QuerySet[Record], changes: Values, shown: Values | None, act: str, by: Actor) -> Record:
    return _write(drafted(residency), rows, changes, shown, act, by)


def _write(residency: Residency, rows: models.QuerySet[Record], changes: Values, shown: Values | None, act: str, by: Actor) -> Record:
    """Write to a draft that is locked."""
    current = rows.select_for_update().get()
    changes = {name: _one_newline(value) for name, value in changes.items()}
    baseline = {name: _one_newline(value) for name, value in (shown or {}).items()}
    theirs = {
        name: (getattr(current, name), changes[name])
        for name in changes.keys() & baseline
        if getattr(current, name) not in (changes[name], baseline[name])
    }
    if theirs:
        raise Stale(current, theirs)
    # The row's own count, not the form's: whether a colleague wrote the same field was asked above, field by field.
    return revise(current, shown_revision=current.revision, changes=changes, act=act, by=by, stream=residency.stream)


def _one_newline(value: Any) -> Any:
    """Browsers send line ends their own way; a text is the same text with either."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


# ── Needs ────────────────────────────────────────────────────────────────────────────────────


@act("residencies.edit_intake")
def add_need(residency: Residency, *, statement: str, impediment: str = "", cause: str = "", evidence: str = "", by: Actor) -> Need:
    """List a need with what stands in its way, why, and how that is known (EL-11)."""
    residency = drafted(residency)
    texts = {"statement": statement.strip(), "impediment": impediment.strip(), "cause": cause.strip(), "evidence": evidence.strip()}
    need = Need(intake=residency.intake, **texts)
    need.full_clean()
    need.save(force_insert=True)
    append(residency.stream, "need-added", by=by, facts={"need": need.pk, **texts})
    return need


@act("residencies.edit_intake", on="need.intake.residency")
def change_need(need: Need, *, changes: Values, by: Actor, shown: Values | None = None) -> Need:
    """Reword a need. Raises as `save_intake` does."""
    return _save(need.intake.residency, Need.objects.filter(pk=need.pk), changes, shown, "need-changed", by)


@act("residencies.edit_intake", on="need.intake.residency")
def remove_need(need: Need, *, by: Actor) -> None:
    """Take a need off the list; what it said stays in the ledger. Removing it twice is once."""
    residency = drafted(need.intake.residency)
    texts = Need.objects.filter(pk=need.pk).values("statement", "impediment", "cause", "evidence").first()
    if texts:
        Need.objects.filter(pk=need.pk).delete()
        append(residency.stream, "need-removed", by=by, facts={"need": need.pk, **texts})


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────


@act("residencies.edit_intake", on="condition.residency")
def add_evidence_link(condition: Condition, *, title: str, url: str, by: Actor) -> Evidence:
    """Support a case with a link, http or https alone; it is never fetched (EL-12). Raises `Refused` for any other."""
    residency = drafted(condition.residency)
    fault = unsafe_link(url)
    if fault:
        raise Refused([fault])
    evidence = Evidence.objects.create(condition=condition, title=title.strip(), url=url.strip(), added_by=account_of(by))
    _case_changed(condition)
    append(residency.stream, "evidence-added", by=by, facts={**_evidence_facts(evidence), "url": evidence.url})
    return evidence


@act("residencies.edit_intake", on="condition.residency")
def add_evidence_file(condition: Condition, *, title: str, name: str, content: bytes, by: Actor) -> Evidence:
    """Support a case with a file, kept under a random name (EL-12).

    Raises `Refused` when it is too large, or its content is not of a kind that is taken (web/uploads/kinds.py).
    """
    residency = drafted(condition.residency)
    evidence = Evidence(condition=condition, title=title.strip(), added_by=account_of(by))
    attach(evidence, content, name)
    evidence.save(force_insert=True)
    _case_changed(condition)
    facts = {**_evidence_facts(evidence), "file_name": evidence.file_name, "size_bytes": evidence.size_bytes, "sha256": evidence.sha256}
    append(residency.stream, "evidence-added", by=by, facts=facts)
    return evidence


@act("residencies.edit_intake", on="evidence.condition.residency")
def withdraw_evidence(evidence: Evidence, *, by: Actor) -> None:
    """The program area no longer relies on it; row and file stay. Withdrawing it twice is once."""
    residency = drafted(evidence.condition.residency)
    if Evidence.objects.filter(pk=evidence.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        _case_changed(evidence.condition)
        append(residency.stream, "evidence-withdrawn", by=by, facts=_evidence_facts(evidence))


def _case_changed(condition: Condition) -> None:
    """Count a change of evidence as a change of the case: a finding binds to both (EL-13)."""
    Condition.objects.filter(pk=condition.pk).update(revision=F("revision") + 1)


def _evidence_facts(evidence: Evidence) -> dict[str, Any]:
    return {"evidence": evidence.pk, "condition": evidence.condition.number, "title": evidence.title}


# ── Answering, sending, sharing ──────────────────────────────────────────────────────────────


@act("residencies.edit_intake", on="question.review.residency")
def answer_question(question: Question, *, answer: str, by: Actor, shown: Values | None = None) -> Question:
    """Answer what the lab asked; question and answer stay on record (EL-14).

    Only the latest round's questions are open: what was sent with an earlier one is final. Raises as `save_intake`
    does, and `Refused` (`answer-sent`).
    """
    rows = Question.objects.filter(pk=question.pk)
    changes = {"answer": answer, "answered_by": by, "answered_at": timezone.now()}
    if rows.filter(answer=_one_newline(answer)).exists():
        return rows.get()
    residency = drafted(question.review.residency)
    if Review.objects.filter(residency=question.review.residency_id, number__gt=question.review.number).exists():
        raise refuse("answer-sent", _("This answer was sent to the lab in an earlier round, so it can’t be changed."))
    return _write(residency, rows, changes, shown, "question-answered", by)


@act("residencies.submit")
def submit_intake(residency: Residency, *, by: Actor, on: datetime.date | None = None) -> Residency:
    """Send a complete intake to the lab; a review of it opens and waits in the queue (EL-10, EL-16).

    Raises `MoveRefused` with everything that is missing; nothing has changed then.
    """
    now = timezone.now()
    number = Review.objects.filter(residency=residency).count() + 1
    residency = LIFECYCLE.move("submit", residency, by=by, on=on, changes={"submitted_at": now}, facts={"review": number})
    Review.objects.create(residency=residency, number=number, opened_at=now, assignee=residency.owner)
    tell_lab(residency, number)
    return residency


@act("residencies.edit_intake")
def share_intake(residency: Residency, *, email: str, by: Actor) -> Membership:
    """Let the account with this address keep the residency too (EL-10). Raises `Refused` (`no-account`) when there is none."""
    account = User.objects.filter(email=email, is_active=True).first()
    if account is None or not account.has_role(Role.PRODUCT_OWNER):
        raise refuse(
            "no-account", _("No applicant account has this email address."), _("Ask the lab to create an account for your colleague.")
        )
    return add_member(residency, account, by=by)


@act("residencies.edit_intake", on="membership.residency")
def stop_sharing(membership: Membership, *, by: Actor) -> None:
    """The account no longer keeps the residency. Raises `Refused` (`last-member`) when nobody else would."""
    # Two who both stop would each see the other still there.
    Residency.objects.select_for_update(of=("self",)).get(pk=membership.residency_id)
    if not Membership.objects.filter(residency=membership.residency_id, to_at=None).exclude(pk=membership.pk).exists():
        raise refuse("last-member", _("This residency has no other program contact."), _("Share it with a colleague first."))
    end_membership(membership, by=by)
