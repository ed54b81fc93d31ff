"""Checking a sealed file's attachments: an agreement's bytes and every signature's record, or the content of a document.

`agreement.json` has the bytes that were signed; `evidence.json` lists the records (docs/agreement-format.md). A letter or report has
`document.json` instead: what it says, and who issued it when.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader

from sealing.verification.verdict import Check, Contents, Failed, Issued, Kind, Signed, gettext_noop

AGREEMENT, EVIDENCE, DOCUMENT = "agreement.json", "evidence.json", "document.json"
DEEPEST = 20
LISTS = {"evidence-list/1"}


def attachments(reader: PdfFileReader, *wanted: str) -> dict[str, bytes]:
    """Return the content of the `wanted` attachments by name; each must be attached exactly once.

    Raises ValueError, KeyError or what pyHanko raises on a broken file.
    """
    files: dict[str, bytes] = {}
    for name, place in _names(reader.root["/Names"]["/EmbeddedFiles"], 0):
        if name not in wanted:
            continue
        if name in files:
            raise ValueError(f"{name} is attached twice")
        files[name] = place["/EF"]["/F"].data
    return {name: files[name] for name in wanted}


def _names(node: DictionaryObject, depth: int) -> Iterator[tuple[str, DictionaryObject]]:
    """Yield the file name and specification of every entry in a name tree."""
    if depth > DEEPEST:
        raise ValueError("names nest too deep")
    for kid in node.get("/Kids", ()):
        yield from _names(kid.get_object(), depth + 1)
    entries = list(node.get("/Names", ()))
    for specification in entries[1::2]:
        place = specification.get_object()
        yield str(place["/UF"] if "/UF" in place else place["/F"]), place


def examined(agreement: bytes, evidence: bytes) -> tuple[Contents, tuple[Check, ...]]:
    """Return who signed what, after checking that the records match the wording and each other. Raises `Failed`."""
    words = _words(agreement)
    sha256 = hashlib.sha256(agreement).hexdigest()
    records = _records(evidence)
    checks = (_same_words(records, sha256), _chained(records), _all_signed(words, records))
    signed = tuple(Signed(record["role"]["role"], record["signed_at"]) for record, _sha256 in records)
    return Contents(words["version"], sha256, signed), (
        Check("words", True, gettext_noop("The agreement’s wording is attached. Its fingerprint is %(sha256)s."), {"sha256": sha256}),
        *checks,
    )


def examined_document(document: bytes) -> tuple[Issued, tuple[Check, ...]]:
    """Return what a letter or report says of itself: its kind and when it was issued. Raises `Failed`."""
    try:
        form, _line, text = document.partition(b"\n")
        if not form.startswith(b"document/"):
            raise ValueError("not a document")
        facts = json.loads(text)
        issued = Issued(str(facts["kind"]), str(facts["issued_at"]), hashlib.sha256(document).hexdigest())
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        text_ = gettext_noop("The document’s content isn’t attached the way the lab attaches it.")
        raise Failed(Kind.ALTERED, Check("no-content", False, text_)) from fault
    text_ = gettext_noop("The document’s content is attached. Its fingerprint is %(sha256)s.")
    return issued, (Check("content", True, text_, {"sha256": issued.sha256}),)


def _words(agreement: bytes) -> dict[str, Any]:
    """Read the agreement from its bytes: a line with the format, then JSON."""
    try:
        kind, _line, text = agreement.partition(b"\n")
        if not kind.startswith(b"agreement/"):
            raise ValueError("not an agreement")
        words = json.loads(text)
        return {"version": int(words["version"]), "roles": [dict(role) for role in words["roles"]]}
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        text_ = gettext_noop("The agreement’s wording isn’t attached the way the lab attaches it.")
        raise Failed(Kind.ALTERED, Check("no-words", False, text_)) from fault


def _records(evidence: bytes) -> list[tuple[dict[str, Any], str]]:
    """Return each signature's record and the hash of its bytes, in order; the hashes in the list must be right."""
    try:
        listed = json.loads(evidence)
        if listed["format"] not in LISTS:
            raise ValueError(listed["format"])
        return [_record(entry["record"], entry["sha256"]) for entry in listed["records"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        text = gettext_noop("The signature records aren’t attached the way the lab attaches them.")
        raise Failed(Kind.ALTERED, Check("no-records", False, text)) from fault


def _record(text: str, listed: str) -> tuple[dict[str, Any], str]:
    kind, _line, body = text.partition("\n")
    record, sha256 = json.loads(body), hashlib.sha256(text.encode()).hexdigest()
    if not kind.startswith("evidence/") or sha256 != listed:
        raise ValueError("the record doesn't match its hash")
    str(record["role"]["role"] + record["signed_at"] + record["version_sha256"])
    return record, sha256


def _same_words(records: list[tuple[dict[str, Any], str]], sha256: str) -> Check:
    if any(record["version_sha256"] != sha256 for record, _hash in records):
        text = gettext_noop("A signature record names different wording from what’s attached.")
        raise Failed(Kind.ALTERED, Check("other-words", False, text))
    return Check("same-words", True, gettext_noop("Every signature record names this wording by its fingerprint."))


def _chained(records: list[tuple[dict[str, Any], str]]) -> Check:
    before: str | None = None
    for place, (record, sha256) in enumerate(records, 1):
        if record.get("previous_evidence_sha256") != before or record.get("order") != place:
            text = gettext_noop("The signature records don’t follow one another. One is missing, added or out of order.")
            raise Failed(Kind.ALTERED, Check("broken-chain", False, text))
        before = sha256
    return Check("chain", True, gettext_noop("Each record names the one before it. None is missing or out of order."))


def _all_signed(words: dict[str, Any], records: list[tuple[dict[str, Any], str]]) -> Check:
    signed = Counter(record["role"]["role"] for record, _hash in records)
    missing = Counter(role["role"] for role in words["roles"] if role["must_sign"]) - signed
    strangers = signed - Counter(role["role"] for role in words["roles"])
    if missing or strangers:
        text = gettext_noop("Not everyone who has to sign has a signature in the file.")
        raise Failed(Kind.ALTERED, Check("not-all-signed", False, text, {"missing": sorted(missing)}))
    return Check("roles", True, gettext_noop("Everyone who had to sign has signed: %(count)d signatures."), {"count": signed.total()})
