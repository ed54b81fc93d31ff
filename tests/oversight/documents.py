"""Sealed documents for tests: a kind of their own, and one issued within an act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from acts.act import together
from ledger.subjects import Subject, lock
from oversight.documents import kinds
from oversight.documents.actions import issue_document
from oversight.documents.kinds import DocumentKind
from oversight.models import Document
from people.models import User
from sealing.blocks import Bullets, Facts, Heading, Paragraph, Part, Table
from tests.factories import account

NOTE = "test-note"
CONTENT = {"day": "2026-03-31", "team": [["Anneke", 3], ["Priya", 12]], "why": "The bridge is closed until spring."}


def note_parts(content: Mapping[str, Any]) -> Iterator[Part]:
    yield Paragraph(content["why"])
    yield Heading("Team")
    yield Facts((("Day", content["day"]),))
    yield Heading("Days", level=3)
    yield Table("Days by person", ("Person", "Days"), tuple((name, str(days)) for name, days in content["team"]), numbers=(1,))
    yield Bullets(("First", "Second"))


def know_the_kind() -> None:
    if NOTE not in kinds._kinds:
        kinds.register(DocumentKind(NOTE, "Test note", parts=note_parts))


def issued(subject: Subject, *, by: User | None = None, title: str = "Bridge note", content: Mapping[str, Any] = CONTENT) -> Document:
    """Issue a test note about `subject`, as an act would."""
    know_the_kind()
    with together():
        lock(subject.stream)
        return issue_document(subject.stream, kind=NOTE, title=title, content=content, by=by or account("lab_ops"))
