"""Whether a rating is complete, and how ratings compare: between partners, and with the round before (PB-29). Facts in, figures out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding, blocking

# ── What partners rate: five elements with seventeen criteria. The codes are data: don’t change them ──

LOWEST, HIGHEST = 1, 5
LOW = 2
"""A score this low or lower needs a reason."""


@dataclass(frozen=True)
class Criterion:
    """A statement about the relationship, which a partner rates from 1 (not at all) to 5 (fully)."""

    code: str
    text: Any


@dataclass(frozen=True)
class Element:
    """One of the five elements, with its criteria."""

    code: str
    name: Any
    criteria: tuple[Criterion, ...]


ELEMENTS = (
    Element(
        "leadership",
        gettext_lazy("Committed leadership"),
        (
            Criterion("resources", gettext_lazy("Leaders can assign people and money to the partnership")),
            Criterion("champions", gettext_lazy("Leaders speak up for it")),
            Criterion("results", gettext_lazy("Staff show leaders what it delivers")),
        ),
    ),
    Element(
        "governance",
        gettext_lazy("Clear governance and accountability"),
        (
            Criterion("framework", gettext_lazy("Leaders set the framework")),
            Criterion("details", gettext_lazy("People from every partner work out the details together")),
            Criterion("accountability", gettext_lazy("Leaders and staff both answer for the agreed plan")),
        ),
    ),
    Element(
        "management",
        gettext_lazy("Ongoing relationship management"),
        (
            Criterion("openness", gettext_lazy("Partners are open with each other, so trust grows")),
            Criterion("ties", gettext_lazy("There are ties beyond this project")),
            Criterion("meetings", gettext_lazy("Partners meet in person regularly")),
            Criterion("vision", gettext_lazy("Partners check regularly that they still share the vision")),
        ),
    ),
    Element(
        "culture",
        gettext_lazy("Shared purpose and culture"),
        (
            Criterion("culture", gettext_lazy("The partnership has a culture of its own")),
            Criterion("purpose", gettext_lazy("Purpose, vision, objectives and measures were set together")),
            Criterion("communication", gettext_lazy("Partners keep talking and plan together")),
        ),
    ),
    Element(
        "planning",
        gettext_lazy("Integrated planning"),
        (
            Criterion("planning-meetings", gettext_lazy("Planners meet in person regularly")),
            Criterion("timeliness", gettext_lazy("Information is shared in time")),
            Criterion("staffing", gettext_lazy("Staff skills, locations and reporting lines are confirmed")),
            Criterion("implementation", gettext_lazy("The implementation plan and its end date are understood")),
        ),
    ),
)
CRITERIA = tuple(criterion for element in ELEMENTS for criterion in element.criteria)
CODES = frozenset(criterion.code for criterion in CRITERIA)

# ── Ratings ──────────────────────────────────────────────────────────────────────────────────────

Scores = Mapping[str, int]
PLACE = "relationship"
NOTABLE = 2
"""Scores that are this far apart or farther are named above the table."""


def unrated(scores: Scores) -> list[Criterion]:
    """Return the criteria without a score from 1 to 5."""
    return [criterion for criterion in CRITERIA if scores.get(criterion.code) not in range(LOWEST, HIGHEST + 1)]


def unexplained(scores: Scores, reasons: Mapping[str, str]) -> list[Criterion]:
    """Return the criteria with a low score and no reason."""
    low = (criterion for criterion in CRITERIA if LOWEST <= scores.get(criterion.code, 0) <= LOW)
    return [criterion for criterion in low if not reasons.get(criterion.code, "").strip()]


def rating_faults(scores: Scores, reasons: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with a rating: a criterion without a score, a low score without a reason."""
    for criterion in unrated(scores):
        message = _("“%(criterion)s” has no rating.") % {"criterion": criterion.text}
        yield blocking("rating-incomplete", message, _("Choose a number from 1 to 5."), PLACE)
    for criterion in unexplained(scores, reasons):
        message = _("“%(criterion)s” is rated low without a reason.") % {"criterion": criterion.text}
        yield blocking("rating-no-reason", message, _("Add a line about why."), PLACE)


def known_only(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to criteria that exist."""
    return {code: answer for code, answer in answers.items() if code in CODES and answer}


@dataclass(frozen=True)
class Rated:
    """What a partner gave."""

    partner: str
    scores: Scores
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """A partner's score for a criterion."""

    partner: str
    score: int
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """A criterion with every partner's score. `change` is how far the average moved since the round before; None without one."""

    criterion: Criterion
    cells: Sequence[Cell]
    average: float
    gap: int
    change: float | None


def compare(ratings: Sequence[Rated], before: Sequence[Rated] = ()) -> list[tuple[Element, list[Line]]]:
    """Return the ratings of a round side by side, by element; `before` are those of the round before."""
    return [(element, [_line(criterion, ratings, before) for criterion in element.criteria]) for element in ELEMENTS] if ratings else []


def _line(criterion: Criterion, ratings: Sequence[Rated], before: Sequence[Rated]) -> Line:
    cells = [Cell(each.partner, each.scores[criterion.code], each.reasons.get(criterion.code, "")) for each in ratings]
    scores = [cell.score for cell in cells]
    average = fmean(scores)
    earlier = [each.scores[criterion.code] for each in before if criterion.code in each.scores]
    return Line(criterion, cells, average, max(scores) - min(scores), average - fmean(earlier) if earlier else None)


def notable(lines: Sequence[tuple[Element, Sequence[Line]]]) -> list[Line]:
    """Return the criteria about which partners differ by two or more, the widest gap first."""
    return sorted((line for _element, rows in lines for line in rows if line.gap >= NOTABLE), key=lambda line: -line.gap)


def element_averages(ratings: Sequence[Rated]) -> dict[str, float]:
    """Return the average of each element over all partners and criteria, by the element's code."""
    return {
        element.code: fmean(each.scores[criterion.code] for each in ratings for criterion in element.criteria)
        for element in ELEMENTS
        if ratings
    }
