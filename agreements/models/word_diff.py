"""What differs between two wordings, word by word: texts in, runs of text out (EL-25)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]|\s+")
# Pairs of equal words that are looked at; beyond it the two are shown whole, one after the other.
MOST_PAIRS = 200_000

SAME, REMOVED, ADDED = "same", "removed", "added"


@dataclass(frozen=True)
class Piece:
    """A run of text that stays ("same"), goes ("removed") or comes ("added")."""

    kind: str
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """`before` turned into `after` in runs of whole words.

    Same and removed runs make up `before`, same and added ones `after`, character by character.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    runs = [(old[:head], new[:head]), *_runs(old_middle, new_middle), (old[len(old) - tail :], new[len(new) - tail :])]
    return tuple(_pieces(_without_islands(runs)))


Run = tuple[Sequence[str], Sequence[str]]


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words both begin with."""
    return next((n for n, (old_word, new_word) in enumerate(zip(old, new, strict=False)) if old_word != new_word), min(len(old), len(new)))


def _runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Runs of old and new words that stand for each other; equal where nothing changed."""
    counted = Counter(new)
    if sum(counted[word] for word in old) > MOST_PAIRS:
        return [(old, new)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(old[a:b], new[c:d]) for _tag, a, b, c, d in matcher.get_opcodes()]


def _without_islands(runs: Iterable[Run]) -> Iterator[Run]:
    """The same runs, with changes joined that only spaces keep apart: people read phrases, not single words."""
    changed: Run | None = None
    rest = [run for run in runs if run[0] or run[1]]
    for n, (old, new) in enumerate(rest):
        island = list(old) == list(new) and not "".join(old).strip()
        between = changed is not None and n + 1 < len(rest) and list(rest[n + 1][0]) != list(rest[n + 1][1])
        if list(old) != list(new) or (island and between):
            changed = ([*changed[0], *old], [*changed[1], *new]) if changed else (old, new)
            continue
        if changed:
            yield changed
            changed = None
        yield old, new
    if changed:
        yield changed


def _pieces(runs: Iterable[Run]) -> Iterator[Piece]:
    same = ""
    for old, new in runs:
        if list(old) == list(new):
            same += "".join(old)
            continue
        if same:
            yield Piece(SAME, same)
            same = ""
        yield from (Piece(kind, "".join(words)) for kind, words in ((REMOVED, old), (ADDED, new)) if words)
    if same:
        yield Piece(SAME, same)
