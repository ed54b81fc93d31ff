"""Messages, delivery attempts, email preferences and overrides. A message is a row before it is sent and stays one afterwards (EL-61, EL-62)."""

from __future__ import annotations

import datetime
import hashlib
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import PERSON, TELLING, not_personal, personal
from acts.revisions import Revised
from dates.moments import morning_from
from ledger import subjects
from ledger.models import Stream
from outbox.catalogue.messages import DIGEST, MINTED, occasion_label, stand_in
from people.lab import is_lab_staff


def unsealed(text: str) -> str:
    """Return `text` for people to read, with the names of its secrets in square brackets."""
    return MINTED.sub(lambda match: stand_in(match[1]), text)


def about_of(stream: Stream | None) -> Any:
    """Return what a stream is about, such as a residency; None for the lab's own stream."""
    if stream is None or stream.kind not in {kind.name for kind in subjects.kinds()}:
        return None
    return subjects.subject_of(stream)


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    HELD = "held", _("Waiting for a daily digest")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed, needs attention")
    STALE = "stale", _("Expired")
    CANCELLED = "cancelled", _("Withdrawn")
    SUPPRESSED = "suppressed", _("Turned off by the recipient")


class Look(NamedTuple):
    """The tone and icon that go with a state's label."""

    tone: str
    icon: str


LOOKS = {
    State.QUEUED: Look("info", "half"),
    State.HELD: Look("info", "clock"),
    State.CLAIMED: Look("info", "send"),
    State.SENT: Look("success", "check"),
    State.FAILED: Look("danger", "alert"),
    State.STALE: Look("neutral", "clock"),
    State.CANCELLED: Look("neutral", "minus"),
    State.SUPPRESSED: Look("neutral", "minus"),
}


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> MessageQuerySet:
        """Return messages that are still to be sent, in a digest or separately."""
        return self.filter(state__in=[State.QUEUED, State.CLAIMED, State.HELD])

    def unsent(self) -> MessageQuerySet:
        """Return messages that may still be sent, including failed ones."""
        return self.filter(state__in=[State.QUEUED, State.CLAIMED, State.HELD, State.FAILED])

    def leaving(self) -> MessageQuerySet:
        """Return messages that will be sent as soon as they are due."""
        return self.filter(state__in=[State.QUEUED, State.CLAIMED])

    def held(self) -> MessageQuerySet:
        """Return messages that are waiting for a digest that isn't made yet (EL-64)."""
        return self.filter(state=State.HELD, digest=None)

    def of_use(self, now: datetime.datetime) -> MessageQuerySet:
        """Leave out messages that have expired (EL-65)."""
        return self.filter(models.Q(useful_until=None) | models.Q(useful_until__gt=now))

    def with_subject(self) -> MessageQuerySet:
        """Load what each message is about, whatever kind of subject that is."""
        return self.select_related("stream", "person", *(f"stream__{kind.related_name}" for kind in subjects.kinds()))

    def with_contact(self) -> MessageQuerySet:
        """Load what each message is about, its recipient's email preference and the subject's contact at the lab.

        `contact_is_there` says whether there is a contact and they are still lab staff.
        """
        contacts = [f"stream__{kind.related_name}__{kind.contact}" for kind in subjects.kinds() if kind.contact]
        any_there = reduce(or_, (models.Q(is_lab_staff(contact)) for contact in contacts), models.Q(pk=None))
        known = {"contact_is_there": models.ExpressionWrapper(any_there, models.BooleanField())}
        return self.with_subject().select_related("person__user", "person__mail_preference", *contacts).annotate(**known)

    def for_list(self) -> MessageQuerySet:
        """Load what the outbox's list shows: one query, without the texts."""
        return self.with_subject().defer("text", "mint", "facts")


