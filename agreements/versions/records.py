"""Before an agreement is shown, sealed or handed out, its rows are compared with the ledger (oversight/documents/altered.py; EL-07, EL-26)."""

from __future__ import annotations

from agreements.models import AgreementVersion
from oversight.documents import altered

PUBLIC = ("agreements.agreementversion", "agreements.signature", "agreements.sealeddocument")
READ = ("agreements.agreementversion", "agreements.section", "agreements.clause", "agreements.party", "agreements.signature")
SEALED = (
    *READ, "agreements.agreement", "agreements.partyrole", "agreements.sectionread", "agreements.decline", "agreements.handover",
    "agreements.amendment", "agreements.seal", "agreements.sealeddocument",
)  # fmt: skip


def compare(version: AgreementVersion) -> None:
    """Raise `RecordsAltered` unless the words, parties and signatures of `version`'s agreement are what was recorded; six queries."""
    _compare(version, READ)


def compare_what_is_public(version: AgreementVersion) -> None:
    """The same for what the public page tells of a version; four queries."""
    _compare(version, PUBLIC)


def compare_before_printing(version: AgreementVersion) -> None:
    """The same for what goes into a PDF; one query for each model."""
    _compare(version, SEALED)


def compare_before_sealing(version: AgreementVersion) -> None:
    """The same for everything that goes into a document or a bundle, and for the whole chain of the subject's events."""
    altered.compare_before_sealing(version.agreement.stream, version.agreement.reference, SEALED)


def _compare(version: AgreementVersion, labels: tuple[str, ...]) -> None:
    altered.compare(version.agreement.stream, version.agreement.reference, labels)
