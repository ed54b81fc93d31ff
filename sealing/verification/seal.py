"""Checking that a file was sealed by the lab and hasn't changed since (EL-32).

Stricter than a PDF reader: there must be one seal, over the whole file, with a certificate that a given issuer made for
sealing, and its container must be byte for byte as written (container.py). Nothing is fetched.
"""

from __future__ import annotations

import datetime
import io
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus, SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from sealing.verification.container import hole_is_exact, is_canonical
from sealing.verification.verdict import Check, Failed, Kind, gettext_noop

DEVELOPMENT = "DEVELOPMENT ONLY"
OUT_OF_TIME = {
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
    AdESIndeterminate.NOT_YET_VALID,
}  # fmt: skip
CONTRADICTIONS = {AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND, AdESIndeterminate.GENERIC}

# An ordinary "not trusted" is an answer here, not an error with a traceback.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Trust:
    """The issuers we trust: `roots` for our seals, past and present, `timestamp_roots` for time stamps; `now` is the current time."""

    roots: tuple[x509.Certificate, ...]
    timestamp_roots: tuple[x509.Certificate, ...] = ()
    now: datetime.datetime | None = None

    @classmethod
    def of_pem(cls, roots: bytes, timestamp_roots: bytes = b"", now: datetime.datetime | None = None) -> Trust:
        """Return the trust in every issuer in `roots`. Other certificates are left out: a sealing certificate can't vouch for itself."""
        return cls(_issuers(roots), _issuers(timestamp_roots), now)

    def is_development(self, root: x509.Certificate) -> bool:
        return DEVELOPMENT in root.subject.human_friendly


@dataclass(frozen=True)
class Seal:
    """An intact seal: what it covers hasn't changed. `proven` says whether its trust could be proved too."""

    reader: PdfFileReader
    checks: tuple[Check, ...]
    sealed_at: datetime.datetime | None
    proven: bool


def _issuers(data: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates in `data` (any number in PEM, or one in DER) that may issue others."""
    if not data.strip():
        return ()
    blocks = [der for _type, _headers, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
    certificates = [x509.Certificate.load(der) for der in blocks]
    return tuple(certificate for certificate in certificates if certificate.ca)


def opened(data: bytes, trust: Trust) -> Seal:
    """Return the seal of `data`. Raises `Failed` with the verdict and the failed check."""
    reader, signatures = _read(data, trust)
    if len(signatures) != 1:
        raise _not_one(signatures, data, trust)
    signature = signatures[0]
    status = _validated(signature, data, trust)
    checks = [_readable(), _is_ours(status, data, trust), *_whole(signature, status, data)]
    proof, proven = _proof(status, trust)
    return Seal(reader, (*checks, proof), _sealed_at(status), proven)


# ── Reading ──────────────────────────────────────────────────────────────────────────────────


def _read(data: bytes, trust: Trust) -> tuple[PdfFileReader, list[EmbeddedPdfSignature]]:
    """Read the file and its seals. Any error is an answer: damaged if it has our issuer's name, otherwise unreadable."""
    try:
        reader = PdfFileReader(io.BytesIO(data))
        if reader.encrypted:
            raise ValueError("encrypted")
        return reader, list(reader.embedded_signatures)
    except Exception as fault:
        if bears_our_name(data, trust):
            raise Failed(Kind.ALTERED, damaged()) from fault
        raise Failed(Kind.FOREIGN, unreadable()) from fault


def bears_our_name(data: bytes, trust: Trust) -> bool:
    """Return whether the file contains one of our issuers' names in hex, as a seal would. Proves nothing; tells damaged from foreign.

    Takes one pass per issuer, whatever the file contains, because it also runs in the web process (`apart.glance`).
    """
    text = data.upper()
    # In capitals on both sides: programs write the hex of a signature either way.
    return any(root.subject.dump().hex().upper().encode() in text for root in trust.roots)


def _not_one(signatures: Sequence[EmbeddedPdfSignature], data: bytes, trust: Trust) -> Failed:
    if not signatures:
        kind = Kind.ALTERED if bears_our_name(data, trust) else Kind.FOREIGN
        return Failed(kind, Check("no-seal", False, gettext_noop("The file has no seal.")))
    return Failed(Kind.ALTERED if bears_our_name(data, trust) else Kind.FOREIGN, not_one(len(signatures)))


# ── The seal's issuer ───────────────────────────────────────────────────────────────────────────────


def _validated(signature: EmbeddedPdfSignature, data: bytes, trust: Trust) -> PdfSignatureStatus:
    """Return pyHanko's status at the time that counts: now, or else when it was time-stamped, or while its certificate was valid."""
    try:
        status = _status(signature, trust, trust.now)
        if status.trust_problem_indic in OUT_OF_TIME:
            moment = _stamped(status) or _within(status)
            again = _status(signature, trust, moment)
            return replace(again, trust_problem_indic=None if _stamped(status) else status.trust_problem_indic) if again.trusted else again
    except Exception as fault:
        kind = Kind.ALTERED if bears_our_name(data, trust) else Kind.FOREIGN
        raise Failed(kind, _broken()) from fault
    return status


def _status(signature: EmbeddedPdfSignature, trust: Trust, moment: datetime.datetime | None) -> PdfSignatureStatus:
    def context(roots: Iterable[x509.Certificate], at: datetime.datetime | None) -> ValidationContext:
        return ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=at)

    return validate_pdf_signature(
        signature,
        signer_validation_context=context(trust.roots, moment),
        ts_validation_context=context(trust.timestamp_roots, trust.now),
    )