@personal("person to_name to_address subject text", purpose=TELLING, kept=PERSON)
class Message(models.Model):
    """One message to one recipient about one occasion; the key makes a second one impossible.

    A reminder is stored with the `facts` its letter needs and no text, which is written when it is sent
    (outbox/delivery/compose.py); it is due on the day `due_on`, Pacific, and expires at `useful_until`. What a text was written
    from is kept in `facts` as `said`, with its `wording`, so that an edited template can be previewed on it (EL-63).

    `text` holds placeholders such as `{{ signing_link }}` where a secret belongs; `mint` names what
    makes the secret at the moment of sending, so that no row, page or backup ever holds a live link.

    A message to someone who chose the daily digest is held until one is made. The digest is a message too: the `digest` of its
    parts (outbox/digest.py).
    """

    key = models.CharField(max_length=200, unique=True)
    occasion = models.CharField(max_length=60)
    stream = models.ForeignKey("ledger.Stream", null=True, on_delete=models.PROTECT, related_name="messages")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="messages")
    to_name = models.CharField(max_length=150)
    to_address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    mint = models.JSONField(default=dict, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(default=timezone.now)
    useful_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    digest = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")

    repeats = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="repeated")

    contact_is_there: bool  # set on rows that were loaded `with_contact()`

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="outbox_known_state"),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"), name="outbox_sent_when"
            ),
            models.CheckConstraint(
                condition=models.Q(digest=None) | ~models.Q(state__in=["queued", "claimed", "failed"]), name="outbox_in_digest_or_alone"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=models.Q(state__in=["queued", "claimed"]), name="outbox_due"),
            models.Index(fields=["id"], condition=models.Q(state__in=["queued", "claimed"]), name="outbox_in_turn"),
            models.Index(fields=["to_address", "id"], condition=models.Q(state__in=["queued", "claimed"]), name="outbox_order"),
            models.Index(fields=["stream", "-id"], name="outbox_of_stream"),
            models.Index(
                fields=["useful_until"],
                condition=models.Q(state__in=["queued", "held"], useful_until__isnull=False),
                name="outbox_going_stale",
            ),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="outbox_failed"),
            models.Index(fields=["person", "due_at"], condition=models.Q(state="held"), name="outbox_held"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_name}"

    @property
    def subject_matter(self) -> Any:
        """What the message is about, such as a residency; None if it is about an account."""
        return about_of(self.stream)

    @property
    def look(self) -> Look:
        return LOOKS[State(self.state)]

    @property
    def is_digest(self) -> bool:
        return self.occasion == DIGEST

    @property
    def waits_until(self) -> datetime.datetime | None:
        """When the digest that this message is waiting for will be made."""
        return morning_from(max(self.due_at, timezone.now())) if self.state == State.HELD and not self.digest_id else None

    @property
    def cause_key(self) -> str:
        """The key by which the sweep knows what caused the message; for a repeat, the key of the first message."""
        return self.repeats.cause_key if self.repeats else self.key

    @property
    def may_be_resent(self) -> bool:
        """Whether it can go back in the queue. A withdrawn digest can't: its parts were withdrawn with it."""
        again = (State.FAILED,) if self.is_digest else (State.FAILED, State.CANCELLED, State.STALE, State.SUPPRESSED)
        return self.state in again

    @property
    def may_be_sent_again(self) -> bool:
        """Whether it can be sent a second time. A digest can't, but each of its parts can."""
        return self.state == State.SENT and not self.is_digest

    @property
    def is_left_out(self) -> bool:
        """Whether it wasn't sent and isn't going to be."""
        return self.state in (State.CANCELLED, State.STALE, State.SUPPRESSED)

    @property
    def may_be_cancelled(self) -> bool:
        return self.state in (State.QUEUED, State.HELD, State.FAILED, State.STALE)

    @property
    def preview(self) -> str:
        """The text with a name such as "[signing link]" in place of each secret that is filled in at sending (EL-28, EL-62)."""
        return unsealed(self.text)

    @property
    def message_id(self) -> str:
        """The Message-ID header, derived from the key so that a repeat has the same one (EL-61)."""
        return f"<{hashlib.sha256(self.key.encode()).hexdigest()[:40]}@{settings.MESSAGE_ID_DOMAIN}>"


class Attempt(models.Model):
    """A failed attempt to send a message, with the error from the mail server or the template (EL-62)."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="failures")
    at = models.DateTimeField(default=timezone.now)
    error = models.TextField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("failed attempt")
        verbose_name_plural = _("failed attempts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.error}"


@personal("person", purpose=TELLING, kept=PERSON)
class MailPreference(Revised):
    """A person's choices about our email (EL-64). Without a row they get all of it right away; required email is always sent.

    `links` counts how often the person ended the links to their preferences page (outbox/preferences/links.py).
    """

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="mail_preference")
    digest = models.BooleanField(_("daily digest"), default=False)
    optional = models.BooleanField(_("optional mail"), default=True)
    stopped = models.JSONField(_("stopped kinds of optional mail"), default=list, blank=True)
    links = models.PositiveIntegerField(_("links ended"), default=0)

    class Meta:
        verbose_name = _("email preference")
        verbose_name_plural = _("email preferences")

    def __str__(self) -> str:
        return str(self.person)

    def wants(self, occasion: str) -> bool:
        """Return whether the person wants optional mail of this kind."""
        return self.optional and occasion not in self.stopped


class ScheduleOverride(Revised):
    """An administrator's changes to when an occasion's reminders are due (EL-60): `turns`, ordered by day.

    A turn is `{"from": day, "plan": schedule}`, the schedule as `outbox.reminders.schedule.as_data` returns it, None for the default.
    """

    occasion = models.CharField(max_length=60, unique=True)
    turns = models.JSONField(default=list)

    class Meta:
        verbose_name = _("reminder schedule")
        verbose_name_plural = _("reminder schedules")

    def __str__(self) -> str:
        return self.occasion


@not_personal("name", why="of a message")
class TemplateOverride(Revised):
    """An administrator's edit of a message template (EL-63); `name` is the template's. An empty field means the default."""

    name = models.CharField(max_length=120, primary_key=True)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")

    def __str__(self) -> str:
        return occasion_label(self.name.partition(".")[0])


@not_personal("name", why="of a recurring job")
class Heartbeat(models.Model):
    """When a recurring job last ran; for the mail server, how long to wait before trying it again."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.name}, {self.at}"
