"""What the portal says of a fingerprint or a file that somebody brings: from its own record first (EL-32).

Tells the number of a version, roles and dates, and how it stands; of a letter or report its kind and dates. Never a name,
a reference or a product. Looking changes nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import AgreementVersion, PaperAgreement, Seal, SealedDocument, State
from agreements.models.templates import VerbWords
from agreements.versions import records
from oversight.documents.altered import compare
from oversight.documents.kinds import label_of
from oversight.documents.queries import RECORDS
from oversight.models import Document, DocumentFile
from sealing.verification import Kind, Verdict


class AnswerKind(Enum):
    """The answer in a word; the template has the sentences."""

    GENUINE = "genuine"
    REPLACED = "replaced"
    VOID = "void"
    IN_FORCE = "in-force"
    BEING_SEALED = "being-sealed"
    OUT_FOR_SIGNING = "out-for-signing"
    ALTERED = "altered"
    UNSEALED = "unsealed"
    ON_PAPER = "on-paper"
    DOCUMENT = "document"
    DOCUMENT_CONTENT = "document-content"
    DOCUMENT_BEING_SEALED = "document-being-sealed"
    DOCUMENT_UNSEALED = "document-unsealed"
    NOT_ON_RECORD = "not-on-record"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Looked:
    """One thing that was looked at, and how it came out."""

    passed: bool
    says: str


@dataclass(frozen=True)
class VersionStatus:
    """How a version stands, as anybody may know: no names, no reference."""

    number: int
    state: Any
    since: datetime.datetime | None
    parties: tuple[tuple[str, datetime.datetime | None], ...]
    words: VerbWords
    sealed_at: datetime.datetime | None = None
    development: bool = False


@dataclass(frozen=True)
class DocumentStatus:
    """What anyone may know of a letter or report: its kind and dates."""

    kind: str
    issued_at: datetime.datetime
    sealed_at: datetime.datetime | None = None
    development: bool = False


@dataclass(frozen=True)
class Answer:
    """What is said, of which version, and everything that was looked at."""

    kind: AnswerKind
    sha256: str
    looked: tuple[Looked, ...]
    standing: VersionStatus | None = None
    of_file: bool = False
    document: DocumentStatus | None = None

    @property
    def development(self) -> bool:
        """Whether it was sealed with a key for development."""
        return bool((self.standing and self.standing.development) or (self.document and self.document.development))


def by_fingerprint(digits: str) -> Answer:
    """What is on record under `digits`, 64 lower-case hex digits: a sealed file, the words of a version, or nothing."""
    document = _documents().filter(sha256=digits).first()
    if document:
        looked = Looked(True, _("This is the fingerprint of a file the lab sealed."))
        return Answer(_state_of_sealed(document.version), digits, (looked,), _version_status(document.version, document))
    version = _versions().filter(content_sha256=digits).first()
    if version:
        looked = Looked(True, _("This is the fingerprint of the wording of one of the lab’s agreements."))
        return Answer(_state_of_words(version), digits, (looked,), _version_status(version, _documents().filter(version=version).first()))
    if answer := _scan(digits) or _document_file(digits) or _document_content(digits):
        return answer
    return Answer(AnswerKind.UNKNOWN, digits, (Looked(False, _("No sealed file, agreement or document has this fingerprint.")),))


def by_record(digits: str) -> Answer | None:
    """What is said of a file with this fingerprint that is on record as sealed; it needs no more looking."""
    document = _documents().filter(sha256=digits).first()
    if not document:
        return _scan(digits, of_file=True) or _document_file(digits, of_file=True)
    looked = Looked(True, _("The file’s fingerprint is on record. It’s exactly the file the lab sealed."))
    return Answer(_state_of_sealed(document.version), digits, (looked,), _version_status(document.version, document), of_file=True)


def _scan(digits: str, *, of_file: bool = False) -> Answer | None:
    """What is said of the scan of an agreement signed on paper, once two at the lab vouch for it."""
    if not PaperAgreement.objects.in_force().filter(sha256=digits).exists():
        return None
    looked = Looked(True, _("This is the fingerprint of a scan on record. Two people at the lab confirmed the scan. It has no seal."))
    return Answer(AnswerKind.ON_PAPER, digits, (looked,), of_file=of_file)


def _document_file(digits: str, *, of_file: bool = False) -> Answer | None:
    """What is said of the sealed file of a letter or report."""
    sealed = DocumentFile.objects.select_related("document__stream").filter(sha256=digits).first()
    if not sealed:
        return None
    exact = _("The file’s fingerprint is on record. It’s exactly the file the lab sealed.")
    looked = Looked(True, exact if of_file else _("This is the fingerprint of a file the lab sealed."))
    return Answer(AnswerKind.DOCUMENT, digits, (looked,), of_file=of_file, document=_document_status(sealed.document))


def _document_content(digits: str) -> Answer | None:
    """What is said of the content of a letter or report, whose fingerprint is on every page."""
    document = Document.objects.with_progress().select_related("stream").filter(content_sha256=digits).first()
    if not document:
        return None
    looked = Looked(True, _("This is the fingerprint of the content of one of the lab’s documents."))
    kind = AnswerKind.DOCUMENT_CONTENT if hasattr(document, "sealed_file") else AnswerKind.DOCUMENT_BEING_SEALED
    return Answer(kind, digits, (looked,), document=_document_status(document))


def _document_status(document: Document) -> DocumentStatus:
    """Raises `RecordsAltered` when the ledger says otherwise."""
    compare(document.stream, document.reference, RECORDS)
    sealed = getattr(document, "sealed_file", None)
    return DocumentStatus(
        label_of(document.kind), document.issued_at, sealed.sealed_at if sealed else None, bool(sealed and sealed.development)
    )


def by_verdict(verdict: Verdict) -> Answer:
    """What is said of a file that is not on record, once it was looked at."""
    checks = (Looked(False, _("The file’s fingerprint isn’t on record as a file the lab sealed.")), *_check_results(verdict))
    version = _versions().filter(content_sha256=verdict.words).first() if verdict.words else None
    if version:
        return Answer(_said_of(verdict, ours=True), verdict.sha256, checks, _version_status(version, None), of_file=True)
    document = Document.objects.select_related("stream").filter(content_sha256=verdict.words).first() if verdict.words else None
    if document:
        kind = _said_of(verdict, ours=True)
        kind = AnswerKind.DOCUMENT_UNSEALED if kind is AnswerKind.UNSEALED else kind
        return Answer(kind, verdict.sha256, checks, of_file=True, document=_document_status(document))
    return Answer(_said_of(verdict, ours=False), verdict.sha256, checks, of_file=True)


def _check_results(verdict: Verdict) -> tuple[Looked, ...]:
    return tuple(Looked(check.passed, _(check.text) % check.facts) for check in verdict.checks)


def _said_of(verdict: Verdict, *, ours: bool) -> AnswerKind:
    """Of a file that is not on record; `ours` when it carries the words of an agreement or document that is."""
    if verdict.kind is Kind.ALTERED:
        return AnswerKind.ALTERED
    if verdict.kind is Kind.FOREIGN:
        return (AnswerKind.UNSEALED if "no-seal" in verdict.codes else AnswerKind.ALTERED) if ours else AnswerKind.UNKNOWN
    return AnswerKind.ALTERED if ours else AnswerKind.NOT_ON_RECORD


def _state_of_sealed(version: AgreementVersion) -> AnswerKind:
    return {State.SUPERSEDED: AnswerKind.REPLACED, State.VOID: AnswerKind.VOID}.get(State(version.state), AnswerKind.GENUINE)


def _state_of_words(version: AgreementVersion) -> AnswerKind:
    if version.state == State.IN_FORCE:
        return (
            AnswerKind.BEING_SEALED if Seal.objects.filter(version=version).exclude(state=Seal.State.DONE).exists() else AnswerKind.IN_FORCE
        )
    return {State.SUPERSEDED: AnswerKind.REPLACED, State.VOID: AnswerKind.VOID}.get(State(version.state), AnswerKind.OUT_FOR_SIGNING)


def _versions() -> Any:
    return AgreementVersion.objects.select_related("agreement__template_version")


def _documents() -> Any:
    return SealedDocument.objects.select_related("version__agreement__template_version")


def _version_status(version: AgreementVersion, document: SealedDocument | None) -> VersionStatus:
    """Raises `RecordsAltered` when the ledger says otherwise."""
    records.compare_what_is_public(version)
    signed = dict(version.signatures.values_list("role", "signed_at"))
    parties = version.roles.filter(must_sign=True).order_by("position").values_list("label", "role")
    return VersionStatus(
        number=version.number,
        state=LABELS[State(version.state)],
        since=_since(version),
        parties=tuple((label, signed.get(role)) for label, role in parties),
        words=version.agreement.template_version.words,
        sealed_at=document.sealed_at if document else None,
        development=bool(document and document.development),
    )


LABELS = {
    State.DRAFT: gettext_lazy("Draft"),
    State.CIRCULATED: gettext_lazy("Not in force: sent to the parties"),
    State.IN_FORCE: gettext_lazy("In force"),
    State.SUPERSEDED: gettext_lazy("Replaced by a newer version"),
    State.VOID: gettext_lazy("Void"),
}


def _since(version: AgreementVersion) -> datetime.datetime | None:
    return {
        State.IN_FORCE: version.in_force_at,
        State.SUPERSEDED: version.superseded_at,
        State.VOID: version.agreement.voided_at,
        State.CIRCULATED: version.circulated_at,
    }.get(State(version.state))
