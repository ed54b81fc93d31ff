"""What can be chosen about money, and who pays for what unless a subject says otherwise (EL-71)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_CENTS = 100_000_000_000  # a billion dollars: more is a slip of the finger


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
    """Who pays under the lab's standard agreement (EL-71)."""
    return Payer.LAB if item in BY_THE_LAB else Payer.MINISTRY
