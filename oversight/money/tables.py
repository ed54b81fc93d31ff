"""The table of a fiscal year's entries, and its filters."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversight.choices import LineKind, Payer
from oversight.models import MoneyLine
from web.paging import CellColumn, Table
from web.templatetags.portal import day_short, dollars

ACTS = '<span class="cluster text-small"><a href="{}">{}<span class="visually-hidden">: {}</span></a><a href="{}">{}<span class="visually-hidden">: {}</span></a></span>'
MONEY = {"td": {"class": "money"}, "th": {"class": "money"}}


def _item(line: MoneyLine) -> SafeString:
    """What an entry is for."""
    below = [", ".join(part for part in (line.vendor, line.source) if part), _corrected(line)]
    return format_html("{}{}", line.item, format_html_join("", '<span class="cell-sub">{}</span>', ((part,) for part in below if part)))


def _corrected(line: MoneyLine) -> str:
    return _t("Corrected: %(reason)s") % {"reason": line.reason} if line.reason else ""


class LineTable(Table):
    """One row per entry, newest first."""

    on = CellColumn(lambda line: day_short(line.on), verbose_name=_("Date"), attrs={"td": {"class": "nowrap"}})
    item = CellColumn(_item, verbose_name=_("Item"), orderable=False)
    kind = tables.Column(_("Kind"), accessor="get_kind_display", orderable=False)
    payer = tables.Column(_("Who pays"), accessor="get_payer_display", orderable=False)
    amount = CellColumn(lambda line: dollars(line.amount_cents), verbose_name=_("Amount"), accessor="amount_cents", attrs=MONEY)
    acts = tables.Column(_("Change"), orderable=False, empty_values=(), attrs={"td": {"class": "no-print"}, "th": {"class": "no-print"}})

    label = _("Money entries of the year")
    cards = True

    def __init__(self, *args: Any, reference: str, may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if may_keep else ("acts",), **kwargs)
        self.reference = reference

    def render_acts(self, record: MoneyLine) -> SafeString:
        """Links to correct or remove the entry."""
        args = [self.reference, record.pk]
        correct, remove = reverse("money-correct", args=args), reverse("money-remove", args=args)
        return format_html(ACTS, correct, _t("Correct"), record.item, remove, _t("Remove"), record.item)

    class Meta:
        model = MoneyLine
        fields = ("on", "item", "kind", "payer", "amount", "acts")


class LineFilter(django_filters.FilterSet):
    """Filters by kind, payer, and words in the item, vendor or source. Keeps the year in the address."""

    year = django_filters.CharFilter(method="of_year", widget=forms.HiddenInput)
    q = django_filters.CharFilter(label=_("Item, vendor or source"), method="by_words", widget=forms.TextInput(attrs={"type": "search"}))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=LineKind.choices, empty_label=_("All"))
    payer = django_filters.ChoiceFilter(label=_("Who pays"), choices=Payer.choices, empty_label=_("All"))

    class Meta:
        model = MoneyLine
        fields: tuple[str, ...] = ()

    def of_year(self, rows: QuerySet[MoneyLine], name: str, year: str) -> QuerySet[MoneyLine]:
        """Do nothing: the page has already selected the year."""
        return rows

    def by_words(self, rows: QuerySet[MoneyLine], name: str, words: str) -> QuerySet[MoneyLine]:
        words = words.replace("\x00", "").strip()[:100]
        return rows.filter(Q(item__icontains=words) | Q(vendor__icontains=words) | Q(source__icontains=words))

    @property
    def narrows(self) -> bool:
        """Return whether any filter is set."""
        return self.form.is_valid() and any(self.form.cleaned_data[name] for name in ("q", "kind", "payer"))
