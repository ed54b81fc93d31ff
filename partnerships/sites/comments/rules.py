"""When a comment is followed up, and what follow-ups come to at a site (PB-48). Facts in, figures out."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dates.durations import LEAST

DAYS_TO_FOLLOW_UP = 10
"""Working days, by the calendar of the site."""
TONES = ("pleased", "neutral", "displeased")


@dataclass(frozen=True)
class CommentFacts:
    """What counts of a comment: how it sounded, when its follow-up was due and happened, and how the client sounded then."""

    tone: str
    due_on: datetime.date | None = None
    followed_up_on: datetime.date | None = None
    tone_after: str = ""


@dataclass(frozen=True)
class Figures:
    """The comments of a site. The share and the tones of fewer than five are None."""

    comments: int
    due: int
    on_time: float | None
    tones: dict[str, tuple[int, int]] | None


def figures(comments: Iterable[CommentFacts], today: datetime.date) -> Figures:
    """Return how many follow-ups that were due by `today`, or done, were done on time, and the tones before and after them."""
    rows = list(comments)
    due = [row for row in rows if row.due_on and (row.followed_up_on or row.due_on < today)]
    on_time = [row for row in due if row.followed_up_on and row.due_on and row.followed_up_on <= row.due_on]
    done = [row for row in due if row.followed_up_on]
    before, after = Counter(row.tone for row in done), Counter(row.tone_after for row in done)
    return Figures(
        comments=len(rows),
        due=len(due),
        on_time=100 * len(on_time) / len(due) if len(due) >= LEAST else None,
        tones={tone: (before[tone], after[tone]) for tone in TONES} if len(done) >= LEAST else None,
    )
