"""The layout of a document: its contents in the order and wording in which they are printed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dates.moments import stated
from sealing.contents import Block, Contents, DocumentContents, blocks


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
class PrintedParty:
    """A party as shown on the first page: who fills a role, and when they signed, if they did."""

    role: str
    name: str
    detail: str
    on_behalf: str
    signature: str
    when: str


@dataclass(frozen=True)
class PrintedSignature:
    """A party as shown on the certificate."""

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
    """Return the context for the document's template."""
    content, document_details = contents.content, contents.document_details
    reference = _("%(reference)s, version %(number)d") % {"reference": content["reference"], "number": content["version"]}
    in_force = _moment(document_details["in_force_at"]) if "in_force_at" in document_details else ""
    return {
        "title": ": ".join(part for part in (content["title"], document_details.get("product"), content["reference"]) if part),
        "content": content,
        "between": document_details.get("between", []),
        "facts": _facts(content, reference, in_force),
        "parties": [_signed(record) for record in contents.records] + _informed(document_details)
        if in_force
        else _so_far(document_details),
        "sections": _sections(content),
        "signatures": [_signature(record, len(content["sections"]), document_details) for record in contents.records],
        "sha256_in_eights": _in_eights(contents.sha256),
        "details": document_details,
        "standing": contents.standing,
        "in_force": in_force,
        "amendments": document_details.get("amendments", []),
        "development": development,
        "running_reference": reference,
        "running_standing": contents.standing or (_("DEVELOPMENT ONLY") if development else ""),
        "running_fingerprint": _fingerprint(contents.sha256) if contents.sha256 else "",
    }


def document_layout(contents: DocumentContents, *, development: bool) -> dict[str, Any]:
    """Return the context for the template of letters and reports."""
    printed = contents.printed
    return {
        "printed": printed,
        "title": f"{printed['title']}: {printed['subject']}, {printed['reference']}",
        "issued": _moment(printed["issued_at"]),
        "issued_on": _day(datetime.datetime.fromisoformat(printed["issued_at"])),
        "sha256_in_eights": _in_eights(contents.sha256),
        "development": development,
        "running_reference": f"{printed['kind']}, {printed['reference']}",
        "running_standing": _("DEVELOPMENT ONLY") if development else "",
        "running_fingerprint": _fingerprint(contents.sha256),
    }


def _in_eights(sha256: str) -> str:
    return " ".join(sha256[start : start + 8] for start in range(0, 64, 8))


def _fingerprint(sha256: str) -> str:
    return _("SHA-256 %(sha256)s") % {"sha256": sha256}


def _facts(content: dict[str, Any], reference: str, in_force: str) -> list[dict[str, str]]:
    """Return the facts below the title: the agreed header, then the version."""
    more = [{"label": _("Agreement"), "value": reference}]
    if in_force:
        more.append({"label": _("In force since"), "value": in_force})
    return [*content["header"], *more]


def _signed(record: dict[str, Any]) -> PrintedParty:
    person, signed = record["person"], datetime.datetime.fromisoformat(record["signed_at"])
    return PrintedParty(
        role=record["role"]["role"],
        name=person["name"],
        detail=_detail(person.get("title", ""), person.get("organisation", "")),
        on_behalf=_on_behalf(record),
        signature=record["typed_name"],
        when=_day(signed),
    )


def _informed(document_details: dict[str, Any]) -> list[PrintedParty]:
    return [PrintedParty(row["role"], row["name"], "", "", "", _("Kept informed")) for row in document_details.get("informed", [])]


def _so_far(document_details: dict[str, Any]) -> list[PrintedParty]:
    return [PrintedParty(**row) for row in document_details.get("parties", [])]


def _detail(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _on_behalf(record: dict[str, Any]) -> str:
    """Return who last handed over this role, if anyone did."""
    chain = record.get("handed_over") or []
    return str(chain[-1]["from"]["name"]) if chain else ""


def _sections(content: dict[str, Any]) -> list[PrintedSection]:
    """Return the sections in order, each with its clauses and the unique conditions with its number."""
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


def _signature(record: dict[str, Any], sections: int, document_details: dict[str, Any]) -> PrintedSignature:
    signed = datetime.datetime.fromisoformat(record["signed_at"])
    opened, after = (document_details.get(name, {}).get(str(record["invitation"]), "") for name in ("opened", "opened_after"))
    return PrintedSignature(
        role=record["role"]["role"],
        person=record["person"],
        typed_name=record["typed_name"],
        on_behalf=_on_behalf(record),
        identified=_identified(record),
        opened=_opened(opened, after) if opened else "",
        read=_read(record["sections_read"], sections),
        signed_pacific=record["signed_at_pacific"],
        signed_utc=signed.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        sha256=record["sha256"],
    )


def _opened(at: str, after: int | str) -> str:
    """Say when a link was opened; older copies don't say how soon after sending."""
    if after == "":
        return _("Link opened %(moment)s.") % {"moment": _moment(at)}
    return ngettext(
        "Link opened %(moment)s, %(after)d second after it was sent.",
        "Link opened %(moment)s, %(after)d seconds after it was sent.",
        int(after),
    ) % {"moment": _moment(at), "after": int(after)}


def _read(marks: list[dict[str, Any]], sections: int) -> str:
    """Say how many sections the party marked as read, and how if the record says so (EL-23)."""
    counts = {"read": len(marks), "all": sections, "alone": sum(mark.get("how") == "one-by-one" for mark in marks)}
    counts["together"] = sum(mark.get("how") == "together" for mark in marks)
    if counts["alone"] and counts["together"]:
        return _("Marked as read: %(read)d of %(all)d sections, %(alone)d one by one and %(together)d confirmed together.") % counts
    if counts["together"]:
        return _("Marked as read: %(read)d of %(all)d sections, confirmed together.") % counts
    if counts["alone"]:
        return _("Marked as read: %(read)d of %(all)d sections, one by one.") % counts
    return _("Marked as read: %(read)d of %(all)d sections.") % counts


def _identified(record: dict[str, Any]) -> str:
    """Say how the portal identified the party, and no more than that."""
    known = record["identified_by"]
    if known["method"] == "account":
        return _("an account of the portal")
    if "code" in known or "code" in known["method"]:
        return _("a link and a one-time code sent to the email address on record")
    return _("a link sent to the email address on record")


def _moment(text: str) -> str:
    return stated(datetime.datetime.fromisoformat(text))


def _day(moment: datetime.datetime) -> str:
    return date_format(timezone.localdate(moment), "j F Y")
