"""Where a partnership serves people, and how: sites that are compared, arrangements over time, safety, emergency plans, and trips (SP-01, PB-19, PB-23, PB-38 to PB-40)."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, TEAMWORK, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import Finding, Leaf, Place, Scenario, SiteState, TravelMode
from partnerships.models.partnership import Partner, Partnership
from people.fields import LineField
from people.models import Organization, OrganizationContact


@not_personal("name address", why="a place of service")
class Site(Revised):
    """A place that a partnership looks at, with what a feasibility study found of it; one that wasn't chosen stays on record."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="sites")
    name = LineField(_("name"), max_length=150)
    community = LineField(_("community"), max_length=100)
    host = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="hosted_sites", verbose_name=_("host partner")
    )
    address = LineField(_("address"), max_length=200, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, choices=Organization.Zone, default=Organization.Zone.PACIFIC)
    place = models.CharField(_("place"), max_length=10, choices=Place)
    size = LineField(_("size"), max_length=100, blank=True)
    layout = LineField(_("layout"), max_length=200, blank=True)
    insurance = LineField(_("insurance"), max_length=200, blank=True)
    parking = LineField(_("parking"), max_length=200, blank=True)
    noise = LineField(_("noise"), max_length=200, blank=True)
    clients = LineField(_("clients expected"), max_length=200, blank=True)
    cost = LineField(_("cost"), max_length=100, blank=True)
    lease_ends_on = models.DateField(_("lease ends on"), null=True, blank=True)
    finding = models.CharField(_("finding"), max_length=10, choices=Finding, blank=True)
    state = models.CharField(_("status"), max_length=15, choices=SiteState, default=SiteState.CANDIDATE, editable=False)
    reason = models.TextField(_("reason"), max_length=1000, blank=True, editable=False)

    class Meta:
        ordering = ["partnership", "pk"]
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "name"], name="partnerships_site_once"),
            models.CheckConstraint(condition=Q(state__in=SiteState.values), name="partnerships_site_state"),
            models.CheckConstraint(condition=Q(place__in=Place.values), name="partnerships_site_place"),
            models.CheckConstraint(
                condition=Q(state=SiteState.CANDIDATE, reason="") | (~Q(state=SiteState.CANDIDATE) & ~Q(reason="")),
                name="partnerships_site_reason",
            ),
        ]
        indexes = [models.Index(fields=["community"], name="partnerships_by_community")]

    def __str__(self) -> str:
        return self.name

    def day_of(self, moment: datetime.datetime) -> datetime.date:
        """Return the day of an instant by the clock at the site."""
        return timezone.localdate(moment, ZoneInfo(self.time_zone))

    @property
    def today(self) -> datetime.date:
        return self.day_of(timezone.now())

    def offered_contacts(self) -> QuerySet[OrganizationContact]:
        """Return the contacts of today at the organizations of today's partners: those who can be named for the site."""
        partners = Partner.objects.filter(partnership=self.partnership_id, left_on=None)
        rows = OrganizationContact.objects.on(timezone.localdate()).filter(organization__in=partners.values("organization"))
        return rows.select_related("person", "organization")


declare(
    "partnerships_site_once",
    lambda: blocking("site-known", gettext("This partnership already has a site with this name."), gettext("Choose another name.")),
)


class Arrangement(models.Model):
    """A model of the continuum at a site for a period: its first and last days, both included. Without a site, it is everywhere.

    The same leaf never overlaps at a site, nor twice without one: PostgreSQL holds it by an exclusion constraint
    (migration 0002), and the act checks under the partnership's lock for both engines.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="arrangements")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="arrangements", verbose_name=_("site"))
    leaf = models.CharField(_("model"), max_length=25, choices=Leaf)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)
    queue_owner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="queues", verbose_name=_("queue run by")
    )
    reason = models.TextField(_("why this model"), max_length=1000)
    pilot_months = models.PositiveSmallIntegerField(_("months of the pilot"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["partnership", "from_on", "pk"]
        verbose_name = _("arrangement")
        verbose_name_plural = _("arrangements")
        constraints = [
            models.CheckConstraint(condition=Q(leaf__in=Leaf.values), name="partnerships_known_leaf"),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")), name="partnerships_arrangement_dates"),
            models.CheckConstraint(
                condition=Q(pilot_months=None) | Q(pilot_months__gte=2, pilot_months__lte=60), name="partnerships_pilot_months"
            ),
        ]
        indexes = [models.Index(fields=["partnership", "site", "leaf"], name="partnerships_arrangements")]

    def __str__(self) -> str:
        return f"{self.get_leaf_display()}: {self.site or self.partnership}"


# ── Safety ────────────────────────────────────────────────────────────────────────────────────────


class SiteChange(models.Model):
    """A change at a site that makes a new assessment due."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("Moved")
        ARRANGEMENT = "arrangement", _("New arrangement")
        REFIT = "refit", _("Refit or new layout")
        SERVICE = "service", _("New service")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=15, choices=Kind)
    note = LineField(_("what changed"), max_length=200)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("change at a site")
        verbose_name_plural = _("changes at sites")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["moved", "arrangement", "refit", "service"]), name="partnerships_site_change")
        ]

    def __str__(self) -> str:
        return self.note


