"""Gates: what an app requires before a lifecycle move, checked for many subjects at once.

They are named by dotted path, so that a lower floor never imports a higher one.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.utils.module_loading import import_string

from findings import Finding


class HasStream(Protocol):
    """Anything a gate can check; findings are keyed by its stream."""

    @property
    def stream_id(self) -> int: ...


F = TypeVar("F")
Reader = Callable[[Sequence[Any], datetime.date], Mapping[int, F]]


@dataclass(frozen=True)
class Answer:
    """A gate's answer about one subject: its findings, or if there are none, the sentence for when all is well."""

    findings: list[Finding]
    holds: str = ""


@dataclass(frozen=True)
class Gate(Generic[F]):
    """A check of one subject's facts, with `reads` to load them for many by stream and `holds` for the sentence when all is well.

    Gates with the same reader share what it loads. If a reader leaves a subject out or raises, nothing passes.
    """

    check: Callable[[F, datetime.date], Iterable[Finding]]
    reads: Reader[F]
    holds: Any

    def __call__(self, subjects: Sequence[HasStream], on: datetime.date) -> dict[int, list[Finding]]:
        """Return the findings about each of `subjects` by stream; the reader's queries don't depend on how many there are."""
        facts = self.reads(subjects, on)
        return {subject.stream_id: list(self.check(facts[subject.stream_id], on)) for subject in subjects}

    def answer(self, facts: F, on: datetime.date) -> Answer:
        findings = list(self.check(facts, on))
        return Answer(findings) if findings else Answer([], str(self.holds(facts) if callable(self.holds) else self.holds))


def gate(*, reads: Reader[F], holds: Any) -> Callable[[Callable[[F, datetime.date], Iterable[Finding]]], Gate[F]]:
    """Turn a check into a gate; `holds` is a sentence, or a function that writes one from the facts."""
    return lambda check: Gate(check, reads, holds)


def ask_each(asked: Iterable[tuple[HasStream, Sequence[str]]], on: datetime.date) -> dict[int, list[Answer]]:
    """Return the answers of the gates at each subject's paths, in order, by stream; each reader runs once for all subjects.

    Raises ImportError for a path that doesn't resolve (the system check `labportal.E001` finds it at startup).
    """
    asked = list(asked)
    gates: dict[str, Gate[Any]] = {path: import_string(path) for _subject, paths in asked for path in paths}
    subjects: dict[Reader[Any], dict[int, HasStream]] = defaultdict(dict)
    for subject, paths in asked:
        for path in paths:
            subjects[gates[path].reads][subject.stream_id] = subject
    facts = {reads: reads(list(rows.values()), on) for reads, rows in subjects.items()}
    return {
        subject.stream_id: [gates[path].answer(facts[gates[path].reads][subject.stream_id], on) for path in paths]
        for subject, paths in asked
    }


def ask(paths: Sequence[str], subjects: Iterable[HasStream], on: datetime.date) -> dict[int, list[Finding]]:
    """Return every finding of the gates in `paths` about each of `subjects` on the date `on`, in order, by stream."""
    answers = ask_each(((subject, paths) for subject in subjects), on)
    return {stream: [finding for answer in of_stream for finding in answer.findings] for stream, of_stream in answers.items()}
