"""Changing words that went out: proposed, decided, and made into the next version, which everybody signs anew (EL-25, EL-34)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from agreements.amendments import mail as messages
from agreements.amendments import rules
from agreements.amendments.next_version import make_next_version
from agreements.amendments.rules import Wording
from agreements.drafting.sending import findings_before_circulating, freeze_and_invite
from agreements.invitations.mail import INVITATION, invitation_key
from agreements.invitations.sessions import PartySession
from agreements.models import AgreementVersion, Amendment, Clause, Invitation, Section, State
from agreements.versions import printable
from agreements.versions.diff import changes
from agreements.versions.locks import newest_locked, version_facts
from findings import Finding, Refused, refuse
from ledger.actions import append
from ledger.canonical import plain
from outbox.queue import withdraw

Kind, Became = Amendment.Kind, Amendment.State


def what_happened(newest: AgreementVersion, shown_sha256: str) -> str:
    """Who changed what since the version with the hash `shown_sha256` was shown; empty when it is the newest (EL-25)."""
    if newest.content_sha256 == shown_sha256:
        return ""
    params = {
        "number": newest.number,
        "day": date_format(timezone.localtime(newest.circulated_at or newest.made_at), "j F Y, g:i a"),
        "by": str(newest.circulated_by or ""),
        "clauses": "; ".join([*(f"{change.number} {change.title}" for change in changes(newest)), *_changed_beside_clauses(newest)]),
    }
    return _("%(by)s sent version %(number)d on %(day)s, changing: %(clauses)s.") % params


def _changed_beside_clauses(version: AgreementVersion) -> list[str]:
    beside = Amendment.objects.filter(made=version, state=Became.ACCEPTED, section=None).order_by("pk")
    return [amendment.place for amendment in beside]


def plain_words(text: str) -> str:
    """Text as it is hashed: NFC, `\\n` line ends, no spaces at line ends, none around."""
    return str(plain(text)).strip()


@act("agreements.propose_amendment", "agreements.take_part")
def propose_amendment(
    version: AgreementVersion,
    wording: Wording,
    *,
    reason: str,
    shown_sha256: str,
    by: Actor,
    at_request_of: str = "",
    relation: str = "",
    dated_on: datetime.date | None = None,
    editorial: bool = False,
) -> Amendment:
    """Propose a change of one clause, of the header, or a new party: `by` is a party's session, or an account of the lab (EL-25, EL-34).

    `shown_sha256` is the hash of the words that the page showed. The person who sent the version out gets an email. Raises
    `Refused` with everything in the way; nothing is written then.
    """
    newest, invitation = newest_locked(version.agreement), _invitation_of(by)
    place = _place(newest, wording)
    heading, text = ("", "") if wording.kind == Kind.REMOVE else (" ".join(plain_words(wording.heading).split()), plain_words(wording.text))
    if wording.kind in (Kind.HEADER, Kind.DATE):
        heading, text = place.label, " ".join(text.split())
    facts = rules.ProposalFacts(
        amendable=newest.may_be_amended,
        invited=invitation is None or _still_invited(invitation),
        since=what_happened(newest, shown_sha256),
        place_exists=place.exists,
        kind=wording.kind,
        was=(place.was_heading, plain_words(place.was_text)),
        wanted=(heading, text),
        reason=reason,
        joining=_join_facts(newest, wording, heading) if wording.kind == Kind.JOIN else None,
    )
    letters = printable.in_texts({_("the heading"): heading, _("the text"): text})
    findings = [*rules.before_proposing(facts), *printable.findings_on(letters, rules.PLACE)]
    if findings:
        raise Refused(findings)
    amendment = Amendment.objects.create(
        version=newest, proposed_against=newest, section=place.section, clause=place.clause, kind=wording.kind,
        was_heading=place.was_heading, was_text=place.was_text, heading=heading, text=text,
        field=wording.place if place.section is None else "", person=wording.person, must_sign=wording.must_sign,
        relation=relation, dated_on=dated_on, editorial=editorial,
        party=invitation.party if invitation else None, entered_by=None if invitation else account_of(by),
        at_request_of=at_request_of.strip(), reason=plain_words(reason),
    )  # fmt: skip
    append(newest.agreement.stream, "amendment-proposed", by=by, facts=_facts(amendment))
    messages.proposed(amendment)
    return amendment


@dataclass(frozen=True)
class _Place:
    """Where a change belongs, if there is such a place, and what stands there now."""

    exists: bool = False
    section: Section | None = None
    clause: Clause | None = None
    was_heading: str = ""
    was_text: str = ""
    label: str = ""


def _place(version: AgreementVersion, wording: Wording) -> _Place:
    """What `wording` is about."""
    template = version.agreement.template_version
    if wording.kind == Kind.JOIN:
        return _Place(wording.place in {side.key for side in template.sides_in_turn})
    if wording.kind in (Kind.HEADER, Kind.DATE):
        is_date = wording.kind == Kind.DATE
        fields = [field for field in template.header_fields if field["key"] == wording.place and (field.get("type") == "date") is is_date]
        was = version.header.get(wording.place, "")
        return _Place(True, was_heading=fields[0]["label"], was_text=was, label=fields[0]["label"]) if fields else _Place()
    if wording.kind == Kind.ADD:
        number = int(wording.place) if wording.place.isdecimal() and len(wording.place) < 5 else 0
        section = version.sections.filter(number=number).first()
        return _Place(section is not None, section)
    clause = version.clauses.select_related("section").filter(number=wording.place).first()
    if clause is None or wording.kind not in (Kind.CHANGE, Kind.REMOVE):
        return _Place()
    return _Place(True, clause.section, clause, clause.heading, clause.text)


def _join_facts(version: AgreementVersion, wording: Wording, role: str) -> rules.JoinFacts:
    taken = version.roles.filter(label=role).exists()
    return rules.JoinFacts(wording.person is not None, bool(wording.person and wording.person.email), taken)


def _invitation_of(by: Actor) -> Invitation | None:
    return by.invitation if isinstance(by, PartySession) else None


def _still_invited(invitation: Invitation) -> bool:
    return Invitation.objects.filter(pk=invitation.pk, revoked_at=None, party__to_at=None).exists()


def _facts(amendment: Amendment) -> dict[str, Any]:
    """How ledger events name an amendment: the words themselves are in its row, which triggers keep."""
    return {**version_facts(amendment.version), "amendment": amendment.pk, "kind": amendment.kind, "place": amendment.place}


@act("agreements.propose_amendment", "agreements.take_part", on="amendment.version")
def withdraw_amendment(amendment: Amendment, *, by: Actor) -> Amendment:
    """Take one's own proposal back: a party its own, lab operations what the lab proposed (EL-25).

    Raises `Refused`: `not-yours`, or `amendment-decided` when it is open no more.
    """
    amendment, invitation = _open_and_locked(amendment), _invitation_of(by)
    if (amendment.party_id is None) != (invitation is None) or (invitation and invitation.party_id != amendment.party_id):
        raise refuse(
            "not-yours", _("This was proposed by someone else."), _("Only the person who proposed it can withdraw it."), rules.PLACE
        )
    _decide(amendment, Became.WITHDRAWN, by=None if invitation else account_of(by))
    append(amendment.version.agreement.stream, "amendment-withdrawn", by=by, facts=_facts(amendment))
    return amendment


@act("agreements.decide_amendment")
def reject_amendment(amendment: Amendment, *, reason: str, by: Actor) -> Amendment:
    """Say no, with a reason that the proposer reads (EL-25). Raises `Refused` when it is open no more, or without a reason."""
    amendment = _open_and_locked(amendment)
    if not reason.strip():
        raise refuse(
            "reason-missing",
            _("The reason is missing."),
            _("Give it in a sentence. We email it to the person who proposed the change."),
            rules.PLACE,
        )
    _decide(amendment, Became.REJECTED, by=by, reason=reason)
    append(amendment.version.agreement.stream, "amendment-rejected", by=by, facts={**_facts(amendment), "reason": plain_words(reason)})
    messages.decided(amendment)
    return amendment


def _open_and_locked(amendment: Amendment) -> Amendment:
    # The agreement before its amendment, as accepting does; the other way round two who decide would wait for each other.
    newest_locked(amendment.version.agreement)
    row = Amendment.objects.select_for_update(of=("self",)).with_everything().get(pk=amendment.pk)
    if not row.is_open:
        raise Refused([rules.already_decided(_became(row))])
    return row


def _became(row: Amendment) -> rules.Decided:
    day = date_format(timezone.localtime(row.decided_at), "j F Y") if row.decided_at else ""
    return rules.Decided(row.place, str(row.get_state_display()), str(row.decided_by or row.proposer), day)


def _decide(
    amendment: Amendment, state: Amendment.State, *, by: Actor | None, reason: str = "", resulting_version: AgreementVersion | None = None
) -> None:
    amendment.state, amendment.decided_by, amendment.decided_at = state, account_of(by), timezone.now()
    amendment.decision_reason, amendment.made = plain_words(reason), resulting_version
    amendment.save(update_fields=["state", "decided_by", "decided_at", "decision_reason", "made"])


def findings_before_accepting(version: AgreementVersion, chosen: Sequence[Amendment], *, reason: str, shown_sha256: str) -> list[Finding]:
    """Everything in the way of making the next version of `version`, the newest, from `chosen`; the subject's gates too (EL-13)."""
    targets = Counter(_target(amendment) for amendment in chosen)
    facts = rules.AcceptanceFacts(
        amendable=version.may_be_amended,
        since=what_happened(version, shown_sha256),
        chosen=len(chosen),
        decided=[_became(amendment) for amendment in chosen if not amendment.is_open],
        clashing=sorted({amendment.place for amendment in chosen if _target(amendment) and targets[_target(amendment)] > 1}),
        reason=reason,
    )
    return [*rules.before_accepting(facts), *findings_before_circulating(version)]


