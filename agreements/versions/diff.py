"""What a version changed of the one before, clause by clause (EL-25)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property

from agreements.models import AgreementVersion, Clause
from agreements.models.word_diff import Piece, pieces


@dataclass(frozen=True)
class ClauseChange:
    """What became of one clause: `kind` is "change", "add" or "remove"."""

    kind: str
    number: str
    section: int
    was_heading: str
    was_text: str
    heading: str
    text: str

    @property
    def title(self) -> str:
        return self.heading or self.was_heading

    @cached_property
    def heading_pieces(self) -> tuple[Piece, ...]:
        return pieces(self.was_heading, self.heading)

    @cached_property
    def text_pieces(self) -> tuple[Piece, ...]:
        return pieces(self.was_text, self.text)


def changes(version: AgreementVersion) -> list[ClauseChange]:
    """What `version` changed of the one before, in the order of its clauses; one query, none for a first version."""
    if version.previous_id is None:
        return []
    by_version = clauses_of([version.previous_id, version.pk])
    return changes_between(by_version[version.previous_id], by_version[version.pk])


def clauses_of(versions: Iterable[int]) -> dict[int, list[Clause]]:
    """The clauses of each version, by its key; one query."""
    clauses_by_version: dict[int, list[Clause]] = defaultdict(list)
    for clause in Clause.objects.filter(version__in=versions).select_related("section").order_by("section__number", "position"):
        clauses_by_version[clause.version_id].append(clause)
    return clauses_by_version


def changes_between(before: Sequence[Clause], after: Sequence[Clause]) -> list[ClauseChange]:
    """What changed from the clauses of one version to those of the next, in the order of their numbers."""
    clause_changes = [*_gone(before, after), *_new_or_changed(before, after)]
    return sorted(clause_changes, key=lambda change: (change.section, _last_number(change.number)))


def _gone(before: Sequence[Clause], after: Sequence[Clause]) -> Iterator[ClauseChange]:
    followed = {clause.follows_id for clause in after}
    for old in before:
        if old.pk not in followed:
            yield ClauseChange("remove", old.number, old.section.number, old.heading, old.text, "", "")


def _new_or_changed(before: Sequence[Clause], after: Sequence[Clause]) -> Iterator[ClauseChange]:
    old_by_key = {clause.pk: clause for clause in before}
    for new in after:
        old = old_by_key.get(new.follows_id or 0)
        if old is None:
            yield ClauseChange("add", new.number, new.section.number, "", "", new.heading, new.text)
        elif (old.heading, old.text) != (new.heading, new.text):
            yield ClauseChange("change", new.number, new.section.number, old.heading, old.text, new.heading, new.text)


def _last_number(number: str) -> int:
    digits = number.rsplit(".", 1)[-1]
    return int(digits) if digits.isdigit() else 0
