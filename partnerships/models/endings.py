"""How a partnership may end, and what was decided about it: sunset criteria, evaluations of pilots, and decisions (SP-06, SP-10, PB-27, PB-49)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from acts.revisions import Revised
from findings import Finding, blocking
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import Choice, Comparison, CriterionKind, EvaluationKind
from partnerships.models.partnership import Partner, Partnership
from partnerships.models.sites import Arrangement
from people.fields import LineField


@recorded(
    in_stream="partnership__stream",
    fields="partnership kind text on metric comparison value for_months added_on removed_on",
    acts="criterion-added criterion-removed",
)
class SunsetCriterion(models.Model):
    """What would make the partners decide whether to go on: a day, a measure that crosses a value for some months, or an event."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="criteria")
    kind = models.CharField(_("kind"), max_length=10, choices=CriterionKind)
    text = LineField(_("criterion"), max_length=300)
    on = models.DateField(_("date"), null=True, blank=True)
    metric = models.ForeignKey(
        "metrics.Metric", null=True, blank=True, on_delete=models.PROTECT, related_name="sunset_criteria", verbose_name=_("metric")
    )
    comparison = models.CharField(_("comparison"), max_length=10, choices=Comparison, blank=True)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6, null=True, blank=True)
    for_months = models.PositiveSmallIntegerField(_("readings in a row"), null=True, blank=True)
    added_on = models.DateField()
    removed_on = models.DateField(null=True, editable=False)

    objects = RecordQuerySet["SunsetCriterion"].as_manager()

    class Meta:
        ordering = ["partnership", "pk"]
        verbose_name = _("sunset criterion")
        verbose_name_plural = _("sunset criteria")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=CriterionKind.DATE, on__isnull=False, metric=None)
                | Q(
                    kind=CriterionKind.MEASURE, on=None, metric__isnull=False, value__isnull=False, for_months__gte=1,
                    comparison__in=Comparison.values,
                )
                | Q(kind=CriterionKind.EVENT, on=None, metric=None),
                name="partnerships_criterion_kind",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text


@recorded(
    in_stream="arrangement__partnership__stream",
    fields="arrangement kind due_on findings given_on given_by",
    acts="pilot-planned pilot-evaluated",
)
@personal("given_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class PilotEvaluation(Revised):
    """An evaluation of a pilot, half-way or at its end, scheduled as the arrangement becomes a pilot (PB-49).

    `findings` has, by a factor's code, its result, what was found, and the evidence: {"quality": {"result": "better", …}}. It is given
    once every factor has all three.
    """

    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="evaluations")
    kind = models.CharField(_("kind"), max_length=10, choices=EvaluationKind)
    due_on = models.DateField(_("due date"))
    findings = models.JSONField(_("findings"), default=dict)
    given_on = models.DateField(_("given on"), null=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["PilotEvaluation"].as_manager()

    class Meta:
        ordering = ["arrangement", "due_on", "pk"]
        verbose_name = _("evaluation of a pilot")
        verbose_name_plural = _("evaluations of pilots")
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "kind"], name="partnerships_evaluation_once"),
            models.CheckConstraint(condition=Q(kind__in=EvaluationKind.values), name="partnerships_evaluation_kind"),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(given_on=None), name="partnerships_evaluations_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.arrangement}"

    def get_absolute_url(self) -> str:
        return reverse("pilot-evaluation", args=[self.partnership.reference, self.pk])

    @property
    def partnership(self) -> Partnership:
        return self.arrangement.partnership

    @property
    def is_final(self) -> bool:
        return self.kind == EvaluationKind.FINAL

    def is_late(self, today: datetime.date) -> bool:
        return self.given_on is None and self.due_on < today


@recorded(in_stream="partner__partnership__stream", fields="evaluation partner on text url", acts="pilot-reviewed")
class PilotReview(models.Model):
    """A partner's own review of a pilot, which informs an evaluation."""

    evaluation = models.ForeignKey(PilotEvaluation, on_delete=models.PROTECT, related_name="reviews")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="pilot_reviews")
    on = models.DateField(_("date"))
    text = models.TextField(_("what the review came to"), max_length=2000)
    url = models.URLField(_("link to the review"), max_length=1000, blank=True)

    objects = RecordQuerySet["PilotReview"].as_manager()

    class Meta:
        ordering = ["evaluation", "on", "pk"]
        verbose_name = _("partner’s review of a pilot")
        verbose_name_plural = _("partners’ reviews of pilots")

    def __str__(self) -> str:
        return f"{self.partner}: {self.on}"


@recorded(
    in_stream="partnership__stream",
    fields="partnership criterion review_on occasion met_on due_on choice reason decided_on decided_by",
    acts="decision-due decided",
)
@personal("decided_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Decision(models.Model):
    """A decision whether a partnership goes on: due since a criterion was met or a review date came, until somebody decides.

    `occasion` says why it is due. At most one waits for a criterion, a review date or a pilot's final evaluation, so that each fires
    once. One without any of these was made of the partners' own accord.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="decisions")
    criterion = models.ForeignKey(SunsetCriterion, null=True, on_delete=models.PROTECT, related_name="decisions")
    review_on = models.DateField(null=True)
    evaluation = models.OneToOneField("PilotEvaluation", null=True, on_delete=models.PROTECT, related_name="decision")
    occasion = LineField(max_length=300)
    met_on = models.DateField()
    due_on = models.DateField()
    choice = models.CharField(_("decision"), max_length=10, choices=Choice, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["Decision"].as_manager()

    class Meta:
        ordering = ["-met_on", "-pk"]
        verbose_name = _("decision about a partnership")
        verbose_name_plural = _("decisions about partnerships")
        constraints = [
            models.UniqueConstraint(fields=["criterion"], condition=Q(choice=""), name="partnerships_criterion_fires_once"),
            models.UniqueConstraint(fields=["partnership", "review_on"], name="partnerships_review_fires_once"),
            models.CheckConstraint(
                condition=Q(choice="", reason="", decided_on=None) | (~Q(choice="") & ~Q(reason="") & Q(decided_on__isnull=False)),
                name="partnerships_decided_whole",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(choice=""), name="partnerships_decisions_due")]

    def __str__(self) -> str:
        return self.occasion

    @property
    def is_open(self) -> bool:
        return not self.choice

    def is_late(self, today: datetime.date) -> bool:
        return self.is_open and self.due_on < today


def decision_waits() -> Finding:
    return blocking(
        "decision-waits",
        gettext("A decision about this is already due."),
        gettext("Record that decision first, under Sunset and review."),
    )


for _name in ("partnerships_criterion_fires_once", "partnerships_review_fires_once"):
    declare(_name, decision_waits)
