"""Risks and their ratings (EL-73)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, TEAMWORK, personal
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import in_list
from oversight.choices import Band, Impact, Likelihood, band
from oversight.models.barriers import Category, OfStream
from people.fields import LineField


class RiskQuerySet(models.QuerySet["Risk"]):
    def open(self) -> RiskQuerySet:
        return self.filter(closed_on=None)

    def rated(self) -> Any:
        """Add `likelihood` and `impact` of the last rating."""
        last = RiskRating.objects.filter(risk=models.OuterRef("pk")).order_by("-number")
        rating: dict[str, Any] = {name: models.Subquery(last.values(name)[:1]) for name in ("likelihood", "impact")}
        return self.annotate(**rating)

    def for_list(self) -> RiskQuerySet:
        """Add what a list row shows, the highest rating first; one query."""
        return self.rated().with_subjects().in_order()

    def with_subjects(self) -> RiskQuerySet:
        """Add what a list row shows of others than the risk itself."""
        return in_list(self.select_related("category", "owner"))

    def on_its_page(self) -> RiskQuerySet:
        """Add what a row shows on the pages of its own subject, the highest rating first; one query."""
        return self.rated().select_related("category", "owner").in_order()

    def in_order(self) -> RiskQuerySet:
        """Put rated risks in order, the highest rating first."""
        return self.order_by("-score", "next_review_on", "pk")


@personal("owner", purpose=TEAMWORK, kept=SUBJECT)
@personal("raised_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Risk(OfStream):
    """Something that could happen and hold a team up. It is rated again after each action, and has a next review date."""

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="risks")
    text = LineField(_("what could happen?"), max_length=300)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("category"))
    response = models.TextField(_("response"), max_length=2000, blank=True)
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="risks", verbose_name=_("owner")
    )
    next_review_on = models.DateField(_("next review"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_on = models.DateField(editable=False)
    closed_on = models.DateField(null=True, editable=False)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)
    # Likelihood × impact of the last rating, kept by the act that rates, so that an index puts the lab's risks in order.
    score = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = RiskQuerySet.as_manager()
    likelihood: int
    impact: int

    class Meta:
        ordering = ["next_review_on", "pk"]
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_on=None, outcome="") | (models.Q(closed_on__isnull=False) & ~models.Q(outcome="")),
                name="oversight_risk_outcome",
            ),
            models.CheckConstraint(condition=models.Q(next_review_on__gte=models.F("raised_on")), name="oversight_risk_review"),
            models.CheckConstraint(condition=models.Q(score__range=(0, 25)), name="oversight_risk_score"),
        ]
        indexes = [
            models.Index(fields=["stream"], name="oversight_risks_of"),
            models.Index(fields=["next_review_on"], condition=models.Q(closed_on=None), name="oversight_risks_due"),
            models.Index(
                models.F("score").desc(), "next_review_on", "id", condition=models.Q(closed_on=None), name="oversight_risks_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("risk", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def is_review_overdue(self) -> bool:
        return self.next_review_on < timezone.localdate()

    @property
    def band(self) -> Band:
        """Return the band of its last rating. The row must be read with it (`rated`)."""
        return band(self.likelihood, self.impact)


@recorded(in_stream="risk__stream", fields="risk number on likelihood impact because_of rated_by", acts="risk-added risk-rated")
@personal("rated_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class RiskRating(models.Model):
    """A risk's likelihood and impact from a day, and why. The last row is the current one; rows never change."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="ratings")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), choices=Likelihood)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact)
    because_of = models.TextField(_("what was done"), max_length=500)
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["RiskRating"].as_manager()

    class Meta:
        ordering = ["risk", "-number"]
        verbose_name = _("rating of a risk")
        verbose_name_plural = _("ratings of risks")
        constraints = [
            models.UniqueConstraint(fields=["risk", "number"], name="oversight_rating_number"),
            models.CheckConstraint(condition=models.Q(likelihood__range=(1, 5), impact__range=(1, 5)), name="oversight_rating_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.likelihood} × {self.impact}"

    @property
    def band(self) -> Band:
        return band(self.likelihood, self.impact)
