"""Community habits that a team has taken up (EL-46)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.revisions import Versioned
from community.kinds import Habit


class HabitDoneQuerySet(models.QuerySet["HabitDone"]):
    def current(self) -> HabitDoneQuerySet:
        """Without those that were undone."""
        return self.filter(undone_at=None)


class HabitDone(Versioned):
    """A habit that a team has, since when, and what shows it. Undone, the row stays and another may follow."""

    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="habits")
    habit = models.CharField(_("habit"), max_length=20, choices=Habit)
    done_on = models.DateField(_("done on"))
    links = models.JSONField(_("links"), default=list, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    objects = HabitDoneQuerySet.as_manager()

    class Meta:
        ordering = ["done_on", "pk"]
        verbose_name = _("community habit")
        verbose_name_plural = _("community habits")
        constraints = [
            models.CheckConstraint(condition=models.Q(habit__in=Habit.values), name="community_known_habit"),
            models.UniqueConstraint(fields=["residency", "habit"], condition=models.Q(undone_at=None), name="community_habit_once"),
        ]
        indexes = [models.Index(fields=["habit", "residency"], condition=models.Q(undone_at=None), name="community_habits")]

    def __str__(self) -> str:
        return self.get_habit_display()
