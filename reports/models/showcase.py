"""The showcase: what a team says about its product, and the versions of it that were released to the public (EL-95)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, COMMUNITY, EVIDENCE, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import subject_of
from people.fields import LineField
from reports.models.lessons import Category


class ShowcaseEntry(Revised):
    """What a team says about its product for the public. Nothing of it is public until both sides released a version of it."""

    stream = models.OneToOneField("ledger.Stream", on_delete=models.PROTECT, related_name="showcase_entry")
    summary = models.TextField(_("summary"), max_length=600, blank=True)
    learned = models.TextField(_("what was learned"), max_length=3000, blank=True)
    theme = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("theme"))
    link = models.URLField(_("address of the product"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("showcase entry")
        verbose_name_plural = _("showcase entries")

    def __str__(self) -> str:
        return str(subject_of(self.stream))


@not_personal("name", why="the name of a component of software")
class ShowcaseComponent(models.Model):
    """A component that other teams can reuse, as the showcase lists it."""

    entry = models.ForeignKey(ShowcaseEntry, on_delete=models.CASCADE, related_name="components")
    name = LineField(_("name"), max_length=100)
    link = models.URLField(_("link"), max_length=500)
    text = LineField(_("what it does"), max_length=200, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("component to reuse")
        verbose_name_plural = _("components to reuse")
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="reports_component_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Any:
        return subject_of(self.entry.stream)


declare(
    "reports_component_once",
    lambda: blocking("component-known", gettext("A component with this name is already listed."), gettext("Choose another name.")),
)


class ConsentQuerySet(RecordQuerySet["Consent"]):
    def standing(self) -> ConsentQuerySet:
        """Return the consents that count: not ended, and the person hasn't opted out of the alumni directory."""
        return self.filter(ended_at=None, place__alumnus__opted_out_at=None)


@recorded(
    in_stream="place__residency__stream",
    fields="place agreed_on how recorded_by ended_at",
    acts="showcase-name-agreed showcase-name-ended",
)
@personal("recorded_by how", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Consent(models.Model):
    """That an alum agreed to be named in the showcase, and how. Once it has ended, their name disappears from all public pages at once."""

    place = models.ForeignKey("community.AlumnusPlace", on_delete=models.PROTECT, related_name="consents", verbose_name=_("alum"))
    agreed_on = models.DateField(_("agreed on"))
    how = LineField(_("how they agreed"), max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("consent to be named")
        verbose_name_plural = _("consents to be named")
        constraints = [models.UniqueConstraint(fields=["place"], condition=Q(ended_at=None), name="reports_consent_once")]

    def __str__(self) -> str:
        return self.place.alumnus.person.name

    @property
    def subject(self) -> Any:
        return self.place.residency


declare(
    "reports_consent_once",
    lambda: blocking("consent-known", gettext("This person has already agreed to be named."), gettext("Reload the page.")),
)


class ShowcaseVersionQuerySet(RecordQuerySet["ShowcaseVersion"]):
    def published(self) -> ShowcaseVersionQuerySet:
        """Return the versions that the public sees now."""
        return self.filter(from_at__isnull=False, to_at=None)

    def waiting(self) -> ShowcaseVersionQuerySet:
        """Return the versions that one side released and the other hasn't."""
        return self.filter(from_at=None, to_at=None)


@recorded(
    in_stream="stream",
    fields="stream number fields fields_sha256 proposed_on lab_by lab_at owner_by owner_at from_at to_at ended_by reason",
    acts="showcase-proposed showcase-published showcase-withdrawn",
)
@personal("lab_by owner_by ended_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
@personal("fields", purpose=COMMUNITY, kept=EVIDENCE)
class ShowcaseVersion(models.Model):
    """A product's page in the showcase as it was frozen when the first side released it.

    It is public from `from_at`, when both lab operations and the product owner have released it, until `to_at`, when it is
    withdrawn or a later version replaces it. `fields` holds what is on the allow list (reports/showcase/rules.py) and nothing
    else; triggers refuse any change to it. The other columns are copies from it, to find and filter by.
    """

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="showcase_versions")
    number = models.PositiveIntegerField()
    fields = models.JSONField()
    fields_sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=20)
    product = LineField(max_length=150)
    ministry = LineField(max_length=200)
    stage = models.CharField(max_length=20)
    theme = LineField(max_length=60)
    search_text = models.TextField()
    proposed_on = models.DateField()
    lab_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lab_at = models.DateTimeField(null=True)
    owner_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    owner_at = models.DateTimeField(null=True)
    from_at = models.DateTimeField(_("published"), null=True)
    to_at = models.DateTimeField(_("withdrawn or replaced"), null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, max_length=1000)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ShowcaseVersionQuerySet.as_manager()

    class Meta:
        ordering = ["stream", "number"]
        verbose_name = _("showcase version")
        verbose_name_plural = _("showcase versions")
        constraints = [
            models.UniqueConstraint(fields=["stream", "number"], name="reports_showcase_number"),
            models.UniqueConstraint(fields=["stream"], condition=Q(from_at=None, to_at=None), name="reports_one_waiting"),
            models.UniqueConstraint(fields=["stream"], condition=Q(from_at__isnull=False, to_at=None), name="reports_one_published"),
            models.CheckConstraint(condition=Q(lab_by__isnull=False) | Q(owner_by__isnull=False), name="reports_one_side_released"),
            models.CheckConstraint(
                condition=Q(from_at=None) | Q(lab_by__isnull=False, lab_at__isnull=False, owner_by__isnull=False, owner_at__isnull=False),
                name="reports_both_sides_released",
            ),
            models.CheckConstraint(
                condition=Q(lab_by=None) | Q(owner_by=None) | ~Q(lab_by=F("owner_by")),
                name="reports_two_accounts_release",
                violation_error_message=_("The two releases must come from two different accounts."),
            ),
        ]
        indexes = [
            models.Index(fields=["product", "id"], condition=Q(from_at__isnull=False, to_at=None), name="reports_showcase_list"),
            models.Index(fields=["-from_at"], condition=Q(from_at__isnull=False, to_at=None), name="reports_showcase_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.product}, version {self.number}"

    def get_absolute_url(self) -> str:
        """The public page; only a published version is shown there."""
        return reverse("showcase-product", args=[self.reference])

    @property
    def subject(self) -> Any:
        return subject_of(self.stream)

    @property
    def first_by(self) -> Any:
        """The account that released it first; the only one while it waits."""
        return self.owner_by if self.lab_by is None else self.lab_by

    @property
    def is_waiting(self) -> bool:
        return self.from_at is None and self.to_at is None

    @property
    def is_published(self) -> bool:
        return self.from_at is not None and self.to_at is None
