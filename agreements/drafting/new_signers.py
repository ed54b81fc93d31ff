"""Whoever signs in place of someone that a void agreement asked: one account names them, another sends the agreement (OP-03)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor
from agreements.invitations.addresses import AFTER_VOID
from agreements.models import AgreementVersion, Party
from agreements.versions import rules as versions_rules
from findings import Finding, blocking
from ledger.models import Event
from people.lab import findings_on_second_look
from people.models import User


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
        agreement__stream=draft.agreement.stream, agreement__voided_at__gt=timezone.now() - AFTER_VOID,
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
    params = {"former": former.person, "role": party.role, "reference": former.agreement.reference, "new": party.person}
    message = _("%(former)s was asked to sign %(reference)s as %(role)s. You can't put %(new)s in that place on your own.") % params
    remedy = _("Ask another member of lab staff to send the agreement.")
    return blocking("second-account", message, remedy, place=versions_rules.PLACE)
