"""What an observed interview is scored on, and what a site's assessments come to without names (PB-45). Facts in, figures out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.durations import LEAST
from findings import Finding, blocking

LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Question:
    """A statement about an interview, scored from 1 (not at all) to 5 (fully). The code is data: don't change it."""

    code: str
    text: Any


QUESTIONS = (
    Question("welcome", gettext_lazy("The client was welcomed and treated with respect")),
    Question("need", gettext_lazy("The agent found out what the client needed")),
    Question("answer", gettext_lazy("The answer was right and complete")),
    Question("next", gettext_lazy("The client knew what happens next")),
)


@dataclass(frozen=True)
class Quality:
    """A site's assessments: how many, and the average by question and of all. Averages of fewer than five are None."""

    count: int
    average: float | None
    by_question: list[tuple[Question, float | None]]


def quality(assessments: Iterable[Mapping[str, int]]) -> Quality:
    """Add assessments up without saying whose they are."""
    rows = list(assessments)
    enough = len(rows) >= LEAST
    by_question = [(question, fmean(row[question.code] for row in rows) if enough else None) for question in QUESTIONS]
    return Quality(len(rows), fmean(average_of(row) for row in rows) if enough else None, by_question)


def average_of(scores: Mapping[str, int]) -> float:
    """Return the average of one assessment."""
    return fmean(scores[question.code] for question in QUESTIONS)


def assessment_faults(scores: Mapping[str, int], feedback: str) -> Iterator[Finding]:
    """Yield what an assessment lacks: a score for each question, and feedback."""
    for question in QUESTIONS:
        if scores.get(question.code) not in range(LOWEST, HIGHEST + 1):
            message = _("No score: %(question)s.") % {"question": question.text}
            yield blocking("quality-score", message, _("Choose a number from 1 to 5."), "quality")
    if not feedback.strip():
        yield blocking("quality-feedback", _("The feedback is missing."), _("Tell the agent what went well and what to try."), "quality")
