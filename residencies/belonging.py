"""Whether somebody belongs to a residency, so that nobody decides their own case (OP-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from people.models import Person

Belonging = Callable[[Any], QuerySet[Person]]
_belonging: list[Belonging] = []


def register_belonging(people: Belonging) -> None:
    """Make known whose case a residency is, beside those who keep it: its team, its parties; from an app's `ready()`."""
    _belonging.append(people)


def belongs_to(user: Any, residency: Any) -> bool:
    """Whether the account keeps the residency, is on its team now or is a party on the program's side; one query an account and residency."""
    answers = user.__dict__.setdefault("_belongs_to", {})
    if residency.pk not in answers:
        condition = Q(residency_memberships__residency=residency, residency_memberships__to_at=None)
        for people in _belonging:
            condition |= Q(person__in=people(residency).values("pk"))
        answers[residency.pk] = get_user_model()._default_manager.filter(pk=user.pk).filter(condition).exists()
    return bool(answers[residency.pk])
