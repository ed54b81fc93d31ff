"""Rows that are selected, and one act on each of them: what was done, and why the rest was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import django_tables2 as tables
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from web.acts import carry_out

MOST_ROWS = 100  # of a page
MOST_NAMES = 8  # in a sentence

Row = TypeVar("Row")


@dataclass
class Outcome:
    """What came of an act on many rows: those it was carried out on, and the names of the others by the reason."""

    done: list[Any] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, name: object, reason: str) -> None:
        self.refused.setdefault(reason, []).append(str(name))


def for_each(rows: Iterable[Row], act: Callable[[Row], Any], *, name: Callable[[Row], object] = str) -> Outcome:
    """Carry out `act` on each row, every one in a transaction of its own: a row that is refused keeps no other back."""
    outcome = Outcome()
    for row in rows:
        try:
            result = carry_out(lambda row=row: act(row))  # type: ignore[misc]
        except PermissionDenied:
            outcome.leave_out(name(row), _("You don’t have permission to do this."))
            continue
        if result:
            outcome.done.append(row)
        else:
            outcome.leave_out(name(row), result.findings[0].message)
    return outcome


def selected(query: QueryDict) -> list[int]:
    """The keys of the rows that were selected, those of one page at most; none where something else was sent."""
    keys = query.getlist("row")[:MOST_ROWS]
    return list(dict.fromkeys(int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19))


def report(request: HttpRequest, outcome: Outcome, done: str) -> None:
    """Say what was `done`, and for each reason which rows were refused."""
    if outcome.done:
        messages.success(request, done)
    for reason, names in outcome.refused.items():
        params = {"reason": reason.rstrip("."), "names": listed(names)}
        messages.warning(request, _("%(reason)s: %(names)s.") % params)


def nothing_selected(request: HttpRequest) -> None:
    messages.warning(request, _("Select at least one row first."))


def listed(names: list[str]) -> str:
    """The first of `names`, and how many more there are."""
    left = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return (
        ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", left) % {"names": shown, "count": left}
        if left > 0
        else shown
    )


# ── In the table ─────────────────────────────────────────────────────────────────────────────


class SelectColumn(tables.Column):
    """A box to tick in each row, part of the form with the id "selection"; the head ticks all on the page, by script."""

    def __init__(self) -> None:
        super().__init__(
            verbose_name=gettext_lazy("Select"),
            orderable=False,
            empty_values=(),
            attrs={"td": {"class": "cell-select"}, "th": {"class": "cell-select"}},
        )

    @property
    def header(self) -> SafeString:
        return select_all()

    def render(self, record: Any) -> SafeString:
        return select_box(record.pk, str(record))


def select_all() -> SafeString:
    """Shown by script (portal.js): without it there is nothing that a press here could do."""
    text = _("Select all on this page")
    return format_html(
        '<span class="visually-hidden">{}</span><input class="form-check-input" type="checkbox" data-select-all aria-label="{}" hidden>',
        _("Select"),
        text,
    )


def select_box(pk: int, name: str) -> SafeString:
    """The box of one row."""
    label = _("Select %(name)s") % {"name": name}
    return format_html('<input class="form-check-input" type="checkbox" name="row" value="{}" form="selection" aria-label="{}">', pk, label)
