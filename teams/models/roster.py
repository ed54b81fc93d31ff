"""A subject's team and its roster with history (EL-40, EL-41)."""

from __future__ import annotations

import datetime
from typing import cast

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, TEAMWORK, personal
from acts.revisions import Revised
from findings import Severity
from ledger.records import RecordQuerySet, recorded
from ledger.subjects import Subject, subject_of
from people.fields import LineField
from residencies.lifecycle.team import Goes
from residencies.models.states import State
from teams.choices import Employer, ServiceKind, TeamRole
from teams.facts import Roster, SeatFacts
from teams.models.training import Training


class Team(models.Model):
    """The team of a subject, made on first use. Its row is locked while the roster changes."""

    stream = models.OneToOneField("ledger.Stream", on_delete=models.PROTECT, related_name="team")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def subject(self) -> Subject:
        """What the team works on: a residency, or a subject of another kind."""
        return cast(Subject, subject_of(self.stream))


class SeatQuerySet(RecordQuerySet["Seat"]):
    def current(self) -> SeatQuerySet:
        """Without entries that were struck out as mistakes."""
        return self.filter(struck_at=None)

    def on(self, day: datetime.date) -> SeatQuerySet:
        """Those that are held or planned on a day."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=day), from_on__lte=day)

    def of(self, subject: Subject) -> SeatQuerySet:
        """Every standing seat of a subject's team with the person in it, in one query."""
        return self.of_stream(subject.stream_id)

    def of_stream(self, stream: int) -> SeatQuerySet:
        """As `of`, by the key of the subject's stream."""
        return self.current().filter(team__stream=stream).with_people()

    def with_people(self) -> SeatQuerySet:
        """With the person, the day on which they first finished a course in Agile, and who takes over from them at graduation."""
        agile = Training.objects.current().agile().filter(person=models.OuterRef("person")).order_by("finished_on")
        heir = Destination.objects.filter(team=models.OuterRef("team"), person=models.OuterRef("person"))
        rows = self.select_related("person")
        return rows.annotate(  # type: ignore[no-redef]
            learnt_on=models.Subquery(agile.values("finished_on")[:1]), heir=models.Subquery(heir.values("successor__name")[:1])
        )

    def roster(self) -> Roster:
        """These seats as plain facts for the rules."""
        return Roster(tuple(seat.facts for seat in self.with_people()))


@recorded(
    in_stream="team__stream",
    fields="team person role employer vendor share from_on to_on successor is_senior agile_trained_on band follows struck_at",
    acts="seat-added seat-changed seat-edited seat-struck",
)
@personal("person successor share band agile_trained_on", purpose=TEAMWORK, kept=EVIDENCE)
class Seat(Revised):
    """Somebody's place on the team in one role, from a first to a last day; with nobody in it, a planned hire.

    Never overwritten: a place that ends keeps its row with a last day, one that changes from a day is
    followed by a new row (`follows`). An entry made by mistake is struck out and stays on record.
    Where they were asked for (`with_people`): `learnt_on` is when the training log has them finish a course in Agile, and `heir` is
    the name of the successor that was chosen with where they go after graduation.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="seats", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=TeamRole)
    employer = models.CharField(_("employer"), max_length=20, choices=Employer)
    vendor = LineField(_("vendor's name"), max_length=150, blank=True)
    share = models.PositiveSmallIntegerField(_("share of full time, in percent"), default=100)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)
    successor = LineField(_("successor"), max_length=150, blank=True)
    is_senior = models.BooleanField(_("senior"), default=False)
    agile_trained_on = models.DateField(_("Agile training finished on"), null=True, blank=True)
    band = models.PositiveSmallIntegerField(_("band"), null=True, blank=True)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers", editable=False)
    struck_at = models.DateTimeField(null=True, editable=False)

    objects = SeatQuerySet.as_manager()
    learnt_on: datetime.date | None = None
    heir: str | None = None

    class Meta:
        ordering = ["from_on", "pk"]
        verbose_name = _("seat on a team")
        verbose_name_plural = _("seats on teams")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gte=1, share__lte=100),
                name="teams_seat_share",
                violation_error_message=_("The share of time must be from 1 to 100 percent."),
            ),
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")),
                name="teams_seat_dates",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=models.Q(employer=Employer.VENDOR) & ~models.Q(vendor="")
                | ~models.Q(employer=Employer.VENDOR) & models.Q(vendor=""),
                name="teams_seat_vendor",
                violation_error_message=_("A vendor needs a name; other employers must not have one."),
            ),
            models.CheckConstraint(condition=models.Q(role__in=TeamRole.values), name="teams_known_role"),
            models.CheckConstraint(condition=models.Q(employer__in=Employer.values), name="teams_known_employer"),
            models.UniqueConstraint(
                fields=["team", "person", "role"],
                condition=models.Q(to_on=None, struck_at=None),
                name="teams_one_open_end",
                violation_error_message=_("This person already has this role on the team."),
            ),
        ]
        indexes = [models.Index(fields=["team", "from_on"], name="teams_roster")]

    def __str__(self) -> str:
        return f"{self.who}, {self.get_role_display()}"

    @property
    def who(self) -> str:
        """The person's name, or that the seat is open."""
        return self.person.name if self.person else str(_("Open seat"))

    @property
    def is_open(self) -> bool:
        return self.person_id is None

    @property
    def employed_by(self) -> str:
        """A vendor by its name, others by their kind."""
        return self.vendor or self.get_employer_display()

    def covers(self, on: datetime.date) -> bool:
        return self.facts.covers(on)

    @property
    def facts(self) -> SeatFacts:
        """What the rules know of this seat."""
        return SeatFacts(
            role=self.role,
            employer=self.employer,
            from_on=self.from_on,
            to_on=self.to_on,
            person=self.person_id,
            name=self.who,
            vendor=self.vendor,
            share=self.share,
            successor=self.heir or self.successor,
            is_senior=self.is_senior,
            agile_trained_on=min(filter(None, (self.agile_trained_on, self.learnt_on)), default=None),
            band=self.band,
            pk=self.pk,
        )


