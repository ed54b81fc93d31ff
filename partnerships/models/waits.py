"""Waits and interviews at a site, from its queue system, and taps at its counter, without anything that says who came (SP-07, PB-45 to PB-47)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import Depth
from partnerships.models.partnership import Partner
from partnerships.models.sites import Site
from people.fields import LineField


@not_personal("name", why="the name of a service")
class SiteService(Revised):
    """A service that clients ask for at a site, as its queue system names it: whose it is, who provides it and how far (PB-16).

    `training` is what its provider must have taken, and `settlement` how payments are settled with the owner (PB-18).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="services")
    name = LineField(_("service"), max_length=100)
    owner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="owned_services", verbose_name=_("service of")
    )
    provider = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="provided_services", verbose_name=_("provided by")
    )
    depth = models.CharField(_("what the provider does"), max_length=15, choices=Depth, blank=True)
    training = LineField(_("training needed"), max_length=150, blank=True)
    settlement = LineField(_("how payments are settled"), max_length=300, blank=True)

    class Meta:
        ordering = ["site", Lower("name"), "pk"]
        verbose_name = _("service at a site")
        verbose_name_plural = _("services at sites")
        constraints = [
            models.UniqueConstraint("site", Lower("name"), name="partnerships_site_service"),
            models.CheckConstraint(condition=Q(depth="") | Q(depth__in=Depth.values), name="partnerships_service_depth"),
        ]

    def __str__(self) -> str:
        return self.name


