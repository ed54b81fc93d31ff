"""Choices for metrics and savings: kinds, direction, cadence and where a reading came from (EL-90, EL-91, EL-98). The codes never change."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

DIGITS, DECIMALS = 18, 4
LARGEST = Decimal(10) ** (DIGITS - DECIMALS) - 1
MOST_SAVED = 10_000_000_000_00  # cents
WHOLE = 100_00  # hundredths of a percent
MOST_METRICS = 60  # active metrics of one subject; more is an import into the wrong place


class MetricKind(TextChoices):
    USER_VALUE = "user-value", _("User value")
    COST_SAVING = "cost-saving", _("Cost saving")
    PROCESS = "process", _("Process improvement")
    REUSE = "reuse", _("Reuse of components")
    DELIVERY = "delivery", _("Time to delivery")
    OTHER = "other", _("Other")


class Direction(TextChoices):
    UP = "up", _("Higher is better")
    DOWN = "down", _("Lower is better")


class Cadence(TextChoices):
    """How often a reading is due."""

    WEEKLY = "weekly", _("Every week")
    BIWEEKLY = "biweekly", _("Every two weeks")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")
    YEARLY = "yearly", _("Every year")


class Goal(TextChoices):
    """What a revision sets: where the metric started, or where it should be."""

    BASELINE = "baseline", _("Baseline")
    TARGET = "target", _("Target")


class Source(TextChoices):
    """How a reading came in."""

    FORM = "form", _("Entered")
    LINK = "link", _("Entered from an email")
    FILE = "file", _("Imported from a spreadsheet")


class SavingKind(TextChoices):
    """Kinds of savings. They mean different things, so amounts of two kinds are never added together (EL-98)."""

    CASHABLE = "cashable", _("Cashable")
    CAPACITY = "capacity", _("Capacity freed")
    AVOIDED = "avoided", _("Cost avoided")
    NOT_MONEY = "not-money", _("Not money")

    @property
    def meaning(self) -> str:
        return str(MEANINGS[self])


MEANINGS = {
    SavingKind.CASHABLE: _("Money that is no longer spent and can be removed from the budget."),
    SavingKind.CAPACITY: _("Time that people can now use for other work, valued at what it costs. It stays in the budget."),
    SavingKind.AVOIDED: _("Money that would have been spent otherwise, such as building a component that was reused."),
    SavingKind.NOT_MONEY: _("An improvement that has no amount, such as less stress or more trust."),
}
