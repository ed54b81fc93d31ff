"""What partners rate: five elements of a good relationship with seventeen criteria (PB-29). The codes are data; don't change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

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
        _("Committed leadership"),
        (
            Criterion("resources", _("Leaders can assign people and money to the partnership")),
            Criterion("champions", _("Leaders speak up for it")),
            Criterion("results", _("Staff show leaders what it delivers")),
        ),
    ),
    Element(
        "governance",
        _("Clear governance and accountability"),
        (
            Criterion("framework", _("Leaders set the framework")),
            Criterion("details", _("People from every partner work out the details together")),
            Criterion("accountability", _("Leaders and staff both answer for the agreed plan")),
        ),
    ),
    Element(
        "management",
        _("Ongoing relationship management"),
        (
            Criterion("openness", _("Partners are open with each other, so trust grows")),
            Criterion("ties", _("There are ties beyond this project")),
            Criterion("meetings", _("Partners meet in person regularly")),
            Criterion("vision", _("Partners check regularly that they still share the vision")),
        ),
    ),
    Element(
        "culture",
        _("Shared purpose and culture"),
        (
            Criterion("culture", _("The partnership has a culture of its own")),
            Criterion("purpose", _("Purpose, vision, objectives and measures were set together")),
            Criterion("communication", _("Partners keep talking and plan together")),
        ),
    ),
    Element(
        "planning",
        _("Integrated planning"),
        (
            Criterion("planning-meetings", _("Planners meet in person regularly")),
            Criterion("timeliness", _("Information is shared in time")),
            Criterion("staffing", _("Staff skills, locations and reporting lines are confirmed")),
            Criterion("implementation", _("The implementation plan and its end date are understood")),
        ),
    ),
)
CRITERIA = tuple(criterion for element in ELEMENTS for criterion in element.criteria)
CODES = frozenset(criterion.code for criterion in CRITERIA)
