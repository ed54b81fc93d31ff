"""Experts in residence, and the sessions that teams ask for (EL-48)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from acts.personal_data import COMMUNITY, PERSON, SUBJECT, TELLING, personal
from acts.revisions import Revised
from community.choices import Discipline, SessionState
from community.rules import LEAST_MINUTES, MOST_MINUTES, Booking, ExpertFacts
from dates.zone import PACIFIC
from people.fields import LineField
from residencies.models.states import ENDED

BOOKED = (SessionState.MATCHED, SessionState.HELD)


class ExpertQuerySet(models.QuerySet["Expert"]):
    def on(self, day: datetime.date) -> ExpertQuerySet:
        """Those who are experts in residence on a day."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=day), from_on__lte=day)

    def in_discipline(self, discipline: str) -> ExpertQuerySet:
        return self.filter(models.Exists(ExpertDiscipline.objects.filter(expert=models.OuterRef("pk"), discipline=discipline)))

    def for_list(self) -> ExpertQuerySet:
        """With what a list shows, in two queries."""
        return self.select_related("person").prefetch_related("discipline_rows")


@personal("person", purpose=COMMUNITY, kept=PERSON)
class Expert(Revised):
    """Somebody whom teams may ask, in one or more disciplines, from a day on. Their row is locked while their time is given away."""

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="expert", verbose_name=_("person"))
    availability = LineField(_("availability"), max_length=200, blank=True)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "pk"]
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="community_expert_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def disciplines(self) -> list[str]:
        """What they know, in the order of the disciplines."""
        known = {row.discipline for row in self.discipline_rows.all()}
        return [discipline.value for discipline in Discipline if discipline.value in known]

    @property
    def discipline_labels(self) -> str:
        return ", ".join(str(Discipline(discipline).label) for discipline in self.disciplines)

    @property
    def facts(self) -> ExpertFacts:
        """What the rules know of them."""
        return ExpertFacts(self.person.name, frozenset(self.disciplines), self.from_on, self.to_on)


class ExpertDiscipline(models.Model):
    """One discipline of an expert."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="discipline_rows")
    discipline = models.CharField(max_length=30, choices=Discipline)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["expert", "discipline"], name="community_discipline_once"),
            models.CheckConstraint(condition=models.Q(discipline__in=Discipline.values), name="community_known_discipline"),
        ]
        indexes = [models.Index(fields=["discipline", "expert"], name="community_by_discipline")]

    def __str__(self) -> str:
        return self.get_discipline_display()


class SessionQuerySet(models.QuerySet["ExpertSession"]):
    def waiting(self) -> SessionQuerySet:
        """Asked for and without an expert, by residencies that have not ended, the oldest first."""
        rows = self.filter(state=SessionState.REQUESTED).exclude(residency__state__in=ENDED)
        return rows.order_by("requested_at", "pk")

    def to_record(self, today: datetime.date) -> SessionQuerySet:
        """Sessions whose day is over and whose outcome isn't recorded."""
        return self.filter(state=SessionState.MATCHED, on__lt=today).order_by("on", "pk")

    def booked(self) -> SessionQuerySet:
        """Those that take an expert's time."""
        return self.filter(state__in=BOOKED)

    def for_list(self) -> SessionQuerySet:
        """With what a row of a list or an entry of a calendar shows, in one query."""
        return self.select_related("residency", "expert__person")


