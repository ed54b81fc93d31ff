"""Which figures the programme has, and what they are on a day (EL-08).

Where the lab's sources differ, the agreement's own figure is the default.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.actions import append, lab_stream
from residencies.models.programme import Figure


@dataclass(frozen=True)
class Known:
    default: int
    label: Any
    unit: Any
    least: int = 0
    most: int = 1_000_000_000


FIGURES: dict[str, Known] = {
    "team_most": Known(9, _("People on a team, at most"), _("people"), 1, 30),
    "team_usual_least": Known(5, _("People on a team, usually at least"), _("people"), 1, 30),
    "government_employees": Known(2, _("Government employees on a team, at least"), _("people"), 0, 9),
    "cost_least_dollars": Known(800_000, _("Yearly cost of a team, from"), _("dollars")),
    "cost_most_dollars": Known(1_300_000, _("Yearly cost of a team, to"), _("dollars")),
    "sprint_weeks": Known(2, _("Length of a sprint, usually"), _("weeks"), 1, 4),
    "months_to_graduation": Known(6, _("From the final live release to graduation"), _("months"), 1, 24),
    "review_working_days": Known(10, _("To answer an intake once it was sent"), _("working days"), 1, 90),
    "graduation_nears_days": Known(90, _("Before graduation is due, hand-over from vendors is checked"), _("days"), 1, 365),
    "training_hours_adm": Known(3, _("Lab training of an assistant deputy minister"), _("hours"), 0, 70),
    "training_hours_ed": Known(7, _("Lab training of an executive director"), _("hours"), 0, 70),
    "training_hours_cfo": Known(3, _("Lab training of a chief financial officer"), _("hours"), 0, 70),
    "training_hours_cio": Known(7, _("Lab training of a ministry chief information officer"), _("hours"), 0, 70),
    "training_hours_other": Known(3, _("Lab training of another leader"), _("hours"), 0, 70),
    "training_hours_lead": Known(14, _("Lab training of an alliance lead"), _("hours"), 0, 70),
    "conversation_working_days": Known(10, _("To hold a conversation once opened"), _("working days"), 1, 90),
}


def figure(name: str, on: datetime.date) -> int:
    """The figure `name` as it stands on `on`. Raises KeyError for an unknown name."""
    row = Figure.objects.filter(name=name, valid_from__lte=on).order_by("-valid_from").values_list("value", flat=True).first()
    return FIGURES[name].default if row is None else row


def all_figures(on: datetime.date) -> dict[str, int]:
    """Every figure as it stands on `on`, in one query."""
    return figures_over([on])[on]


def figures_over(days: Collection[datetime.date]) -> dict[datetime.date, dict[str, int]]:
    """Every figure as it stands on each of `days`, in one query."""
    rows = list(Figure.objects.filter(valid_from__lte=max(days)).order_by("valid_from").values_list("valid_from", "name", "value"))
    defaults = {name: known.default for name, known in FIGURES.items()}
    return {day: defaults | {name: value for since, name, value in rows if since <= day} for day in days}


@transaction.atomic
def set_figure(name: str, value: int, *, valid_from: datetime.date, by: Any, reason: str = "") -> Figure:
    """Let `name` be `value` from a day on; rules read it from then. Raises ValueError outside its bounds."""
    known = FIGURES[name]
    if not known.least <= value <= known.most:
        raise ValueError(f"{name} is from {known.least} to {known.most}")
    before = figure(name, valid_from)
    row, _made = Figure.objects.update_or_create(
        name=name, valid_from=valid_from, defaults={"value": value, "set_by": by, "reason": reason}
    )
    append(lab_stream(), "figure-set", by=by, facts={"name": name, "from": before, "to": value, "on": valid_from, "reason": reason})
    return row
