"""Mail about an intake and its review, queued in the transaction of the act that causes it (EL-60, EL-61)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.formats import date_format

from acts.act import SYSTEM
from outbox.catalogue.messages import address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import at_the_lab, lab_leadership
from people.models import Person, User
from residencies.models import Residency
from residencies.referrals import Referral
from residencies.states import State


def tell_lab(residency: Residency, round_number: int) -> None:
    """An intake has arrived: to whoever at the lab looks after it, else to all of lab operations."""
    params = {"area": residency.program_area, "round": round_number, "link": _link("review", residency)}
    _tell(residency, at_the_lab([residency.owner]), "intake-submitted", f"round-{round_number}", params)


def tell_leadership(residency: Residency, round_number: int, reviewers: str) -> None:
    """All six findings are drafted: to lab leadership, who alone qualify an intake; once a round (EL-12)."""
    params = {"reviewers": reviewers, "link": _link("review", residency)}
    _tell(residency, lab_leadership(), "findings-drafted", f"round-{round_number}", params)


def tell_more_asked(residency: Residency, round_number: int, questions: Iterable[str]) -> None:
    """The lab needs more: to everybody who keeps the residency, with the questions."""
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(questions, start=1))
    params = {"questions": listed, "link": _link("intake-questions", residency)}
    _tell(residency, members(residency), "more-asked", f"round-{round_number}", params)


def tell_qualified(residency: Residency) -> None:
    """All six conditions are met: to everybody who keeps the residency."""
    _tell(residency, members(residency), "qualified", "qualified", {"link": _link("intake", residency)})


def tell_declined(residency: Residency, reason: str) -> None:
    """The lab declined, with the reason and who can help instead: to everybody who keeps the residency."""
    params = {"reason": reason.strip(), "track": Referral(residency.referred_to).label, "link": _link("intake", residency)}
    _tell(residency, members(residency), "declined", "declined", params)


def tell_agreement_void(residency: Residency, agreement: Any, recipients: Collection[int]) -> None:
    """Its agreement was made void: to everybody who keeps the residency and was not `told` (persons) as a party."""
    params = {"reason": agreement.void_reason, "link": _link("agreement", residency)}
    readers = [account for account in members(residency) if not Person.objects.filter(user=account, pk__in=recipients).exists()]
    _tell(residency, readers, "agreement-void", f"void-{agreement.pk}", params)


def tell_ended(residency: Residency, people: Iterable[Person]) -> None:
    """A residency was withdrawn, pivoted or graduated: to everybody concerned, each once, with what that means (EL-82, EL-85).

    What a decline says goes to its program area alone (`tell_declined`).
    """
    if residency.state == State.DECLINED or residency.ended_on is None:
        return
    params = {"day": date_format(residency.ended_on, "j F Y"), "reason": residency.end_reason, "branch": residency.reintegrated_into}
    for person in people:
        if person.email:
            queue("residency-ended", to=person, about=residency.stream, key=str(residency.pk), params=params, wording=residency.state)


def members(residency: Residency) -> list[User]:
    """Who keeps the residency now."""
    return list(User.objects.filter(is_active=True, residency_memberships__residency=residency, residency_memberships__to_at=None))


def _tell(residency: Residency, readers: Iterable[User], occasion: str, key: str, params: Mapping[str, Any]) -> None:
    for account in readers:
        queue(occasion, to=person_of(account, by=SYSTEM), about=residency.stream, key=f"{residency.pk}|{key}", params=params)


def _link(name: str, residency: Residency) -> str:
    return address_of(name, residency.reference)
