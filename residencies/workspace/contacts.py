"""People around a residency as the apps above tell them: whom pages offer first, who leads the lab (EL-22)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from acts.registry import Registry, RegistryKind
from ledger.subjects import Subject
from people.models import Person, Role, User
from residencies.models import Residency

Around = Callable[[Subject], QuerySet[Person]]
# Each says whom an app knows around a subject; added in the app's `followers.py`.
AROUND: Registry[Around] = Registry(RegistryKind.PEOPLE_AROUND)


def people_around(subject: Subject) -> Q:
    """A condition on people; it asks nothing by itself."""
    condition = Q(pk__in=Person.objects.none())
    for around in AROUND.all():
        condition |= Q(pk__in=around(subject).values("pk"))
    return condition


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
