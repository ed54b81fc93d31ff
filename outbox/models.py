"""What we told whom: a message is a row before it is sent, and stays one after (EL-61, EL-62)."""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger import subjects

PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed, a person is asked")
    CANCELLED = "cancelled", _("Withdrawn")


class Look(NamedTuple):
    """How a state is shown beside its words."""

    tone: str
    icon: str


LOOKS = {
    State.QUEUED: Look("info", "half"),
    State.CLAIMED: Look("info", "send"),
    State.SENT: Look("success", "check"),
    State.FAILED: Look("danger", "alert"),
    State.CANCELLED: Look("neutral", "minus"),
}


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> MessageQuerySet:
        return self.filter(state__in=[State.QUEUED, State.CLAIMED])

    def with_subject(self) -> MessageQuerySet:
        """With what each message is about, whatever kind that is."""
        return self.select_related("stream", "person", *(f"stream__{kind.related_name}" for kind in subjects.kinds()))

    def for_list(self) -> MessageQuerySet:
        """As the outbox shows it: one query, without the texts."""
        return self.with_subject().defer("text", "mint")


class Message(models.Model):
    """One message to one recipient about one occasion; the key makes a second one impossible.

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
    due_at = models.DateTimeField(default=timezone.now)
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
        return self.state in (State.FAILED, State.CANCELLED)

    @property
    def may_be_cancelled(self) -> bool:
        return self.state in (State.QUEUED, State.FAILED)

    @property
    def preview(self) -> str:
        """The text as it leaves, with a name such as "[signing link]" where a secret is put in as it is sent (EL-28, EL-62)."""
        return PLACEHOLDER.sub(lambda found: f"[{found[1].replace('_', ' ')}]", self.text)

    @property
    def message_id(self) -> str:
        """Derived from the key, so that a repeat bears the same id (EL-61)."""
        return f"<{hashlib.sha256(self.key.encode()).hexdigest()[:40]}@{settings.MESSAGE_ID_DOMAIN}>"
