"""Mentors for new teams: what a team asked for, who was matched, their meetings and the outcome (EL-54)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNTABLE, COMMUNITY, SUBJECT, personal
from acts.revisions import Revised
from community.choices import HelpTopic, MentoringState
from community.rules import WHOLE_DAY
from findings import blocking
from residencies.models.states import ENDED

OPEN = (MentoringState.REQUESTED, MentoringState.MATCHED)
QUIET = datetime.timedelta(days=30)


class MentoringQuerySet(models.QuerySet["Mentoring"]):
    def waiting(self) -> MentoringQuerySet:
        """Return requests without a mentor, by residencies under way, the oldest first."""
        return self.filter(state=MentoringState.REQUESTED).exclude(residency__state__in=ENDED).order_by("requested_at", "pk")

    def under_way(self) -> MentoringQuerySet:
        """Return those with a mentor."""
        return self.filter(state=MentoringState.MATCHED)

    def quiet(self, today: datetime.date) -> MentoringQuerySet:
        """Return those with a mentor and no meeting in the last 30 days, the longest first."""
        return self.under_way().filter(last_met_on__lte=today - QUIET).order_by("last_met_on", "pk")

    def for_list(self) -> MentoringQuerySet:
        """Include what a row shows, in one query."""
        return self.select_related("residency__stream", "residency__program_area__ministry", "residency__owner", "mentor")


@personal("requested_by", purpose=ACCOUNTABLE, kept=SUBJECT)
@personal("mentor", purpose=COMMUNITY, kept=SUBJECT)
class Mentoring(Revised):
    """A team's request for a mentor, and what came of it.

    `mentor_team` is the team that the mentor belongs or belonged to: their time counts for it. `last_met_on` is the day of the last
    meeting, or at first the day on which the mentor was matched.
    """

    residency = models.ForeignKey("residencies.Residency", on_delete=models.PROTECT, related_name="mentorings", verbose_name=_("team"))
    topic = models.CharField(_("topic"), max_length=20, choices=HelpTopic)
    question = models.TextField(_("what the team wants help with"), max_length=2000)
    state = models.CharField(_("status"), max_length=20, choices=MentoringState, default=MentoringState.REQUESTED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    mentor = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="mentorings", verbose_name=_("mentor")
    )
    mentor_team = models.ForeignKey("residencies.Residency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    matched_on = models.DateField(null=True, editable=False)
    last_met_on = models.DateField(null=True, editable=False)
    closed_on = models.DateField(null=True, editable=False)
    outcome = models.TextField(_("outcome"), max_length=2000, blank=True)
    reason = models.TextField(_("reason"), max_length=300, blank=True)

    objects = MentoringQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("mentoring")
        verbose_name_plural = _("mentoring")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MentoringState.values), name="community_mentoring_state"),
            models.CheckConstraint(condition=Q(topic__in=HelpTopic.values), name="community_mentoring_topic"),
            models.CheckConstraint(
                condition=~Q(state__in=[MentoringState.MATCHED, MentoringState.FINISHED])
                | Q(mentor__isnull=False, matched_on__isnull=False, last_met_on__isnull=False),
                name="community_matched_has_mentor",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, closed_on=None) | (~Q(state__in=OPEN) & Q(closed_on__isnull=False)),
                name="community_mentoring_closed",
            ),
            models.CheckConstraint(condition=~Q(state=MentoringState.FINISHED) | ~Q(outcome=""), name="community_mentoring_outcome"),
            models.CheckConstraint(condition=~Q(state=MentoringState.CANCELLED) | ~Q(reason=""), name="community_mentoring_reason"),
            models.UniqueConstraint(
                fields=["residency", "topic"], condition=Q(state=MentoringState.REQUESTED), name="community_topic_asked_once"
            ),
        ]
        indexes = [
            models.Index(fields=["requested_at"], condition=Q(state=MentoringState.REQUESTED), name="community_mentors_wanted"),
            models.Index(fields=["last_met_on"], condition=Q(state=MentoringState.MATCHED), name="community_mentoring_quiet"),
            models.Index(fields=["mentor"], condition=Q(state=MentoringState.MATCHED), name="community_mentor_load"),
        ]

    def __str__(self) -> str:
        return self.get_topic_display()

    def get_absolute_url(self) -> str:
        return reverse("mentoring", args=[self.pk])

    @property
    def subject(self) -> Any:
        return self.residency

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_requested(self) -> bool:
        return self.state == MentoringState.REQUESTED

    @property
    def is_matched(self) -> bool:
        return self.state == MentoringState.MATCHED


declare(
    "community_topic_asked_once",
    lambda: blocking(
        "mentor-asked", gettext("Your team already has a request about this topic."), gettext("Wait for the lab to answer, or cancel it.")
    ),
)


@personal("recorded_by", purpose=ACCOUNTABLE, kept=SUBJECT)
class MentorMeeting(Revised):
    """A meeting of a team with its mentor. `contribution` is the entry in the log of the mentor's team, if they have one."""

    mentoring = models.ForeignKey(Mentoring, on_delete=models.PROTECT, related_name="meetings")
    met_on = models.DateField(_("date"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    contribution = models.OneToOneField(
        "community.Contribution", null=True, blank=True, on_delete=models.PROTECT, related_name="mentor_meeting"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    struck_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-met_on", "-pk"]
        verbose_name = _("meeting with a mentor")
        verbose_name_plural = _("meetings with mentors")
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=WHOLE_DAY), name="community_meeting_time"),
        ]

    def __str__(self) -> str:
        return f"{self.mentoring}, {self.met_on}"
