"""What pages may show of ratings: nothing of anyone else's until the round has ended (PB-29).

Scores and reasons are read here alone. `results_of` returns none while a round is open, and `own_answers` only what the same person gave.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dates.months import months_after
from partnerships.models import PartnerRating, RatingRound
from partnerships.workspace.relationship.rules import ELEMENTS, Element, Line, Rated, compare, element_averages, notable

EVERY_MONTHS = 6
MOST_ROUNDS = 6  # those beside each other in the table over time


@dataclass(frozen=True)
class Results:
    """The ratings of a round that has ended, side by side."""

    round: RatingRound
    partners: Sequence[str]
    missing: Sequence[str]
    elements: Sequence[tuple[Element, Sequence[Line]]]
    before: RatingRound | None

    @property
    def differences(self) -> list[Line]:
        return notable(self.elements)


def _without_answers(**which: Any) -> Any:
    """Return ratings without what was given: for pages that say who has rated."""
    rows = PartnerRating.objects.filter(**which).defer("scores", "reasons", "nonce")
    return rows.select_related("partner__organization", "partner__coordinator").order_by("pk")


def progress_of(rating_round: RatingRound) -> list[PartnerRating]:
    """Return who has rated and who hasn't; one query."""
    return list(_without_answers(round=rating_round))


def own_answers(rating: PartnerRating) -> dict[str, Any]:
    """Return what the partner's coordinator gave, by the form's fields; nothing if someone else gave it, or nobody has."""
    if rating.given_by_id is None or rating.given_by_id != rating.partner.coordinator_id:
        return {}
    return {f"score_{code}": score for code, score in rating.scores.items()} | {
        f"reason_{code}": text for code, text in rating.reasons.items()
    }


def _rated(rounds: Sequence[RatingRound]) -> dict[int, list[Rated]]:
    """Return what was given in each of `rounds` that has ended; one query."""
    ended = [each.pk for each in rounds if not each.is_open]
    rows = PartnerRating.objects.filter(round__in=ended, round__ended_on__isnull=False, given_on__isnull=False)
    given: dict[int, list[Rated]] = {key: [] for key in ended}
    for row in rows.select_related("partner__organization").order_by("pk"):
        given[row.round_id].append(Rated(row.partner.organization.name, row.scores, row.reasons))
    return given


def results_of(rating_round: RatingRound) -> Results | None:
    """Return the results of a round, compared with the one before; None while it is open. Three queries."""
    if rating_round.is_open:
        return None
    before = _before(rating_round)
    given = _rated([rating_round, *([before] if before else [])])
    ratings = given[rating_round.pk]
    missing = [str(row.partner.organization.name) for row in _without_answers(round=rating_round, given_on=None)]
    earlier = given[before.pk] if before else []
    return Results(rating_round, [each.partner for each in ratings], missing, compare(ratings, earlier), before)


def _before(rating_round: RatingRound) -> RatingRound | None:
    """Return the round before this one in which somebody rated; one query."""
    earlier = RatingRound.objects.filter(partnership=rating_round.partnership_id, number__lt=rating_round.number, ended_on__isnull=False)
    rated = PartnerRating.objects.filter(given_on__isnull=False).values("round")
    return earlier.filter(pk__in=rated).order_by("-number").first()


def over_time(rounds: Sequence[RatingRound]) -> tuple[list[RatingRound], list[tuple[Element, list[float]]]]:
    """Return the latest rounds with ratings, oldest first, and each element's average in them; one query."""
    given = _rated(rounds)
    shown = sorted((each for each in rounds if given.get(each.pk)), key=lambda each: each.number)[-MOST_ROUNDS:]
    averages = [element_averages(given[each.pk]) for each in shown]
    return shown, [(element, [average[element.code] for average in averages]) for element in ELEMENTS]


def next_due(rounds: Sequence[RatingRound], started_on: datetime.date | None) -> datetime.date | None:
    """Return the day from which the next round is due: six months after the last, or after the start."""
    last = max((each.ended_on for each in rounds if each.ended_on), default=started_on)
    return months_after(last, EVERY_MONTHS) if last else None
