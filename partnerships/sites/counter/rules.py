"""What taps add up to: who came, whether to the right organization, who was served, and how they rated it (SP-07). Counts in, figures out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from dates.durations import LEAST

Counts = Mapping[tuple[str, int], int]  # taps by kind and score, 0 without one


@dataclass(frozen=True)
class Tapped:
    """The figures of some taps. A share or a score of fewer than five is None."""

    arrived: int
    served: int
    right_rate: float | None
    quality: float | None


def tapped(counts: Counts) -> Tapped:
    """Return the figures of taps: clients who arrived and who were served, the right-organization rate, and the average score."""
    by_kind = Counter[str]()
    for (kind, _score), count in counts.items():
        by_kind[kind] += count
    arrived, rated = by_kind["right"] + by_kind["wrong"], by_kind["quality"]
    points = sum(score * count for (kind, score), count in counts.items() if kind == "quality")
    return Tapped(
        arrived=arrived,
        served=by_kind["served"],
        right_rate=100 * by_kind["right"] / arrived if arrived >= LEAST else None,
        quality=points / rated if rated >= LEAST else None,
    )
