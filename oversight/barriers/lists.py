"""Barriers and risks across all subjects: the lists, each level's in-tray, and systemic barriers (EL-73, EL-74)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from ledger.memory import head_of_all, html_under
from ledger.subjects import visible_to
from oversight.barriers.queries import Rated, heat_map, largest_suggestions, prices_of, systemic_barriers, trays
from oversight.choices import BarrierState, Gravity, Scope
from oversight.models import Barrier, Category, Level, Risk
from oversight.status.queries import decisions_by_body
from oversight.templatetags.oversight import rating, review, where
from people.lists.page import View, list_page
from people.models import BodySeat, User
from spelling.compare import search_words
from web.access import needs
from web.exports import export
from web.paging import COUNTED, PAGE_SIZES, CellColumn, KeyedRows, Table, in_order, without_account

WIDE = {"td": {"class": "cell-wide"}}


def _what(row: Barrier | Risk) -> SafeString:
    category = "" if row.category is None else row.category
    return format_html('<a href="{}">{}</a><span class="cell-sub">{}</span>', row.get_absolute_url(), row.text, category)


def _about(row: Barrier | Risk) -> str:
    return str(row.subject or _t("Several teams"))


class BarrierTable(Table):
    """One row per barrier, the earliest due date first."""

    what = CellColumn(_what, verbose_name=_("Barrier"), orderable=False, attrs=WIDE)
    about = CellColumn(_about, verbose_name=_("Team"), orderable=False, attrs=WIDE)
    where = CellColumn(where, verbose_name=_("Status"), orderable=False)
    severity = tables.Column(_("Severity"), accessor="get_severity_display", orderable=False)
    owner = tables.Column(_("Owner"), orderable=False, default="")

    label = _("Barriers")
    cards = True

    class Meta:
        model = Barrier
        fields = ("what", "about", "where", "severity", "owner")


class RiskRows(KeyedRows):
    """Counted and ordered by keys, which are read once with what the heat map shows; only the rows of the page are fetched whole."""

    @cached_property
    def rated(self) -> list[Rated]:
        """The key, text, likelihood and impact of the first rows."""
        return list(self.data.values_list("pk", "text", "likelihood", "impact")[: COUNTED + 1])

    @cached_property
    def _first(self) -> list[int]:
        return [row[0] for row in self.rated]

    def rows_of_page(self, keys: list[int]) -> list[Risk]:
        ratings = {key: (likelihood, impact) for key, _text, likelihood, impact in self.rated}
        if not ratings.keys() >= set(keys):  # past the first rows
            risks = Risk.objects.for_list().in_bulk(keys)
            return [risks[key] for key in keys if key in risks]
        risks = Risk.objects.with_subjects().in_bulk(keys)
        rows: list[Any] = [risks[key] for key in keys if key in risks]
        for row in rows:
            row.likelihood, row.impact = ratings[row.pk]
        return rows


class RiskTable(Table):
    """One row per risk, the highest rating first."""

    what = CellColumn(_what, verbose_name=_("Risk"), orderable=False, attrs=WIDE)
    about = CellColumn(_about, verbose_name=_("Team"), orderable=False, attrs=WIDE)
    rating = CellColumn(rating, verbose_name=_("Rating"), orderable=False)
    review = CellColumn(review, verbose_name=_("Next review"), orderable=False)
    owner = tables.Column(_("Owner"), orderable=False, default="")

    label = _("Risks")
    cards = True

    class Meta:
        model = Risk
        fields = ("what", "about", "rating", "review", "owner")


def in_words(rows: QuerySet[Any], words: str, user: User) -> QuerySet[Any]:
    """Return the rows whose own text has all the words, or whose subject is found by them."""
    sought = search_words(words)[:8]
    return rows.filter(
        _all_in("text__icontains", sought) | visible_to(user, "stream", lambda column: _all_in(f"{column}__contains", sought))
    )


def _all_in(lookup: str, sought: list[str]) -> Q:
    condition = Q()
    for word in sought:
        condition &= Q(**{lookup: word})
    return condition


class BarrierFilter(django_filters.FilterSet):
    """Filters for barriers. Shows open ones unless a status is chosen."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", widget=forms.TextInput(attrs={"type": "search"}))
    level = django_filters.ModelChoiceFilter(label=_("Level"), queryset=Level.objects.all(), empty_label=_("All"))
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=Category.objects.all(), empty_label=_("All"))
    scope = django_filters.ChoiceFilter(label=_("Who is affected"), choices=Scope.choices, empty_label=_("All"))
    severity = django_filters.ChoiceFilter(label=_("Severity"), choices=Gravity.choices, empty_label=_("All"))
    state = django_filters.ChoiceFilter(
        label=_("Status"), choices=[*BarrierState.choices, ("all", _("All"))], method="at_state", empty_label=_("Open")
    )
    late = django_filters.BooleanFilter(label=_("Overdue"), method="over_time", widget=forms.CheckboxInput)

    class Meta:
        model = Barrier
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Barrier], name: str, words: str) -> QuerySet[Barrier]:
        return in_words(rows, words, self.request.user)

    def at_state(self, rows: QuerySet[Barrier], name: str, state: str) -> QuerySet[Barrier]:
        return rows if state == "all" else rows.filter(state=state)

    def over_time(self, rows: QuerySet[Barrier], name: str, late: bool) -> QuerySet[Barrier]:
        return rows.filter(due_on__lt=timezone.localdate()) if late else rows

    @property
    def qs(self) -> Any:
        rows = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data["state"]
        return rows if asked else rows.open()


