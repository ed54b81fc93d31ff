"""Who could mentor a team, and how busy they are (EL-54)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from community.choices import MentoringState
from community.mentors import rules
from community.models import Mentoring, Offer
from teams.models import Seat

SHOWN = 50
NOW = Q(person__mentorings__state=MentoringState.MATCHED)
BEFORE = Q(person__mentorings__state=MentoringState.FINISHED)


def with_load(offers: QuerySet[Offer]) -> Any:
    """Annotate offers with how many teams each person mentors (`load`) and has mentored (`finished`)."""
    return offers.annotate(load=Count("person__mentorings", filter=NOW), finished=Count("person__mentorings", filter=BEFORE))


@dataclass(frozen=True)
class Candidate:
    """Someone who could mentor a team."""

    offer: Offer
    facts: rules.MentorFacts
    has_topic: bool

    @property
    def is_free(self) -> bool:
        return self.facts.free > 0


def candidates(mentoring: Mentoring) -> list[Candidate]:
    """Return who could mentor a team, the best fit first: not people on that team, nor the present mentor; three queries."""
    own = Seat.objects.current().filter(team__stream=mentoring.residency.stream_id, person__isnull=False).values("person")
    offers = with_load(Offer.objects.of_mentors().for_list().exclude(person__in=own).exclude(person=mentoring.mentor_id))
    rows = {offer.pk: offer for offer in offers.order_by("person__name", "pk")[: SHOWN * 4]}
    facts = {
        key: rules.MentorFacts(offer.person.name, offer.teams_at_once, offer.load, frozenset(offer.topics)) for key, offer in rows.items()
    }
    ranked = rules.in_order([(each, key) for key, each in facts.items()], mentoring.topic)
    return [Candidate(rows[key], facts[key], mentoring.topic in facts[key].topics) for key in ranked[:SHOWN]]
