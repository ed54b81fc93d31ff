"""Who has to do with a residency, told by the apps that know: offered first where somebody is to be named."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from people.models import Person
from residencies.models import Residency

Around = Callable[[Residency], QuerySet[Person]]
_around: list[Around] = []


def register_people_around(around: Around) -> None:
    """Make known whom an app knows around a residency; called from its `ready()`."""
    _around.append(around)


def people_around(residency: Residency) -> Q:
    """A condition on people; it asks nothing by itself."""
    condition = Q(pk__in=Person.objects.none())
    for around in _around:
        condition |= Q(pk__in=around(residency).values("pk"))
    return condition
