"""Who in the home ministry reports what a product is worth after graduation, and the quarters to report (EL-86)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, SUBJECT, personal
from acts.revisions import Revised
from dates.months import fiscal_quarter_label
from findings import blocking
from people.fields import LineField


class BenefitOwnerQuerySet(models.QuerySet["BenefitOwner"]):
    def standing(self) -> BenefitOwnerQuerySet:
        """Return those who accepted and whose commitment hasn't ended."""
        return self.filter(accepted_on__isnull=False, ended_on=None)

    def waiting(self) -> BenefitOwnerQuerySet:
        """Return those who were named and haven't accepted."""
        return self.filter(accepted_on=None, ended_on=None)


@personal("person named_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class BenefitOwner(Revised):
    """Someone in the home ministry who was named to report one figure a quarter; they accept by signing `agreement`.

    At most one has accepted, and at most one waits: a successor takes over when they have signed. `metric` is what they report; if
    nobody measures it yet, it is made from `measure` and `unit` when they accept.
    """

    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="benefit_owners")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="benefits_owned", verbose_name=_("benefit owner"))
    measure = LineField(_("what is reported"), max_length=200)
    unit = LineField(_("unit"), max_length=30, blank=True)
    metric = models.ForeignKey("metrics.Metric", null=True, blank=True, on_delete=models.PROTECT, related_name="benefit_owners")
    named_on = models.DateField(_("named on"))
    named_at = models.DateTimeField(default=timezone.now, editable=False)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreement = models.OneToOneField("agreements.Agreement", null=True, on_delete=models.PROTECT, related_name="benefit_owner")
    sent_on = models.DateField(null=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    end_reason = LineField(max_length=300, blank=True, editable=False)

    objects = BenefitOwnerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("benefit owner")
        verbose_name_plural = _("benefit owners")
        constraints = [
            models.UniqueConstraint(fields=["residency"], condition=Q(accepted_on=None, ended_on=None), name="community_one_owner_waits"),
            models.UniqueConstraint(
                fields=["residency"], condition=Q(accepted_on__isnull=False, ended_on=None), name="community_one_owner_stands"
            ),
            models.CheckConstraint(condition=Q(accepted_on=None) | Q(agreement__isnull=False), name="community_owner_signed"),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def subject(self) -> Any:
        return self.residency

    @property
    def is_accepted(self) -> bool:
        return self.accepted_on is not None


for _constraint in ("community_one_owner_waits", "community_one_owner_stands"):
    declare(
        _constraint,
        lambda: blocking(
            "owner-waits",
            gettext("Someone else has already been named."),
            gettext("Withdraw that name first, or wait for their signature."),
        ),
    )


class BenefitQuarterQuerySet(models.QuerySet["BenefitQuarter"]):
    def due(self, on: datetime.date) -> BenefitQuarterQuerySet:
        """Return those whose due date has passed on a day."""
        return self.filter(due_on__lt=on)

    def overdue(self, on: datetime.date) -> BenefitQuarterQuerySet:
        """Return those whose due date has passed on a day, and whose figure wasn't reported by then."""
        return self.due(on).filter(Q(reported_on=None) | Q(reported_on__gt=on))

    def known_at(self, moment: datetime.datetime) -> BenefitQuarterQuerySet:
        """Return the quarters scheduled by a moment, with `reported_then`: the day on record then, whatever changed since (EL-97)."""
        changed_since = ReportedDay.objects.filter(quarter=OuterRef("pk"), changed_at__gt=moment).order_by("pk")
        then = Case(When(Exists(changed_since), then=Subquery(changed_since.values("reported_on")[:1])), default=F("reported_on"))
        return self.filter(made_at__lte=moment).annotate(reported_then=then)

    def overdue_then(self, on: datetime.date) -> BenefitQuarterQuerySet:
        """Return those overdue on a day by what was on record at the moment of `known_at`."""
        return self.due(on).filter(Q(reported_then=None) | Q(reported_then__gt=on))


class BenefitQuarter(models.Model):
    """A quarter whose figure the benefit owner reports. It waits until `reported_on` is set, together with `reading`.

    `reading` names the observation, such as "metrics.observation/12": the figure itself is kept with the product's metrics.
    """

    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="benefit_quarters")
    number = models.PositiveSmallIntegerField()
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    due_on = models.DateField(_("due date"))
    reported_on = models.DateField(_("reported on"), null=True, editable=False)
    reading = models.CharField(max_length=60, blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BenefitQuarterQuerySet.as_manager()

    class Meta:
        ordering = ["residency", "number"]
        verbose_name = _("quarter to report")
        verbose_name_plural = _("quarters to report")
        constraints = [
            models.UniqueConstraint(fields=["residency", "number"], name="community_quarter_once"),
            models.CheckConstraint(
                condition=Q(reported_on=None, reading="") | (Q(reported_on__isnull=False) & ~Q(reading="")),
                name="community_reported_has_reading",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(reported_on=None), name="community_quarters_due")]

    def __str__(self) -> str:
        return fiscal_quarter_label(self.from_on)

    def is_due(self, today: datetime.date) -> bool:
        """Whether the quarter is over and its figure isn't reported."""
        return self.reported_on is None and self.to_on < today

    def is_overdue(self, today: datetime.date) -> bool:
        return self.reported_on is None and self.due_on < today


class ReportedDay(models.Model):
    """When a quarter counted as reported until that changed, so that a report sealed before can be recomputed (EL-97). Rows never change."""

    quarter = models.ForeignKey(BenefitQuarter, on_delete=models.CASCADE, related_name="earlier_days")
    reported_on = models.DateField(null=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("earlier day of a quarter’s report")
        verbose_name_plural = _("earlier days of quarters’ reports")

    def __str__(self) -> str:
        return str(self.reported_on or "")
