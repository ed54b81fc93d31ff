"""Links outside on product pages, and whether they still work (EL-95)."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ledger.subjects import subject_of


class OutsideLinkQuerySet(models.QuerySet["OutsideLink"]):
    def due(self, now: datetime.datetime) -> OutsideLinkQuerySet:
        """Return the links to ask now, the longest due first."""
        return self.filter(next_check_at__lte=now).order_by("next_check_at", "pk")

    def dead(self) -> OutsideLinkQuerySet:
        return self.filter(dead_since__isnull=False)


class OutsideLink(models.Model):
    """A link that a product's page shows or would show, with what it answered last. It's dead after two failed checks, a day apart.

    `code` and `status` are the last answer (reports/links/rules.py). Rows follow the links in use: one that is no longer on the page
    is deleted.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="outside_links")
    url = models.URLField(max_length=500)
    host = models.CharField(max_length=255)
    next_check_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=20, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    failed_on = models.DateField(null=True)
    dead_since = models.DateField(null=True)

    objects = OutsideLinkQuerySet.as_manager()

    class Meta:
        ordering = ["stream", "url"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "url"], name="reports_link_once"),
            models.CheckConstraint(condition=Q(dead_since=None) | Q(failed_on__isnull=False), name="reports_dead_link_failed"),
        ]
        indexes = [
            models.Index(fields=["next_check_at", "id"], name="reports_links_due"),
            models.Index(fields=["dead_since", "id"], condition=Q(dead_since__isnull=False), name="reports_dead_links"),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def subject(self) -> Any:
        return subject_of(self.stream)


def host_of(url: str) -> str:
    """Return the host of a link in small letters; "" if it has none."""
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""
