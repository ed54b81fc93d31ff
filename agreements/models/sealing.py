"""The lab's seal on a version that is in force: the wish for it, kept until it is done, and what came of it (EL-31)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from acts.personal_data import AGREEING, EVIDENCE, personal
from agreements.models.agreement import AgreementVersion
from ledger.records import RecordQuerySet, recorded
from sealing.models import SealedRecord, SealRequest, SealRequestQuerySet, due_index, file_constraints, request_constraints


@recorded(
    in_stream="version__agreement__stream",
    fields="version told without_timestamp choice_reason",
    acts="agreement-in-force seal-printed-again seal-without-timestamp",
)
@personal("told", purpose=AGREEING, kept=EVIDENCE)
class Seal(SealRequest):
    """A version came into force and is to be sealed. Written with the last signature.

    `told` is what the document says beside the words and the evidence, frozen by a trigger.
    """

    version = models.OneToOneField(AgreementVersion, on_delete=models.PROTECT, related_name="seal")
    told = models.JSONField(editable=False)

    objects = SealRequestQuerySet["Seal"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("seal")
        constraints = request_constraints("agreements_seal")
        indexes = [due_index("agreements_seal")]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_state_display()}"


@recorded(
    in_stream="version__agreement__stream",
    fields="version file sha256 size unsealed_sha256 certificate_sha256 development level sealed_at timestamp_at",
    acts="agreement-sealed",
)
class SealedDocument(SealedRecord):
    """The sealed file of a version; the hash is the last word on a file (EL-32)."""

    version = models.OneToOneField(AgreementVersion, on_delete=models.PROTECT, related_name="sealed_document")

    objects = RecordQuerySet["SealedDocument"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sealed document")
        constraints = file_constraints("agreements_sealed")

    def __str__(self) -> str:
        return f"{self.version}, sealed {self.sealed_at:%Y-%m-%d}"
