"""The bytes of a version that everybody signs, and of the evidence of a signature (EL-26, EL-27).

Bytes are stored and never made again to check them; docs/agreement-format.md says how to recompute a hash.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from agreements.models import AgreementVersion, Clause
from agreements.models.templates import Verb, residency_sides
from ledger.canonical import canonical_json


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(version: AgreementVersion) -> bytes:
    """The canonical bytes of what `version`'s rows say now: `agreement/1`, a line end, canonical JSON."""
    return b"agreement/1\n" + canonical_json(_content(version))


def evidence_bytes(record: dict[str, Any]) -> bytes:
    """The bytes of an evidence record: `evidence/3`, a line end, canonical JSON without empty entries."""
    return b"evidence/3\n" + canonical_json({key: value for key, value in record.items() if value is not None})


def annex_bytes(record: dict[str, Any]) -> bytes:
    """The bytes of what an evidence record names by hash alone, since it doesn't circulate with the document.

    Its salt of 256 bits keeps an address from being guessed by hashing every address there is.
    """
    given = {key: value for key, value in record.items() if value not in (None, [])}
    return b"evidence-annex/2\n" + canonical_json({**given, "salt": secrets.token_hex(32)})


def _content(version: AgreementVersion) -> dict[str, Any]:
    template = version.agreement.template_version
    clauses = list(version.clauses.select_related("section").order_by("section__number", "position"))
    content = {
        "reference": version.agreement.reference,
        "version": version.number,
        "template": {"name": template.template.name, "version": template.number},
        "title": template.title,
        "header": [{"label": label, "value": value} for label, value in version.header_lines],
        "sections": [
            {
                "number": section.number,
                "heading": section.heading,
                "clauses": [_clause(c) for c in clauses if c.section_id == section.pk and c.kind == Clause.Kind.STANDARD],
            }
            for section in version.sections.order_by("number")
        ],
        "unique_conditions": [_clause(c) for c in clauses if c.kind == Clause.Kind.UNIQUE],
        "roles": [
            {"role": role.label, "side": role.side, "stage": role.stage, "must_sign": role.must_sign}
            for role in version.roles.order_by("position")
        ],
        "statement_of_intent": template.statement_of_intent,
        "consent": template.consent,
    }
    # What every agreement was before sides and verb were data isn't said, so that its bytes are what they were.
    if template.sides != residency_sides():
        content["sides"] = [{"side": side.key, "label": side.label} for side in template.sides_in_turn]
    if template.verb != Verb.SIGN:
        content["verb"] = template.verb
    if version.asks_for_code:
        content["code_required"] = True
    if version.previous and version.previous.content_sha256:
        content["previous_sha256"] = version.previous.content_sha256
    return content


def _clause(clause: Clause) -> dict[str, str]:
    return {"number": clause.number, "heading": clause.heading, "text": clause.text}