# URL name and tab label of each page.
PARTS = (
    ("barrier-list", _("Barriers")),
    ("barrier-levels", _("By level")),
    ("barriers-systemic", _("Systemic")),
    ("risk-list", _("Risks")),
)


@dataclass(frozen=True)
class Part:
    label: Any
    url: str
    current: bool


def shown(request: HttpRequest, name: str, part: str, **context: Any) -> HttpResponse:
    """Render one of the lab-wide pages, with tabs to the others."""
    parts = [Part(label, reverse(address), address == part) for address, label in PARTS]
    return render(request, f"oversight/barriers/{name}.html", {"parts": parts, **context})


VIEWS = (View(_("Overdue"), {"late": "on"}), View(_("Systemic"), {"scope": "systemic"}))


def _filter(request: HttpRequest) -> BarrierFilter:
    return BarrierFilter(request.GET, queryset=Barrier.objects.for_list(), request=request)


@needs("oversight.view_all_barriers")
def barriers(request: HttpRequest) -> HttpResponse:
    """List every barrier across all subjects, the earliest due date first."""
    barrier_filter = _filter(request)
    table = BarrierTable(barrier_filter.qs)
    table.empty = {"title": _t("No barriers match these filters"), "text": _t("You can raise a barrier on a residency’s pages.")}
    page = list_page(request, table, barrier_filter, views=VIEWS, export="barrier-export")
    return shown(request, "list", "barrier-list", list=page)


