"""Where a team works, and the lab's desks (EL-49)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, SUBJECT, personal
from acts.revisions import Revised
from community.choices import Mode
from community.rules import Count, DeskUse
from people.fields import LineField

MOST_DESKS = 500


class Colocation(Revised):
    """How a team works together in its first phase: online, in one place or both, where, and what the first weeks hold."""

    residency = models.OneToOneField("residencies.Residency", on_delete=models.PROTECT, related_name="colocation")
    mode = models.CharField(_("how the team works together"), max_length=10, choices=Mode)
    place = LineField(_("place"), max_length=300, blank=True)
    plan = models.TextField(_("plan for the first weeks"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("co-location")
        verbose_name_plural = _("co-locations")
        constraints = [models.CheckConstraint(condition=models.Q(mode__in=Mode.values), name="community_known_mode")]

    def __str__(self) -> str:
        return self.get_mode_display()

    @property
    def steps(self) -> list[str]:
        """The plan, a line a step."""
        return [line.strip() for line in self.plan.splitlines() if line.strip()]


@personal("set_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class DeskCount(Revised):
    """How many desks the lab has from a day on. These rows are locked while desks are given out."""

    from_on = models.DateField(
        _("start date"), unique=True, error_messages={"unique": _("A number is already set from this date. Edit that entry.")}
    )
    desks = models.PositiveSmallIntegerField(_("desks"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["from_on"]
        verbose_name = _("number of desks")
        verbose_name_plural = _("numbers of desks")
        constraints = [models.CheckConstraint(condition=models.Q(desks__lte=MOST_DESKS), name="community_desks_there")]

    def __str__(self) -> str:
        return f"{self.desks} from {self.from_on}"

    @property
    def facts(self) -> Count:
        return Count(self.from_on, self.desks)


class DeskAllocationQuerySet(models.QuerySet["DeskAllocation"]):
    def current(self) -> DeskAllocationQuerySet:
        """Without those that were taken back."""
        return self.filter(struck_at=None)

    def between(self, first: datetime.date, last: datetime.date | None = None) -> DeskAllocationQuerySet:
        """Those of some day from `first` to `last`, or to the end."""
        rows = self.current().filter(to_on__gte=first)
        return rows.filter(from_on__lte=last) if last else rows


class DeskAllocation(Revised):
    """Desks of the lab that a team has from one day to another."""

    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="desk_allocations")
    desks = models.PositiveSmallIntegerField(_("desks"))
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    where = LineField(_("location of the desks"), max_length=150, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    struck_at = models.DateTimeField(null=True, editable=False)

    objects = DeskAllocationQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "pk"]
        verbose_name = _("desk allocation")
        verbose_name_plural = _("desk allocations")
        constraints = [
            models.CheckConstraint(condition=models.Q(desks__gte=1, desks__lte=MOST_DESKS), name="community_desks_given"),
            models.CheckConstraint(condition=models.Q(to_on__gte=models.F("from_on")), name="community_desk_dates"),
        ]
        indexes = [models.Index(fields=["to_on", "from_on"], condition=models.Q(struck_at=None), name="community_desks_by_day")]

    def __str__(self) -> str:
        return f"{self.desks}, {self.from_on} to {self.to_on}"

    @property
    def facts(self) -> DeskUse:
        return DeskUse(self.from_on, self.to_on, self.desks)