@recorded(
    in_stream="service__site__partnership__stream",
    fields="service partner training on agents recorded_by",
    acts="service-training-recorded",
)
@personal("recorded_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
@not_personal("agents", why="how many there were")
class ServiceTraining(models.Model):
    """That agents of a partner took the training that a service asked for then. It counts for that training alone."""

    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="trainings")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="service_trainings")
    training = LineField(_("training"), max_length=150)
    on = models.DateField(_("finished on"))
    agents = models.PositiveSmallIntegerField(_("agents trained"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["ServiceTraining"].as_manager()

    class Meta:
        ordering = ["service", "-on", "-pk"]
        verbose_name = _("training for a service")
        verbose_name_plural = _("trainings for services")
        constraints = [models.CheckConstraint(condition=Q(agents__gte=1), name="partnerships_someone_trained")]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.training}"


class ServiceStandard(models.Model):
    """How many minutes an interview about a service should take, from a day until the next standard. It is never changed, only followed by another."""

    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="standards")
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    from_on = models.DateField(_("from"))

    class Meta:
        ordering = ["service", "from_on"]
        verbose_name = _("service standard")
        verbose_name_plural = _("service standards")
        constraints = [
            models.UniqueConstraint(fields=["service", "from_on"], name="partnerships_standard_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=480), name="partnerships_standard_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.minutes}"


declare(
    "partnerships_standard_once",
    lambda: blocking("standard-known", gettext("A standard from this day has already been set."), gettext("Choose another day.")),
)


class Ticket(models.Model):
    """A client's turn in the queue of a site, without anything that says who it was: when they came, were called and left.

    `key` is the same for the same row of a queue system's file, so that importing it again adds nothing. `on` is the day by the
    site's clock.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="tickets")
    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="tickets")
    key = models.CharField(max_length=64)
    on = models.DateField(_("day"))
    arrived_at = models.DateTimeField(_("arrived"))
    began_at = models.DateTimeField(_("called"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    right_organization = models.BooleanField(_("right organization"), null=True)

    class Meta:
        ordering = ["site", "arrived_at", "pk"]
        verbose_name = _("queue ticket")
        verbose_name_plural = _("queue tickets")
        constraints = [
            models.UniqueConstraint(fields=["site", "key"], name="partnerships_ticket_once"),
            models.CheckConstraint(condition=Q(began_at=None) | Q(began_at__gte=F("arrived_at")), name="partnerships_ticket_called"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(began_at__isnull=False, ended_at__gte=F("began_at")), name="partnerships_ticket_ended"
            ),
        ]
        indexes = [models.Index(fields=["on", "id"], name="partnerships_tickets_by_day")]

    def __str__(self) -> str:
        return self.key


class WaitDay(models.Model):
    """The tickets of a service at a site on a day, counted by minutes, so that a median over any period is exact.

    `waits` and `lengths` say how many tickets took how many minutes: {"12": 3}. Pages read these rows; tickets are forgotten later.
    """

    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="days")
    on = models.DateField(_("day"))
    clients = models.PositiveIntegerField(_("clients"))
    left = models.PositiveIntegerField(_("left before they were called"))
    right = models.PositiveIntegerField(_("at the right organization"))
    wrong = models.PositiveIntegerField(_("at the wrong organization"))
    waits = models.JSONField()
    lengths = models.JSONField()

    class Meta:
        ordering = ["service", "on"]
        verbose_name = _("queue day")
        verbose_name_plural = _("queue days")
        constraints = [models.UniqueConstraint(fields=["service", "on"], name="partnerships_wait_day")]

    def __str__(self) -> str:
        return f"{self.service}: {self.on}"


class SiteVolume(models.Model):
    """The services delivered and clients served about a service in a month, entered by hand or from a table (PB-46)."""

    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="volumes")
    month = models.DateField(_("month"))  # its first day
    services = models.PositiveIntegerField(_("services delivered"))
    clients = models.PositiveIntegerField(_("clients served"))

    class Meta:
        ordering = ["service", "month"]
        verbose_name = _("volume of a site")
        verbose_name_plural = _("volumes of sites")
        constraints = [models.UniqueConstraint(fields=["service", "month"], name="partnerships_volume_once")]

    def __str__(self) -> str:
        return f"{self.service}: {self.month}"


# ── Taps at the counter ───────────────────────────────────────────────────────────────────────────


BEST = 5


class TapKind(models.TextChoices):
    RIGHT = "right", _("Arrived, right organization")
    WRONG = "wrong", _("Arrived, wrong organization")
    SERVED = "served", _("Served")
    QUALITY = "quality", _("Rated")


class Tap(models.Model):
    """A tap on the site's page. The browser makes `key`, so that a tap that is sent twice counts once. `on` is the day at the site.

    Taps are counted by day as they come (`TapDay`), and kept for 90 days.
    """

    key = models.UUIDField(unique=True)
    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="taps")
    kind = models.CharField(_("kind"), max_length=10, choices=TapKind)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    at = models.DateTimeField(_("tapped at"))
    on = models.DateField(_("day"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("tap")
        verbose_name_plural = _("taps")
        constraints = [
            models.CheckConstraint(
                # A null passes a comparison, so it is refused by name.
                condition=Q(kind=TapKind.QUALITY, score__isnull=False, score__gte=1, score__lte=BEST)
                | Q(kind__in=[TapKind.RIGHT, TapKind.WRONG, TapKind.SERVED], score=None),
                name="partnerships_tap_kind",
            )
        ]
        indexes = [models.Index(fields=["on", "service", "kind"], name="partnerships_taps_by_day")]

    def __str__(self) -> str:
        return f"{self.service}: {self.get_kind_display()}"

    @staticmethod
    def oldest_kept(today: datetime.date) -> datetime.date:
        return today - datetime.timedelta(days=90)


class TapDay(models.Model):
    """How many taps of a kind, and of a score, there were for a service on a day. Pages read these rows; the taps are forgotten later."""

    service = models.ForeignKey(SiteService, on_delete=models.PROTECT, related_name="tap_days")
    on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=TapKind)
    score = models.PositiveSmallIntegerField(_("score"), default=0)  # 0 without a score
    count = models.PositiveIntegerField(_("taps"))

    class Meta:
        ordering = ["service", "on", "kind", "score"]
        verbose_name = _("tap day")
        verbose_name_plural = _("tap days")
        constraints = [
            models.UniqueConstraint(fields=["service", "on", "kind", "score"], name="partnerships_tap_day"),
            models.CheckConstraint(condition=Q(kind__in=TapKind.values), name="partnerships_tap_day_kind"),
        ]
        indexes = [models.Index(fields=["on", "kind"], name="partnerships_tap_days")]

    def __str__(self) -> str:
        return f"{self.service}: {self.on}"
