"""A team's champions, its sprints with their reviews, and who came (EL-44, EL-50 to EL-52)."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from acts.personal_data import PERSON, SUBJECT, TEAMWORK, TELLING, personal
from acts.revisions import Revised
from dates.database import entered_by
from dates.zone import PACIFIC
from people.fields import LineField
from teams.choices import Answer, Came, ChampionRole
from teams.models.roster import Team


class ChampionQuerySet(models.QuerySet["Champion"]):
    def on(self, day: datetime.date) -> ChampionQuerySet:
        """Those who are champions on a day."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=day), from_on__lte=day)


@personal("person", purpose=TEAMWORK, kept=SUBJECT)
class Champion(Revised):
    """Somebody who stands behind a residency, in one role, from a day on; never overwritten when it ends (EL-44).

    One entry of a team leads the alliance team, whatever its days; the lead is handed on and the ledger knows who had it.
    `missed_in_row` is how many of the newest reviews held they missed, none between; kept by the acts on attendance.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="champions")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="championed", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=ChampionRole)
    is_lead = models.BooleanField(_("leads the alliance team"), default=False)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)
    missed_in_row = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ChampionQuerySet.as_manager()

    class Meta:
        ordering = ["-is_lead", "from_on", "pk"]
        verbose_name = _("champion")
        verbose_name_plural = _("champions")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=ChampionRole.values), name="teams_known_champion_role"),
            models.CheckConstraint(condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="teams_champion_dates"),
            models.UniqueConstraint(fields=["team", "person"], condition=models.Q(to_on=None), name="teams_champion_once"),
            models.UniqueConstraint(fields=["team"], condition=models.Q(is_lead=True), name="teams_one_alliance_lead"),
        ]
        indexes = [
            models.Index(fields=["missed_in_row"], condition=models.Q(to_on=None, missed_in_row__gte=2), name="teams_champions_missing"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"

    def covers(self, on: datetime.date) -> bool:
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


class Cadence(Revised):
    """How a team sprints from a day on; a pause or another cadence ends it (EL-50). Times are Pacific wall clock."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="cadences")
    weeks = models.PositiveSmallIntegerField(_("length of a sprint in weeks"))
    first_review_on = models.DateField(_("first sprint review"))
    at = models.TimeField(_("time of day"))
    minutes = models.PositiveSmallIntegerField(_("length of a review in minutes"), default=60)
    place = LineField(_("place or meeting link"), max_length=300, blank=True)
    from_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = LineField(max_length=300, blank=True)

    class Meta:
        ordering = ["from_on", "pk"]
        verbose_name = _("cadence")
        constraints = [
            models.CheckConstraint(condition=models.Q(weeks__gte=1, weeks__lte=4), name="teams_cadence_weeks"),
            models.CheckConstraint(condition=models.Q(minutes__gte=15, minutes__lte=480), name="teams_cadence_minutes"),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("from_on")), name="teams_cadence_dates"
            ),
            models.UniqueConstraint(fields=["team"], condition=models.Q(ended_on=None), name="teams_one_cadence"),
        ]

    def __str__(self) -> str:
        return f"{self.weeks} from {self.from_on}"


class SprintQuerySet(models.QuerySet["Sprint"]):
    def current(self) -> SprintQuerySet:
        """Without sprints that were taken back by a pause or another cadence."""
        return self.filter(withdrawn=False)

    def planned(self) -> SprintQuerySet:
        """Those whose review is still to be held."""
        return self.filter(held_at=None, called_off_at=None)

    def for_calendar(self) -> SprintQuerySet:
        """With what an entry of a calendar shows, in one query."""
        return self.select_related("team__stream__residency")


