"""What people are told of changes to an agreement, in the transaction of the act that causes it (EL-25, EL-33)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements import change_notes
from agreements.models import Agreement, AgreementVersion, Amendment, Party, Signature
from outbox.actions import queue
from people.actions import person_of
from people.models import Person, Role, User

PROPOSED = "agreement-amendment-proposed"
DECIDED = "agreement-amendment-decided"
AMENDED = "agreement-amended"
VOIDED = "agreement-voided"


def _about(agreement: Agreement) -> dict[str, Any]:
    return {"title": agreement.template_version.title, "about": str(agreement.subject), "lab": settings.LAB_NAME}


def preparers(version: AgreementVersion) -> list[User]:
    """Whoever sent the version out; all of lab operations when that account is closed."""
    if version.circulated_by and version.circulated_by.is_active:
        return [version.circulated_by]
    return list(User.objects.filter(is_active=True, role_grants__role=Role.LAB_OPS, role_grants__to_at=None))


def proposed(amendment: Amendment) -> None:
    """Tell whoever sent the agreement out that a change is proposed; nobody is told of what they do themselves."""
    agreement = amendment.version.agreement
    link = settings.SITE_URL.rstrip("/") + reverse("agreement-amendments", args=[agreement.subject.reference])
    said = {
        **_about(agreement), "who": str(amendment.proposer), "place": amendment.place, "kind": amendment.get_kind_display(),
        "reason": amendment.reason, "link": link,
    }  # fmt: skip
    subject = _("A change is proposed: %(title)s for %(about)s") % said
    for account in preparers(amendment.version):
        if account != amendment.entered_by:
            person = person_of(account, by="system")
            text = _proposes() % {**said, "name": person.name}
            queue(PROPOSED, to=person, about=agreement.stream, key=f"amendment:{amendment.pk}", subject=subject, text=text)


def _proposes() -> str:
    return _(
        """Hello %(name)s,

%(who)s proposes a change to the %(title)s for %(about)s.

Where: %(place)s (%(kind)s)
Why: %(reason)s

See what differs, then accept or reject it:
%(link)s
"""
    )


def decided(amendment: Amendment) -> None:
    """Tell the proposer what became of it, and why; an account that decided on its own proposal knows."""
    if amendment.party is None and amendment.entered_by == amendment.decided_by:
        return
    texts = {
        Amendment.State.ACCEPTED: (_("Your change was accepted: %(about)s"), _accepted()),
        Amendment.State.REJECTED: (_("Your change was not taken up: %(about)s"), _rejected()),
        Amendment.State.OVERTAKEN: (_("Your change was overtaken: %(about)s"), _overtaken()),
    }
    subject, text = texts[Amendment.State(amendment.state)]
    agreement = amendment.version.agreement
    person = _proposer(amendment)
    said = {
        **_about(agreement), "name": person.name, "place": amendment.place, "reason": amendment.decision_reason,
        "number": amendment.made.number if amendment.made else amendment.version.number, "words": amendment.text or "–",
    }  # fmt: skip
    queue(
        DECIDED, to=person, about=agreement.stream, key=f"amendment:{amendment.pk}", subject=subject % said, text=text % said,
        reply_to=settings.LAB_EMAIL,
    )  # fmt: skip


def _proposer(amendment: Amendment) -> Person:
    return amendment.party.person if amendment.party else person_of(amendment.entered_by, by="system")  # type: ignore[arg-type]


def _accepted() -> str:
    return _(
        """Hello %(name)s,

You proposed a change to the %(title)s for %(about)s: %(place)s.

It was accepted. It is part of version %(number)d, which everyone is asked to sign.

Why: %(reason)s

%(lab)s"""
    )


def _rejected() -> str:
    return _(
        """Hello %(name)s,

You proposed a change to the %(title)s for %(about)s: %(place)s.

It was not taken up. The words stay as they are.

Why: %(reason)s

If that does not settle it, answer this message before you sign.

%(lab)s"""
    )


def _overtaken() -> str:
    return _(
        """Hello %(name)s,

You proposed a change to the %(title)s for %(about)s: %(place)s.

It can no longer be taken up as you wrote it. %(reason)s

If you still want it, read what the agreement says now and propose it again. These were your words:

%(words)s

%(lab)s"""
    )


def accepted(version: AgreementVersion, amendments: Sequence[Amendment]) -> None:
    """Tell whoever does not read it in an invitation: parties whose turn comes later, and proposers who are no party."""
    told = set(version.invitations.values_list("party", flat=True))
    asked_before = version.agreement.parties.filter(to_at=None, invitations__isnull=False).exclude(pk__in=told).distinct()
    for party in asked_before.select_related("person", "role"):
        _amended(version, party)
        told.add(party.pk)
    for amendment in amendments:
        if amendment.party_id not in told:
            decided(amendment)


def _amended(version: AgreementVersion, party: Party) -> None:
    notes = [change_notes.what_became_of_signature(version, party), change_notes.what_holds_meanwhile(version)]
    said = {
        **_about(version.agreement), "name": party.person.name, "number": version.number, "changes": change_notes.what_changed(version),
        "notes": "".join(f"\n{note}\n" for note in notes if note),
    }  # fmt: skip
    queue(
        AMENDED, to=party.person, about=version.agreement.stream, key=f"version:{version.pk}",
        subject=_("Changed: %(title)s for %(about)s") % said, text=_your_turn_comes() % said, reply_to=settings.LAB_EMAIL,
    )  # fmt: skip


def _your_turn_comes() -> str:
    return _(
        """Hello %(name)s,

The %(title)s for %(about)s was changed. It is now version %(number)d.
%(notes)s
Others sign it first. When it is your turn, you get a message with a link.

What changed:

%(changes)s

If anything is unclear, answer this message.

%(lab)s"""
    )


def voided(agreement: Agreement, parties: Iterable[Party], signatures: Iterable[Signature]) -> None:
    """Tell every party that the agreement is void, why, and that what they signed stays on record (EL-33)."""
    signed: dict[int, list[str]] = {}
    for signature in signatures:
        signed.setdefault(signature.party_id, []).append(str(signature.version.number))
    said = {
        **_about(agreement), "reason": agreement.void_reason,
        "day": date_format(timezone.localtime(agreement.voided_at), "j F Y"), "reference": agreement.reference,
    }  # fmt: skip
    subject = _("Void: %(title)s for %(about)s") % said
    for party in parties:
        kept = _("What you signed (version %(numbers)s) stays on record as it was.") % {"numbers": ", ".join(signed.get(party.pk, []))}
        text = _is_void() % {**said, "name": party.person.name, "signed": f"\n{kept}\n" if party.pk in signed else ""}
        queue(
            VOIDED, to=party.person, about=agreement.stream, key=f"agreement:{agreement.pk}", subject=subject, text=text,
            reply_to=settings.LAB_EMAIL,
        )  # fmt: skip


def _is_void() -> str:
    return _(
        """Hello %(name)s,

The %(title)s for %(about)s (%(reference)s) is void since %(day)s. Nobody is asked to sign it any more, and it is not in force.

Why: %(reason)s
%(signed)s
You need do nothing. The link in your earlier mail still opens it, to read, until it expires. If a new agreement is made, you get a new message.

%(lab)s"""
    )
