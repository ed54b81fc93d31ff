"""Mail about the sealed document: to every party that its copy is there, to lab operations when the seal is delayed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from agreements.models import Invitation, Seal, SealedDocument
from agreements.versions.mail import AGREEMENT, HASH, LINK, SIGNATURES, SITE, TITLE
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_operations

COPY = MessageKind(
    "agreement-copy",
    _("Sealed copy of an agreement"),
    (
        Template(
            _("Your copy: {title} for {about}"),
            _(
                """Hello {name},

Your copy of the {title} for {about} is ready. It’s one PDF with the agreement, the certificate of all {signatures}, and the lab’s digital seal, which reveals any later change.

Download your copy:
{signing_link}

This link is only for you, so please don’t forward it.

Please keep the file. Its fingerprint (SHA-256):
{file_sha256}

Anyone who has the file can check whether it’s genuine.

Check the file:
{verify}

{lab}"""
            ),
            wording="linked",
            when=_("with a link"),
            places=(LINK,),
        ),
        Template(
            _("Your copy: {title} for {about}"),
            _(
                """Hello {name},

Your copy of the {title} for {about} is ready. It’s one PDF with the agreement, the certificate of all {signatures}, and the lab’s digital seal, which reveals any later change.

To get it, reply to this email.

Please keep the file. Its fingerprint (SHA-256):
{file_sha256}

Anyone who has the file can check whether it’s genuine.

Check the file:
{verify}

{lab}"""
            ),
            wording="on-request",
            when=_("to a person without a link"),
        ),
    ),
    places=(
        TITLE,
        Place("file_sha256", _("the fingerprint of the file (SHA-256)"), HASH),
        Place("verify", _("the address where anyone can check the file"), f"{SITE}/verify/", needed=True),
        SIGNATURES,
    ),
    optional=True,
)


def send(document: SealedDocument) -> None:
    """Tell every party, also those kept informed, that the sealed PDF is ready; each gets a link of its own (EL-31)."""
    version = document.version
    links = {i.party_id: i for i in Invitation.objects.filter(version=version, revoked_at=None)}
    template = version.agreement.template_version
    params = {**template.words.params, "title": template.title, "file_sha256": document.sha256, "verify": address_of("verify")}
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


WAITS = MessageKind(
    "agreement-seal-waits",
    _("Seal on hold"),
    (
        Template(
            _("Sealing on hold: {title} for {about}"),
            _(
                """Hello {name},

The {title} for {about} is in force, but we can’t make its sealed PDF yet. Nothing is lost, and we’ll keep trying.

Why:
{why}

Resolve the sealing problem:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        Place("why", _("the reason it can’t be sealed"), "No certificate of the lab is installed."),
        Place("link", _("the page of the seal"), f"{AGREEMENT}versions/2/seal/", needed=True),
    ),
    may_wait=True,
)


def ask(seal: Seal) -> None:
    """Tell lab operations that a seal couldn't be made, and why."""
    version = seal.version
    link = address_of("agreement-seal", version.agreement.place, version.number)
    params = {"title": version.agreement.template_version.title, "why": seal.last_error, "link": link}
    for account in lab_operations():
        queue(
            WAITS,
            to=person_of(account, by=SYSTEM),
            about=version.agreement.stream,
            key=f"{seal.pk}|{seal.attempts}|{seal.unsealed_sha256[:12]}",
            params=params,
        )
