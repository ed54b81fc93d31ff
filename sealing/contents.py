"""The contents of a document as plain bytes and facts; the same contents give the same bytes (EL-31)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.canonical import canonical_json

Evidence = tuple[str, bytes]


@dataclass(frozen=True)
class Contents:
    """What a document is made from.

    `words` are the canonical bytes of the version and `sha256` their hash, "" for a draft. `evidence` has the signatures' records
    in order, each with its hash. `document_details` is the rest (see agreements/sealing/gathering.py), frozen when the version came
    into force; an earlier copy has `standing`, which is printed on every page.
    """

    words: bytes
    sha256: str
    evidence: tuple[Evidence, ...] = ()
    document_details: dict[str, Any] = field(default_factory=dict)
    standing: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """The canonical bytes as data."""
        content: dict[str, Any] = json.loads(self.words.split(b"\n", 1)[1])
        return content

    @property
    def records(self) -> list[dict[str, Any]]:
        """The evidence records as data, each with its own hash as `sha256`."""
        return [{**json.loads(data.split(b"\n", 1)[1]), "sha256": sha256} for sha256, data in self.evidence]

    @property
    def evidence_json(self) -> bytes:
        """The file `evidence.json`, as docs/agreement-format.md describes it."""
        content = self.content
        return evidence_list(content["reference"], content["version"], self.sha256, self.evidence)


def evidence_list(reference: str, number: int, sha256: str, evidence: Iterable[Evidence]) -> bytes:
    """Return `evidence-list/1`: every record's exact text with its hash, in the order of signing."""
    records = [{"sha256": digest, "record": data.decode()} for digest, data in evidence]
    return canonical_json(
        {"format": "evidence-list/1", "agreement": reference, "version": number, "version_sha256": sha256, "records": records}
    )


@dataclass(frozen=True)
class Block:
    """A paragraph (`items` empty) or a list of items, as plain text."""

    text: str = ""
    items: tuple[str, ...] = ()


def blocks(text: str) -> tuple[Block, ...]:
    """Split plain text into paragraphs and lists, separated by empty lines; lines that start with “- ” are a list."""
    blocks: list[Block] = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        items = tuple(line[2:] for line in lines if line.startswith("- "))
        words = " ".join(line for line in lines if not line.startswith("- "))
        if words:
            blocks.append(Block(text=words))
        if items:
            blocks.append(Block(items=items))
    return tuple(blocks)


@dataclass(frozen=True)
class DocumentContents:
    """What a letter or report is printed from: its canonical bytes with their hash, and `printed`, frozen when it was issued.

    `printed` has `title`, `kind`, `subject`, `reference`, `issued_at`, `issued_by`, `lab`, `verify_url` and `parts` (sealing/blocks.py).
    """

    words: bytes
    sha256: str
    printed: Mapping[str, Any]
