"""What was agreed about trust, approvals that delay a team, and plans for what isn't open (EL-55, EL-57)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, TEAMWORK, personal
from ledger.records import RecordQuerySet, recorded
from oversight.models.barriers import OfStream
from people.fields import LineField


class Topic(models.TextChoices):
    VISION = "vision", _("Vision and expected outcomes")
    DECISIONS = "decisions", _("What the product owner decides without asking")


@recorded(
    in_stream="stream",
    fields="stream topic agreed_on text outcomes limit_cents delivery_team alliance_team executive recorded_by recorded_at",
    acts="vision-agreed decisions-agreed",
)
@personal("delivery_team alliance_team executive recorded_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class TrustStatement(models.Model):
    """What the delivery team, the alliance team and the executive agreed on a topic. The newest counts; rows never change.

    A vision has expected outcomes. What the product owner decides may have a limit, up to which no one is asked.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="trust_statements")
    topic = models.CharField(max_length=10, choices=Topic)
    agreed_on = models.DateField(_("date agreed"))
    text = models.TextField(max_length=4000)
    outcomes = models.TextField(_("expected outcomes"), max_length=4000, blank=True)
    limit_cents = models.PositiveBigIntegerField(_("up to this amount"), null=True, blank=True)
    delivery_team = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("for the delivery team"))
    alliance_team = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("for the alliance team"))
    executive = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("for the executive"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = RecordQuerySet["TrustStatement"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("agreement on trust")
        verbose_name_plural = _("agreements on trust")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(topic="vision", limit_cents=None) & ~models.Q(outcomes="") | models.Q(topic="decisions", outcomes=""),
                name="oversight_trust_topic",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="oversight_trust_text"),
        ]
        indexes = [models.Index(fields=["stream", "topic"], name="oversight_trust_of")]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}, {self.agreed_on}"


@personal("raised_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class DelayedApproval(OfStream):
    """An approval that a team is waiting for, although the agreement trusts it to decide."""

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="delayed_approvals")
    what = LineField(_("what needs approval"), max_length=300)
    waiting_for = LineField(_("waiting for"), max_length=200)
    since = models.DateField(_("waiting since"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    resolved_on = models.DateField(_("date resolved"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("approval that delays a team")
        verbose_name_plural = _("approvals that delay teams")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resolved_on=None, outcome="")
                | (models.Q(resolved_on__isnull=False, resolved_on__gte=models.F("since")) & ~models.Q(outcome="")),
                name="oversight_approval_resolved",
            ),
        ]
        indexes = [models.Index(fields=["since"], condition=models.Q(resolved_on=None), name="oversight_approvals_open")]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.resolved_on is None

    def days(self, today: datetime.date) -> int:
        """Return for how many days it has been, or was, waiting."""
        return ((self.resolved_on or today) - self.since).days


@personal("owner", purpose=TEAMWORK, kept=SUBJECT)
@personal("added_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class OpennessPlan(OfStream):
    """A part of the work that privacy keeps closed, why, and how it will be aligned with working in the open (EL-57)."""

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="openness_plans")
    closed_part = LineField(_("what isn’t open"), max_length=300)
    reason = models.TextField(_("reason"), max_length=2000)
    plan = models.TextField(_("plan for alignment"), max_length=4000)
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="openness_plans", verbose_name=_("owner")
    )
    align_by = models.DateField(_("to be aligned by"))
    next_review_on = models.DateField(_("next review"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_on = models.DateField(editable=False)
    closed_on = models.DateField(null=True, editable=False)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)

    class Meta:
        ordering = ["next_review_on", "pk"]
        verbose_name = _("plan for openness")
        verbose_name_plural = _("plans for openness")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_on=None, outcome="") | (models.Q(closed_on__isnull=False) & ~models.Q(outcome="")),
                name="oversight_openness_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["next_review_on"], condition=models.Q(closed_on=None), name="oversight_openness_due"),
            models.Index(fields=["stream"], name="oversight_openness_of"),
        ]

    def __str__(self) -> str:
        return self.closed_part

    def get_absolute_url(self) -> str:
        return reverse("openness-plan", args=[self.subject.reference, self.pk])

    @property
    def is_open(self) -> bool:
        """Whether the plan is still being worked on."""
        return self.closed_on is None

    @property
    def is_review_overdue(self) -> bool:
        return self.is_open and self.next_review_on < timezone.localdate()


@recorded(in_stream="plan__stream", fields="plan on note reviewed_by next_review_on", acts="openness-reviewed")
@personal("reviewed_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class OpennessReview(models.Model):
    """A review of a plan for openness; rows never change."""

    plan = models.ForeignKey(OpennessPlan, on_delete=models.PROTECT, related_name="reviews")
    on = models.DateField()
    note = models.TextField(_("what has changed"), max_length=2000)
    next_review_on = models.DateField(_("next review"))
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["OpennessReview"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("review of a plan for openness")
        verbose_name_plural = _("reviews of plans for openness")
        constraints = [models.CheckConstraint(condition=~models.Q(note=""), name="oversight_openness_note")]

    def __str__(self) -> str:
        return f"{self.on}"
