"""Rules for checklists: when a task is due, how much of a list is done, and what a step still requires. No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.months import months_after
from dates.working_days import on_or_after, on_or_before, working_days_after, working_days_before
from findings import Finding, Severity

START, LIVE, GRADUATION, END, DATE = "start", "live", "graduation", "end", "date"
OPEN, DOING, DONE, NOT_APPLICABLE = "open", "doing", "done", "not_applicable"
GRADUATE = "graduate"
Anchors = Mapping[str, datetime.date | None]

# ── Due dates ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Offset:
    """A distance from an anchor's day: calendar months, then working days; before it if negative."""

    anchor: str
    months: int = 0
    days: int = 0


def due_on(offset: Offset, anchors: Anchors) -> datetime.date | None:
    """Return the day an offset leads to, or None if the anchor's day isn't known yet.

    An offset in months is moved to a working day: to the next one if it is after the anchor, to the last one if it is before.
    """
    day = anchors.get(offset.anchor)
    if day is None:
        return None
    day = months_after(day, offset.months)
    if offset.days:
        return working_days_after(day, offset.days) if offset.days > 0 else working_days_before(day, -offset.days)
    if offset.months:
        return on_or_after(day) if offset.months > 0 else on_or_before(day)
    return day


UNKNOWN = {
    START: gettext_lazy("Once it has started"),
    LIVE: gettext_lazy("Once live"),
    GRADUATION: gettext_lazy("Once live"),
    END: gettext_lazy("Once it has ended"),
    DATE: gettext_lazy("No due date"),
}
DAYS_OF = {
    START: gettext_lazy("the start"),
    LIVE: gettext_lazy("going live"),
    GRADUATION: gettext_lazy("graduation"),
    END: gettext_lazy("the end"),
}


def offset_in_words(offset: Offset) -> str:
    """Return an offset in words, such as "10 working days before graduation"; empty for a date that was set."""
    if offset.anchor not in DAYS_OF:
        return ""
    params = {"anchor": str(DAYS_OF[offset.anchor])}
    if not offset.months and not offset.days:
        return _("on the day of %(anchor)s") % params
    count = offset.months or offset.days
    span = (
        ngettext("%(count)d month", "%(count)d months", abs(count))
        if offset.months
        else ngettext("%(count)d working day", "%(count)d working days", abs(count))
    )
    params["span"] = span % {"count": abs(count)}
    return (_("%(span)s after %(anchor)s") if count > 0 else _("%(span)s before %(anchor)s")) % params


# ── How much is done ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Progress:
    """How many tasks of a list are done, and how many are not applicable, which counts as done."""

    done: int
    not_applicable: int
    total: int

    @property
    def settled(self) -> int:
        return self.done + self.not_applicable

    @property
    def is_complete(self) -> bool:
        return self.settled == self.total


def progress(states: Iterable[str]) -> Progress:
    """Return the progress of a list from its tasks' states."""
    states = list(states)
    return Progress(states.count(DONE), states.count(NOT_APPLICABLE), len(states))


# ── What a step requires ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RequiredTask:
    """A task that a step requires: whether and when it was done, and whether it has evidence."""

    code: str
    text: str
    blocks: str
    state: str = OPEN
    done_on: datetime.date | None = None
    evidence_needed: bool = False
    has_evidence: bool = False

    def is_settled(self, on: datetime.date) -> bool:
        """Return whether it counts on a day: not applicable, or done by then, with evidence if it needs any."""
        if self.state == NOT_APPLICABLE:
            return True
        done = self.state == DONE and self.done_on is not None and self.done_on <= on
        return done and (self.has_evidence or not self.evidence_needed)

    @property
    def lacks_evidence(self) -> bool:
        """Return whether only the evidence is missing."""
        return self.state == DONE and self.evidence_needed and not self.has_evidence


SEVERITIES = {START: Severity.BLOCKS_START, LIVE: Severity.BLOCKS_LIVE, GRADUATE: Severity.BLOCKS}


def unsettled(tasks: Iterable[RequiredTask], step: str, on: datetime.date) -> Iterator[Finding]:
    """Yield a finding for each task that `step` requires and that isn't done on the date `on` (EL-72)."""
    for task in tasks:
        if task.blocks != step or task.is_settled(on):
            continue
        params = {"task": task.text}
        if task.lacks_evidence:
            message, remedy = _("There is no evidence for this task: %(task)s.") % params, _("Add a link or a file to the task.")
        else:
            message, remedy = _("This task isn’t done: %(task)s.") % params, _("Mark the task as done.")
        yield Finding("task-not-done", SEVERITIES[step], message, remedy, "tasks")


# ── Links ────────────────────────────────────────────────────────────────────────────────────


def link_elsewhere(link: str, sites: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for a link that leads to none of `sites`: hosts, some with the beginning of a path. Without sites, any link is fine.

    Only the form of the link is checked; it isn't opened.
    """
    if not sites or any(_leads_to(link.strip(), site) for site in sites):
        return
    params = {"link": link.strip()[:100], "places": ", ".join(sites)}
    message = _("“%(link)s” isn’t on a site where this can be seen.") % params
    yield Finding("link-elsewhere", Severity.BLOCKS, message, _("Use a link to one of these: %(places)s.") % params, "tasks")


def _leads_to(link: str, site: str) -> bool:
    """Return whether a link is a plain https address on a site, or of something within an organization there."""
    try:
        parts = urlsplit(link)
        plain = parts.scheme == "https" and bool(parts.hostname) and parts.port is None and "@" not in parts.netloc and "\\" not in link
    except ValueError:
        return False
    host, _slash, organization = site.partition("/")
    if not plain or (parts.hostname or "").removeprefix("www.") != host:
        return False
    first, _slash, rest = parts.path.lstrip("/").partition("/")
    # The organization or one of its sisters (bcgov-c), and something in it.
    is_within = first.lower() == organization or first.lower().startswith(f"{organization}-")
    return not organization or (is_within and bool(rest.strip("/")))
