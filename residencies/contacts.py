"""People around a residency as the apps above tell them: whom pages offer first, whose case it is (OP-03), who leads the lab (EL-22)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from acts.registry import Registry, RegistryKind
from people.models import Person, Role, User
from residencies.models import Residency

Around = Callable[[Residency], QuerySet[Person]]
# Each says whom an app knows around a residency; added in the app's `followers.py`.
AROUND: Registry[Around] = Registry(RegistryKind.PEOPLE_AROUND)


def people_around(residency: Residency) -> Q:
    """A condition on people; it asks nothing by itself."""
    condition = Q(pk__in=Person.objects.none())
    for around in AROUND.all():
        condition |= Q(pk__in=around(residency).values("pk"))
    return condition


Belonging = Callable[[Any], QuerySet[Person]]
_belonging: list[Belonging] = []


def register_belonging(people: Belonging) -> None:
    """Make known whose case a residency is, beside those who keep it: its team, its parties; from an app's `ready()`."""
    _belonging.append(people)


def belongs_to(user: User, residency: Any) -> bool:
    """Whether the account keeps the residency, is on its team now or is a party on the program's side; one query an account and residency."""
    answers = user.__dict__.setdefault("_belongs_to", {})
    if residency.pk not in answers:
        condition = Q(residency_memberships__residency=residency, residency_memberships__to_at=None)
        for people in _belonging:
            condition |= Q(person__in=people(residency).values("pk"))
        answers[residency.pk] = get_user_model()._default_manager.filter(pk=user.pk).filter(condition).exists()
    return bool(answers[residency.pk])


Signatories = Callable[[QuerySet[Residency]], QuerySet[Person]]
# Each says who signs for the lab for some residencies; added in an app's `followers.py`.
SIGNATORIES: Registry[Signatories] = Registry(RegistryKind.SIGNATORIES)


def lab_leaders(residencies: QuerySet[Residency]) -> QuerySet[Person]:
    """The lab's leadership of today and those who signed for the lab for any of `residencies`, each person once; asks nothing yet."""
    leadership = User.objects.filter(is_active=True, role_grants__role=Role.LAB_LEAD, role_grants__to_at=None)
    condition = Q(user__in=leadership.values("pk"))
    for signatories in SIGNATORIES.all():
        condition |= Q(pk__in=signatories(residencies).values("pk"))
    return Person.objects.current().filter(condition)
