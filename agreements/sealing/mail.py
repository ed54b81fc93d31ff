"""Mail about the sealed document: to every party that its copy is there, to lab operations when it keeps us waiting."""

from __future__ import annotations

from acts.act import SYSTEM
from agreements.models import Invitation, Seal, SealedDocument
from outbox.catalogue.messages import address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_operations

COPY = "agreement-copy"
WAITS = "agreement-seal-waits"


def send(document: SealedDocument) -> None:
    """Tell every party, those who are kept informed too, that the sealed PDF is there; each gets a link of its own (EL-31)."""
    version = document.version
    links = {i.party_id: i for i in Invitation.objects.filter(version=version, revoked_at=None)}
    params = {"title": version.agreement.template_version.title, "file_sha256": document.sha256, "verify": address_of("verify")}
    for party in version.agreement.parties.filter(to_at=None).select_related("person"):
        invitation = links.get(party.pk)
        queue(
            COPY,
            to=party.person,
            about=version.agreement.stream,
            key=f"{version.pk}",
            params=params,
            wording="linked" if invitation else "on-request",
            mint={"signing_link": ["agreements.invitations.mint", {"invitation": invitation.pk}]} if invitation else None,
        )


def ask(seal: Seal) -> None:
    """Tell lab operations that a seal is not made, since when and why."""
    version = seal.version
    link = address_of("agreement-seal", version.agreement.subject.reference, version.number)
    params = {"title": version.agreement.template_version.title, "why": seal.last_error, "link": link}
    for account in lab_operations():
        queue(
            WAITS,
            to=person_of(account, by=SYSTEM),
            about=version.agreement.stream,
            key=f"{seal.pk}|{seal.attempts}|{seal.unsealed_sha256[:12]}",
            params=params,
        )