def _target(amendment: Amendment) -> tuple[object, ...]:
    """What only one accepted amendment can change: a clause, a header field, the name of a new role; nothing for a new clause."""
    if amendment.kind == Kind.ADD:
        return ()
    if amendment.clause_id:
        return "clause", amendment.clause_id
    return ("role", amendment.heading) if amendment.kind == Kind.JOIN else ("header", amendment.field)


@act("agreements.decide_amendment")
def accept_amendments(
    version: AgreementVersion, amendments: Iterable[Amendment], *, reason: str, shown_sha256: str, by: Actor
) -> AgreementVersion:
    """Make the next version with these amendments and send it to every party, in one act (EL-25, EL-26, EL-34).

    The version out for signing is replaced and read only; one in force stands until the next comes into
    force. Signatures stay with the words they were given to. Other open amendments move along, or are
    overtaken where their clause changed. Raises `Refused` with everything in the way, `version-changed`
    when `shown_sha256` is not the hash of the newest words; nothing is written then.
    """
    newest = newest_locked(version.agreement)
    keys = [amendment.pk for amendment in amendments]
    rows = Amendment.objects.select_for_update(of=("self",)).with_everything().filter(version__agreement=newest.agreement)
    # In the order of keys, for that is the order in which the rows are locked.
    waiting = [row for row in rows.order_by("pk") if row.is_open or row.pk in keys]
    chosen = [row for row in waiting if row.pk in keys]
    findings = findings_before_accepting(newest, chosen, reason=reason, shown_sha256=shown_sha256)
    if findings:
        raise Refused(findings)
    draft = make_next_version(newest, chosen, by=by)
    for amendment in chosen:
        _decide(amendment, Became.ACCEPTED, by=by, reason=reason, resulting_version=draft)
        append(draft.agreement.stream, "amendment-accepted", by=by, facts={**_facts(amendment), "reason": plain_words(reason)})
    _move_along([row for row in waiting if row.pk not in keys], draft)
    # The old version ends first: the constraint `agreements_one_circulated` lets one at a time be out for signing.
    _end_for_signing(newest)
    freeze_and_invite(draft, by=by, previous_sha256=newest.content_sha256, amendments=keys)
    messages.accepted(draft, chosen)
    return draft


