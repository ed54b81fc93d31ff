"""Taps at the counter of a site: one for each client, without anything that says who it was (SP-07, PB-47)."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.waits import SiteService

BEST = 5


class TapKind(models.TextChoices):
    RIGHT = "right", _("Arrived, right organization")
    WRONG = "wrong", _("Arrived, wrong organization")
    SERVED = "served", _("Served")
    QUALITY = "quality", _("Rated")


class Tap(models.Model):
    """A tap on the site's page. The browser makes `key`, so that a tap that is sent twice counts once. `on` is the day at the site.

    Taps are kept for 90 days, and then only counted (`TapDay`).
    """

    key = models.UUIDField(unique=True)
    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="taps")
    kind = models.CharField(_("kind"), max_length=10, choices=TapKind)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    at = models.DateTimeField(_("tapped at"))
    on = models.DateField(_("day"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("tap")
        verbose_name_plural = _("taps")
        constraints = [
            models.CheckConstraint(
                # A null passes a comparison, so it is refused by name.
                condition=Q(kind=TapKind.QUALITY, score__isnull=False, score__gte=1, score__lte=BEST)
                | Q(kind__in=[TapKind.RIGHT, TapKind.WRONG, TapKind.SERVED], score=None),
                name="partnerships_tap_kind",
            )
        ]
        indexes = [models.Index(fields=["on", "service", "kind"], name="partnerships_taps_by_day")]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_kind_display()}"

    @staticmethod
    def oldest_kept(today: datetime.date) -> datetime.date:
        return today - datetime.timedelta(days=90)


class TapDay(models.Model):
    """How many taps of a kind, and of a score, there were for a service on a day whose taps have been deleted."""

    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="tap_days")
    on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=TapKind)
    score = models.PositiveSmallIntegerField(_("score"), default=0)  # 0 without a score
    count = models.PositiveIntegerField(_("taps"))

    class Meta:
        ordering = ["service", "on", "kind", "score"]
        verbose_name = _("tap day")
        verbose_name_plural = _("tap days")
        constraints = [
            models.UniqueConstraint(fields=["service", "on", "kind", "score"], name="partnerships_tap_day"),
            models.CheckConstraint(condition=Q(kind__in=TapKind.values), name="partnerships_tap_day_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.on}"
