"""Rules for coaching phases: when one can start, and the pace that is usual (EL-05). No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.durations import Length, Usual, usual
from dates.months import months_after
from dates.plausible import not_happened
from findings import Finding, Severity, blocking

ORDER = ("apply", "align", "resource", "discover", "deliver", "sustain")
PLACE = "phases"

# ── Starting a phase ─────────────────────────────────────────────────────────────────────────


def following(phase: str) -> str | None:
    """Return the phase that comes after one; None after the last."""
    after = ORDER[ORDER.index(phase) + 1 :]
    return after[0] if after else None


def goes_back(phase: str, to: str) -> bool:
    return ORDER.index(to) < ORDER.index(phase)


def day_faults(on: datetime.date, today: datetime.date, *, began_on: datetime.date, follows: datetime.date | None) -> Iterator[Finding]:
    """Yield why a phase can't start on a day: it must have started, after the application and after the phase before it started."""
    yield from not_happened(on, today, since=began_on)
    if follows and began_on <= on < follows:
        params = {"follows": date_format(follows, "j F Y")}
        message = _("That date is before the current phase started, on %(follows)s.") % params
        yield blocking("day-too-early", message, _("Use %(follows)s or a later date.") % params)


def unmet_entry(conditions: Iterable[str]) -> Iterator[Finding]:
    """Yield a warning for each entry condition that isn't ticked."""
    for condition in conditions:
        yield Finding(
            "entry-not-ticked", Severity.WARNS, condition, _("Tick it, or say in the note why the phase starts without it."), PLACE
        )


def note_faults(note: str, *, unmet: int, back: bool) -> Iterator[Finding]:
    """Yield why a note is required: the phase starts before its entry conditions are met, or an earlier phase starts again."""
    if note.strip():
        return
    if unmet:
        message = ngettext("%(count)d entry condition isn’t ticked.", "%(count)d entry conditions aren’t ticked.", unmet)
        yield blocking("phase-no-note", message % {"count": unmet}, _("Say in the note why the phase starts anyway."), PLACE)
    elif back:
        message = _("This phase comes before the current one.")
        yield blocking("phase-no-note", message, _("Say in the note why the residency goes back to it."), PLACE)


# ── The usual pace ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Milestone:
    """What a team has usually reached by the end of a month, counted from the start of the align phase, and in which phase."""

    month: int
    phase: str
    text: Any


PACE = (
    Milestone(1, "resource", gettext_lazy("the team is in place and aligned")),
    Milestone(2, "discover", gettext_lazy("the problem is clear")),
    Milestone(3, "discover", gettext_lazy("users are trying a prototype")),
    Milestone(4, "discover", gettext_lazy("there is an alpha")),
    Milestone(6, "deliver", gettext_lazy("the team is coaching others")),
    Milestone(8, "deliver", gettext_lazy("there is a beta")),
    Milestone(12, "sustain", gettext_lazy("the team is ready to graduate")),
)


@dataclass(frozen=True)
class Span:
    """A phase from a day until, not including, another; without an end it is the current one."""

    phase: str
    from_on: datetime.date
    to_on: datetime.date | None = None

    def days(self, today: datetime.date) -> int:
        return max(0, ((self.to_on or today) - self.from_on).days)


def pace_began_on(spans: Iterable[Span]) -> datetime.date | None:
    """Return the day from which months are counted: when the first phase after the application started."""
    return min((span.from_on for span in spans if span.phase != ORDER[0]), default=None)


def month_of(began_on: datetime.date, today: datetime.date) -> int:
    """Return the number of the month that a day is in, the first month being 1."""
    months = (today.year - began_on.year) * 12 + today.month - began_on.month
    return months + 1 if months_after(began_on, months) <= today else months


def ahead(month: int) -> Milestone | None:
    """Return the milestone that is usually reached next; None after the last."""
    return next((milestone for milestone in PACE if milestone.month >= month), None)


def pace_in_words(spans: Sequence[Span], today: datetime.date) -> str:
    """Return where a residency is, and what is usual by then; empty while it is still applying.

    It names the phase that is usual only if the residency isn't that far.
    """
    began_on = pace_began_on(spans)
    if began_on is None or began_on > today:
        return ""
    month = month_of(began_on, today)
    milestone = ahead(month)
    if milestone is None:
        return _("Month %(month)d. After %(last)d months, usually %(text)s.") % {
            "month": month,
            "last": PACE[-1].month,
            "text": PACE[-1].text,
        }
    return _("Month %(month)d. By the end of month %(by)d, usually %(text)s.") % {
        "month": month,
        "by": milestone.month,
        "text": milestone.text,
    }


def usual_phase(spans: Sequence[Span], today: datetime.date) -> str | None:
    """Return the phase of the last milestone that is usually reached before this month, if it is later than the residency's own."""
    began_on = pace_began_on(spans)
    current = next((span.phase for span in spans if span.to_on is None), None)
    if began_on is None or current is None or began_on > today:
        return None
    month = month_of(began_on, today)
    usual = next((milestone.phase for milestone in reversed(PACE) if milestone.month < month), ORDER[0])
    return usual if goes_back(usual, current) else None


@dataclass(frozen=True)
class PastPhase:
    """How long another residency was in a phase, and for which ministry it is."""

    ministry: int
    length: Length


@dataclass(frozen=True)
class PastPace:
    """How long a phase usually takes: among residencies of the same ministry (`alike`) if there are enough, otherwise among all."""

    usual: Usual
    alike: bool


def past_pace(past: Sequence[PastPhase], ministry: int) -> PastPace | None:
    """Return the usual length of a phase; None for fewer than five residencies (EL-99)."""
    if alike := usual([phase.length for phase in past if phase.ministry == ministry]):
        return PastPace(alike, alike=True)
    everyone = usual([phase.length for phase in past])
    return PastPace(everyone, alike=False) if everyone else None


def past_pace_in_words(past: PastPace, phase: str, ministry: str) -> str:
    """Say how long a phase usually takes, how many residencies that is, and for which ministry if it is only one."""
    params = {"count": past.usual.count, "phase": phase, "ministry": ministry}
    if past.usual.half is None:
        if past.alike:
            return _("Of %(count)d residencies for %(ministry)s in “%(phase)s”, fewer than half have left it so far.") % params
        return _("Of %(count)d residencies in “%(phase)s”, fewer than half have left it so far.") % params
    params["half"] = length_in_words(past.usual.half)
    if past.alike:
        words = _("Half of %(count)d residencies for %(ministry)s left “%(phase)s” within %(half)s") % params
    else:
        words = _("Half of %(count)d residencies left “%(phase)s” within %(half)s") % params
    if past.usual.nine_in_ten is None:
        return words + "."
    return words + _(", and nine in ten within %(most)s.") % {"most": length_in_words(past.usual.nine_in_ten)}


def length_in_words(days: int) -> str:
    """Return a length in days, or in months from about a month and a half on."""
    if days < 45:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    months = round(days / 30.44)
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
