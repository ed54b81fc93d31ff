"""A version laid out to be read: sections, clauses, paragraphs, and what a party has read of it (EL-23)."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from agreements.models import AgreementVersion, Clause, Party, Section, SectionRead, TemplateVersion
from sealing.contents import Block, blocks

WORDS_A_MINUTE = 130  # read with care, not skimmed


@dataclass(frozen=True)
class ReadableClause:
    number: str
    heading: str
    is_unique: bool
    blocks: tuple[Block, ...]
    pk: int = 0


@dataclass(frozen=True)
class ReadableSection:
    number: int
    heading: str
    clauses: tuple[ReadableClause, ...]
    read_at: datetime.datetime | None


@dataclass(frozen=True)
class ReadingRoom:
    """All of a version, in order, how far one party is with it, and how many minutes are left to read."""

    sections: tuple[ReadableSection, ...]
    minutes: int

    @property
    def unread_numbers(self) -> list[int]:
        return [section.number for section in self.sections if section.read_at is None]

    def unread_upto(self, number: int) -> list[int]:
        """The sections not marked as read, from the first to the one with this number."""
        return [unread_number for unread_number in self.unread_numbers if unread_number <= number]

    @property
    def read(self) -> int:
        return len(self.sections) - len(self.unread_numbers)

    @property
    def all_read(self) -> bool:
        return not self.unread_numbers

    @property
    def unique_conditions(self) -> list[ReadableClause]:
        return [clause for section in self.sections for clause in section.clauses if clause.is_unique]


def reading_room(version: AgreementVersion, party: Party | None = None) -> ReadingRoom:
    """`version` to be read, with what `party` has marked; three queries."""
    clauses, words = defaultdict(list), Counter[int]()
    for clause in Clause.objects.filter(version=version).order_by("section__number", "position"):
        clauses[clause.section_id].append(
            ReadableClause(clause.number, clause.heading, clause.kind == Clause.Kind.UNIQUE, blocks(clause.text), clause.pk)
        )
        words[clause.section_id] += len(clause.text.split())
    reads = dict(SectionRead.objects.filter(party=party, section__version=version).values_list("section_id", "read_at")) if party else {}
    sections = tuple(
        ReadableSection(section.number, section.heading, tuple(clauses[section.pk]), reads.get(section.pk))
        for section in Section.objects.filter(version=version).order_by("number")
    )
    unread = sum(count for section, count in words.items() if section not in reads)
    return ReadingRoom(sections, max(1, round(unread / WORDS_A_MINUTE)))


def template_room(version: TemplateVersion) -> ReadingRoom:
    """A template's version as a party would read it."""
    sections = version.sections.prefetch_related("clauses").order_by("number")
    readable = tuple(
        ReadableSection(
            section.number,
            section.heading,
            tuple(
                ReadableClause(f"{section.number}.{clause.number}", clause.heading, False, blocks(clause.text))
                for clause in sorted(section.clauses.all(), key=lambda clause: clause.number)
            ),
            None,
        )
        for section in sections
    )
    words = sum(len(text.split()) for text in version.clauses.values_list("text", flat=True))
    return ReadingRoom(readable, max(1, round(words / WORDS_A_MINUTE)))
