"""Somebody came by a link and says: that is not me (D2.7)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from acts.act import Actor, account_of, act, act_by_token
from agreements import notices as signing_mail
from agreements.actions.sending import named, revoke_invitation
from agreements.invitations import opened_by
from agreements.models import WrongPerson
from ledger.actions import append


@act_by_token
def say_wrong_person(token: str) -> WrongPerson | None:
    """Tell lab operations that a link reached somebody else; once a link, until they have looked (D2.7).

    The link still works until they end it: whoever holds it can do no harm that they could not do silently,
    and a scanner that presses buttons must not lock the right person out. Returns None for a link that
    opens nothing.
    """
    link = opened_by(token)
    if link is None:
        return None
    try:
        with transaction.atomic():
            report = WrongPerson.objects.create(link=link)
    except IntegrityError:
        return WrongPerson.objects.get(link=link, settled_at=None)
    version, party = link.invitation.version, link.invitation.party
    append(version.agreement.stream, "wrong-person-said", by="system", facts={**named(version), "party": str(party), "link": link.pk})
    signing_mail.wrong_person(report)
    return report


@act("agreements.keep_invitations")
def settle_wrong_person(report: WrongPerson, *, end: bool, by: Actor) -> WrongPerson:
    """Lab operations have looked: the invitation ends with all its links, or goes on (D2.7). Deciding twice changes nothing."""
    report = (
        WrongPerson.objects.select_for_update(of=("self",)).select_related("link__invitation__version__agreement__stream").get(pk=report.pk)
    )
    if report.settled_at:
        return report
    report.settled_at, report.settled_by = timezone.now(), account_of(by)
    report.save(update_fields=["settled_at", "settled_by"])
    invitation = report.link.invitation
    version = invitation.version
    append(
        version.agreement.stream, "wrong-person-settled", by=by,
        facts={**named(version), "party": str(invitation.party), "ended": end},
    )  # fmt: skip
    if end:
        revoke_invitation(invitation, by=by)
    return report
