"""A document's contents in the order and the words in which they are printed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.reading import Block, blocks
from agreements.sealing.contents import Contents


@dataclass(frozen=True)
class PrintedClause:
    number: str
    heading: str
    is_unique: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PrintedSection:
    number: int
    heading: str
    clauses: list[PrintedClause]


@dataclass(frozen=True)
class PrintedSignature:
    """A party as the certificate shows it."""

    role: str
    person: dict[str, str]
    typed_name: str
    on_behalf: str
    identified: str
    opened: str
    read: str
    signed_pacific: str
    signed_utc: str
    sha256: str


def layout(contents: Contents, *, development: bool) -> dict[str, Any]:
    """What the template of a document prints."""
    content = contents.content
    return {
        "content": content,
        "sections": _sections(content),
        "signatures": [_signature(record, len(content["sections"]), contents.told) for record in contents.records],
        "sha256": contents.sha256,
        "sha256_in_eights": " ".join(contents.sha256[start : start + 8] for start in range(0, 64, 8)),
        "told": contents.told,
        "standing": contents.standing,
        "in_force": _moment(contents.told["in_force_at"]) if "in_force_at" in contents.told else "",
        "amendments": contents.told.get("amendments", []),
        "development": development,
    }


def _sections(content: dict[str, Any]) -> list[PrintedSection]:
    """Sections in order, each with its own clauses and the unique conditions that bear its number."""
    return [
        PrintedSection(
            section["number"],
            section["heading"],
            [_clause(clause, is_unique=False) for clause in section["clauses"]]
            + [_clause(clause, is_unique=True) for clause in content["unique_conditions"] if _section_of(clause) == section["number"]],
        )
        for section in content["sections"]
    ]


def _section_of(clause: dict[str, str]) -> int:
    return int(clause["number"].split(".")[0])


def _clause(clause: dict[str, str], *, is_unique: bool) -> PrintedClause:
    return PrintedClause(clause["number"], clause["heading"], is_unique, blocks(clause["text"]))


def _signature(record: dict[str, Any], sections: int, told: dict[str, Any]) -> PrintedSignature:
    signed = datetime.datetime.fromisoformat(record["signed_at"])
    opened = told.get("opened", {}).get(str(record["invitation"]), "")
    delegated = record.get("delegated_from") or {}
    return PrintedSignature(
        role=record["role"]["role"],
        person=record["person"],
        typed_name=record["typed_name"],
        on_behalf=delegated.get("name", ""),
        identified=_identified(record),
        opened=_moment(opened) if opened else "",
        read=_("%(read)d of %(all)d sections") % {"read": len(record["sections_read"]), "all": sections},
        signed_pacific=record["signed_at_pacific"],
        signed_utc=signed.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        sha256=record["sha256"],
    )


def _identified(record: dict[str, Any]) -> str:
    """How the portal knew who this was, and no more than that."""
    known = record["identified_by"]
    address = {"address": record["person"]["email"]}
    if known["method"] == "account":
        return _("signed in with an account of the portal")
    if "code" in known or "code" in known["method"]:
        return _("a link and a one-time code sent to %(address)s") % address
    return _("a link sent to %(address)s") % address


def _moment(text: str) -> str:
    return date_format(timezone.localtime(datetime.datetime.fromisoformat(text)), "j F Y, g:i a") + " Pacific"
