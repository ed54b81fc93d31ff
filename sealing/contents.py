"""All that a document says, as plain bytes and facts: the same contents give the same bytes (EL-31)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.canonical import canonical_json

Evidence = tuple[str, bytes]


@dataclass(frozen=True)
class Contents:
    """What a document is made from.

    `words` are the canonical bytes of the version and `sha256` their hash, "" for a draft. `evidence` are the
    signatures' records in order, each with its hash. `document_details` is the rest (agreements/sealing/gathering.py says
    what), frozen when the version came into force; a copy from before then has `standing`, printed on every page.
    """

    words: bytes
    sha256: str
    evidence: tuple[Evidence, ...] = ()
    document_details: dict[str, Any] = field(default_factory=dict)
    standing: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What the canonical bytes say."""
        content: dict[str, Any] = json.loads(self.words.split(b"\n", 1)[1])
        return content

    @property
    def records(self) -> list[dict[str, Any]]:
        """What each record of evidence says, with its own hash as `sha256`."""
        return [{**json.loads(data.split(b"\n", 1)[1]), "sha256": sha256} for sha256, data in self.evidence]

    @property
    def evidence_json(self) -> bytes:
        """The file `evidence.json`, as docs/agreement-format.md describes it."""
        content = self.content
        return evidence_list(content["reference"], content["version"], self.sha256, self.evidence)


def evidence_list(reference: str, number: int, sha256: str, evidence: Iterable[Evidence]) -> bytes:
    """`evidence-list/1`: every record's exact text with its hash, in the order of signing."""
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
    """Plain text as paragraphs and lists: an empty line parts them, lines begun with “- ” are a list."""
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
