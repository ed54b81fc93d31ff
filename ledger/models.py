"""The ledger: one append-only, hash-chained stream of events per subject (EL-07)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from ledger.canonical import canonical_json

GENESIS = "0" * 64


class Stream(models.Model):
    """The events about one subject: a residency with everything that belongs to it, or the lab itself.

    An agreement, message or metric points to its stream, and through it to its subject.
    """

    kind = models.CharField(max_length=30)
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=GENESIS)
    checkpointed_seq = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="lab"), name="ledger_one_lab_stream"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=~models.Q(head_seq=models.F("checkpointed_seq")), name="ledger_unchecked"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


@personal("actor actor_name", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Event(models.Model):
    """The record of one act: who, what, when, the states before and after, and the facts. Triggers refuse any change to a row."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=200)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    facts = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["stream_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="ledger_event_order")]
        indexes = [models.Index(fields=["-at", "-id"], name="ledger_newest")]
        verbose_name = _("event")

    def __str__(self) -> str:
        return f"{self.act} ({self.stream_id}/{self.seq})"

    def content(self) -> dict[str, Any]:
        """Return what the hash covers in addition to the previous hash."""
        return {
            "stream": self.stream_id,
            "seq": self.seq,
            "at": self.at,
            "act": self.act,
            "actor": self.actor_id,
            "actor_name": self.actor_name,
            "from": self.from_state,
            "to": self.to_state,
            "facts": self.facts,
        }

    def computed_hash(self) -> str:
        """Return the SHA-256 of the previous hash and this event's canonical bytes."""
        return hashlib.sha256(self.prev_hash.encode() + canonical_json(self.content())).hexdigest()