def _move_along(others: Sequence[Amendment], draft: AgreementVersion) -> None:
    """Open amendments go on against the next version where their words still stand; the rest are overtaken, and their proposers told."""
    sections = {section.follows_id: section for section in draft.sections.all()}
    clauses = {clause.follows_id: clause for clause in draft.clauses.all() if clause.follows_id}  # a new clause follows none
    for amendment in others:
        if amendment.section_id is None and _still_stands(amendment, draft):
            amendment.version = draft
            amendment.save(update_fields=["version"])
            continue
        clause = clauses.get(amendment.clause_id or 0)
        if amendment.section_id is None or (
            amendment.clause_id and (clause is None or (clause.heading, clause.text) != (amendment.was_heading, amendment.was_text))
        ):
            reason = _("Version %(number)d changed the same place.") % {"number": draft.number}
            _decide(amendment, Became.OVERTAKEN, by=None, reason=reason, resulting_version=draft)
            append(draft.agreement.stream, "amendment-overtaken", by="system", facts=_facts(amendment))
            messages.decided(amendment)
            continue
        amendment.version, amendment.section, amendment.clause = draft, sections[amendment.section_id], clause
        amendment.save(update_fields=["version", "section", "clause"])


def _still_stands(amendment: Amendment, draft: AgreementVersion) -> bool:
    """Whether a change of the header or a new party is still what it was proposed to be."""
    if amendment.kind == Kind.JOIN:
        return not draft.roles.filter(label=amendment.heading).exists()
    return draft.header.get(amendment.field, "") == amendment.was_text


def _end_for_signing(version: AgreementVersion) -> None:
    """A version that was out for signing is replaced: its invitations read on, and no waiting mail asks to sign it."""
    if version.is_open:
        version.state, version.superseded_at = State.SUPERSEDED, timezone.now()
        version.save(update_fields=["state", "superseded_at"])
    for invitation in version.invitations.filter(revoked_at=None):
        withdraw(INVITATION, version.agreement.stream, key_part=invitation_key(invitation))
