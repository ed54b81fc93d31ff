"""The end of a partnership in a pivot, and applications that follow an earlier one (EL-85)."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone

from ledger.records import RecordQuerySet, recorded
from residencies.models.residency import Residency


@recorded(in_stream="residency__stream", fields="residency decided_on effective_on")
class Pivot(models.Model):
    """Leadership's decision to end a partnership: when it was decided, and when it takes effect. Triggers refuse any change to a row.

    The residency ends on the day of the decision; its reason is `Residency.end_reason`. `effective_on` is that day or later.
    """

    residency = models.OneToOneField(Residency, on_delete=models.PROTECT, related_name="pivot")
    decided_on = models.DateField()
    effective_on = models.DateField()

    objects = RecordQuerySet["Pivot"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(effective_on__gte=models.F("decided_on")), name="residencies_pivot_effective"),
        ]

    def __str__(self) -> str:
        return f"{self.residency_id}, effective {self.effective_on}"

    def is_ahead(self, today: datetime.date) -> bool:
        """Return whether it hasn't taken effect yet."""
        return today < self.effective_on


class Reapplication(models.Model):
    """A residency that started with the facts of an earlier one of the same program area."""

    residency = models.OneToOneField(Residency, on_delete=models.PROTECT, related_name="reapplication")
    earlier = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="reapplications")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(residency=models.F("earlier")), name="residencies_reapplies_after_another"),
        ]

    def __str__(self) -> str:
        return f"{self.residency_id} after {self.earlier_id}"
