"""Runs in the sandbox to find anything in a document that acts by itself, with a code for each. Doesn't use Django.

A PDF is read as PDF readers do, including names written as `#4a` and objects in compressed streams. Office files are
archives of XML: they may have no document type, and no relationship that loads something when the file is opened.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

HEADER_WITHIN = 1024
MOST_OBJECTS = 200_000
SCRIPT, LAUNCH, ATTACHED, FORM, PASSWORD, DAMAGED = "script", "launch", "attached", "form", "password", "damaged"
FETCHES, MARKUP, MACROS = "fetches", "markup", "macros"
PDF_KEYS = {
    "/JavaScript": SCRIPT,
    "/JS": SCRIPT,
    "/XFA": FORM,
    "/RichMedia": ATTACHED,
    "/EmbeddedFiles": ATTACHED,
    "/EmbeddedFile": ATTACHED,
    "/EF": ATTACHED,
}
PDF_ACTIONS = {
    "/JavaScript": SCRIPT,
    "/Launch": LAUNCH,
    "/ImportData": LAUNCH,
    "/SubmitForm": LAUNCH,
    "/Rendition": SCRIPT,
    "/RichMedia": ATTACHED,
}
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def reasons(head: dict[str, Any], data: bytes) -> list[str]:
    """Return codes for everything in `data` that acts by itself; `head["kind"]` is "pdf" or "office"."""
    return sorted(set(_of_pdf(data) if head["kind"] == "pdf" else _of_office(data)))


def _of_pdf(data: bytes) -> Iterator[str]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(data[max(data[:HEADER_WITHIN].find(b"%PDF-"), 0) :]), strict=False)
        if reader.encrypted:
            return (yield PASSWORD)
        yield from _of_objects(reader)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # a broken file can make parsers raise anything
        yield DAMAGED


def _of_objects(reader: Any) -> Iterator[str]:
    """Yield codes for everything reachable from the trailer, visiting each indirect object once."""
    from pyhanko.pdf_utils import generic

    references: set[Any] = set()
    waiting: list[Any] = [reader.trailer_view.raw_get("/Root")]
    while waiting:
        each = waiting.pop()
        if isinstance(each, generic.IndirectObject):
            if each.reference in references:
                continue
            references.add(each.reference)
            if len(references) > MOST_OBJECTS:
                raise ValueError("too many objects")
            each = each.get_object()
        if isinstance(each, generic.DictionaryObject):
            yield from (PDF_KEYS[key] for key in each if key in PDF_KEYS)
            if (action := str(each.get("/S", ""))) in PDF_ACTIONS and each.get("/Type", "/Action") == "/Action":
                yield PDF_ACTIONS[action]
            waiting += [each.raw_get(key) for key in each if key != "/Parent"]
        elif isinstance(each, generic.ArrayObject):
            waiting += [each.raw_get(place) for place in range(len(each))]


def _of_office(data: bytes) -> Iterator[str]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            lower = name.lower()
            if "vbaproject" in lower or "/activex/" in lower or "/macrosheets/" in lower:
                yield MACROS
            if "/embeddings/" in lower and not lower.endswith("/"):
                yield ATTACHED
            if not lower.endswith((".xml", ".rels", ".vml")):
                continue
            content = archive.read(name)
            try:
                if lower.endswith(".rels"):
                    yield from _of_relationships(fromstring(content, forbid_dtd=True))
                elif _may_declare(content):
                    fromstring(content, forbid_dtd=True)
            except DefusedXmlException:
                yield MARKUP
            except ParseError:
                yield DAMAGED


def _may_declare(content: bytes) -> bool:
    """Whether there could be a document type in any encoding; only then is parsing a large part worth it."""
    return (
        b"<!DOCTYPE" in content
        or b"<!ENTITY" in content
        or b"\x00" in content[:200]
        or (b"encoding=" in content[:200] and b"UTF-8" not in content[:200].upper())
    )


def _of_relationships(root: Any) -> Iterator[str]:
    """Yield codes for relationships: a hyperlink may lead anywhere, but anything else external is loaded by opening the file."""
    for relationship in root.iter(RELATIONSHIPS):
        external = relationship.get("TargetMode", "").lower() == "external"
        kind = relationship.get("Type", "").rsplit("/", 1)[-1].lower()
        if external and kind != "hyperlink":
            yield FETCHES
        if kind in {"oleobject", "control", "vbaproject"}:
            yield MACROS
