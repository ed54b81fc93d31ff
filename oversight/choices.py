"""Choices for money, barriers and risks, and who pays for each item by default (EL-71, EL-73)."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

MOST_CENTS = 100_000_000_000  # a billion dollars; anything more is a typing error


class LineKind(TextChoices):
    COMMITTED = "committed", _("Committed")
    SPENT = "spent", _("Spent")
    FORECAST = "forecast", _("Forecast")


class BudgetKind(TextChoices):
    TEAM = "team", _("Team")
    FUND = "fund", _("Other funding")


class Payer(TextChoices):
    LAB = "lab", _("The lab")
    MINISTRY = "ministry", _("The ministry")
    PARTNER = "partner", _("A partner")


class CostItem(TextChoices):
    """What a team needs, in the order of the agreement (EL-71)."""

    SPACE = "space", _("Space")
    HOSTING = "hosting", _("Hosting")
    OPERATIONS = "operations", _("Operations")
    LAB_TRAINING = "lab-training", _("Training the lab offers")
    EQUIPMENT = "equipment", _("Special equipment")
    SOFTWARE = "software", _("Software")
    OTHER_TRAINING = "other-training", _("Training the lab doesn’t offer")
    ORGANIZATION = "organization", _("Organizational design and hiring")


BY_THE_LAB = frozenset({CostItem.SPACE, CostItem.HOSTING, CostItem.OPERATIONS, CostItem.LAB_TRAINING})


def usual_payer(item: CostItem) -> Payer:
    """Return who pays under the lab's standard agreement (EL-71)."""
    return Payer.LAB if item in BY_THE_LAB else Payer.MINISTRY


# ── Barriers and risks (EL-73) ───────────────────────────────────────────────────────────────

MOST_ALLOWED_DAYS = 250


class Scope(TextChoices):
    """Whether a barrier affects one team or several. The two take different routes."""

    LOCAL = "local", _("This team only")
    SYSTEMIC = "systemic", _("Systemic: other teams have it too")


class Gravity(TextChoices):
    MINOR = "minor", _("Minor")
    MODERATE = "moderate", _("Moderate")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Critical")


class BarrierState(TextChoices):
    """A barrier's state: identified when raised, defined once it is described in full, routed once it has moved."""

    IDENTIFIED = "identified", _("Identified")
    DEFINED = "defined", _("Defined")
    ROUTED = "routed", _("Routed")
    RESOLVED = "resolved", _("Resolved")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN = (BarrierState.IDENTIFIED, BarrierState.DEFINED, BarrierState.ROUTED)
CLOSED = (BarrierState.RESOLVED, BarrierState.ACCEPTED, BarrierState.WITHDRAWN)


class Likelihood(IntegerChoices):
    RARE = 1, _("Rare")
    UNLIKELY = 2, _("Unlikely")
    POSSIBLE = 3, _("Possible")
    LIKELY = 4, _("Likely")
    ALMOST_CERTAIN = 5, _("Almost certain")


class Impact(IntegerChoices):
    NEGLIGIBLE = 1, _("Negligible")
    SMALL = 2, _("Small")
    NOTICEABLE = 3, _("Noticeable")
    SERIOUS = 4, _("Serious")
    SEVERE = 5, _("Severe")


class Band(TextChoices):
    """A risk's rating in one word."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    EXTREME = "extreme", _("Extreme")


BANDS = ((15, Band.EXTREME), (10, Band.HIGH), (5, Band.MEDIUM), (1, Band.LOW))


def band(likelihood: int, impact: int) -> Band:
    """Return the band for likelihood × impact."""
    return next(name for least, name in BANDS if likelihood * impact >= least)


# ── Status reports (EL-96) ───────────────────────────────────────────────────────────────────


class Dimension(TextChoices):
    """What a status report rates, in the order it is shown."""

    SCOPE = "scope", _("Scope")
    PEOPLE = "people", _("People")
    MONEY = "money", _("Money")
    RISK = "risk", _("Risk")


class Health(TextChoices):
    GREEN = "green", _("Green")
    AMBER = "amber", _("Amber")
    RED = "red", _("Red")


class ReportCadence(TextChoices):
    """How often a subject reports its status."""

    USUAL = "usual", _("As usual in the lab")
    NONE = "none", _("No regular reports")
    TWO_WEEKS = "two-weeks", _("Every 2 weeks")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")


class ReportState(TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    DISCARDED = "discarded", _("Discarded")


class DecisionState(TextChoices):
    """A decision needed from a group: in a draft, then open until it is accepted or declined. A deferred one is still open."""

    DRAFT = "draft", _("Not sent yet")
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Outcome(TextChoices):
    """A group's answer to a decision that was wanted from it."""

    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    DEFERRED = "deferred", _("Deferred")
