"""What is found of each clause and said about it, laid out to be read (EL-24).

A clause that continues one with the same words is the same clause to whoever reads: it carries the stances
taken on those words and the talk about them. One whose words changed starts anew, with the earlier talk folded.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, F, Prefetch, Q, Value, When

from agreements.models import AgreementVersion, Clause, Comment, DiscussionBookmark, Party, Stance, Thread
from agreements.reading import Block, blocks

WHOLE = "whole"  # how an address names the agreement as a whole


@dataclass(frozen=True)
class Lineage:
    """For each clause of a version: `same`, it and those before it with the same words, and `earlier`, those with others; newest first."""

    same: dict[int, list[int]]
    earlier: dict[int, list[int]]
    versions: dict[int, int]

    def first(self, clause: int) -> int:
        """The first clause that bore these words: where their thread is."""
        return self.same[clause][-1]

    def all_with_these_words(self) -> list[int]:
        return [pk for line in self.same.values() for pk in line]


def lineage(version: AgreementVersion) -> Lineage:
    """How the clauses of `version` came to be; one query, which reads no words."""
    words = When(follows__isnull=False, text=F("follows__text"), heading=F("follows__heading"), then=Value(True))
    rows = (
        Clause.objects.filter(version__agreement=version.agreement_id, version__number__lte=version.number)
        .annotate(unchanged=Case(words, default=Value(False), output_field=BooleanField()))
        .order_by()
        .values_list("pk", "version_id", "version__number", "follows_id", "unchanged")
    )
    known = {pk: (of, number, follows, unchanged) for pk, of, number, follows, unchanged in rows}
    lineage = Lineage({}, {}, {pk: number for pk, (_of, number, _follows, _same) in known.items()})
    for pk, (of, _number, _follows, _unchanged) in known.items():
        if of == version.pk:
            lineage.same[pk], lineage.earlier[pk] = _walk(pk, known)
    return lineage


def _walk(clause: int, known: Mapping[int, tuple[int, int, int | None, bool]]) -> tuple[list[int], list[int]]:
    same: list[int] = []
    earlier: list[int] = []
    unchanged = True
    at: int | None = clause
    while at is not None and at in known:
        (same if unchanged else earlier).append(at)
        _of, _number, follows, repeats = known[at]
        unchanged, at = unchanged and repeats, follows
    return same, earlier


@dataclass(frozen=True)
class CurrentStance:
    """What a party finds of a clause, and of which version it said so if not of this one."""

    stance: Stance
    carried_from: int | None

    @property
    def is_misaligned(self) -> bool:
        return self.stance.value == Stance.Value.MISALIGNED


def stances(version: AgreementVersion, line: Lineage) -> dict[int, dict[int, CurrentStance]]:
    """Per clause of `version`, per party, what it finds of these words: what it said last counts; one query."""
    of = {pk: clause for clause, pks in line.same.items() for pk in pks}
    rows = Stance.objects.filter(clause__in=of, to_at=None, party__agreement=version.agreement_id)
    stances_by_clause: dict[int, dict[int, CurrentStance]] = defaultdict(dict)
    for row in rows.select_related("party__person", "party__role").order_by("from_at", "pk"):
        number = line.versions[row.clause_id]
        stances_by_clause[of[row.clause_id]][row.party_id] = CurrentStance(row, number if number != version.number else None)
    return stances_by_clause


def stances_of(party: Party, version: AgreementVersion) -> dict[str, list[str]]:
    """The numbers of the clauses of `version` that `party` finds clear, comfortable and misaligned now."""
    clause_numbers: dict[str, list[str]] = {value: [] for value in Stance.Value.values}
    if not Stance.objects.filter(party=party, to_at=None).exists():
        return clause_numbers
    stances_by_clause = stances(version, lineage(version))
    for pk, number in version.clauses.order_by("section__number", "position").values_list("pk", "number"):
        if party.pk in stances_by_clause.get(pk, {}):
            clause_numbers[stances_by_clause[pk][party.pk].stance.value].append(number)
    return clause_numbers


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
class Trouble:
    """What keeps a party from being at ease with a version: clauses it finds misaligned, questions not settled."""

    misaligned: int = 0
    questions: int = 0


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


def troubles(version: AgreementVersion) -> dict[int, Trouble]:
    """The trouble of each party with `version`; three queries."""
    line = lineage(version)
    misaligned: dict[int, int] = defaultdict(int)
    for by_party in stances(version, line).values():
        for party, stance in by_party.items():
            misaligned[party] += stance.is_misaligned
    asked = Comment.objects.filter(
        Q(thread__clause=None) | Q(thread__clause__in=line.all_with_these_words()),
        kind=Comment.Kind.QUESTION, thread__agreement=version.agreement_id, thread__resolved_at=None,
    )  # fmt: skip
    questions: dict[int, set[int]] = defaultdict(set)
    for party, thread in asked.order_by().values_list("party", "thread").distinct():
        questions[party].add(thread)
    return {
        party: Trouble(misaligned[party], len(questions[party]))
        for party in {*misaligned, *questions}
        if misaligned[party] or questions[party]
    }