class Sprint(Revised):
    """One sprint and its review. The review's day and time are Pacific wall clock, so that a change of the clocks moves nothing.

    `sequence` counts the changes that somebody's calendar has to learn of. A review called off leaves the
    sprint standing; `withdrawn` takes back both.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="sprints")
    cadence = models.ForeignKey(Cadence, on_delete=models.PROTECT, related_name="sprints")
    number = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField(_("day of the review"))
    review_at = models.TimeField(_("time of day"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    place = LineField(_("place or meeting link"), max_length=300, blank=True)
    goal = LineField(_("goal of the sprint"), max_length=500, blank=True)
    demo = models.TextField(_("demo"), max_length=5000, blank=True)
    decisions = models.TextField(_("decisions"), max_length=5000, blank=True)
    held_at = models.DateTimeField(null=True, editable=False)
    called_off_at = models.DateTimeField(null=True, editable=False)
    called_off_reason = LineField(max_length=300, blank=True, editable=False)
    withdrawn = models.BooleanField(default=False, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SprintQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "pk"]
        verbose_name = _("sprint")
        verbose_name_plural = _("sprints")
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], condition=models.Q(withdrawn=False), name="teams_sprint_number"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="teams_sprint_dates"),
            models.CheckConstraint(condition=models.Q(held_at=None) | models.Q(called_off_at=None), name="teams_held_or_called_off"),
            models.CheckConstraint(
                condition=models.Q(called_off_at=None) | ~models.Q(called_off_reason=""), name="teams_called_off_reason"
            ),
            models.CheckConstraint(condition=models.Q(withdrawn=False) | ~models.Q(called_off_at=None), name="teams_withdrawn_is_off"),
        ]
        indexes = [
            models.Index(fields=["review_on", "id"], name="teams_reviews_by_day"),
            models.Index(fields=["team", "review_on"], name="teams_reviews_of_team"),
        ]

    def __str__(self) -> str:
        return _t("Sprint %(number)d") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("sprint", args=[self.team.subject.reference, self.pk])

    @property
    def starts_at(self) -> datetime.datetime:
        """The moment the review begins."""
        return datetime.datetime.combine(self.review_on, self.review_at, tzinfo=PACIFIC)

    @property
    def when(self) -> str:
        """ "Wednesday 9 December 2026, 10:00 a.m. Pacific"."""
        params = {"day": date_format(self.review_on, "l j F Y"), "time": time_format(self.review_at)}
        return _t("%(day)s, %(time)s Pacific") % params

    @property
    def is_held(self) -> bool:
        return self.held_at is not None

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    @property
    def is_planned(self) -> bool:
        return not self.is_held and not self.is_called_off


class PresenceQuerySet(models.QuerySet["Presence"]):
    def known_at(self, moment: datetime.datetime) -> PresenceQuerySet:
        """Add `came_then`: what was on record at a moment, whatever was corrected since; empty if nothing was (EL-97)."""
        known = models.Case(models.When(entered_by(moment, "noted_at"), then="came"), default=models.Value(""))
        corrected_since = AttendanceCorrection.objects.filter(presence=models.OuterRef("pk"), corrected_at__gt=moment).order_by("pk")
        return self.annotate(came_then=Coalesce(models.Subquery(corrected_since.annotate(known=known).values("known")[:1]), known))


@personal("person", purpose=TEAMWORK, kept=SUBJECT)
class Presence(models.Model):
    """What one person said before a review and whether they came (EL-51). Each change is on the ledger."""

    sprint = models.ForeignKey(Sprint, on_delete=models.PROTECT, related_name="presences")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="presences")
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    delegate = LineField(_("delegate"), max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)
    came = models.CharField(_("attendance"), max_length=10, choices=Came, blank=True)
    noted_at = models.DateTimeField(null=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance record")
        constraints = [
            models.UniqueConstraint(fields=["sprint", "person"], name="teams_presence_once"),
            models.CheckConstraint(condition=models.Q(answer__in=["", *Answer.values]), name="teams_known_answer"),
            models.CheckConstraint(condition=models.Q(came__in=["", *Came.values]), name="teams_known_presence"),
            models.CheckConstraint(condition=~models.Q(answer=Answer.DELEGATE) | ~models.Q(delegate=""), name="teams_delegate_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.sprint_id}"

    @property
    def team(self) -> Team:
        return self.sprint.team


class AttendanceCorrection(models.Model):
    """What an attendance record said until it was corrected, so that a report sealed before can be recomputed (EL-97). Rows never change."""

    presence = models.ForeignKey(Presence, on_delete=models.PROTECT, related_name="corrections")
    came = models.CharField(max_length=10, choices=Came)
    noted_at = models.DateTimeField(null=True)
    corrected_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("correction of an attendance record")
        verbose_name_plural = _("corrections of attendance records")

    def __str__(self) -> str:
        return self.get_came_display()


@personal("person", purpose=TELLING, kept=SUBJECT)
class AnswerLink(models.Model):
    """An address in a reminder, by which its reader says whether they come. Known by its hash alone."""

    sprint = models.ForeignKey(Sprint, on_delete=models.PROTECT, related_name="answer_links")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    minted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.person_id} about {self.sprint_id}"


@personal("person", purpose=TELLING, kept=SUBJECT)
class ReviewInvitation(models.Model):
    """Who was sent an entry of a review for their calendar; they are told of every change to it, whatever mail they stopped (EL-52)."""

    sprint = models.ForeignKey(Sprint, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sprint", "person"], name="teams_invited_once")]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.sprint_id}"


@personal("person", purpose=TELLING, kept=PERSON)
class CalendarFeed(models.Model):
    """A private address at which a person's calendar reads their reviews. Known by its hash alone; ended by `revoked_at`."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="calendar_feeds")
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(revoked_at=None), name="teams_one_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} since {self.made_at}"
