"""Meetings of the partners, with what they decided and whether each still shares the vision (PB-30)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from acts.personal_data import SUBJECT, TEAMWORK, not_personal, personal
from acts.revisions import Revised
from ledger.records import RecordQuerySet, recorded
from partnerships.choices import MeetingState
from partnerships.models.partnership import Partner, Partnership
from people.fields import LineField


@recorded(
    in_stream="partnership__stream",
    fields="partnership on state decisions",
    acts="meeting-planned meeting-moved meeting-held meeting-cancelled",
)
@not_personal("place", why="where partners meet, or a link")
@personal("attended", purpose=TEAMWORK, kept=SUBJECT)
class PartnerMeeting(Revised):
    """A meeting or check-in of the partners: planned, then held with its notes, or cancelled with the reason."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="meetings")
    on = models.DateField(_("date"))
    at = models.TimeField(_("time"), null=True, blank=True)
    in_person = models.BooleanField(_("in person"), default=False)
    place = LineField(_("place or link"), max_length=200, blank=True)
    state = models.CharField(_("status"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED, editable=False)
    attended = LineField(_("who took part"), max_length=500, blank=True)
    decisions = models.TextField(_("decisions"), max_length=2000, blank=True)
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    objects = RecordQuerySet["PartnerMeeting"].as_manager()

    class Meta:
        ordering = ["partnership", "-on", "-pk"]
        verbose_name = _("meeting of partners")
        verbose_name_plural = _("meetings of partners")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="partnerships_meeting_state"),
            models.CheckConstraint(condition=~Q(state=MeetingState.HELD) | ~Q(attended=""), name="partnerships_meeting_attended"),
            models.CheckConstraint(condition=~Q(state=MeetingState.CANCELLED) | ~Q(reason=""), name="partnerships_meeting_reason"),
        ]
        indexes = [models.Index(fields=["on"], condition=Q(state=MeetingState.PLANNED), name="partnerships_meetings_planned")]

    def __str__(self) -> str:
        return f"{self.on}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.partnership.reference, self.pk])

    @property
    def is_planned(self) -> bool:
        return self.state == MeetingState.PLANNED


@recorded(in_stream="meeting__partnership__stream", fields="meeting partner shares note", acts="meeting-held")
class SharedVision(models.Model):
    """Whether a partner still shared the vision at a meeting; if not, `note` says why."""

    meeting = models.ForeignKey(PartnerMeeting, on_delete=models.PROTECT, related_name="answers")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="vision_answers")
    shares = models.BooleanField(_("shares the vision"))
    note = LineField(_("why not"), max_length=500, blank=True)

    objects = RecordQuerySet["SharedVision"].as_manager()

    class Meta:
        ordering = ["meeting", "pk"]
        verbose_name = _("answer about the vision")
        verbose_name_plural = _("answers about the vision")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "partner"], name="partnerships_vision_once"),
            models.CheckConstraint(condition=Q(shares=True) | ~Q(note=""), name="partnerships_vision_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.shares}"
