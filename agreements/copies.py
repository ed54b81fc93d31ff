"""Mail about the sealed document: to every party that its copy is there, to lab operations when it keeps us waiting."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import AgreementVersion, Invitation, Seal, SealedDocument
from outbox.actions import queue
from people.actions import add_person
from people.models import Person, Role, User

COPY = "agreement-copy"
WAITS = "agreement-seal-waits"


def send(document: SealedDocument) -> None:
    """Tell every party, those who are kept informed too, that the sealed PDF is there; each gets a link of its own (EL-31)."""
    version = document.version
    links = {i.party_id: i for i in Invitation.objects.filter(version=version, revoked_at=None)}
    said = {**_about(version), "file_sha256": document.sha256, "verify": f"{settings.SITE_URL.rstrip('/')}/verify/"}
    for party in version.agreement.parties.filter(to_at=None).select_related("person"):
        invitation = links.get(party.pk)
        where = (
            _("Open it with this link, which is for you alone:\n{{ signing_link }}")
            if invitation
            else _("Ask us for it by answering this message.")
        )
        queue(
            COPY,
            to=party.person,
            about=version.agreement.stream,
            key=f"{version.pk}",
            subject=_("Your copy: %(title)s for %(about)s") % said,
            text=_your_copy() % {**said, "name": party.person.name, "where": where},
            reply_to=settings.LAB_EMAIL,
            mint={"signing_link": ["agreements.invitations.mint", {"invitation": invitation.pk}]} if invitation else None,
        )


def _your_copy() -> str:
    return _(
        """Hello %(name)s,

Your copy of the %(title)s for %(about)s is ready. It is one PDF: the agreement, the certificate of all signatures, and the lab's digital seal, which shows any later change.

%(where)s

Please keep the file. Its fingerprint (SHA-256) is
%(file_sha256)s

Anybody who is given the file can check it here:
%(verify)s

%(lab)s"""
    )


def ask(seal: Seal) -> None:
    """Tell lab operations that a seal is not made, since when and why."""
    version = seal.version
    link = settings.SITE_URL.rstrip("/") + reverse("agreement-seal", args=[version.agreement.subject.reference, version.number])
    said = {**_about(version), "why": seal.last_error, "link": link}
    for account in User.objects.filter(is_active=True, role_grants__role=Role.LAB_OPS, role_grants__to_at=None).distinct():
        queue(
            WAITS,
            to=_person(account),
            about=version.agreement.stream,
            key=f"{seal.pk}|{seal.attempts}|{seal.unsealed_sha256[:12]}",
            subject=_("The seal is waiting: %(title)s for %(about)s") % said,
            text=_waits() % {**said, "name": account.name},
        )


def _waits() -> str:
    return _(
        """Hello %(name)s,

The %(title)s for %(about)s is in force, and its sealed PDF can't be made yet. Nothing is lost: we go on trying.

Why:
%(why)s

What you can do about it:
%(link)s

%(lab)s"""
    )


def _about(version: AgreementVersion) -> dict[str, str]:
    agreement = version.agreement
    return {"title": agreement.template_version.title, "about": str(agreement.subject), "lab": settings.LAB_NAME}


def _person(account: User) -> Person:
    known = Person.objects.filter(user=account).first()
    return known or add_person(name=account.name, email=account.email, user=account, by="system")
