"""The people of a residency's agreement, for pages on which somebody is named."""

from __future__ import annotations

from django.db.models import QuerySet

from agreements.models import Party, Side, State
from people.models import Person
from residencies import contacts
from residencies.models import Residency


def people_of_agreement(residency: Residency) -> QuerySet[Person]:
    """Everybody who fills a role of an agreement that is not void, but for the lab's own."""
    parties = Party.objects.filter(agreement__stream=residency.stream_id, agreement__voided_at=None, to_at=None).exclude(
        role__side=Side.LAB
    )
    return Person.objects.filter(pk__in=parties.values("person"))


def lab_signatories(residencies: QuerySet[Residency]) -> QuerySet[Person]:
    """Everybody who fills a role of the lab in an agreement in force about one of `residencies`."""
    parties = Party.objects.filter(
        agreement__stream__in=residencies.values("stream"), agreement__versions__state=State.IN_FORCE, to_at=None, role__side=Side.LAB
    )
    return Person.objects.filter(pk__in=parties.values("person"))


def register() -> None:
    """Called once, when the app is ready."""
    contacts.register_people_around(people_of_agreement)
    contacts.register_belonging(people_of_agreement)
    contacts.register_signatories(lab_signatories)
