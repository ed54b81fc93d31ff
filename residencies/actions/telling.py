"""Mail about an intake and its review, queued in the transaction of the act that causes it (EL-60, EL-61)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from outbox.actions import queue
from people.actions import add_person
from people.models import Person, Role, User
from residencies.models import Residency
from residencies.referrals import Referral


def tell_lab(residency: Residency, round_number: int) -> None:
    """An intake has arrived: to whoever looks after it, else to all of lab operations."""
    readers = (
        [residency.owner]
        if residency.owner
        else User.objects.filter(is_active=True, role_grants__role=Role.LAB_OPS, role_grants__to_at=None)
    )
    said = {"residency": str(residency), "area": str(residency.program_area), "round": round_number, "link": _link("review", residency)}
    text = _("%(area)s has sent the intake for %(residency)s to the lab (round %(round)d).\n\nRead and review it:\n%(link)s\n") % said
    _tell(residency, readers, "intake-submitted", f"round-{round_number}", _("Intake to review: %(residency)s") % said, text)


def tell_more_asked(residency: Residency, round_number: int, questions: Iterable[str]) -> None:
    """The lab needs more: to everybody who keeps the residency, with the questions."""
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(questions, start=1))
    said = {"residency": str(residency), "questions": listed, "link": _link("intake-questions", residency)}
    text = _(
        "The lab has read your intake for %(residency)s and needs to know more before it can decide:\n\n%(questions)s\n\n"
        "The intake is open again. Answer the questions, change what you like, and send it once more:\n%(link)s\n"
    )
    _tell(
        residency, members(residency), "more-asked", f"round-{round_number}", _("The lab has questions: %(residency)s") % said, text % said
    )


def tell_qualified(residency: Residency) -> None:
    """All six conditions are met: to everybody who keeps the residency."""
    said = {"residency": str(residency), "link": _link("intake", residency)}
    text = _(
        "Good news: the lab has found all six conditions met for %(residency)s.\n\n"
        "Next, lab operations prepare the partnership agreement with you. What the lab found:\n%(link)s\n"
    )
    _tell(residency, members(residency), "qualified", "qualified", _("Qualified: %(residency)s") % said, text % said)


def tell_declined(residency: Residency, reason: str) -> None:
    """The lab declined, with the reason and who can help instead: to everybody who keeps the residency."""
    track = Referral(residency.referred_to).label
    said = {"residency": str(residency), "reason": reason.strip(), "track": track, "link": _link("intake", residency)}
    text = _(
        "The lab will not take on %(residency)s as a residency.\n\nWhy: %(reason)s\n\n"
        "What can help instead: %(track)s.\n\nWhat the lab found on each condition:\n%(link)s\n"
    )
    _tell(residency, members(residency), "declined", "declined", _("The lab's answer: %(residency)s") % said, text % said)


def tell_agreement_void(residency: Residency, agreement: Any, told: Collection[int]) -> None:
    """Its agreement was made void: to everybody who keeps the residency and was not `told` (persons) as a party."""
    said = {"residency": str(residency), "reason": agreement.void_reason, "link": _link("agreement", residency)}
    text = _(
        "The agreement for %(residency)s was made void: it is not in force.\n\nWhy: %(reason)s\n\n"
        "Lab operations make a new one with you. See where it stands:\n%(link)s\n"
    )
    readers = [account for account in members(residency) if not Person.objects.filter(user=account, pk__in=told).exists()]
    _tell(residency, readers, "agreement-void", f"void-{agreement.pk}", _("The agreement is void: %(residency)s") % said, text % said)


def members(residency: Residency) -> list[User]:
    """Who keeps the residency now."""
    return list(User.objects.filter(is_active=True, residency_memberships__residency=residency, residency_memberships__to_at=None))


def _tell(residency: Residency, readers: Iterable[User], occasion: str, key: str, subject: str, text: str) -> None:
    for account in readers:
        queue(occasion, to=_person(account), about=residency.stream, key=f"{residency.pk}|{key}", subject=subject, text=text)


def _person(account: User) -> Person:
    known = Person.objects.filter(user=account).first()
    return known or add_person(name=account.name, email=account.email, user=account, by="system")


def _link(name: str, residency: Residency) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=[residency.reference])}"
