"""Is a document that somebody was given the agreement that was sealed? (EL-32)

Knows no Django, no database and no network, so that it says the same in ten years and anywhere:

    python -m agreements.verification FILE --root issuer.pem [--sha256 HEX] [--json]
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

from pyhanko.pdf_utils.reader import PdfFileReader

from sealing.verification import record, seal
from sealing.verification.seal import Trust
from sealing.verification.verdict import SENTENCES, Check, Contents, Failed, Kind, Signed, Verdict, gettext_noop

__all__ = ["SENTENCES", "Check", "Contents", "Kind", "Signed", "Trust", "Verdict", "check"]


def check(data: bytes, trust: Trust, known: str = "") -> Verdict:
    """What `data` is: the lab's sealed agreement, that altered, something else, or not provable now.

    `known` is the SHA-256 that somebody has on record for the file, in lower-case hex: with it no byte can
    differ unseen. Never raises for what the data holds; looks no further once a check has failed.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    verdict = _sealed(data, sha256, trust)
    if not known:
        return verdict
    if known != sha256:
        text = gettext_noop("The file’s fingerprint is %(sha256)s, not the one given.")
        return replace(verdict, kind=Kind.ALTERED, checks=(Check("other-file", False, text, {"sha256": sha256}), *verdict.checks))
    file_check = Check("known-file", True, gettext_noop("The file’s fingerprint matches the one given. Not a byte differs."))
    return replace(verdict, checks=(file_check, *verdict.checks))


def _sealed(data: bytes, sha256: str, trust: Trust) -> Verdict:
    """What the seal and what is attached say."""
    checks: tuple[Check, ...] = ()
    try:
        opened = seal.opened(data, trust)
        checks = opened.checks
        contents, more = record.examined(*_attached(opened))
    except Failed as failed:
        return Verdict(failed.kind, sha256, (*checks, failed.check), words=_words_in(data))
    kind = Kind.GENUINE if opened.proven else Kind.UNPROVEN
    return Verdict(kind, sha256, (*checks, *more), contents, opened.sealed_at, contents.sha256)


def _attached(opened: seal.Seal) -> tuple[bytes, bytes]:
    try:
        attachments = record.attachments(opened.reader, record.AGREEMENT, record.EVIDENCE)
    except Exception as fault:
        text = gettext_noop("The file has the lab’s seal, but no agreement or signature records are attached.")
        raise Failed(Kind.FOREIGN, Check("no-agreement", False, text)) from fault
    return attachments[record.AGREEMENT], attachments[record.EVIDENCE]


def _words_in(data: bytes) -> str:
    """The fingerprint of the agreement attached to a file that is not as it should be, or "" where none can be read."""
    try:
        return hashlib.sha256(record.attachments(PdfFileReader(io.BytesIO(data)), record.AGREEMENT)[record.AGREEMENT]).hexdigest()
    except Exception:
        return ""
