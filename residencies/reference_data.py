"""The program's figures on a day, and the act that changes one (EL-08).

Where the lab's sources differ, the agreement's own figure is the default.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from acts.act import Actor, account_of, act
from dates.database import entered_by
from findings import refuse
from ledger.actions import append, lab_stream
from residencies.models.reference_data import Figure


@dataclass(frozen=True)
class Known:
    default: int
    label: Any
    unit: Any
    least: int = 0
    most: int = 1_000_000_000


FIGURES: dict[str, Known] = {
    "team_most": Known(9, _l("Maximum people on a team"), _l("people"), 1, 30),
    "team_usual_least": Known(5, _l("Usual minimum of people on a team"), _l("people"), 1, 30),
    "government_employees": Known(2, _l("Minimum government employees on a team"), _l("people"), 0, 9),
    "cost_least_dollars": Known(800_000, _l("Usual yearly cost of a team, lowest"), _l("dollars")),
    "cost_most_dollars": Known(1_300_000, _l("Usual yearly cost of a team, highest"), _l("dollars")),
    "sprint_weeks": Known(2, _l("Usual length of a sprint"), _l("weeks"), 1, 4),
    "months_to_graduation": Known(6, _l("Time from the final live release to graduation"), _l("months"), 1, 24),
    "review_working_days": Known(10, _l("Time to answer an intake"), _l("working days"), 1, 90),
    "graduation_nears_days": Known(90, _l("Vendor handover check, before graduation is due"), _l("days"), 1, 365),
    "training_hours_adm": Known(3, _l("Lab training for an assistant deputy minister"), _l("hours"), 0, 70),
    "training_hours_ed": Known(7, _l("Lab training for an executive director"), _l("hours"), 0, 70),
    "training_hours_cfo": Known(3, _l("Lab training for a chief financial officer"), _l("hours"), 0, 70),
    "training_hours_cio": Known(7, _l("Lab training for a ministry chief information officer"), _l("hours"), 0, 70),
    "training_hours_other": Known(3, _l("Lab training for another leader"), _l("hours"), 0, 70),
    "training_hours_lab": Known(7, _l("Lab training for a leader of the lab"), _l("hours"), 0, 70),
    "training_hours_lead": Known(14, _l("Lab training for an alliance lead"), _l("hours"), 0, 70),
    "report_weeks": Known(4, _l("Time between status reports, 0 for none"), _l("weeks"), 0, 13),
    "conversation_working_days": Known(10, _l("Time to hold a conversation after it is opened"), _l("working days"), 1, 90),
}


def figure(name: str, on: datetime.date) -> int:
    """The figure `name` as it stands on `on`. Raises KeyError for an unknown name."""
    row = Figure.objects.filter(name=name, valid_from__lte=on).order_by("-valid_from", "-pk").values_list("value", flat=True).first()
    return FIGURES[name].default if row is None else row


def all_figures(on: datetime.date) -> dict[str, int]:
    """Every figure as it stands on `on`, in one query."""
    return figures_over([on])[on]


_read_once: ContextVar[list[tuple[datetime.date, str, int]] | None] = ContextVar("figures_read_once", default=None)


@contextmanager
def figures_read_once() -> Iterator[None]:
    """Read the figures once for everything in the block; nothing in it may set one. One query."""
    token = _read_once.set(list(Figure.objects.order_by("valid_from", "pk").values_list("valid_from", "name", "value")))
    try:
        yield
    finally:
        _read_once.reset(token)


def figures_over(days: Collection[datetime.date]) -> dict[datetime.date, dict[str, int]]:
    """Every figure as it stands on each of `days`, in one query, or none within `figures_read_once`."""
    rows = _read_once.get()
    if rows is None:
        asked = Figure.objects.filter(valid_from__lte=max(days)).order_by("valid_from", "pk")
        rows = list(asked.values_list("valid_from", "name", "value"))
    defaults = {name: known.default for name, known in FIGURES.items()}
    return {day: defaults | {name: value for since, name, value in rows if since <= day} for day in days}


def figure_history(name: str, known_at: datetime.datetime | None = None) -> Callable[[datetime.date], int]:
    """Return a function that gives a figure as it stands on a day; one query, and none for each day. `known_at` leaves out later rows."""
    known = entered_by(known_at, "set_at") if known_at else Q()
    rows = list(Figure.objects.filter(known, name=name).order_by("valid_from", "pk").values_list("valid_from", "value"))
    steps = [(datetime.date.min, FIGURES[name].default), *rows]
    return lambda day: [value for since, value in steps if since <= day][-1]


def yearly_cost(on: datetime.date) -> tuple[int, int]:
    """Return the least and the most that a team usually costs in a year, in dollars; one query (EL-70)."""
    figures = all_figures(on)
    return figures["cost_least_dollars"], figures["cost_most_dollars"]


def report_weeks(on: datetime.date) -> int:
    """Return how many weeks there usually are between a residency's status reports; one query (EL-96)."""
    return figure("report_weeks", on)


@act("residencies.administer")
def set_figure(name: str, value: int, *, valid_from: datetime.date, by: Actor, reason: str = "") -> Figure:
    """Let `name` be `value` from a day on; rules read it from then (EL-08).

    A figure that was set for the same day is corrected: its row stays, with who set it and when. Raises ValueError
    outside its bounds, and `Refused` (`no-reason`) for a correction without a reason.
    """
    known = FIGURES[name]
    if not known.least <= value <= known.most:
        raise ValueError(f"{name} is from {known.least} to {known.most}")
    wrong = Figure.objects.filter(name=name, valid_from=valid_from).first()
    if wrong and not reason.strip():
        message = _("This figure is already set to %(value)s for that date.") % {"value": wrong.value}
        raise refuse("no-reason", message, _("To correct it, give a reason."))
    before = figure(name, valid_from)
    row = Figure.objects.create(name=name, value=value, valid_from=valid_from, set_by=account_of(by), reason=reason.strip())
    facts = {"name": name, "from": before, "to": value, "on": valid_from, "reason": reason.strip()}
    append(lab_stream(), "figure-corrected" if wrong else "figure-set", by=by, facts=facts)
    return row
