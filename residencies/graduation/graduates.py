"""The graduated residencies: what stayed together at graduation and after 6 and 12 months, and the list of all of them (EL-56, EL-82)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversight.followups.rules import MONTHS, Share, share_together
from oversight.models import FollowUp, FollowUpKind
from people.lists.page import View, list_page
from residencies.lifecycle.team import Member, from_record, kept_together
from residencies.listing.tables import WordsFilter
from residencies.models import Graduation, Residency
from residencies.models.residency import BY_END, ResidencyQuerySet
from residencies.models.states import State
from web.access import needs
from web.exports import export
from web.paging import CellColumn, DateColumn, KeyedRows, Table, in_order


@dataclass(frozen=True)
class Point:
    """A point in time at which a team is measured: at graduation, or at a follow-up. `share` is None while it isn't known."""

    label: Any
    on: datetime.date | None
    share: Share | None
    follow_up: FollowUp | None = None
    is_overdue: bool = False

    @property
    def in_words(self) -> str:
        """Return the share in words for a cell of a list."""
        if self.share:
            return _t("%(count)d of %(total)d (%(percent)d%%)") % {
                "count": self.share.count,
                "total": self.share.total,
                "percent": self.share.percent,
            }
        if self.follow_up is None:
            return ""
        if self.follow_up.answered_on:
            return _t("Team not on record")
        return _t("Overdue") if self.is_overdue else _t("Not due yet") if self.follow_up.due_on > timezone.localdate() else _t("Asked")


@dataclass(frozen=True)
class Graduate:
    """A graduated residency, with its record if there is one, and the share of its team at each point in time."""

    residency: Residency
    record: Graduation | None
    members: list[Member]
    points: list[Point]

    @property
    def in_use(self) -> str:
        """Return the last answer to whether the product is in use."""
        answers = [point.follow_up for point in self.points if point.follow_up and point.follow_up.answered_on]
        return str(answers[-1].get_in_use_display()) if answers else ""


def graduate_of(residency: Residency, today: datetime.date, follow_ups: Iterable[FollowUp] | None = None) -> Graduate:
    """Return a graduated residency with its record and follow-ups; up to three queries for what isn't given and wasn't prefetched."""
    record = getattr(residency, "graduation", None)
    members = [from_record(facts) for facts in record.team] if record else []
    if follow_ups is None:
        follow_ups = residency.stream.follow_ups.all()  # type: ignore[attr-defined]  # from a floor that ledger doesn't know
    follow_ups = sorted(follow_ups, key=lambda row: MONTHS[row.kind])
    first = Point(_("At graduation"), residency.ended_on, kept_together(members) if members else None)
    return Graduate(residency, record, members, [first, *(_point(row, len(members), today) for row in follow_ups)])


def _point(row: FollowUp, team: int, today: datetime.date) -> Point:
    label = _("After 6 months") if row.kind == FollowUpKind.SIX_MONTHS else _("After 12 months")
    share = share_together(row.team, row.together, team) if row.answered_on and team else None
    return Point(label, row.answered_on or row.due_on, share, row, row.is_overdue(today))


def with_records(residencies: ResidencyQuerySet) -> ResidencyQuerySet:
    """Return residencies with all that `graduate_of` reads, in two queries."""
    return residencies.for_list().select_related("stream", "graduation").prefetch_related("stream__follow_ups")


# ── The list ─────────────────────────────────────────────────────────────────────────────────


def _product(row: Graduate) -> SafeString:
    residency = row.residency
    url = reverse("graduation", args=[residency.reference])
    ministry = residency.program_area.ministry
    return format_html('<a href="{}">{}</a><span class="cell-sub">{} · {}</span>', url, residency.product, residency.reference, ministry)