@recorded(in_stream="site__partnership__stream", fields="site on outcome note url made_at recorded_by", acts="safety-assessed")
@personal("recorded_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class SafetyAssessment(models.Model):
    """An assessment of threats and risks at a site: of its people, access control and layout. It counts for changes before it."""

    class Outcome(models.TextChoices):
        SAFE = "safe", _("Safe")
        WORK = "work", _("Safe once work is done")
        UNSAFE = "unsafe", _("Not safe")

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="assessments")
    on = models.DateField(_("date"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("people, access control and layout"), max_length=2000)
    url = models.URLField(_("link to the assessment"), max_length=1000, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["SafetyAssessment"].as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("safety assessment")
        verbose_name_plural = _("safety assessments")
        constraints = [models.CheckConstraint(condition=Q(outcome__in=["safe", "work", "unsafe"]), name="partnerships_safety_outcome")]

    def __str__(self) -> str:
        return f"{self.site}: {self.get_outcome_display()}"


# ── Emergencies ───────────────────────────────────────────────────────────────────────────────────


@personal("keeper", purpose=TEAMWORK, kept=SUBJECT)
class EmergencyPlan(Revised):
    """The emergency plan of a site: who answers for it, where it is, and the day by which the next of its scenarios is tested.

    Acts work out `test_due_on`, and `reminds_on`, from which reminders are counted (sites/emergencies.py). If that day has passed when
    it is set, or when someone new answers for the plan, reminders are counted from the day of the act.
    """

    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="emergency_plan")
    keeper = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="emergency_plans", verbose_name=_("who answers for the plan")
    )
    url = models.URLField(_("link to the plan"), max_length=1000)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    test_due_on = models.DateField(_("next test due"), editable=False)
    reminds_on = models.DateField(editable=False)

    class Meta:
        ordering = ["site"]
        verbose_name = _("emergency plan")
        verbose_name_plural = _("emergency plans")

    def __str__(self) -> str:
        return str(self.site)


@recorded(in_stream="plan__site__partnership__stream", fields="plan scenario on learned recorded_by", acts="emergency-plan-tested")
@personal("recorded_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class EmergencyTest(models.Model):
    """A test of one scenario of a site's emergency plan, with what was learned."""

    plan = models.ForeignKey(EmergencyPlan, on_delete=models.PROTECT, related_name="tests")
    scenario = models.CharField(_("scenario"), max_length=20, choices=Scenario)
    on = models.DateField(_("tested on"))
    learned = models.TextField(_("what was learned"), max_length=2000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["EmergencyTest"].as_manager()

    class Meta:
        ordering = ["plan", "-on", "-pk"]
        verbose_name = _("test of an emergency plan")
        verbose_name_plural = _("tests of emergency plans")
        constraints = [models.CheckConstraint(condition=Q(scenario__in=Scenario.values), name="partnerships_emergency_scenario")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.get_scenario_display()}"


# ── Contacts ──────────────────────────────────────────────────────────────────────────────────────


class SiteContact(models.Model):
    """That a contact of an organization is the one to ask about a site (PB-54)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="contacts")
    contact = models.ForeignKey("people.OrganizationContact", on_delete=models.PROTECT, related_name="sites")

    class Meta:
        ordering = ["site", "pk"]
        verbose_name = _("contact of a site")
        verbose_name_plural = _("contacts of sites")
        constraints = [models.UniqueConstraint(fields=["site", "contact"], name="partnerships_site_contact_once")]

    def __str__(self) -> str:
        return f"{self.site}: {self.contact_id}"


# ── Trips ─────────────────────────────────────────────────────────────────────────────────────────


@personal("traveller", purpose=TEAMWORK, kept=SUBJECT)
@personal("manager planned_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Trip(Revised):
    """A trip to a site: who goes, when and how, what was checked, and the manager's signature.

    `ticks` has the words of each item that was ticked, by its code; `numbers` has emergency numbers by code (partnerships/guidance/library.toml).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="trips")
    on = models.DateField(_("leaving on"))
    mode = models.CharField(_("travel by"), max_length=10, choices=TravelMode)
    traveller = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="trips", verbose_name=_("traveller"))
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="trips_to_sign_off", verbose_name=_("manager")
    )
    ticks = models.JSONField(default=dict, blank=True, editable=False)
    numbers = models.JSONField(_("emergency numbers"), default=dict, blank=True, editable=False)
    planned_at = models.DateTimeField(default=timezone.now, editable=False)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    signed_off_at = models.DateTimeField(_("signed off"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    reason = models.TextField(_("reason"), max_length=1000, blank=True, editable=False)

    class Meta:
        ordering = ["site", "-on", "-pk"]
        verbose_name = _("trip to a site")
        verbose_name_plural = _("trips to sites")
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=TravelMode.values), name="partnerships_trip_mode"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, reason="") | (Q(cancelled_at__isnull=False) & ~Q(reason="")),
                name="partnerships_trip_cancelled",
            ),
        ]
        indexes = [models.Index(fields=["on"], condition=Q(signed_off_at=None, cancelled_at=None), name="partnerships_trips_unsigned")]

    def __str__(self) -> str:
        return f"{self.site}, {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("trip", args=[self.partnership.reference, self.site_id, self.pk])

    @property
    def partnership(self) -> Partnership:
        return self.site.partnership

    @property
    def is_open(self) -> bool:
        """Whether it is neither signed off nor cancelled."""
        return self.signed_off_at is None and self.cancelled_at is None
