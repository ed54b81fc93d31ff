"""Reports that were sealed with their figures (EL-94, EL-97), API tokens, and the answers that are kept so that a repeated request acts once (EL-91)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNT, ACCOUNTABLE, EVIDENCE, SUBJECT, not_personal, personal
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import subject_of
from people.fields import LineField

PORTFOLIO = "PORTFOLIO"


class Scope(models.TextChoices):
    """What a token allows, at most; the permissions of its account apply as well."""

    READ = "read", _("Read only")
    OBSERVATIONS = "observations", _("Read, and add metric readings")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def working(self, today: datetime.date) -> ApiTokenQuerySet:
        """Return the tokens that aren't revoked, haven't expired, and belong to an active account."""
        return self.filter(revoked_at=None, expires_on__gte=today, account__is_active=True)


@personal("account", purpose=ACCOUNT, kept=SUBJECT)
@not_personal("name", why="of a program")
class ApiToken(models.Model):
    """A token with which a program uses the API as `account`. Only its SHA-256 is stored.

    `prefix` is the readable start of the token, for lists and logs. With `stream`, the token works for that subject only. Its scope
    and last day never change: make a new token instead.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    name = LineField(_("name"), max_length=80)
    prefix = models.CharField(_("starts with"), max_length=16, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("access"), max_length=20, choices=Scope)
    stream = models.ForeignKey("ledger.Stream", null=True, blank=True, on_delete=models.PROTECT, related_name="api_tokens")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_on = models.DateField(_("last day"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [models.CheckConstraint(condition=models.Q(scope__in=Scope.values), name="reports_known_scope")]
        indexes = [models.Index(fields=["account", "-id"], name="reports_tokens_of_account")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def subject(self) -> Any:
        """The subject that the token is limited to, or None."""
        return subject_of(self.stream) if self.stream else None

    def works_on(self, day: datetime.date) -> bool:
        return self.revoked_at is None and self.expires_on >= day


class KeptAnswer(models.Model):
    """The answer to a request with an Idempotency-Key. The same key with the same body gets it again for a day."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=80, blank=True)
    content = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="reports_key_once")]
        indexes = [models.Index(fields=["created_at"], name="reports_answers_by_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"


@recorded(
    in_stream="stream",
    fields="stream kind number as_of on calculation figures figures_sha256 document made_by",
    acts="value-report-sealed portfolio-sealed",
)
@personal("made_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class ReportRun(models.Model):
    """A report about a subject as it was sealed. Triggers refuse any change to a row.

    `figures` is canonical JSON, worked out by the calculation with the number `calculation` from what was known at `as_of`; the
    sealed document contains the same figures and their hash. `manage.py recompute_report` works them out again (EL-97).
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="report_runs")
    kind = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    as_of = models.DateTimeField()
    on = models.DateField()
    calculation = models.PositiveSmallIntegerField()
    figures = models.TextField()
    figures_sha256 = models.CharField(max_length=64)
    document = models.OneToOneField("oversight.Document", on_delete=models.PROTECT, related_name="report_run")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["stream", "kind", "number"]
        verbose_name = _("sealed report")
        verbose_name_plural = _("sealed reports")
        constraints = [
            models.UniqueConstraint(fields=["stream", "kind", "number"], name="reports_run_number"),
            models.CheckConstraint(condition=models.Q(figures_sha256__length=64), name="reports_run_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.subject.reference}: {self.kind} {self.number}"

    @property
    def subject(self) -> Any:
        return subject_of(self.stream)

    @property
    def sealed_figures(self) -> dict[str, Any]:
        """The figures in the sealed document, as JSON gives them back."""
        figures: dict[str, Any] = self.document.facts["content"]["figures"]
        return figures


class Portfolio(models.Model):
    """The portfolio as the subject of its sealed reports: one row, which has their stream and reference."""

    stream = models.OneToOneField("ledger.Stream", on_delete=models.PROTECT, related_name="portfolio")
    reference = models.CharField(max_length=20, unique=True, default=PORTFOLIO, editable=False)

    state, is_under_way, ended_on, owner = "", True, None, None

    class Meta:
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        constraints = [models.CheckConstraint(condition=models.Q(reference=PORTFOLIO), name="reports_one_portfolio")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portfolio-reports")

    @property
    def name(self) -> str:
        return gettext("Portfolio")

    def get_state_display(self) -> str:
        return ""

    def contacts(self) -> tuple[Any, ...]:
        return ()

    def anchors(self) -> dict[str, datetime.date | None]:
        return {}
