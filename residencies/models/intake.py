"""The intake: a challenge brief, six conditions with evidence, and the lab's reviews of them (EL-10 to EL-16)."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, QUALIFYING, SUBJECT, not_personal, personal
from acts.revisions import Revised
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField
from residencies.models.residency import Residency


@personal("product_owner_name product_owner_title sponsors sponsor_adm_name", purpose=QUALIFYING, kept=SUBJECT)
@not_personal("sponsor_up_to_adm", why="yes or no")
class Intake(Revised):
    """What the program area tells the lab; saved field by field, over as many sittings as it takes."""

    class Sensitivity(models.TextChoices):
        OPEN = "open", _("Open: nothing sensitive")
        PERSONAL = "personal", _("Ordinary personal information")
        VERY = "very", _("Very sensitive: health, justice, children, security")

    residency = models.OneToOneField(Residency, on_delete=models.PROTECT, related_name="intake")
    description = models.TextField(_("the challenge"), blank=True)
    for_whom = models.TextField(_("people affected"), blank=True)
    looked_into = models.TextField(_("research so far"), blank=True)
    permission = models.TextField(_("permission and capacity"), blank=True)
    related_agencies = models.TextField(_("other agencies involved"), blank=True)
    resources_held = models.TextField(_("resources you have"), blank=True)
    resources_needed = models.TextField(_("resources you need"), blank=True)
    funding_source = LineField(_("source of funding"), max_length=300, blank=True)
    yearly_budget_dollars = models.PositiveIntegerField(
        _("yearly budget, in dollars"), null=True, blank=True, validators=[MaxValueValidator(1_000_000_000)]
    )
    proposed_team = models.TextField(_("proposed team"), blank=True)
    government_employees_planned = models.PositiveSmallIntegerField(_("government employees planned"), null=True, blank=True)
    devops_planned = models.BooleanField(_("DevOps specialist or site reliability engineer planned"), null=True, blank=True)
    devops_plan = LineField(_("plan to get one, and by when"), max_length=300, blank=True)
    product_owner_name = LineField(_("product owner"), max_length=150, blank=True)
    product_owner_title = LineField(_("product owner's title"), max_length=150, blank=True)
    product_owner_full_time = models.BooleanField(_("full-time product owner"), null=True, blank=True)
    sponsors = models.TextField(_("executive sponsors"), blank=True)
    sponsor_up_to_adm = models.BooleanField(_("support from the assistant deputy minister"), null=True, blank=True)
    sponsor_adm_name = LineField(_("name of the assistant deputy minister"), max_length=150, blank=True)
    sponsor_adm_on = models.DateField(_("date they confirmed it"), null=True, blank=True)
    sensitivity = models.CharField(_("sensitivity of the data"), max_length=10, choices=Sensitivity, blank=True)
    openness_plan = models.TextField(_("plan for working in the open"), blank=True)

    def __str__(self) -> str:
        return f"Intake of {self.residency_id}"

    @property
    def yearly_budget_cents(self) -> int | None:
        return None if self.yearly_budget_dollars is None else self.yearly_budget_dollars * 100


class Need(Revised):
    """A need with what stands in its way, why, and how that is known."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="needs")
    statement = LineField(_("need"), max_length=300)
    impediment = LineField(_("obstacle"), max_length=500, blank=True)
    cause = LineField(_("cause"), max_length=500, blank=True)
    evidence = LineField(_("how you know"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.statement

    @property
    def residency(self) -> Residency:
        return self.intake.residency


class Condition(Revised):
    """One of the six qualifying conditions of one residency, with the applicant's case (EL-12)."""

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(6)])
    case = models.TextField(_("your case"), blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["residency", "number"], name="residencies_condition_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=6), name="residencies_six_conditions"),
        ]

    def __str__(self) -> str:
        return f"Condition {self.number} of {self.residency_id}"


def evidence_path(evidence: Evidence, filename: str) -> str:
    """A random name: nothing of what the person typed reaches the disk (ASVS 5.3.2)."""
    return f"evidence/{timezone.now():%Y/%m}/{secrets.token_hex(20)}"


@not_personal("file_name", why="of a file")
@personal("added_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Evidence(models.Model):
    """A link or a file that supports a case; withdrawn ones stay on record."""

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="evidence")
    title = LineField(_("description"), max_length=200)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(url="") & ~models.Q(file="")) | (~models.Q(url="") & models.Q(file="")), name="residencies_link_or_file"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def residency(self) -> Residency:
        return self.condition.residency


class ReviewQuerySet(models.QuerySet["Review"]):
    def waiting(self) -> ReviewQuerySet:
        """The lab's queue, oldest first, with all that a row shows (EL-16)."""
        rows = self.filter(closed_at=None).select_related("residency__program_area__ministry", "assignee")
        return rows.order_by("opened_at", "pk")


@personal("assignee handed_over_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Review(models.Model):
    """One round of the lab looking at an intake, from its arrival to the answer."""

    class Outcome(models.TextChoices):
        QUALIFIED = "qualified", _("Qualified")
        DECLINED = "declined", _("Declined")
        MORE_NEEDED = "more_needed", _("More information requested")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    residency = models.ForeignKey(Residency, on_delete=models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(default=timezone.now)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews")
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handed_over_note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["residency", "number"], name="residencies_review_number"),
            models.UniqueConstraint(fields=["residency"], condition=models.Q(closed_at=None), name="residencies_one_open_review"),
        ]
        indexes = [models.Index(fields=["opened_at"], condition=models.Q(closed_at=None), name="residencies_review_queue")]

    def __str__(self) -> str:
        return f"Review {self.number} of {self.residency_id}"


@recorded(
    in_stream="condition__residency__stream",
    fields="review condition verdict reason case_version reviewer decided_at sent_at",
    acts="finding-drafted",
)
@personal("reviewer", purpose=ACCOUNTABLE, kept=EVIDENCE)
class ConditionFinding(Revised):
    """The lab's finding on one condition in one review, by a named reviewer, with a reason.

    Private to the lab until `sent_at`; never changed after. The latest sent one of a condition stands;
    `case_version` tells whether the case has changed since.
    """

    class Verdict(models.TextChoices):
        MET = "met", _("Met")
        NOT_MET = "not_met", _("Not met")
        MORE_NEEDED = "more_needed", _("More needed")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="findings")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="findings")
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.TextField(_("reason"))
    case_version = models.PositiveIntegerField(default=1)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = RecordQuerySet["ConditionFinding"].as_manager()

    class Meta:
        ordering = ["condition__number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "condition"], name="residencies_finding_once_a_review"),
            models.CheckConstraint(condition=models.Q(verdict__in=["met", "not_met", "more_needed"]), name="residencies_known_verdict"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="residencies_finding_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.verdict}"


@personal("asked_by answered_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Question(Revised):
    """What the lab asked of an intake, and the answer: both stay on record (EL-14)."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="questions")
    condition = models.ForeignKey(Condition, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField(_("question"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def residency(self) -> Residency:
        return self.review.residency
