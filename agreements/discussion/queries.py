"""Stances on each clause and the comments about it, laid out for reading (EL-24).

A clause that continues one with the same words is the same clause to whoever reads: it carries the stances
taken on those words and the talk about them. One whose words changed starts anew, with the earlier talk folded.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from agreements.models import AgreementVersion, Clause, Comment, DiscussionBookmark, Party, SectionRead, Stance, Thread
from agreements.versions.progress import SigningProgress
from agreements.versions.stances import CurrentStance, Trouble, lineage, stances
from sealing.contents import Block, blocks

WHOLE = "whole"  # how an address names the agreement as a whole


@dataclass(frozen=True)
class CommentEntry:
    """A comment as it is read."""

    comment: Comment
    is_mine: bool
    is_new: bool
    of_version: int | None

    @property
    def author(self) -> str:
        return str(self.comment.party.person if self.comment.party else self.comment.account)

    @property
    def role(self) -> str:
        return self.comment.party.role.label if self.comment.party else ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        return blocks(self.comment.text)

    @property
    def called(self) -> list[str]:
        return [str(party.person) for party in self.comment.mentions.all()]


@dataclass(frozen=True)
class Talk:
    """All that a reader learns about one clause, or (`clause` None) about the whole."""

    clause: Clause | None
    thread: Thread | None = None
    entries: list[CommentEntry] = field(default_factory=list)
    earlier: list[CommentEntry] = field(default_factory=list)
    mine: CurrentStance | None = None
    by_party: dict[int, CurrentStance] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.clause.number if self.clause else WHOLE

    @property
    def misaligned(self) -> list[CurrentStance]:
        return [stance for stance in self.by_party.values() if stance.is_misaligned]

    @property
    def is_open(self) -> bool:
        """Whether something was said here that nobody has closed."""
        return self.thread is not None and self.thread.is_open

    @property
    def new(self) -> list[CommentEntry]:
        return [entry for entry in self.entries if entry.is_new]

    @property
    def waits_for_lab(self) -> bool:
        """Whether a party had the last word in an open thread."""
        return self.is_open and bool(self.entries) and not self.entries[-1].comment.is_from_lab

    @property
    def says_something(self) -> bool:
        return bool(self.misaligned or self.entries or self.earlier)

    @property
    def asked_by(self) -> set[int]:
        return {entry.comment.party_id or 0 for entry in self.entries if entry.comment.kind == Comment.Kind.QUESTION}

    @property
    def spoken_by(self) -> set[int]:
        return {entry.comment.party_id or 0 for entry in self.entries}


@dataclass(frozen=True)
class Discussion:
    """The talk about each clause of a version, in order, and about the whole of it."""

    clauses: dict[int, Talk]
    whole: Talk
    seen_at: datetime.datetime | None
    last: int

    @property
    def all(self) -> list[Talk]:
        return [self.whole, *self.clauses.values()]

    @property
    def with_news(self) -> list[Talk]:
        return [talk for talk in self.all if talk.new]

    @property
    def troubled(self) -> list[Talk]:
        """Where alignment is missing or a talk is open."""
        return [talk for talk in self.all if talk.misaligned or talk.is_open]

    def troubles(self) -> dict[int, Trouble]:
        """The trouble of each party, as `troubles` would find it."""
        misaligned = Counter(party for talk in self.clauses.values() for party, stance in talk.by_party.items() if stance.is_misaligned)
        asked = Counter(party for talk in self.all if talk.is_open for party in talk.asked_by)
        return {party: Trouble(misaligned[party], asked[party]) for party in {*misaligned, *asked}}

    @property
    def new(self) -> int:
        return sum(len(talk.new) for talk in self.all)

    def at(self, number: str) -> Talk | None:
        """The talk that an address names, or None."""
        return next((talk for talk in self.all if talk.number == number), None)

    @property
    def my_misaligned(self) -> list[Talk]:
        return [talk for talk in self.clauses.values() if talk.mine and talk.mine.is_misaligned]


def discussion(version: AgreementVersion, party: Party | None = None) -> Discussion:
    """All that was found and said of `version`'s words, as `party` (or the lab) reads it; at most seven queries."""
    line = lineage(version)
    stances_by_clause = stances(version, line)
    bookmark = DiscussionBookmark.objects.filter(party=party).first() if party else None
    threads = {thread.clause_id: thread for thread in Thread.objects.filter(agreement=version.agreement_id)}
    entries_by_thread = _comment_entries(version, threads.values(), party, bookmark.comment_id if bookmark else 0)
    clauses = {}
    for clause in version.clauses.select_related("section").order_by("section__number", "position"):
        thread = threads.get(line.first(clause.pk))
        before = [threads[pk].pk for pk in line.earlier[clause.pk] if pk in threads]
        clauses[clause.pk] = Talk(
            clause, thread, entries_by_thread[thread.pk] if thread else [], [entry for pk in before for entry in entries_by_thread[pk]],
            stances_by_clause[clause.pk].get(party.pk) if party else None, stances_by_clause[clause.pk],
        )  # fmt: skip
    whole = threads.get(None)
    last = max((entry.comment.pk for lines in entries_by_thread.values() for entry in lines), default=0)
    return Discussion(
        clauses, Talk(None, whole, entries_by_thread[whole.pk] if whole else []), bookmark.seen_at if bookmark else None, last
    )


def _comment_entries(
    version: AgreementVersion, threads: Iterable[Thread], party: Party | None, last_seen_id: int
) -> dict[int, list[CommentEntry]]:
    called = Prefetch("mentions", Party.objects.select_related("person"))
    rows = Comment.objects.filter(thread__in=[thread.pk for thread in threads]).prefetch_related(called)
    entries_by_thread: dict[int, list[CommentEntry]] = defaultdict(list)
    for row in rows.select_related("party__person", "party__role", "account", "version").order_by("pk"):
        mine = party is not None and row.party_id == party.pk
        number = row.version.number
        entry = CommentEntry(
            row, mine, party is not None and not mine and row.pk > last_seen_id, number if number != version.number else None
        )
        entries_by_thread[row.thread_id].append(entry)
    return entries_by_thread


@dataclass(frozen=True)
class Mark:
    """How a cell is shown: a letter, its words, its colour."""

    letter: str
    label: Any
    tone: str


UNREAD = Mark("–", _("Unread"), "quiet")


READ = Mark("R", _("Read, no feedback yet"), "neutral")


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
