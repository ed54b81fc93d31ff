"""What the pages about alumni read, in a fixed number of queries (EL-54, EL-82)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.models import Alumnus, AlumnusPlace, Offer, OfferTopic
from people.models import Person
from residencies.models import Residency
from residencies.models.states import State
from teams.models import Champion, Seat


def graduates(residency: Residency, on: datetime.date) -> list[tuple[Person, str]]:
    """Return everyone on the roster and all champions on a day, each once with their role; two queries."""
    covers = Q(from_on__lte=on) & (Q(to_on=None) | Q(to_on__gte=on))
    champions = Champion.objects.filter(covers, team__stream=residency.stream_id).select_related("person")
    seats = Seat.objects.of(residency).filter(covers, person__isnull=False)
    # A seat on the team counts more than being a champion.
    roles = {champion.person.pk: (champion.person, str(champion.get_role_display())) for champion in champions}
    roles |= {seat.person.pk: (seat.person, str(seat.get_role_display())) for seat in seats if seat.person}
    return list(roles.values())


def with_words(rows: QuerySet[Alumnus], words: Sequence[str]) -> QuerySet[Alumnus]:
    """Return the alumni in whose name, organization, offer or residency every word is found; never by their email address."""
    for word in words[:8]:
        person = Q(person__name__icontains=word) | Q(person__organisation__icontains=word) | Q(person__title__icontains=word)
        rows = rows.filter(person | Q(person__offer__text__icontains=word) | Exists(_places([word])))
    return rows


def quickly_found(rows: QuerySet[Alumnus], words: Sequence[str]) -> QuerySet[Alumnus]:
    """Return those of `with_words` that have all words in their name and organization, in their offer, or in one residency.

    These are three lists, each by an index: a condition on joined tables would be checked for one alum after another. A person's
    search words contain the email address, so the columns are compared too.
    """
    people, offers = Person.objects.all(), Offer.objects.all()
    for word in words[:8]:
        columns = Q(name__icontains=word) | Q(organisation__icontains=word) | Q(title__icontains=word)
        people = people.filter(columns, search_text__has_word=word)
        offers = offers.filter(text__icontains=word)
    own = Q(person__in=people.values("pk")) | Q(person__in=offers.values("person"))
    return rows.filter(own | Exists(_places(words[:8])))


def on_topic(rows: QuerySet[Alumnus], topic: str) -> QuerySet[Alumnus]:
    return rows.filter(Exists(OfferTopic.objects.filter(offer__person=OuterRef("person"), topic=topic)))


def of_ministry(rows: QuerySet[Alumnus], ministry: int) -> QuerySet[Alumnus]:
    return rows.filter(Exists(AlumnusPlace.objects.filter(alumnus=OuterRef("pk"), residency__program_area__ministry=ministry)))


def of_residency(rows: QuerySet[Alumnus], words: Sequence[str]) -> QuerySet[Alumnus]:
    """Return the alumni of a residency that all words find, such as its reference or parts of its product."""
    return rows.filter(Exists(_places(words[:8])))


def _places(words: Sequence[str]) -> QuerySet[AlumnusPlace]:
    """Return where an alum of the outer query was, among the residencies in which every word begins a word."""
    places = AlumnusPlace.objects.filter(alumnus=OuterRef("pk"), residency__state=State.GRADUATED)  # as all are, and few others
    for word in words:
        places = places.filter(residency__search_text__has_word=word)
    return places


def who_mentor(rows: QuerySet[Alumnus]) -> QuerySet[Alumnus]:
    return rows.filter(Exists(Offer.objects.filter(person=OuterRef("person"), teams_at_once__gt=0)))
