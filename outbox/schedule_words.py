"""A schedule in the words of people (EL-60): "5 months before", "on the day", "then every 7 days"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outbox.schedules import Schedule, Step


def when(step: Step) -> str:
    """ "2 months before", "on the day", "14 days after"."""
    if not step.months and not step.days:
        return _("on the day")
    parts = []
    if step.months:
        parts.append(ngettext("%(count)d month", "%(count)d months", abs(step.months)) % {"count": abs(step.months)})
    if step.days:
        parts.append(ngettext("%(count)d day", "%(count)d days", abs(step.days)) % {"count": abs(step.days)})
    params = {"time": _(" and ").join(parts)}
    return (_("%(time)s before") if (step.months or step.days) < 0 else _("%(time)s after")) % params


def describe_schedule(schedule: Schedule, audiences: Mapping[str, Any]) -> list[str]:
    """A line a step, with whom it is for where that differs, then how it goes on."""
    lines = [_line(step, audiences) for step in schedule.steps]
    if schedule.every_days:
        again = ngettext("then every day", "then every %(count)d days", schedule.every_days) % {"count": schedule.every_days}
        most = ngettext("%(count)d time at most", "%(count)d times at most", schedule.most) % {"count": schedule.most}
        lines.append(f"{again}, {most if schedule.most else _('as long as its cause lasts')}")
    return lines


def _line(step: Step, audiences: Mapping[str, Any]) -> str:
    """ "14 days before", to those whom it is usually for; others are named."""
    usual = next(iter(audiences))
    others = [str(audiences.get(to, to)) for to in step.to if to != usual]
    if usual in step.to and not others:
        return when(step)
    params = {"when": when(step), "whom": _(" and ").join(others)}
    return (_("%(when)s, also to %(whom)s") if usual in step.to else _("%(when)s, only to %(whom)s")) % params


def in_a_sentence(schedule: Schedule, audiences: Mapping[str, Any]) -> str:
    """All of it on one line, for the ledger and for lists."""
    return ", ".join(describe_schedule(schedule, audiences))
