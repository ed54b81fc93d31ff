"""Metrics of a subject, and the revisions of their baselines and targets (EL-90)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, SUBJECT, TEAMWORK, not_personal, personal
from acts.revisions import Revised
from findings import Finding, blocking
from ledger.subjects import subject_of
from metrics.choices import DECIMALS, DIGITS, Cadence, Direction, Goal, MetricKind
from people.fields import LineField


def figure_field(label: Any = "", *, null: bool = True) -> models.DecimalField[Any, Any]:
    """Return a field for a figure: exact, up to a hundred trillion, with four decimals."""
    return models.DecimalField(label or None, max_digits=DIGITS, decimal_places=DECIMALS, null=null, blank=null)


class MetricQuerySet(models.QuerySet["Metric"]):
    def active(self) -> MetricQuerySet:
        """Leave out retired metrics."""
        return self.filter(retired_on=None)


@not_personal("name", why="of a metric")
@personal("owner", purpose=TEAMWORK, kept=SUBJECT)
@personal("defined_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Metric(Revised):
    """A figure that a team chose to measure its value by.

    The current baseline and target are kept here, and their history in `GoalRevision`. `last_value` and `last_on` repeat the latest
    reading, and `next_due_on` is when the next one is due; acts on readings keep them. A ratio keeps a numerator and a denominator
    with each reading, so that periods can be added up without averaging percentages. With `after_end_until`, its owner reports it
    until that day even if its subject has ended (EL-86).
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="metrics")
    name = LineField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=MetricKind)
    unit = LineField(_("unit"), max_length=30)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    cadence = models.CharField(_("how often"), max_length=10, choices=Cadence)
    method = models.TextField(_("how it is measured"))
    numerator_label = LineField(_("numerator"), max_length=120, blank=True)
    denominator_label = LineField(_("denominator"), max_length=120, blank=True)
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="metrics", verbose_name=_("owner")
    )
    is_north_star = models.BooleanField(_("north star"), default=False)
    example = models.CharField(max_length=40, blank=True, editable=False)
    baseline_value = figure_field(_("baseline"))
    baseline_on = models.DateField(_("date of the baseline"), null=True, blank=True)
    target_value = figure_field(_("target"))
    target_on = models.DateField(_("date of the target"), null=True, blank=True)
    last_value = figure_field()
    last_on = models.DateField(null=True, blank=True)
    next_due_on = models.DateField(null=True, blank=True)
    after_end_until = models.DateField(null=True, blank=True)
    defined_on = models.DateField()
    defined_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retired_on = models.DateField(null=True, blank=True)
    retired_because = LineField(max_length=300, blank=True)

    objects = MetricQuerySet.as_manager()

    class Meta:
        ordering = ["-is_north_star", "kind", "name", "pk"]
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = [
            models.UniqueConstraint(fields=["stream"], condition=Q(is_north_star=True, retired_on=None), name="metrics_one_north_star"),
            models.UniqueConstraint(fields=["stream", "name"], condition=Q(retired_on=None), name="metrics_name_once"),
            models.CheckConstraint(condition=Q(kind__in=MetricKind.values), name="metrics_known_kind"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="metrics_known_direction"),
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="metrics_known_cadence"),
            models.CheckConstraint(
                condition=Q(baseline_value=None, baseline_on=None) | Q(baseline_value__isnull=False, baseline_on__isnull=False),
                name="metrics_baseline_has_day",
            ),
            models.CheckConstraint(
                condition=Q(target_value=None, target_on=None) | Q(target_value__isnull=False, target_on__isnull=False),
                name="metrics_target_has_day",
            ),
            models.CheckConstraint(
                condition=Q(last_value=None, last_on=None) | Q(last_value__isnull=False, last_on__isnull=False),
                name="metrics_last_has_day",
            ),
            models.CheckConstraint(
                condition=Q(numerator_label="", denominator_label="") | (~Q(numerator_label="") & ~Q(denominator_label="")),
                name="metrics_ratio_has_both",
            ),
            models.CheckConstraint(condition=Q(retired_on=None) | ~Q(retired_because=""), name="metrics_retired_has_reason"),
        ]
        indexes = [
            models.Index(fields=["next_due_on", "id"], condition=Q(retired_on=None, next_due_on__isnull=False), name="metrics_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Any:
        return subject_of(self.stream)

    @property
    def is_active(self) -> bool:
        return self.retired_on is None

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator_label)

    def takes_readings(self, on: datetime.date) -> bool:
        """Return whether a reading can be added on the date `on`: while its subject is under way, or until `after_end_until`."""
        return self.is_active and (self.subject.is_under_way or (self.after_end_until is not None and on <= self.after_end_until))

    def is_due(self, today: datetime.date) -> bool:
        """Return whether a reading is due by today."""
        return self.is_active and self.next_due_on is not None and self.next_due_on <= today

    def get_absolute_url(self) -> str:
        return reverse("metric", args=[self.subject.reference, self.pk])


class GoalRevisionQuerySet(models.QuerySet["GoalRevision"]):
    def known_at(self, moment: datetime.datetime) -> GoalRevisionQuerySet:
        """Return the revisions that were on record at a moment."""
        return self.filter(entered_at__lte=moment)


@personal("entered_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class GoalRevision(models.Model):
    """A baseline or target as it was set on a day, with who set it and why. Rows never change; the last one counts.

    Without a value, the goal was removed. `set_on` is the day it was decided, from which progress is measured against it.
    """

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="goals")
    goal = models.CharField(max_length=10, choices=Goal)
    value = figure_field()
    on = models.DateField(null=True, blank=True)
    set_on = models.DateField()
    reason = LineField(_("reason"), max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = GoalRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(condition=Q(goal__in=Goal.values), name="metrics_known_goal"),
            models.CheckConstraint(
                condition=Q(value=None, on=None) | Q(value__isnull=False, on__isnull=False), name="metrics_goal_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_goal_display()} {self.value}"

    @property
    def subject(self) -> Any:
        return self.metric.subject


def _one_north_star() -> Finding:
    return blocking(
        "north-star-taken",
        gettext("Someone else chose a north star at the same time."),
        gettext("Reload the page to see which metric it is."),
        "value",
    )


def _name_taken() -> Finding:
    return blocking(
        "metric-name-taken",
        gettext("There is already a metric with this name."),
        gettext("Use another name, or retire the other metric first."),
        "value",
    )


declare("metrics_one_north_star", _one_north_star)
declare("metrics_name_once", _name_taken)
