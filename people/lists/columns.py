"""The column in which rows are selected."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SelectColumn(tables.Column):
    """A box to tick in each row, part of the form with the id "selection"; the head ticks all on the page, by script."""

    def __init__(self) -> None:
        super().__init__(verbose_name=gettext_lazy("Select"), orderable=False, empty_values=(), attrs={"td": {"class": "cell-select"}, "th": {"class": "cell-select"}})

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
