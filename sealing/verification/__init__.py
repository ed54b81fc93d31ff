"""Verification: check whether a file is an agreement, letter or report as the lab sealed it (EL-32).

Uses no Django, database or network, so that it gives the same answer anywhere and in ten years:

    python -m agreements.verification FILE --root issuer.pem [--sha256 HEX] [--json]
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

from pyhanko.pdf_utils.reader import PdfFileReader

from sealing.verification import record, seal
from sealing.verification.seal import Trust
from sealing.verification.verdict import SENTENCES, Check, Contents, Failed, Issued, Kind, Signed, Verdict, gettext_noop

__all__ = ["SENTENCES", "Check", "Contents", "Issued", "Kind", "Signed", "Trust", "Verdict", "check"]


def check(data: bytes, trust: Trust, known: str = "") -> Verdict:
    """Return whether `data` is a document that the lab sealed, an altered one, something else, or can't be proved now.

    `known` is the file's SHA-256 on record, in lower-case hex; with it, any changed byte is detected. Never raises because of
    the data's contents; stops at the first failed check.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    verdict = _sealed(data, sha256, trust)
    if not known:
        return verdict
    if known != sha256:
        text = gettext_noop("The file’s fingerprint is %(sha256)s, not the one given.")
        return replace(verdict, kind=Kind.ALTERED, checks=(Check("other-file", False, text, {"sha256": sha256}), *verdict.checks))
    file_check = Check(
        "known-file", True, gettext_noop("The file’s fingerprint matches the one given. The file is identical, byte for byte.")
    )
    return replace(verdict, checks=(file_check, *verdict.checks))


def _sealed(data: bytes, sha256: str, trust: Trust) -> Verdict:
    """Check the seal and the attachments."""
    checks: tuple[Check, ...] = ()
    try:
        opened = seal.opened(data, trust)
        checks = opened.checks
        contents, more = _examined(opened)
    except Failed as failed:
        return Verdict(failed.kind, sha256, (*checks, failed.check), words=_words_in(data))
    kind = Kind.GENUINE if opened.proven else Kind.UNPROVEN
    verdict = Verdict(kind, sha256, (*checks, *more), sealed_at=opened.sealed_at, words=contents.sha256)
    return replace(verdict, issued=contents) if isinstance(contents, Issued) else replace(verdict, contents=contents)


def _examined(opened: seal.Seal) -> tuple[Contents | Issued, tuple[Check, ...]]:
    """Check the attachments, of a letter or report or else of an agreement."""
    try:
        document = record.attachments(opened.reader, record.DOCUMENT)[record.DOCUMENT]
    except Exception:  # no such attachment, or none that can be read: then it must be an agreement
        return record.examined(*_attached(opened))
    return record.examined_document(document)


def _attached(opened: seal.Seal) -> tuple[bytes, bytes]:
    try:
        attachments = record.attachments(opened.reader, record.AGREEMENT, record.EVIDENCE)
    except Exception as fault:
        text = gettext_noop("The file has the lab’s seal, but no agreement with signature records and no document is attached.")
        raise Failed(Kind.FOREIGN, Check("no-agreement", False, text)) from fault
    return attachments[record.AGREEMENT], attachments[record.EVIDENCE]


def _words_in(data: bytes) -> str:
    """Return the fingerprint of the agreement or document attached to a file that failed, or "" if none can be read."""
    for name in (record.AGREEMENT, record.DOCUMENT):
        try:
            return hashlib.sha256(record.attachments(PdfFileReader(io.BytesIO(data)), name)[name]).hexdigest()
        except Exception:  # noqa: S112 - a file that failed can be broken in any way
            continue
    return ""