def _stamped(status: PdfSignatureStatus) -> datetime.datetime | None:
    """Return when the seal was made according to a trusted time stamp, or None."""
    stamp = status.timestamp_validity
    return stamp.timestamp if stamp is not None and stamp.trusted else None


def _within(status: PdfSignatureStatus) -> datetime.datetime:
    """Return a moment at which the sealing certificate was valid."""
    return status.signing_cert.not_valid_before + datetime.timedelta(minutes=1)


def _sealed_at(status: PdfSignatureStatus) -> datetime.datetime | None:
    return _stamped(status) or status.signer_reported_dt


def _is_ours(status: PdfSignatureStatus, data: bytes, trust: Trust) -> Check:
    """Check that the seal matches the file and comes from one of our issuers. Raises `Failed`."""
    if not (status.intact and status.valid):
        kind = Kind.ALTERED if bears_our_name(data, trust) else Kind.FOREIGN
        raise Failed(kind, Check("changed", False, gettext_noop("The sealed part of the file has been changed.")))
    if status.trust_problem_indic in CONTRADICTIONS and bears_our_name(data, trust):
        raise Failed(Kind.ALTERED, _broken())
    if status.validation_path is None or status.trust_problem_indic not in {None, *OUT_OF_TIME}:
        text = gettext_noop("The seal wasn’t made with a sealing certificate from the lab’s issuer.")
        raise Failed(Kind.FOREIGN, Check("foreign-issuer", False, text))
    return Check("issuer", True, gettext_noop("The seal was made with a certificate from the lab’s issuer."))


# ── The whole file ──────────────────────────────────────────────────────────────────────────


def _whole(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, data: bytes) -> Iterable[Check]:
    """Check that there is nothing before, after or besides what was sealed. Raises `Failed`."""
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise Failed(Kind.ALTERED, added())
    if status.modification_level != ModificationLevel.NONE or not status.docmdp_ok or status.seed_value_constraint_error:
        raise Failed(Kind.ALTERED, Check("updated", False, gettext_noop("The file was edited after it was sealed.")))
    if signature.docmdp_level != MDPPerm.NO_CHANGES or signature.sig_object.get("/SubFilter") != SigSeedSubFilter.PADES.value:
        text = gettext_noop("The seal isn’t the kind the lab makes, which is certified and allows no changes.")
        raise Failed(Kind.ALTERED, Check("seal-kind", False, text))
    yield Check("whole", True, gettext_noop("The seal covers the file from its first byte to its last, and nothing in it has changed."))
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        raise Failed(Kind.ALTERED, Check("stamp", False, gettext_noop("The time stamp in the seal doesn’t belong to it.")))
    if not _is_exact(signature, status, data):
        text = gettext_noop("The part of the file that holds the seal was overwritten.")
        raise Failed(Kind.ALTERED, Check("container", False, text))
    yield Check("container", True, gettext_noop("The part of the file that holds the seal is as the lab writes it."))


def _is_exact(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, data: bytes) -> bool:
    try:
        path = [certificate for certificate in status.validation_path or () if isinstance(certificate, x509.Certificate)]
        return hole_is_exact(data, signature.byte_range, signature.pkcs7_content) and is_canonical(signature.pkcs7_content, path)
    except Exception:  # parsers raise their own classes for bytes they can't read, and such bytes aren't exact
        return False


def _proof(status: PdfSignatureStatus, trust: Trust) -> tuple[Check, bool]:
    """Return the check of whether the seal proves anything today, and the answer."""
    root = next(iter(status.validation_path or ()))
    facts: dict[str, Any] = {"until": f"{status.signing_cert.not_valid_after:%Y-%m-%d}"}
    if trust.is_development(root):
        text = gettext_noop("The seal was made with a development certificate, which anyone can make, so it proves nothing.")
        return Check("development", False, text), False
    if status.trust_problem_indic is not None:
        text = gettext_noop(
            "The sealing certificate was valid until %(until)s, and no time stamp shows that the seal is older. "
            "Compare the file’s fingerprint with the lab’s record."
        )
        return Check("out-of-time", False, text, facts), False
    if (stamped := _stamped(status)) is not None:
        text = gettext_noop("A time stamp shows that the seal was made on %(day)s, while its certificate was valid.")
        return Check("stamped", True, text, {"day": f"{stamped:%Y-%m-%d}"}), True
    return Check("in-time", True, gettext_noop("The sealing certificate is valid until %(until)s."), facts), True


def _readable() -> Check:
    return Check("readable", True, gettext_noop("The file can be read and has one seal."))


def damaged() -> Check:
    return Check("damaged", False, gettext_noop("The file has the lab’s seal, but it’s damaged or was changed and can’t be read."))


def unreadable() -> Check:
    return Check("unreadable", False, gettext_noop("The file can’t be read as a PDF."))


def not_one(count: int) -> Check:
    text = gettext_noop("The file has %(count)d seals or signatures. The lab adds exactly one.")
    return Check("not-one-seal", False, text, {"count": count})


def added() -> Check:
    return Check("added", False, gettext_noop("Something was added to the file after it was sealed."))


def _broken() -> Check:
    return Check("broken-seal", False, gettext_noop("The seal itself can’t be read."))
