"""Who leads the lab: the accounts of its leadership and, told by the apps that know, those who sign for it (EL-22, EL-44)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from people.models import Person, Role, User
from residencies.models import Residency

Signatories = Callable[[QuerySet[Residency]], QuerySet[Person]]
_sources: list[Signatories] = []


def register_signatories(signatories: Signatories) -> None:
    """Make known who signs for the lab for some residencies; called from an app's `ready()`."""
    _sources.append(signatories)


def lab_leaders(residencies: QuerySet[Residency]) -> QuerySet[Person]:
    """The lab's leadership of today and those who signed for the lab for any of `residencies`, each person once; asks nothing yet."""
    leadership = User.objects.filter(is_active=True, role_grants__role=Role.LAB_LEAD, role_grants__to_at=None)
    condition = Q(user__in=leadership.values("pk"))
    for signatories in _sources:
        condition |= Q(pk__in=signatories(residencies).values("pk"))
    return Person.objects.current().filter(condition)