@personal("requested_by", purpose=COMMUNITY, kept=SUBJECT)
class ExpertSession(Revised):
    """A session with an expert: asked for, matched with somebody at a time, held with an outcome, or called off.

    Day and time are Pacific wall clock. `sequence` counts the changes that a calendar has to learn of.
    """

    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="expert_sessions")
    discipline = models.CharField(_("discipline"), max_length=30, choices=Discipline)
    question = models.TextField(_("question"), max_length=2000)
    state = models.CharField(_("state"), max_length=20, choices=SessionState, default=SessionState.REQUESTED, editable=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    expert = models.ForeignKey(Expert, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("expert"))
    on = models.DateField(_("day"), null=True, blank=True)
    at = models.TimeField(_("start time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True, blank=True)
    place = LineField(_("place or meeting link"), max_length=300, blank=True)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)
    held_at = models.DateTimeField(null=True, editable=False)
    called_off_at = models.DateTimeField(null=True, editable=False)
    called_off_reason = LineField(max_length=300, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        verbose_name = _("session with an expert")
        verbose_name_plural = _("sessions with experts")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SessionState.values), name="community_session_state"),
            models.CheckConstraint(condition=models.Q(discipline__in=Discipline.values), name="community_session_about"),
            models.CheckConstraint(
                condition=~models.Q(state__in=BOOKED)
                | models.Q(expert__isnull=False, on__isnull=False, at__isnull=False, minutes__isnull=False),
                name="community_booked_whole",
            ),
            models.CheckConstraint(condition=~models.Q(state=SessionState.REQUESTED) | models.Q(expert=None), name="community_asked_alone"),
            models.CheckConstraint(
                condition=models.Q(state=SessionState.HELD, held_at__isnull=False) & ~models.Q(outcome="")
                | ~models.Q(state=SessionState.HELD) & models.Q(held_at=None, outcome=""),
                name="community_held_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(state=SessionState.CALLED_OFF, called_off_at__isnull=False) & ~models.Q(called_off_reason="")
                | ~models.Q(state=SessionState.CALLED_OFF) & models.Q(called_off_at=None, called_off_reason=""),
                name="community_off_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes=None) | models.Q(minutes__gte=LEAST_MINUTES, minutes__lte=MOST_MINUTES),
                name="community_session_time",
            ),
            # Overlapping times of other lengths are kept apart under the expert's lock; no constraint of both databases can.
            models.UniqueConstraint(fields=["expert", "on", "at"], condition=models.Q(state__in=BOOKED), name="community_booked_once"),
        ]
        indexes = [
            models.Index(fields=["requested_at"], condition=models.Q(state=SessionState.REQUESTED), name="community_sessions_wait"),
            models.Index(fields=["on"], condition=models.Q(state=SessionState.MATCHED), name="community_to_record"),
            models.Index(fields=["on", "id"], name="community_sessions_by_day"),
            models.Index(fields=["-requested_at", "-id"], name="community_sessions_new"),
        ]

    def __str__(self) -> str:
        return self.get_discipline_display()

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.residency.reference, self.pk])

    @property
    def booking(self) -> Booking | None:
        """Its time, once it has one."""
        if self.on is None or self.at is None or self.minutes is None:
            return None
        return Booking(self.on, self.at, self.minutes, about=str(self.residency))

    @property
    def starts_at(self) -> datetime.datetime | None:
        """The moment it begins."""
        return datetime.datetime.combine(self.on, self.at, tzinfo=PACIFIC) if self.on and self.at else None

    @property
    def when(self) -> str:
        """ "Wednesday 9 December 2026, 10:00 a.m. Pacific"; "" while there is no time."""
        if not self.on or not self.at:
            return ""
        params = {"day": date_format(self.on, "l j F Y"), "time": time_format(self.at)}
        return _t("%(day)s, %(time)s Pacific") % params

    @property
    def is_requested(self) -> bool:
        return self.state == SessionState.REQUESTED

    @property
    def is_matched(self) -> bool:
        return self.state == SessionState.MATCHED

    @property
    def is_held(self) -> bool:
        return self.state == SessionState.HELD

    @property
    def is_called_off(self) -> bool:
        return self.state == SessionState.CALLED_OFF


@personal("person", purpose=TELLING, kept=SUBJECT)
class SessionInvitation(models.Model):
    """Who was sent an entry of a session for their calendar; they are told of every change to it (EL-48)."""

    session = models.ForeignKey(ExpertSession, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="community_invited_once")]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.session_id}"
