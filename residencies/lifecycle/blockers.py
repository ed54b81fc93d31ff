"""What blocks each residency of a list most: the gates of its next move, asked about all of them at once.

It is remembered for as long as the residency's chain and the lab's, on which is what is everybody's (figures, names),
end where they ended.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from findings import Finding
from findings.gates import ask_each
from ledger.memory import head_of, remembered
from residencies.lifecycle.moves import next_move
from residencies.models import Question, Residency
from residencies.models.states import State


@dataclass(frozen=True)
class Blocker:
    """The gravest of what blocks the next move, and how much more there is."""

    message: str
    more: int = 0


# Said where no gate blocks: somebody only has to act. What a draft still lacks is between its writers and the form.
WAITS = {
    State.DRAFT: _("The intake hasn’t been sent yet."),
    State.SUBMITTED: _("The review hasn’t started yet."),
    State.QUALIFIED: _("There is no agreement yet."),
}
SENT_BACK = _("The lab’s questions haven’t been answered yet.")
ALSO = {State.LIVE: ("agreements.gates.not_void",)}  # what a residency may lose while it waits for its next move


def gates_ahead(residency: Residency) -> tuple[str, ...]:
    """The gates that a list asks about `residency`: of its next move, and what it must not have lost."""
    move = None if residency.state == State.DRAFT else next_move(residency)
    return (move.gates if move else ()) + ALSO.get(State(residency.state), ())


def blockers(residencies: Iterable[Residency], on: datetime.date) -> dict[int, Blocker]:
    """The main blocker of each of `residencies` that has one, by stream; queries depend on the states present, not on the rows."""
    residencies = list(residencies)
    answers = ask_each([(residency, gates_ahead(residency)) for residency in residencies], on)
    waits = _waits(residencies)
    main = {stream: _main([finding for answer in of_stream for finding in answer.findings]) for stream, of_stream in answers.items()}
    return {stream: blocker for stream in main if (blocker := main[stream] or waits.get(stream))}


def remembered_blockers(residencies: Iterable[Residency], on: datetime.date) -> dict[int, Blocker]:
    """As `blockers`, asking only about those that no page has shown since an act touched them; they were read `at_heads()`."""
    by_stream = {residency.stream_id: residency for residency in residencies}

    def work_out(streams: Collection[int]) -> dict[int, list[Any]]:
        fresh = blockers([by_stream[stream] for stream in streams], on)
        return {stream: [fresh[stream].message, fresh[stream].more] if stream in fresh else [] for stream in streams}

    answers = remembered("blocker", {stream: head_of(residency) for stream, residency in by_stream.items()}, on, work_out)
    return {stream: Blocker(*answer) for stream, answer in answers.items() if answer}


def _main(findings: list[Finding]) -> Blocker | None:
    if not findings:
        return None
    worst = max(findings, key=lambda finding: finding.severity)
    return Blocker(str(worst.message), len(findings) - 1)


def _waits(residencies: list[Residency]) -> dict[int, Blocker]:
    """Whose turn it is with those that wait for somebody; of a draft, whether it was sent back with questions (one query)."""
    drafts = [residency for residency in residencies if residency.state == State.DRAFT]
    questions = Question.objects.filter(review__residency__in=drafts, answered_at=None)
    sent_back = set(questions.values_list("review__residency", flat=True)) if drafts else set()
    sentences = {r.stream_id: SENT_BACK if r.pk in sent_back else WAITS.get(State(r.state)) for r in residencies}
    return {stream: Blocker(str(sentence)) for stream, sentence in sentences.items() if sentence}
