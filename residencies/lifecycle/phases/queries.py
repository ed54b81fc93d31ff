"""What the pages about coaching phases show: each phase with what was ticked, the phases so far, and the pace (EL-05)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from dates.durations import Length
from oversight.checklists.queries import ListOfTicks, TickRow, ticks_of
from oversight.models import ChecklistItem, TaskState
from residencies.lifecycle.phases import rules
from residencies.lifecycle.phases.checklists import GUIDES, SIGNS, Guide
from residencies.models import PhaseSpan, Residency
from residencies.models.states import Phase, State

RECENT = 500
"""How many spans of a phase its usual length is counted from: those that began last, so that open ones are among them."""


def unmet_entry(residency: Residency, phase: str) -> list[str]:
    """Return the entry conditions of a phase that aren't ticked; one query."""
    template = SIGNS[Phase(phase)]
    ticks = ticks_of(residency, template)[template.code]
    return [row.item.text for row in ticks.rows if row.is_entry and not row.is_ticked]


@dataclass(frozen=True)
class PhaseCard:
    """A phase as a residency's page shows it."""

    phase: Phase
    guide: Guide
    is_current: bool
    ticks: ListOfTicks

    @property
    def entry(self) -> list[TickRow]:
        return [row for row in self.ticks.rows if row.is_entry]

    @property
    def success(self) -> list[TickRow]:
        return [row for row in self.ticks.rows if not row.is_entry]


@dataclass(frozen=True)
class SpanRow:
    """A time that a residency was in a phase."""

    span: PhaseSpan
    length: str


class Pace:
    """Where a residency is, beside the usual pace and that of past residencies; two queries."""

    def __init__(self, residency: Residency, today: datetime.date) -> None:
        self.residency, self.today = residency, today
        self.spans = list(PhaseSpan.objects.filter(residency=residency))

    @cached_property
    def _plain(self) -> list[rules.Span]:
        return [rules.Span(span.phase, span.from_on, span.to_on) for span in self.spans]

    @cached_property
    def lines(self) -> list[str]:
        """Return the pace in sentences; empty while the residency is still applying, and once it has ended."""
        words = rules.pace_in_words(self._plain, self.today) if self.residency.is_under_way else ""
        if not words:
            return []
        usual = rules.usual_phase(self._plain, self.today)
        lines = [words]
        if usual:
            lines.append(_("The usual phase by now is “%(phase)s”.") % {"phase": Phase(usual).label})
        ministry = self.residency.program_area.ministry
        if past := past_pace(self.residency, self.today):
            lines.append(rules.past_pace_in_words(past, self.residency.get_phase_display(), ministry.name))
        return lines

    @property
    def rows(self) -> list[SpanRow]:
        """Return the phases so far, the newest first."""
        pairs = zip(self.spans, self._plain, strict=True)
        return [SpanRow(span, rules.length_in_words(plain.days(self.today))) for span, plain in pairs][::-1]


def past_pace(residency: Residency, today: datetime.date) -> rules.PastPace | None:
    """Return how long other residencies were in the phase that this one is in, of those that came to it last; one query.

    Those that are still in it, or ended in it without graduating, count as open: for as long as they were in it.
    """
    spans = PhaseSpan.objects.filter(phase=residency.phase).exclude(residency=residency).order_by("-from_on", "-pk")
    days: dict[int, int] = defaultdict(int)
    left: dict[int, bool] = {}
    ministries: dict[int, int] = {}
    rows = spans.values_list(
        "residency", "residency__program_area__ministry", "from_on", "to_on", "residency__ended_on", "residency__state"
    )
    for key, ministry, from_on, to_on, ended_on, state in rows[:RECENT]:
        days[key] += max(0, ((to_on or today) - from_on).days)
        cut_short = ended_on is not None and to_on == ended_on and state != State.GRADUATED
        left[key] = left.get(key, True) and to_on is not None and not cut_short
        ministries[key] = ministry
    past = [rules.PastPhase(ministries[key], Length(count, finished=left[key])) for key, count in days.items()]
    return rules.past_pace(past, residency.program_area.ministry_id)


def phase_cards(residency: Residency) -> list[PhaseCard]:
    """Return every phase with what was ticked; one query."""
    lists = ticks_of(residency, *SIGNS.values())
    return [PhaseCard(phase, GUIDES[phase], phase == residency.phase, lists[template.code]) for phase, template in SIGNS.items()]


def signs_ticked(residency: Residency) -> tuple[int, int]:
    """Return how many success signs of the current phase are ticked, and how many there are; one query."""
    template = SIGNS[Phase(residency.phase)]
    codes = [item.code for item in template.items if not item.is_entry]
    rows = ChecklistItem.objects.filter(checklist__stream=residency.stream_id, checklist__code=template.code, code__in=codes)
    return rows.filter(state=TaskState.DONE).count(), len(codes)
