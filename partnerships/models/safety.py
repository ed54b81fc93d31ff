"""The safety of sites: what changed at them, and the assessments of threats and risks that follow (PB-38)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from ledger.records import RecordQuerySet, recorded
from partnerships.models.sites import Site
from people.fields import LineField


class SiteChange(models.Model):
    """A change at a site that makes a new assessment due."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("Moved")
        ARRANGEMENT = "arrangement", _("New arrangement")
        REFIT = "refit", _("Refit or new layout")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=15, choices=Kind)
    note = LineField(_("what changed"), max_length=200)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("change at a site")
        verbose_name_plural = _("changes at sites")
        constraints = [models.CheckConstraint(condition=Q(kind__in=["moved", "arrangement", "refit"]), name="partnerships_site_change")]

    def __str__(self) -> str:
        return self.note


@recorded(in_stream="site__partnership__stream", fields="site on outcome note url made_at recorded_by", acts="safety-assessed")
@personal("recorded_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class SafetyAssessment(models.Model):
    """An assessment of threats and risks at a site: of its people, access control and layout. It counts for changes before it."""

    class Outcome(models.TextChoices):
        SAFE = "safe", _("Safe")
        WORK = "work", _("Safe once work is done")
        UNSAFE = "unsafe", _("Not safe")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="assessments")
    on = models.DateField(_("date"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("people, access control and layout"), max_length=2000)
    url = models.URLField(_("link to the assessment"), max_length=1000, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["SafetyAssessment"].as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("safety assessment")
        verbose_name_plural = _("safety assessments")
        constraints = [models.CheckConstraint(condition=Q(outcome__in=["safe", "work", "unsafe"]), name="partnerships_safety_outcome")]

    def __str__(self) -> str:
        return f"{self.site}: {self.get_outcome_display()}"
