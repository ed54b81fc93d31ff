"""Assessments of how an agent's interviews go, seen with a name by the agent and the team lead alone (SP-07, PB-45)."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from acts.personal_data import TEAMWORK, personal
from partnerships.models.partnership import Partnership
from partnerships.models.sites import Site
from people.fields import LineField

TWO_YEARS = "Two years after the interview; then the nightly task deletes it"


@personal("agent observer scores feedback", purpose=TEAMWORK, kept=TWO_YEARS)
class QualityAssessment(models.Model):
    """What an experienced agent observed in another's interview. `scores` has 1 to 5 by the question's code (sites/quality/rules.py).

    It is deleted after two years: averages are of the last twelve months.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="quality_assessments")
    agent = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="quality_assessments", verbose_name=_("agent"))
    observer = LineField(_("observed by"), max_length=150)
    on = models.DateField(_("date"))
    scores = models.JSONField(_("scores"))
    feedback = models.TextField(_("feedback"), max_length=2000)

    class Meta:
        ordering = ["site", "-on", "-pk"]
        verbose_name = _("quality assessment")
        verbose_name_plural = _("quality assessments")

    def __str__(self) -> str:
        return f"{self.site}, {self.on}"  # never the agent: this is written in places that others read

    def get_absolute_url(self) -> str:
        return reverse("quality-assessment", args=[self.partnership.reference, self.site_id, self.pk])

    @property
    def partnership(self) -> Partnership:
        return self.site.partnership
