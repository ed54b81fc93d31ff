"""What comes first on the pages of a subject: the next act of its lifecycle, or the first task before it (experience.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from acts.act import Actor
from findings import Finding
from findings.tasks import Task, tasks
from ledger.subjects import Subject


@dataclass(frozen=True)
class Step:
    """Something that can be done, and where; `grave` if it ends the subject."""

    label: Any
    url: str
    grave: bool = False


@dataclass(frozen=True)
class NextAct:
    """The `step` that someone can take now, and the act of the lifecycle that waits for `left` things, if they may decide it."""

    step: Step | None
    blocked: Step | None = None
    left: int = 0


def first_of(act: Step | None, findings: Sequence[Finding], subject: Subject, user: Actor, url_of: Callable[[Finding], str]) -> NextAct:
    """Return what `user` can do next: never a blocked act, but the first task before it that is theirs.

    `act` is the next act of the lifecycle, or None if the user doesn't decide it; `findings` are what it waits for.
    """
    if not findings:
        return NextAct(act)
    own = (task for task in tasks(findings) if may_do(task, subject, user))
    steps = (Step(task.title, url) for task in own if (url := url_of(task.finding)))
    return NextAct(next(steps, None), act, len(findings))


def may_do(task: Task, subject: Subject, user: Actor) -> bool:
    """Whether `user` may do what is left, and not only read that it is; about an agreement the subject's stream is asked about."""
    about = subject.stream if task.kind.permission.startswith("agreements.") else subject
    return bool(task.is_known and task.finding.place and user.has_perm(task.kind.permission, about))
