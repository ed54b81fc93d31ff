"""Sealed documents of a subject: letters and reports, each printed as a sealed PDF that anyone can verify (EL-85, EL-94, EL-96)."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from acts.personal_data import ACCOUNTABLE, EVIDENCE, personal
from ledger import subjects
from ledger.records import RecordQuerySet, recorded
from sealing.models import SealedRecord, SealRequest, SealRequestQuerySet, due_index, file_constraints, request_constraints

FORMAT = "document/1"


class DocumentQuerySet(RecordQuerySet["Document"]):
    def with_progress(self) -> DocumentQuerySet:
        """Add the request for the seal and the sealed file, so that `state` runs no query."""
        return self.select_related("seal", "sealed_file", "issued_by")


@recorded(in_stream="stream", fields="stream number kind title content content_sha256 issued_at issued_by", acts="document-issued")
@personal("content issued_by", purpose=ACCOUNTABLE, kept=EVIDENCE)
class Document(models.Model):
    """A document as it was issued (oversight/documents/actions.py). Triggers refuse any change to a row.

    `content` is what it says, as canonical JSON bytes that don't depend on a language; `content_sha256` is their hash, the
    document's fingerprint. `kind` is the code of a kind that an app registered (oversight/documents/kinds.py).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being sealed")
        SEALED = "sealed", _("Sealed")
        ATTENTION = "attention", _("Needs attention")

    stream = models.ForeignKey("ledger.Stream", on_delete=models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField()
    kind = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["stream", "number"]
        verbose_name = _("document")
        constraints = [
            models.UniqueConstraint(fields=["stream", "number"], name="oversight_document_number"),
            models.CheckConstraint(condition=models.Q(content_sha256__length=64), name="oversight_document_hash"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.subject.reference, self.number])

    @property
    def subject(self) -> Any:
        return subjects.subject_of(self.stream)

    @property
    def reference(self) -> str:
        return f"{self.subject.reference}-D{self.number}"

    @property
    def file_name(self) -> str:
        """The name of the file that people download, without its extension."""
        return slugify(f"{self.reference} {self.title}")[:100]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Everything in the canonical bytes: the envelope, and what the issuing act gave as `content`."""
        facts: dict[str, Any] = json.loads(bytes(self.content).split(b"\n", 1)[1])
        return facts

    @property
    def state(self) -> Document.State:
        """How far its sealed PDF is; runs no query after `with_progress`."""
        if hasattr(self, "sealed_file"):
            return self.State.SEALED
        return self.State.ATTENTION if self.seal.needs_attention else self.State.WAITING


@recorded(in_stream="document__stream", fields="document printed without_timestamp choice_reason", acts="document-issued")
@personal("printed", purpose=ACCOUNTABLE, kept=EVIDENCE)
class DocumentSeal(SealRequest):
    """The request to print and seal a document, written in the transaction that issued it.

    `printed` is what the PDF says, taken down then and frozen by a trigger: someone who is renamed before the worker comes must
    not change the document.
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="seal")
    printed = models.JSONField(editable=False)

    objects = SealRequestQuerySet["DocumentSeal"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("seal of a document")
        verbose_name_plural = _("seals of documents")
        constraints = request_constraints("oversight_seal")
        indexes = [due_index("oversight_seal")]

    def __str__(self) -> str:
        return f"{self.document}: {self.get_state_display()}"

    @property
    def subject(self) -> Any:
        return self.document.subject


@recorded(
    in_stream="document__stream",
    fields="document file sha256 size unsealed_sha256 certificate_sha256 development level sealed_at timestamp_at",
    acts="document-sealed",
)
class DocumentFile(SealedRecord):
    """The sealed PDF of a document."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="sealed_file")

    objects = RecordQuerySet["DocumentFile"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("sealed file of a document")
        verbose_name_plural = _("sealed files of documents")
        constraints = file_constraints("oversight_sealed")

    def __str__(self) -> str:
        return f"{self.document}, sealed {self.sealed_at:%Y-%m-%d}"
