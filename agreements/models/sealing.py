"""The lab's seal on a version that is in force: the wish for it, kept until it is done, and what came of it (EL-31)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from acts.personal_data import AGREEING, EVIDENCE, personal
from agreements.models.agreement import AgreementVersion
from ledger.records import RecordQuerySet, recorded

ASK_AFTER = 3


class SealQuerySet(RecordQuerySet["Seal"]):
    def pending(self) -> SealQuerySet:
        return self.filter(state=Seal.State.WANTED)

    def free(self, now: datetime.datetime) -> SealQuerySet:
        """Wanted ones that nobody is at work on."""
        return self.pending().filter(models.Q(claimed_until=None) | models.Q(claimed_until__lt=now))

    def due(self, now: datetime.datetime) -> SealQuerySet:
        return self.free(now).filter(next_try_at__lte=now)

    def waits_for_people(self) -> SealQuerySet:
        """What does not mend itself, as far as anyone can tell."""
        return self.filter(models.Q(state=Seal.State.STUCK) | models.Q(state=Seal.State.WANTED, attempts__gte=ASK_AFTER))


@recorded(
    in_stream="version__agreement__stream",
    fields="version told without_timestamp choice_reason",
    acts="agreement-in-force seal-printed-again seal-without-timestamp",
)
@personal("told", purpose=AGREEING, kept=EVIDENCE)
class Seal(models.Model):
    """A version came into force and is to be sealed. Written with the last signature, so that no crash forgets it.

    `told` is what the document says beside the words and the evidence, frozen by a trigger. `unsealed_sha256`
    is the hash of the document as it was first printed: a later attempt must print the same, or it is stuck.
    """

    class State(models.TextChoices):
        WANTED = "wanted", _("Waiting for the seal")
        STUCK = "stuck", _("Stuck: the PDF came out differently")
        DONE = "done", _("Sealed")

    version = models.OneToOneField(AgreementVersion, on_delete=models.PROTECT, related_name="seal")
    told = models.JSONField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.WANTED)
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

    objects = SealQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("seal")
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["wanted", "stuck", "done"]), name="agreements_seal_state"),
            models.CheckConstraint(
                condition=models.Q(unsealed_sha256="") | models.Q(unsealed_sha256__length=64), name="agreements_seal_unsealed_hash"
            ),
            models.CheckConstraint(
                condition=models.Q(without_timestamp=False) | ~models.Q(choice_reason=""), name="agreements_seal_choice_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["next_try_at", "id"], condition=models.Q(state="wanted"), name="agreements_seal_due")]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_state_display()}"

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def awaits_timestamp(self) -> bool:
        """Whether it was tried in vain and a time stamp is still part of what is wished for."""
        return bool(self.state == self.State.WANTED and self.attempts and settings.SEAL_TSA_URLS and not self.without_timestamp)

    @property
    def is_stuck(self) -> bool:
        return self.state == self.State.STUCK


@recorded(
    in_stream="version__agreement__stream",
    fields="version file sha256 size unsealed_sha256 certificate_sha256 development level sealed_at timestamp_at",
    acts="agreement-sealed",
)
class SealedDocument(models.Model):
    """The sealed file of a version. Triggers refuse any change to a row; the hash is the last word on a file (EL-32)."""

    version = models.OneToOneField(AgreementVersion, on_delete=models.PROTECT, related_name="sealed_document")
    file = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    unsealed_sha256 = models.CharField(max_length=64)
    certificate_sha256 = models.CharField(max_length=64)
    development = models.BooleanField()
    level = models.CharField(max_length=5)
    sealed_at = models.DateTimeField(default=timezone.now)
    timestamp_at = models.DateTimeField(null=True)

    objects = RecordQuerySet["SealedDocument"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sealed document")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sha256__length=64, unsealed_sha256__length=64, certificate_sha256__length=64),
                name="agreements_sealed_hashes",
            ),
            models.CheckConstraint(
                condition=models.Q(level="B-B", timestamp_at=None) | models.Q(level="B-T", timestamp_at__isnull=False),
                name="agreements_sealed_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}, sealed {self.sealed_at:%Y-%m-%d}"
