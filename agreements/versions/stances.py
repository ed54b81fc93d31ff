"""What each party finds of each clause, carried from version to version while the words stay the same (EL-24)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Case, F, Q, Value, When

from agreements.models import AgreementVersion, Clause, Comment, Party, Stance


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
class Trouble:
    """What keeps a party from being at ease with a version: clauses it finds misaligned, questions not settled."""

    misaligned: int = 0
    questions: int = 0


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