@needs("oversight.view_all_barriers")
def export_barriers(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the filtered barriers as a spreadsheet."""
    header = (
        _("Team"), _("Barrier"), _("Category"), _("Who is affected"), _("Severity"), _("Status"), _("Level"), _("At this level since"),
        _("Due"), _("Owner"), _("Raised"), _("Closed"), _("Outcome"),
    )  # fmt: skip
    rows = (
        (
            str(row.subject or ""), row.text, str(row.category or ""), row.get_scope_display(), row.get_severity_display(),
            row.get_state_display(), row.level.name, row.here_since, row.due_on, str(row.owner or ""), row.raised_on, row.closed_on,
            row.outcome,
        )
        for row in in_order(request, BarrierTable(_filter(request).qs.with_since())).iterator(chunk_size=1000)
    )  # fmt: skip
    return export("barriers", file_format, header, rows)


@needs("oversight.view_all_barriers")
def levels(request: HttpRequest) -> HttpResponse:
    """Show every level with its number of barriers."""
    return shown(request, "levels", "barrier-levels", trays=trays(timezone.localdate()))


def level_or_404(user: User, level: int) -> Level:
    return get_object_or_404(Level.objects.select_related("body"), pk=level)


@needs("oversight.view_all_barriers", level_or_404)
def in_tray(request: HttpRequest, level: Level) -> HttpResponse:
    """Show the barriers at one level, the earliest due date first, with the earlier levels' recommendations; four queries."""
    today = timezone.localdate()
    rows = list(Barrier.objects.for_list().with_since().open().filter(level=level).prefetch_related("stays__level")[:100])
    for row in rows:
        row.before = [stay for stay in row.stays.all() if stay.to_on is not None and stay.recommendation]  # type: ignore[attr-defined]
    members = BodySeat.objects.on(today).filter(body=level.body_id).select_related("person") if level.body_id else []
    wanted, _late = decisions_by_body(today).get(level.body_id or 0, (0, 0))
    return shown(request, "tray", "barrier-levels", level=level, barriers=rows, members=members, wanted=wanted)


@needs("oversight.view_all_barriers")
def systemic(request: HttpRequest) -> HttpResponse:
    """Show barriers that several teams may share, and systemic barriers with the ones grouped under them, a page of each."""
    today = timezone.localdate()
    page = Paginator(systemic_barriers(), PAGE_SIZES[0]).get_page(request.GET.get("page"))
    rows: list[Any] = list(page)
    prices: dict[int, int] = {}
    for part, cents in prices_of([part for row in rows for part in row.grouped], today):
        prices[part.systemic_parent_id or 0] = prices.get(part.systemic_parent_id or 0, 0) + cents
    for row in rows:
        row.cents = prices.get(row.pk)
    patterns = _patterns_html(request, may_group=request.user.has_perm("oversight.group_barriers"))
    return shown(request, "systemic", "barriers-systemic", patterns=patterns, barriers=rows, page=page)


def _patterns_html(request: HttpRequest, *, may_group: bool) -> SafeString:
    """Return the barriers that may be the same as HTML, the first page of them remembered until the next act."""

    def write() -> str:
        context = {"patterns": largest_suggestions(request.GET.get("patterns")), "may_group": may_group}
        return render_to_string("oversight/barriers/_patterns.html", context, without_account(request))

    head = "" if request.GET else head_of_all(timezone.now())
    return html_under(f"suggested{'-group' * may_group}", "lab", head, timezone.localdate(), write)


class RiskFilter(django_filters.FilterSet):
    """Filters for risks. Shows open ones unless a status is chosen."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", widget=forms.TextInput(attrs={"type": "search"}))
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=Category.objects.all(), empty_label=_("All"))
    state = django_filters.ChoiceFilter(
        label=_("Status"), choices=[("closed", _("Closed")), ("all", _("All"))], method="at_state", empty_label=_("Open")
    )
    due = django_filters.BooleanFilter(label=_("Review is due"), method="review_due", widget=forms.CheckboxInput)

    class Meta:
        model = Risk
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Risk], name: str, words: str) -> QuerySet[Risk]:
        return in_words(rows, words, self.request.user)

    def at_state(self, rows: QuerySet[Risk], name: str, state: str) -> QuerySet[Risk]:
        return rows if state == "all" else rows.exclude(closed_on=None)

    def review_due(self, rows: QuerySet[Risk], name: str, due: bool) -> QuerySet[Risk]:
        return rows.filter(next_review_on__lte=timezone.localdate()) if due else rows

    @property
    def qs(self) -> Any:
        rows = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data["state"]
        return rows if asked else rows.open()


MOST_MAPPED = 500


@needs("oversight.view_all_barriers")
def risks(request: HttpRequest) -> HttpResponse:
    """List every risk across all subjects, the highest rating first, with a heat map."""
    risk_filter = RiskFilter(request.GET, queryset=Risk.objects.rated().in_order(), request=request)
    risk_rows = RiskRows(risk_filter.qs)
    table = RiskTable(risk_rows)
    table.empty = {"title": _t("No risks match these filters"), "text": _t("You can add a risk on a residency’s pages.")}
    page = list_page(request, table, risk_filter)
    return shown(request, "risks", "risk-list", list=page, heat_map=_heat_map_html(risk_rows.rated[:MOST_MAPPED]))


def _heat_map_html(rated: Sequence[Rated]) -> SafeString:
    """Return the heat map as HTML, remembered under what it shows: writing it took a fifth of the page's time."""
    shows = hashlib.sha256(repr(rated).encode()).hexdigest()
    write = lambda: render_to_string("oversight/barriers/_heat_map.html", {"heat_map": heat_map(rated)})
    return html_under("heat-map", "lab", shows, timezone.localdate(), write)
