"""Savings and offsets: what a residency saves, its corrections, and the parts of it that count in each residency (EL-93, EL-98)."""

from __future__ import annotations

import datetime
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, not_personal, personal
from dates.database import on_record
from findings import Finding, blocking
from ledger.models import Stream
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import subject_of
from metrics.choices import MOST_SAVED, WHOLE, SavingKind
from metrics.models.observations import Observation
from people.fields import LineField

FOLDER = "savings"


def saving_path(revision: SavingRevision, filename: str) -> str:
    """Return a random path, so that nothing a person typed ends up in a file name (ASVS 5.3.2)."""
    return f"{FOLDER}/{timezone.now():%Y/%m}/{secrets.token_hex(20)}"


@recorded(in_stream="stream", fields="is_reuse", acts="saving-recorded")
class Saving(models.Model):
    """Something that a residency saves. What it is and how much is in its revisions; whose it is, in its parts.

    The parts of a reuse offset can count in several residencies. `given` is the sum of the current parts in hundredths of a percent.
    Triggers keep it, and refuse any other value, so that the constraint on it holds whoever writes (EL-98).
    """

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="savings")
    is_reuse = models.BooleanField(_("reuse of a component"), default=False)
    given = models.PositiveIntegerField(default=0, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("saving")
        verbose_name_plural = _("savings")
        constraints = [models.CheckConstraint(condition=Q(given__lte=WHOLE), name="metrics_saving_parts_at_most_all")]

    def __str__(self) -> str:
        return f"Saving {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("saving", args=[self.subject.reference, self.pk])

    @property
    def subject(self) -> Any:
        return subject_of(self.stream)


class RevisedRows(RecordQuerySet[Any]):
    def current(self) -> RevisedRows:
        """Leave out rows that were corrected."""
        return self.filter(is_current=True)

    def known_at(self, moment: datetime.datetime) -> RevisedRows:
        """Return the rows that counted at a moment, whatever was corrected since."""
        later = self.model._default_manager.filter(corrects=OuterRef("pk"), entered_at__lte=moment)
        return self.filter(~Exists(later), entered_at__lte=moment)


@recorded(
    in_stream="saving__stream",
    fields="saving kind name low_cents likely_cents high_cents from_on to_on method link reading file_name sha256 corrects reason removed "
    "entered_by entered_at",
    acts="saving-recorded saving-corrected saving-removed",
)
@not_personal("name file_name", why="of a saving and of a file")
@personal("entered_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class SavingRevision(models.Model):
    """A saving as it was recorded or corrected. Triggers refuse any change but `is_current`, once; one with `removed` takes it back.

    Amounts are for the whole period from `from_on` to `to_on`, before it is divided into parts; a saving that isn't money has none.
    Its source is a link, a file or a reading of a metric: exactly one.
    """

    saving = models.ForeignKey(Saving, on_delete=models.PROTECT, related_name="revisions")
    kind = models.CharField(_("kind"), max_length=12, choices=SavingKind)
    name = LineField(_("name"), max_length=150)
    low_cents = models.BigIntegerField(_("low"), null=True)
    likely_cents = models.BigIntegerField(_("likely"), null=True)
    high_cents = models.BigIntegerField(_("high"), null=True)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    method = models.TextField(_("how it is worked out"))
    link = models.URLField(_("link"), max_length=1000, blank=True)
    reading = models.ForeignKey(Observation, null=True, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(_("file"), upload_to=saving_path, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = LineField(_("reason"), max_length=300, blank=True)
    removed = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RevisedRows.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("revision of a saving")
        verbose_name_plural = _("revisions of savings")
        constraints = [
            models.UniqueConstraint(fields=["saving"], condition=Q(is_current=True), name="metrics_saving_current_once"),
            models.UniqueConstraint(fields=["saving"], condition=Q(corrects=None), name="metrics_saving_first_once"),
            models.CheckConstraint(condition=Q(kind__in=SavingKind.values), name="metrics_saving_kind"),
            models.CheckConstraint(
                condition=Q(kind=SavingKind.NOT_MONEY, low_cents=None, likely_cents=None, high_cents=None)
                | Q(
                    ~Q(kind=SavingKind.NOT_MONEY),
                    low_cents__gte=0,
                    likely_cents__gte=F("low_cents"),
                    high_cents__gte=F("likely_cents"),
                    high_cents__lte=MOST_SAVED,
                ),
                name="metrics_saving_amounts",
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="metrics_saving_dates"),
            models.CheckConstraint(
                condition=Q(~Q(link=""), reading=None, sha256="")
                | Q(link="", reading__isnull=False, sha256="")
                | Q(link="", reading=None, sha256__length=64),
                name="metrics_saving_one_source",
            ),
            models.CheckConstraint(condition=~Q(method=""), name="metrics_saving_method"),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="metrics_saving_reason"),
            models.CheckConstraint(condition=Q(removed=False) | Q(corrects__isnull=False), name="metrics_saving_removed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Any:
        return self.saving.subject

    @property
    def link_host(self) -> str:
        """Return the site that the link leads to: "example.org"."""
        return urlsplit(self.link).hostname or ""

    @property
    def is_money(self) -> bool:
        return self.kind != SavingKind.NOT_MONEY


@recorded(
    in_stream="saving__stream",
    fields="saving stream share corrects reason entered_by entered_at",
    acts="saving-recorded saving-part-set",
)
@personal("entered_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class SavingPart(models.Model):
    """The part of a saving that counts in a residency, in hundredths of a percent; 0 takes it back. Rows never change but `is_current`."""

    saving = models.ForeignKey(Saving, on_delete=models.PROTECT, related_name="parts")
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="saving_parts")
    share = models.PositiveIntegerField(_("part"))
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = LineField(_("reason"), max_length=300, blank=True)
    is_current = models.BooleanField(default=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RevisedRows.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("part of a saving")
        verbose_name_plural = _("parts of savings")
        constraints = [
            models.UniqueConstraint(fields=["saving", "stream"], condition=Q(is_current=True), name="metrics_part_once"),
            models.UniqueConstraint(fields=["saving", "stream"], condition=Q(corrects=None), name="metrics_part_first_once"),
            models.CheckConstraint(condition=Q(share__lte=WHOLE), name="metrics_part_at_most_all"),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(reason=""), name="metrics_part_reason"),
        ]
        indexes = [models.Index(fields=["stream"], condition=Q(is_current=True), name="metrics_parts_of_stream")]

    def __str__(self) -> str:
        return f"{self.share / 100:g}%"

    @property
    def subject(self) -> Any:
        return self.saving.subject


def more_than_all() -> Finding:
    return blocking(
        "saving-parts",
        gettext("The parts of this saving would add up to more than 100%."),
        gettext("Reload the page to see who counts how much of it, and use a smaller part."),
        "value",
    )


def _saved_in_the_meantime() -> Finding:
    return blocking(
        "saving-corrected",
        gettext("Someone else changed this saving at the same time, so yours wasn’t saved."),
        gettext("Reload the page to see it as it is now."),
        "value",
    )


declare("metrics_saving_parts_at_most_all", more_than_all)
for _constraint in (
    "metrics_saving_current_once", "metrics_saving_first_once", "metrics_part_once", "metrics_part_first_once",
    "metrics_savingrevision.corrects_id", "metrics_savingpart.corrects_id",
):  # fmt: skip
    declare(_constraint, _saved_in_the_meantime)


class ReuseLinkQuerySet(RecordQuerySet[Any]):
    def current(self) -> ReuseLinkQuerySet:
        """Leave out what was recorded by mistake."""
        return self.filter(removed_at=None)

    def known_at(self, moment: datetime.datetime) -> ReuseLinkQuerySet:
        """Return what was on record at a moment, whatever was removed since (EL-97)."""
        return self.filter(on_record(moment, entered="entered_at", undone="removed_at"))


@recorded(in_stream="taker", fields="giver taker component entered_by entered_at", acts="reuse-recorded")
@not_personal("component", why="of a component")
@personal("entered_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class ReuseLink(models.Model):
    """That one residency took a component which another gave. Triggers refuse any change but removing it, once.

    A component counts once between two residencies, however often it is taken.
    """

    giver = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="components_given")
    taker = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="components_taken")
    component = LineField(_("component"), max_length=150)
    on = models.DateField(_("reused since"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = ReuseLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("reuse of a component")
        verbose_name_plural = _("reuse of components")
        constraints = [
            models.UniqueConstraint(Lower("component"), "giver", "taker", condition=Q(removed_at=None), name="metrics_reuse_once"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="metrics_reuse_by_another"),
            models.CheckConstraint(condition=~Q(component=""), name="metrics_reuse_component"),
        ]

    def __str__(self) -> str:
        return self.component

    @property
    def subject(self) -> Any:
        return subject_of(self.taker)


def reuse_known() -> Finding:
    return blocking("reuse-known", gettext("This reuse is already on record."), gettext("You don’t need to do anything."), "value")


declare("metrics_reuse_once", reuse_known)
