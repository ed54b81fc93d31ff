"""What we told whom: a message is a row before it is sent, and stays one after (EL-61, EL-62)."""

from __future__ import annotations

import datetime
import hashlib
import re
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger import subjects

PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


def unsealed(text: str) -> str:
    """`text` with the names of its secrets in square brackets, for people to read."""
    return PLACEHOLDER.sub(lambda found: f"[{found[1].replace('_', ' ')}]", text)


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed, a person is asked")
    STALE = "stale", _("Too late to be of use")
    CANCELLED = "cancelled", _("Withdrawn")
    SUPPRESSED = "suppressed", _("Not wanted by the recipient")


class Look(NamedTuple):
    """How a state is shown beside its words."""

    tone: str
    icon: str


LOOKS = {
    State.QUEUED: Look("info", "half"),
    State.CLAIMED: Look("info", "send"),
    State.SENT: Look("success", "check"),
    State.FAILED: Look("danger", "alert"),
    State.STALE: Look("neutral", "clock"),
    State.CANCELLED: Look("neutral", "minus"),
    State.SUPPRESSED: Look("neutral", "minus"),
}


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> MessageQuerySet:
        return self.filter(state__in=[State.QUEUED, State.CLAIMED])

    def of_use(self, now: datetime.datetime) -> MessageQuerySet:
        """Without what has gone stale (EL-65)."""
        return self.filter(models.Q(useful_until=None) | models.Q(useful_until__gt=now))

    def with_subject(self) -> MessageQuerySet:
        """With what each message is about, whatever kind that is."""
        return self.select_related("stream", "person", *(f"stream__{kind.related_name}" for kind in subjects.kinds()))

    def with_contact(self) -> MessageQuerySet:
        """With what each message is about, and with whoever at the lab looks after that."""
        return self.with_subject().select_related(
            *(f"stream__{kind.related_name}__{kind.contact}" for kind in subjects.kinds() if kind.contact)
        )

    def for_list(self) -> MessageQuerySet:
        """As the outbox shows it: one query, without the texts."""
        return self.with_subject().defer("text", "mint")


class Message(models.Model):
    """One message to one recipient about one occasion; the key makes a second one impossible.

    A reminder comes with the `facts` its letter needs and no text, which is written as it leaves (outbox/letters.py);
    it is due on the day `due_on`, Pacific, and of no use any more from `useful_until` on.

    `text` holds placeholders such as `{{ signing_link }}` where a secret belongs; `mint` names what
    makes the secret at the moment of sending, so that no row, page or backup ever holds a live link.
    """

    key = models.CharField(max_length=200, unique=True)
    occasion = models.CharField(max_length=60)
    stream = models.ForeignKey("ledger.Stream", null=True, on_delete=models.PROTECT, related_name="messages")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="messages")
    to_name = models.CharField(max_length=150)
    to_address = models.EmailField(max_length=254)
    reply_to = models.EmailField(max_length=254, blank=True)
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

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="outbox_known_state"),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"), name="outbox_sent_when"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=models.Q(state__in=["queued", "claimed"]), name="outbox_due"),
            models.Index(fields=["to_address", "id"], condition=models.Q(state__in=["queued", "claimed"]), name="outbox_order"),
            models.Index(fields=["stream", "-id"], name="outbox_of_stream"),
            models.Index(
                fields=["useful_until"], condition=models.Q(state="queued", useful_until__isnull=False), name="outbox_going_stale"
            ),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="outbox_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_name}"

    @property
    def subject_matter(self) -> Any:
        """What the message is about, such as a residency; None for an account's own affairs."""
        if self.stream is None or self.stream.kind not in {kind.name for kind in subjects.kinds()}:
            return None
        return subjects.subject_of(self.stream)

    @property
    def look(self) -> Look:
        return LOOKS[State(self.state)]

    @property
    def may_be_resent(self) -> bool:
        return self.state in (State.FAILED, State.CANCELLED, State.STALE, State.SUPPRESSED)

    @property
    def may_be_cancelled(self) -> bool:
        return self.state in (State.QUEUED, State.FAILED, State.STALE)

    @property
    def preview(self) -> str:
        """The text as it leaves, with a name such as "[signing link]" where a secret is put in as it is sent (EL-28, EL-62)."""
        return unsealed(self.text)

    @property
    def message_id(self) -> str:
        """Derived from the key, so that a repeat bears the same id (EL-61)."""
        return f"<{hashlib.sha256(self.key.encode()).hexdigest()[:40]}@{settings.MESSAGE_ID_DOMAIN}>"


class Attempt(models.Model):
    """A try to send a message that did not succeed, and what the mail server or the letter said (EL-62)."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="failures")
    at = models.DateTimeField(default=timezone.now)
    error = models.TextField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("failed attempt")
        verbose_name_plural = _("failed attempts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.error}"


class Wish(models.Model):
    """What somebody wants of our mail; whoever has none gets all of it (EL-64). What is not optional ignores it."""

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="mail_wish")
    optional = models.BooleanField(_("optional mail"), default=True)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.optional}"


class Round(models.Model):
    """When something that goes round was last done; for the mail server, how long to leave it alone."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}, {self.at}"
