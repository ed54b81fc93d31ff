"""Rapid responses of a partnership: what happened where, who was called, and how long it took to serve the first client (PB-12)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, SUBJECT, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from partnerships.choices import IncidentKind
from partnerships.models.partnership import Partner, Partnership
from people.fields import LineField


@not_personal("about community presence", why="what happened, and where partners meet clients")
@personal("opened_by ended_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Incident(Revised):
    """A rapid response to an emergency, from the call until it is deactivated with what was learned.

    `about` says what happened if it is of no named kind. `presence` is where and when partners are there first. `number` counts a
    partnership's incidents, and is part of the codes of its tasks.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="incidents")
    number = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=15, choices=IncidentKind)
    about = LineField(_("what happened"), max_length=100, blank=True)
    community = LineField(_("community"), max_length=100)
    called = models.ManyToManyField(Partner, related_name="incidents", blank=True, verbose_name=_("partners called"))
    presence = LineField(_("first presence"), max_length=200, blank=True)
    called_at = models.DateTimeField(_("call received"))
    served_at = models.DateTimeField(_("first client served"), null=True, editable=False)
    ended_at = models.DateTimeField(_("deactivated"), null=True, editable=False)
    lessons = models.TextField(_("lessons"), max_length=2000, blank=True, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["partnership", "-number"]
        verbose_name = _("rapid response")
        verbose_name_plural = _("rapid responses")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "number"], name="partnerships_incident_number"),
            models.UniqueConstraint(
                "partnership", "kind", Lower("community"), condition=Q(ended_at=None), name="partnerships_incident_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=IncidentKind.values), name="partnerships_incident_kind"),
            models.CheckConstraint(condition=~Q(kind=IncidentKind.OTHER) | ~Q(about=""), name="partnerships_incident_about"),
            models.CheckConstraint(condition=Q(served_at=None) | Q(served_at__gte=F("called_at")), name="partnerships_incident_served"),
            models.CheckConstraint(
                condition=Q(ended_at=None, lessons="") | (Q(ended_at__gte=F("called_at")) & ~Q(lessons="")),
                name="partnerships_incident_lessons",
            ),
        ]
        indexes = [models.Index(fields=["called_at"], condition=Q(ended_at=None), name="partnerships_incidents_open")]

    def __str__(self) -> str:
        return f"{self.what}, {self.community}"

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.partnership.reference, self.pk])

    @property
    def what(self) -> str:
        return self.about if self.kind == IncidentKind.OTHER else self.get_kind_display()

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def took(self) -> datetime.timedelta:
        """The time from the call to the first client served; until then it is running, unless the response was deactivated first."""
        return (self.served_at or self.ended_at or timezone.now()) - self.called_at

    @property
    def is_running(self) -> bool:
        return self.served_at is None and self.is_open


declare(
    "partnerships_incident_once",
    lambda: blocking(
        "incident-known",
        gettext("A rapid response of this kind is already open in this community."),
        gettext("Open it under Rapid response, or deactivate it first."),
    ),
)


def in_words(took: datetime.timedelta) -> str:
    """Return a length of time in hours and minutes."""
    hours, minutes = divmod(max(int(took.total_seconds()), 0) // 60, 60)
    return gettext("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
