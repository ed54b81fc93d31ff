"""Abstract models of everything that is sealed: the request for a seal, kept until it is done, and the sealed file (EL-31).

A concrete pair adds the key of what is sealed. `request_constraints` and `file_constraints` belong in its `Meta`.
"""

from __future__ import annotations

import datetime
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger.records import RecordQuerySet

ASK_AFTER = 3


class SealState(models.TextChoices):
    WANTED = "wanted", _("Waiting for the seal")
    STUCK = "stuck", _("Stuck: the PDF came out differently")
    DONE = "done", _("Sealed")


Request = TypeVar("Request", bound="SealRequest")


class SealRequestQuerySet(RecordQuerySet[Request]):
    def pending(self) -> Self:
        return self.filter(state=SealState.WANTED)

    def free(self, now: datetime.datetime) -> Self:
        """Return pending requests that no worker has claimed."""
        return self.pending().filter(models.Q(claimed_until=None) | models.Q(claimed_until__lt=now))

    def due(self, now: datetime.datetime) -> Self:
        return self.free(now).filter(next_try_at__lte=now)

    def waits_for_people(self) -> Self:
        """Return requests that need a person: those that are stuck, and those that have failed several times."""
        return self.filter(models.Q(state=SealState.STUCK) | models.Q(state=SealState.WANTED, attempts__gte=ASK_AFTER))


class SealRequest(models.Model):
    """A request for a seal, written in the transaction of the act that causes it, so that no crash loses it.

    `unsealed_sha256` is the hash of the document as it was first printed: a later attempt must print the same, or it is stuck.
    """

    State = SealState

    state = models.CharField(max_length=10, choices=SealState, default=SealState.WANTED)
    wanted_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    last_try_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    unsealed_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    without_timestamp = models.BooleanField(default=False)
    choice_reason = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def is_done(self) -> bool:
        return self.state == SealState.DONE

    @property
    def is_stuck(self) -> bool:
        return self.state == SealState.STUCK

    @property
    def awaits_timestamp(self) -> bool:
        """Whether it has failed and a time stamp is still required."""
        return bool(self.state == SealState.WANTED and self.attempts and settings.SEAL_TSA_URLS and not self.without_timestamp)

    @property
    def needs_attention(self) -> bool:
        """Whether it waits for a person, as `waits_for_people` selects them."""
        return self.is_stuck or (self.state == SealState.WANTED and self.attempts >= ASK_AFTER)


class SealedRecord(models.Model):
    """The record of a sealed file: its name in storage, its hash, and how it was sealed. Triggers refuse any change to a row (EL-32)."""

    file = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    unsealed_sha256 = models.CharField(max_length=64)
    certificate_sha256 = models.CharField(max_length=64)
    development = models.BooleanField()
    level = models.CharField(max_length=5)
    sealed_at = models.DateTimeField(default=timezone.now)
    timestamp_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def request_constraints(name: str) -> list[models.BaseConstraint]:
    """Return the constraints of a table of requests; their names start with `name`."""
    return [
        models.CheckConstraint(condition=models.Q(state__in=["wanted", "stuck", "done"]), name=f"{name}_state"),
        models.CheckConstraint(condition=models.Q(unsealed_sha256="") | models.Q(unsealed_sha256__length=64), name=f"{name}_unsealed_hash"),
        models.CheckConstraint(condition=models.Q(without_timestamp=False) | ~models.Q(choice_reason=""), name=f"{name}_choice_has_reason"),
    ]


def due_index(name: str) -> models.Index:
    """Return the index for finding requests that are due."""
    return models.Index(fields=["next_try_at", "id"], condition=models.Q(state="wanted"), name=f"{name}_due")


def file_constraints(name: str) -> list[models.BaseConstraint]:
    """Return the constraints of a table of sealed files; their names start with `name`."""
    return [
        models.CheckConstraint(
            condition=models.Q(sha256__length=64, unsealed_sha256__length=64, certificate_sha256__length=64), name=f"{name}_hashes"
        ),
        models.CheckConstraint(
            condition=models.Q(level="B-B", timestamp_at=None) | models.Q(level="B-T", timestamp_at__isnull=False), name=f"{name}_level"
        ),
    ]