class GraduateRows(KeyedRows):
    """Counted and ordered without a join; only the rows of the page are fetched, with their records and follow-ups."""

    def rows_of_page(self, keys: list[int]) -> list[Graduate]:
        today = timezone.localdate()
        residencies = Residency.objects.select_related("program_area__ministry", "graduation").in_bulk(keys)
        follow_ups: dict[int, list[FollowUp]] = defaultdict(list)
        for row in FollowUp.objects.filter(stream__in=[residency.stream_id for residency in residencies.values()]):
            follow_ups[row.stream_id].append(row)
        rows = [residencies[key] for key in keys if key in residencies]
        return [graduate_of(residency, today, follow_ups[residency.stream_id]) for residency in rows]


class GraduateTable(Table):
    """One row per graduated residency, the latest first."""

    product = CellColumn(_product, verbose_name=_("Product"), order_by=("product", "pk"), attrs={"td": {"class": "cell-wide"}})
    ended_on = DateColumn(
        accessor="residency__ended_on", verbose_name=_("Graduated"), format="j M Y", order_by=("ended_on", "pk"), default=""
    )
    home = tables.Column(_("Home branch"), accessor="residency__reintegrated_into", orderable=False, default="")
    at_graduation = tables.Column(_("Team kept at graduation"), accessor="points__0__in_words", orderable=False, default="")
    six = tables.Column(_("After 6 months"), accessor="points__1__in_words", orderable=False, default="")
    twelve = tables.Column(_("After 12 months"), accessor="points__2__in_words", orderable=False, default="")
    in_use = tables.Column(_("In use"), orderable=False, default="")

    label = _("Graduated residencies")
    cards = True


class GraduateFilter(WordsFilter):
    """Which graduated residencies to show."""

    overdue = django_filters.BooleanFilter(label=_("Follow-up overdue"), method="only_overdue", widget=forms.CheckboxInput)

    def only_overdue(self, rows: ResidencyQuerySet, name: str, value: bool) -> ResidencyQuerySet:
        return rows.filter(stream__in=FollowUp.objects.overdue(timezone.localdate()).values("stream")) if value else rows


def _rows() -> ResidencyQuerySet:
    return Residency.objects.filter(state=State.GRADUATED).order_by(BY_END, "-pk")


def _filter(request: HttpRequest) -> GraduateFilter:
    return GraduateFilter(request.GET, queryset=_rows(), request=request)


VIEWS = (View(_("Follow-up overdue"), {"overdue": "on"}),)


@needs("residencies.view_graduates")
def graduates(request: HttpRequest) -> HttpResponse:
    """List the graduated residencies with what stayed together."""
    graduate_filter = _filter(request)
    table = GraduateTable(GraduateRows(graduate_filter.qs))
    table.empty = {
        "title": _t("No graduated residencies match these filters"),
        "text": _t("A residency appears here once its graduation is recorded."),
    }
    page = list_page(request, table, graduate_filter, views=VIEWS, export="graduate-export")
    return render(request, "residencies/graduation/graduates.html", {"list": page})


@needs("residencies.view_graduates")
def export_graduates(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the filtered list as a spreadsheet."""
    header = (
        _("Reference"), _("Product"), _("Ministry"), _("Graduated"), _("Home branch"), _("Team at graduation"), _("Stayed at graduation"),
        _("Together after 6 months"), _("Together after 12 months"), _("In use"),
    )  # fmt: skip
    rows = with_records(in_order(request, GraduateTable(GraduateRows(_filter(request).qs)))).iterator(chunk_size=500)
    return export("graduated-residencies", file_format, header, (_cells(graduate_of(row, timezone.localdate())) for row in rows))


def _cells(graduate: Graduate) -> tuple[Any, ...]:
    row, shares = graduate.residency, [point.share for point in graduate.points]
    counts = [share.count if share else None for share in [*shares, None, None, None][:3]]
    return (
        row.reference, row.product, row.program_area.ministry.name, row.ended_on, row.reintegrated_into, len(graduate.members) or None,
        *counts, graduate.in_use,
    )  # fmt: skip
