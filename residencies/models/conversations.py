"""What belongs to a conversation: the clause it is about, its time, who is invited and attended, and the amendment that followed (EL-84)."""

from __future__ import annotations

import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, SUBJECT, TELLING, personal
from acts.revisions import Revised
from dates.zone import PACIFIC
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField
from residencies.models.clocks import Conversation
from residencies.models.residency import Residency
from residencies.models.states import Group


@recorded(in_stream="conversation__residency__stream", fields="conversation agreement version number heading text")
class ConversationClause(models.Model):
    """The clause that a conversation is about, in the words it had then; rows never change.

    Agreements are on a higher floor, so the row names the agreement by its reference and repeats the clause's text.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="clause")
    agreement = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12)
    heading = LineField(max_length=150, blank=True)
    text = models.TextField()

    objects = RecordQuerySet["ConversationClause"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("clause of a conversation")
        verbose_name_plural = _("clauses of conversations")

    def __str__(self) -> str:
        return f"{self.number} {self.heading}".strip()


class ConversationMeeting(Revised):
    """When and where a conversation is planned. Day and time are Pacific; `sequence` counts the changes that calendars must learn of."""

    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="meeting")
    on = models.DateField(_("date"))
    at = models.TimeField(_("start time"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    place = LineField(_("place or meeting link"), max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_reason = LineField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["on", "at", "pk"]
        verbose_name = _("meeting of a conversation")
        verbose_name_plural = _("meetings of conversations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancelled_reason="")
                | (models.Q(cancelled_at__isnull=False) & ~models.Q(cancelled_reason="")),
                name="residencies_meeting_cancelled",
            ),
        ]
        indexes = [models.Index(fields=["on"], condition=models.Q(cancelled_at=None), name="residencies_meetings_planned")]

    def __str__(self) -> str:
        return self.when

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def starts_at(self) -> datetime.datetime:
        return datetime.datetime.combine(self.on, self.at, tzinfo=PACIFIC)

    @property
    def is_to_come(self) -> bool:
        """Whether it is planned and hasn't started."""
        return not self.is_cancelled and self.starts_at > timezone.now()

    @property
    def when(self) -> str:
        """ "Wednesday 9 December 2026, 10:00 a.m. Pacific"."""
        return _now("%(day)s, %(time)s Pacific") % {"day": date_format(self.on, "l j F Y"), "time": time_format(self.at)}


class InviteeQuerySet(models.QuerySet["ConversationInvitee"]):
    def current(self) -> InviteeQuerySet:
        return self.filter(removed_at=None)


@personal("person answer", purpose=TELLING, kept=SUBJECT)
class ConversationInvitee(models.Model):
    """Someone who should be at a conversation, in the group they stand for, and whether they said they will come.

    `entry_sent_at` is set once a calendar entry was sent to them: they are told of every change to it, also after they are removed.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("I’ll be there")
        NO = "no", _("I can’t come")

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="invitees")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    group = models.CharField(_("group"), max_length=15, choices=Group)
    answer = models.CharField(_("answer"), max_length=3, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    entry_sent_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = InviteeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("person invited to a conversation")
        verbose_name_plural = _("people invited to conversations")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "person"], condition=models.Q(removed_at=None), name="residencies_invited_once"
            ),
            models.CheckConstraint(condition=models.Q(group__in=Group.values), name="residencies_invitee_group"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None) | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="residencies_answer_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def residency(self) -> Residency:
        return self.conversation.residency

    @property
    def comes(self) -> bool:
        return self.answer == self.Answer.YES

    @property
    def is_away(self) -> bool:
        return self.answer == self.Answer.NO


@personal("invitee", purpose=TELLING, kept=SUBJECT)
class ConversationAnswerLink(models.Model):
    """The link in an invitation with which its reader says whether they will come. Only its hash is kept."""

    invitee = models.ForeignKey(ConversationInvitee, on_delete=models.PROTECT, related_name="links")
    sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.invitee_id}"


@recorded(in_stream="conversation__residency__stream", fields="conversation person name group")
@personal("person name", purpose=ACCOUNTABLE, kept=EVIDENCE)
class ConversationAttendee(models.Model):
    """Someone who was at a conversation, with the name they had then; rows never change."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="attendees")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    name = LineField(max_length=150)
    group = models.CharField(max_length=15, choices=Group)

    objects = RecordQuerySet["ConversationAttendee"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("person at a conversation")
        verbose_name_plural = _("people at conversations")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "person"], name="residencies_attended_once"),
            models.CheckConstraint(condition=models.Q(group__in=Group.values), name="residencies_attendee_group"),
        ]

    def __str__(self) -> str:
        return self.name


@recorded(
    in_stream="conversation__residency__stream", fields="conversation agreement amendment place", acts="conversation-amendment-proposed"
)
class ConversationAmendment(models.Model):
    """An amendment that was proposed because of a conversation; rows never change.

    `amendment` is its key. Agreements are on a higher floor, so there is no foreign key; `place` says in words what it changes.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="amendments")
    agreement = models.CharField(max_length=40)
    amendment = models.PositiveBigIntegerField(unique=True)
    place = LineField(max_length=300)
    linked_at = models.DateTimeField(default=timezone.now)

    objects = RecordQuerySet["ConversationAmendment"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("amendment after a conversation")
        verbose_name_plural = _("amendments after conversations")

    def __str__(self) -> str:
        return self.place

    @property
    def url(self) -> str:
        """The address of the amendment among all that were proposed."""
        return reverse("agreement-amendments", args=[self.conversation.residency.reference]) + f"#amendment-{self.amendment}"
