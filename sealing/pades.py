"""Sealing a finished PDF (PAdES), requesting a time stamp (RFC 3161), and checking a seal as strictly as possible. Doesn't use Django."""

from __future__ import annotations

import datetime
import io
import logging
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

FIELD = "Seal"
# pyHanko logs a traceback for every seal that simply isn't trusted.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class Sealer(PdfSigner):
    """A signer that seals without changing the file to PDF 2.0.

    pyHanko does that for elliptic curves, because an extension of PDF 2.0 names them. Our documents are PDF/UA-1, which is
    PDF 1.7; PAdES is that version's own ESIC extension, whatever the key (ETSI EN 319 142-1).
    """

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        pdf_out.register_extension(ESIC_EXTENSION_1)


def seal(pdf: bytes, signer: Signer, *, lab: str, timestamper: TimeStamper | None = None) -> bytes:
    """Return `pdf` with the lab's seal at its end: certified, allowing no later change, in one hidden, named field.

    With a `timestamper` the seal is PAdES B-T. Raises what pyHanko raises if a key or a time stamp fails; nothing ever
    replaces a time stamp.
    """
    metadata = PdfSignatureMetadata(
        field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES, reason=f"Sealed by {lab}: unchanged since then", location="Victoria, BC",
    )  # fmt: skip
    field = SigFieldSpec(
        FIELD, readable_field_name=f"Seal of {lab}", invis_sig_settings=InvisSigSettings(set_hidden_flag=True, set_print_flag=False)
    )
    sealed = io.BytesIO()
    Sealer(metadata, signer=signer, timestamper=timestamper, new_field_spec=field).sign_pdf(
        # Incremental: the file starts with the printed bytes unchanged, and the seal is added after them.
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        output=sealed,
    )
    return sealed.getvalue()


@dataclass(frozen=True)
class SealInspection:
    """The result of a strict check of a file: `faults`, one word each, empty if all is well, and the time of its time stamp, if any."""

    faults: list[str]
    timestamp_at: datetime.datetime | None = None


def examined(data: bytes, roots: Sequence[x509.Certificate], timestamp_roots: Sequence[x509.Certificate] = ()) -> SealInspection:
    """Check that `data` is a file with exactly one intact seal from one of `roots`.

    pyHanko's own verdict isn't enough: it accepts a file with bytes added at its end. The roots must be issuers, never the
    seal's own certificate, or expiry and key usage wouldn't be checked.
    """
    try:
        signatures = PdfFileReader(io.BytesIO(data)).embedded_signatures
        if len(signatures) != 1:
            return SealInspection(["one-seal"])
        status = validate_pdf_signature(signatures[0], _trusting(roots), _trusting(timestamp_roots or roots))
    except Exception as error:  # a damaged PDF can fail in any way
        return SealInspection([f"unreadable: {type(error).__name__}"])
    held = {
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "bottom-line": status.bottom_line,
        "whole-file": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "no-changes": status.modification_level == ModificationLevel.NONE,
    }
    stamp = status.timestamp_validity
    return SealInspection([name for name, holds in held.items() if not holds], stamp.timestamp if stamp else None)


def faults_of(data: bytes, roots: Sequence[x509.Certificate], timestamp_roots: Sequence[x509.Certificate] = ()) -> list[str]:
    """Return why `data` isn't a file with exactly one intact seal from one of `roots`, one word each; empty if it is."""
    return examined(data, roots, timestamp_roots).faults


def stamper(urls: Sequence[str]) -> TimeStamper | None:
    """Return the time stamping services, or None if none are configured."""
    return Authorities(urls) if urls else None


def _trusting(roots: Sequence[x509.Certificate]) -> ValidationContext:
    # Never fetch: a file could name an address, and checking the file would contact it.
    return ValidationContext(trust_roots=[as_asn1(root) for root in roots], allow_fetching=False)


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """Convert a certificate to the type that pyHanko expects."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def fingerprint(signer: Signer) -> str:
    """Return the SHA-256 of a signer's certificate, in hex."""
    certificate = signer.signing_cert
    if certificate is None:
        raise ValueError("This signer has no certificate.")
    return str(certificate.sha256.hex())


# ── Time stamps ──────────────────────────────────────────────────────────────────────────────

TIMESTAMP_SECONDS = 10
MOST_TIMESTAMP_BYTES = 1_000_000


class NoTimestamp(Exception):
    """Raised if no service gave a time stamp; nothing else may replace it."""


class Authorities(TimeStamper):
    """A time stamper that uses the first of `urls` that answers correctly."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()
        self.urls = urls

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Request a time stamp. Raises `NoTimestamp` with each service's answer."""
        errors = []
        for url in self.urls:
            try:
                return _request_timestamp(url, req.dump())
            except (OSError, ValueError) as error:
                errors.append(f"{url}: {error}")
        raise NoTimestamp("No time stamping service answered. " + "; ".join(errors))


def _request_timestamp(url: str, question: bytes) -> tsp.TimeStampResp:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(url, question, headers)  # noqa: S310 - from the operator's settings
    with urllib.request.urlopen(request, timeout=TIMESTAMP_SECONDS) as answer:  # noqa: S310
        if answer.headers.get_content_type() != "application/timestamp-reply":
            raise ValueError("the answer isn't a time stamp")
        response = tsp.TimeStampResp.load(answer.read(MOST_TIMESTAMP_BYTES))
    status = response["status"]["status"].native
    if status not in ("granted", "granted_with_mods"):
        raise ValueError(f"refused ({status})")
    return response
