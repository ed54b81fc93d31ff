"""Sending a draft out: its words are frozen, and the parties are invited (EL-13, EL-26)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from agreements.drafting import mail as drafting_mail
from agreements.drafting import rules as drafting_rules
from agreements.invitations.actions import invite_whose_turn_it_is
from agreements.invitations.addresses import AFTER_VOID, changes_for
from agreements.models import AgreementVersion, Party, State
from agreements.models.templates import gate_name
from agreements.versions import printable
from agreements.versions import rules as versions_rules
from agreements.versions.canonical_text import canonical, sha256
from agreements.versions.locks import locked_draft, version_facts
from agreements.versions.progress import signing_progress
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append
from ledger.models import Event
from people.lab import findings_on_second_look
from people.models import AddressChange, User


def findings_before_circulating(version: AgreementVersion) -> list[Finding]:
    """Everything that stands in the way of sending `version` out: the subject's gates, then the draft's own (EL-13)."""
    rows = signing_progress(version)
    facts = drafting_rules.DraftFacts(
        unfilled=[row.role.label for row in rows if row.role.must_sign and row.party is None],
        without_address=[row.person.name for row in rows if row.party and not row.person.email],
        empty_header=[label for label, value in version.header_lines if not value.strip()],
        filled_to_sign=sum(1 for row in rows if row.role.must_sign and row.party),
        signing_sides=[row.role.side for row in rows if row.role.must_sign],
        must_sign=version.agreement.template_version.sides_that_must_sign,
    )
    act = gate_name("circulate_agreement", version.agreement.purpose)
    gates = subjects.findings_before(act, version.agreement.stream, timezone.localdate())
    letters = printable.in_version(version, {row.person.pk: row.person for row in rows if row.party}.values())
    return [*gates, *drafting_rules.before_circulating(facts), *printable.findings_on(letters, versions_rules.PLACE)]


@act("agreements.circulate")
def circulate(version: AgreementVersion, *, shown_revision: int, by: Actor) -> AgreementVersion:
    """Freeze a draft and invite whoever signs first, and whoever is kept informed (EL-13, EL-26, EL-30).

    From now on triggers refuse any change to its words; its hash is on record. `shown_revision` is the edit of
    the draft that the sender saw. Raises `Refused` with everything in the way; nothing is written then.
    """
    draft = locked_draft(version)
    if draft.revision != shown_revision:
        raise refuse(
            "draft-changed", _("Someone edited the draft after you opened this page."), _("Read it again, then send it."), "agreement"
        )
    findings = [*findings_before_circulating(draft), *findings_on_new_signers(draft, by=by)]
    if findings:
        raise Refused(findings)
    freeze_and_invite(draft, by=by)
    return draft


@part
def freeze_and_invite(draft: AgreementVersion, *, by: Actor, **facts: Any) -> None:
    """Freeze a draft's words and invite every party (EL-26). Part of an act, which holds the draft's lock."""
    draft.canonical = canonical(draft)
    draft.content_sha256 = sha256(draft.canonical)
    draft.state, draft.circulated_at, draft.circulated_by = State.CIRCULATED, timezone.now(), account_of(by)
    draft.save(update_fields=["canonical", "content_sha256", "state", "circulated_at", "circulated_by"])
    invited = invite_whose_turn_it_is(draft, by=by)
    append(
        draft.agreement.stream, "agreement-circulated", by=by, from_state=State.DRAFT, to_state=State.CIRCULATED,
        facts={**version_facts(draft), "sha256": draft.content_sha256, "parties": [str(invitation.party) for invitation in invited], **facts},
    )  # fmt: skip
    drafting_mail.sent_out(draft, _addresses(draft))


def _addresses(version: AgreementVersion) -> str:
    """Each party with the address its link goes to, and whose address was changed by whom since the agreement was made (OP-03)."""
    parties = list(version.agreement.parties.filter(to_at=None).select_related("person", "role").order_by("role__position"))
    changed = {change.person_id: change for change in changes_for(version.agreement, [party.person_id for party in parties])}
    return "\n".join(_address_line(party, changed.get(party.person_id)) for party in parties)


def _address_line(party: Party, change: AddressChange | None) -> str:
    params = {"name": party.person, "role": party.role, "email": party.person.email}
    if change is None:
        return _("- %(name)s, %(role)s: %(email)s") % params
    params |= {
        "old": change.from_address or "–",
        "by": change.requested_by or "–",
        "day": date_format(timezone.localtime(change.decided_at)),
    }
    return _("- %(name)s, %(role)s: %(email)s (changed from %(old)s by %(by)s on %(day)s)") % params


# ── Signers in place of others: one account names them, another sends the agreement (OP-03) ──────


def findings_on_new_signers(draft: AgreementVersion, *, by: Actor) -> list[Finding]:
    """Every signer that `by` would put in the place of another alone; two queries, and three for each such signer.

    It doesn't matter whether the draft was made from the void agreement or from scratch.
    """
    asked = _asked_before(draft)
    signing = Party.objects.filter(agreement=draft.agreement, to_at=None, role__must_sign=True).select_related("role", "person")
    new = [(party, former) for party in signing if (former := asked.get(_place(party))) and _who(former) != party.person_id]
    return [_finding(party, former) for party, former in new if not _is_second(by, party)]


def _asked_before(draft: AgreementVersion) -> dict[tuple[str, str], Party]:
    """Who filled each role last of an agreement about the same subject that was sent out and is void since."""
    parties = Party.objects.filter(
        agreement__stream=draft.agreement.stream, agreement__purpose=draft.agreement.purpose, agreement__voided_at__gt=timezone.now() - AFTER_VOID,
        agreement__versions__circulated_at__isnull=False, to_at=None, role__must_sign=True,
    )  # fmt: skip
    return {_place(party): party for party in parties.select_related("role", "person", "agreement").order_by("agreement__voided_at")}


def _place(party: Party) -> tuple[str, str]:
    return party.role.label, party.role.side


def _who(party: Party) -> int:
    return party.person.merged_into_id or party.person_id


def _is_second(by: Actor, party: Party) -> bool:
    """Whether `by` is independent of the account that named the signer."""
    if not isinstance(by, User):
        return False
    naming = Event.objects.filter(stream=party.agreement.stream_id, act="agreement-party-set", facts__role=party.role.label)
    event = naming.filter(facts__agreement=party.agreement.reference).select_related("actor").order_by("-seq").first()
    return not findings_on_second_look(by, event.actor if event else None, since=event.at if event else party.from_at)


def _finding(party: Party, former: Party) -> Finding:
    params = {
        **party.agreement.template_version.words.params,
        "former": former.person,
        "role": party.role,
        "reference": former.agreement.reference,
        "new": party.person,
    }
    message = _("%(former)s was asked to %(sign)s %(reference)s as %(role)s. You can’t replace them with %(new)s on your own.") % params
    remedy = _("Ask another member of lab staff to send the agreement.")
    return blocking("second-account", message, remedy, place=versions_rules.PLACE)
