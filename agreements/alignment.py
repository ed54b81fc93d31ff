"""The grid of parties and clauses: where alignment is missing, at a look (EL-24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.discussion import Discussion, Talk
from agreements.models import AgreementVersion, Clause, SectionRead, Stance
from agreements.standing import SigningProgress


@dataclass(frozen=True)
class Mark:
    """How a cell is shown: a letter, its words, its colour."""

    letter: str
    label: Any
    tone: str


UNREAD = Mark("–", _("Unread"), "quiet")
READ = Mark("R", _("Read, nothing said yet"), "neutral")
MARKS = {
    Stance.Value.CLEAR: Mark("C", _("Clear"), "info"),
    Stance.Value.COMFORTABLE: Mark("✓", _("Comfortable"), "success"),
    Stance.Value.MISALIGNED: Mark("✗", _("Misaligned"), "danger"),
}
LEGEND = (UNREAD, READ, *MARKS.values())


@dataclass(frozen=True)
class Row:
    """A party and what it finds, clause by clause."""

    standing: SigningProgress
    cells: list[tuple[Talk, Mark]]


@dataclass(frozen=True)
class Grid:
    """Clauses across, parties down; `sections` are the headings above the clauses with how many each spans."""

    sections: list[tuple[str, int]]
    clauses: list[Talk]
    rows: list[Row]
    left_out: int
    legend: tuple[Mark, ...] = LEGEND


def grid(version: AgreementVersion, standings: list[SigningProgress], discussion: Discussion, *, only_said: bool = False) -> Grid:
    """What each party of `standings` finds of each clause; one query beyond what was given."""
    reads = set(SectionRead.objects.filter(section__version=version).values_list("party_id", "section_id"))
    everything = list(discussion.clauses.values())
    clauses = [talk for talk in everything if talk.says_something or not only_said]
    sections: dict[str, int] = {}
    for talk in clauses:
        heading = str(_of(talk).section)
        sections[heading] = sections.get(heading, 0) + 1
    rows = [Row(row, [(talk, _mark(row, talk, reads)) for talk in clauses]) for row in standings]
    return Grid(list(sections.items()), clauses, rows, len(everything) - len(clauses))


def _of(talk: Talk) -> Clause:
    assert talk.clause is not None  # noqa: S101 - the talk of the whole is no column
    return talk.clause


def _mark(row: SigningProgress, talk: Talk, reads: set[tuple[int, int]]) -> Mark:
    party = row.party.pk if row.party else 0
    if party in talk.by_party:
        return MARKS[Stance.Value(talk.by_party[party].stance.value)]
    return READ if (party, _of(talk).section_id) in reads else UNREAD