@personal("person successor place", purpose=TEAMWORK, kept=SUBJECT)
class Destination(Revised):
    """Where someone on a team goes when its residency graduates, and who takes over from them (EL-81, EL-82).

    Who is asked about follows the roster; someone without a row, or with an empty `goes`, is undecided. `overlap_weeks` is how
    long the two work together.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="destinations")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    goes = models.CharField(_("after graduation"), max_length=10, choices=Goes, blank=True)
    place = LineField(_("where to"), max_length=200, blank=True)
    on = models.DateField(_("last day"), null=True, blank=True)
    successor = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("successor")
    )
    overlap_weeks = models.PositiveSmallIntegerField(_("weeks of overlap"), null=True, blank=True)

    class Meta:
        verbose_name = _("destination after graduation")
        verbose_name_plural = _("destinations after graduation")
        constraints = [
            models.UniqueConstraint(fields=["team", "person"], name="teams_destination_once"),
            models.CheckConstraint(condition=models.Q(goes__in=["", *Goes.values]), name="teams_known_destination"),
            models.CheckConstraint(condition=~models.Q(goes=Goes.MOVES) | ~models.Q(place=""), name="teams_moves_somewhere"),
            models.CheckConstraint(condition=~models.Q(goes=Goes.LEAVES) | models.Q(on__isnull=False), name="teams_leaves_on_a_day"),
            models.CheckConstraint(
                condition=models.Q(successor=None, overlap_weeks=None)
                | models.Q(successor__isnull=False, overlap_weeks__isnull=False, overlap_weeks__lte=52),
                name="teams_successor_overlaps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_goes_display()}"


# While a team is made up, in residence and live, its roster is checked.
CHECKED = (State.AGREEMENT, State.IN_RESIDENCE, State.LIVE)


class RoleFindingQuerySet(models.QuerySet["RoleFinding"]):
    def open(self) -> RoleFindingQuerySet:
        return self.filter(resolved_at=None)

    def for_list(self) -> RoleFindingQuerySet:
        """With all that a row of a list shows, in one query."""
        return self.select_related("team__stream__residency__program_area__ministry")


class RoleFinding(models.Model):
    """Something the role checks found about a team, from the day it was so until it was mended (EL-42).

    `opened_by` and `resolved_by` are the acts that did it, or "time" when only a date had passed.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="role_findings")
    code = models.CharField(max_length=60)
    severity = models.PositiveSmallIntegerField(_("level"), choices=[(int(level), level.label) for level in Severity])
    message = models.CharField(max_length=500)
    remedy = models.CharField(max_length=500)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.CharField(max_length=60)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=60, blank=True)

    objects = RoleFindingQuerySet.as_manager()

    class Meta:
        ordering = ["-severity", "opened_at", "pk"]
        verbose_name = _("role check")
        constraints = [
            models.UniqueConstraint(fields=["team", "code"], condition=models.Q(resolved_at=None), name="teams_open_finding_once"),
            models.CheckConstraint(
                condition=models.Q(resolved_at=None, resolved_by="") | (models.Q(resolved_at__isnull=False) & ~models.Q(resolved_by="")),
                name="teams_resolved_by_something",
            ),
        ]
        indexes = [
            models.Index(fields=["-severity", "opened_at"], condition=models.Q(resolved_at=None), name="teams_open_findings"),
            models.Index(fields=["-resolved_at"], name="teams_resolved_findings"),
        ]

    def __str__(self) -> str:
        return self.code


class ServiceQuerySet(models.QuerySet["Service"]):
    def current(self) -> ServiceQuerySet:
        """Without entries that were struck out as mistakes."""
        return self.filter(struck_at=None)

    def for_list(self) -> ServiceQuerySet:
        return self.select_related("team__stream__residency")


@personal("logged_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class Service(Revised):
    """Something the lab gave a team on a day, by whom and with what result (EL-53)."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="services")
    kind = models.CharField(_("kind of help"), max_length=20, choices=ServiceKind)
    given_on = models.DateField(_("date"))
    given_by = LineField(_("given by"), max_length=150)
    result = LineField(_("result"), max_length=500, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name = _("service received")
        verbose_name_plural = _("services received")
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=ServiceKind.values), name="teams_known_service")]
        indexes = [
            models.Index(fields=["-given_on", "-id"], condition=models.Q(struck_at=None), name="teams_services_by_day"),
            models.Index(fields=["kind", "-given_on"], condition=models.Q(struck_at=None), name="teams_services_by_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
