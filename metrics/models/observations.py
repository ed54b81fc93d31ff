"""Readings of a metric, which never change, and the links in reminders by which one is entered without an account (EL-91)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, SUBJECT, TELLING, personal
from findings import Finding, blocking
from metrics.choices import Source
from metrics.models.metrics import Metric, figure_field
from people.fields import LineField


class ObservationQuerySet(models.QuerySet["Observation"]):
    def current(self) -> ObservationQuerySet:
        """Leave out readings that were corrected or removed."""
        return self.filter(is_current=True)

    def known_at(self, moment: datetime.datetime) -> ObservationQuerySet:
        """Return the readings that counted at a moment, whatever was corrected since."""
        later = Observation.objects.filter(corrects=OuterRef("pk"), entered_at__lte=moment)
        return self.filter(~Exists(later), entered_at__lte=moment, removed=False)


@personal("entered_by", purpose=ACCOUNTABLE, kept=SUBJECT)
@personal("person", purpose=ACCOUNTABLE, kept=SUBJECT)
class Observation(models.Model):
    """A metric's value on a day. A correction is a new row that names the old one; one with `removed` takes it back.

    Only `is_current` ever changes, once, from true to false, when a row is corrected. `person` entered it through a link.
    `client_key` comes from whoever sends it, so that sending it again adds nothing.
    """

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="observations")
    on = models.DateField(_("date"))
    value = figure_field(_("value"), null=False)
    numerator = figure_field()
    denominator = figure_field()
    note = LineField(_("note"), max_length=300, blank=True)
    evidence = models.URLField(_("evidence"), max_length=1000, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.FORM)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = LineField(_("reason"), max_length=300, blank=True)
    removed = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    client_key = models.UUIDField(null=True, unique=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(fields=["metric", "on"], condition=Q(is_current=True), name="metrics_one_reading_a_day"),
            models.CheckConstraint(
                condition=Q(removed=False) | Q(corrects__isnull=False, is_current=False), name="metrics_removed_reading"
            ),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="metrics_correction_has_reason"),
            models.CheckConstraint(
                condition=Q(denominator=None, numerator=None) | (Q(numerator__isnull=False) & ~Q(denominator=0)),
                name="metrics_ratio_divides",
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="metrics_known_source"),
        ]
        indexes = [
            models.Index(fields=["metric", "-on"], condition=Q(is_current=True), name="metrics_readings"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.value}"

    @property
    def subject(self) -> Any:
        return self.metric.subject

    @property
    def entered_name(self) -> str:
        """Return who entered it; empty if the portal did."""
        return str(self.entered_by or self.person or "")


@personal("person", purpose=TELLING, kept=SUBJECT)
class ReadingLink(models.Model):
    """A link in a reminder by which a metric's owner enters the reading that is due. Known only by its hash."""

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    observation = models.ForeignKey(Observation, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("link to enter a reading")
        verbose_name_plural = _("links to enter a reading")

    def __str__(self) -> str:
        return f"{self.person_id} for {self.metric_id}"

    @property
    def subject(self) -> Any:
        return self.metric.subject


def _a_reading_that_day() -> Finding:
    return blocking(
        "reading-that-day",
        gettext("Someone else entered a reading for this date at the same time."),
        gettext("Reload the page. If their figure is wrong, correct it."),
        "value",
    )


for _constraint in ("metrics_one_reading_a_day", "metrics_observation.corrects_id", "metrics_observation.client_key"):
    declare(_constraint, _a_reading_that_day)
