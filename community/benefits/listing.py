"""The benefits that are reported after graduation, over the lab: who reports what, how far they are, and the share that still reports (EL-86)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Exists, F, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.models import BenefitOwner, BenefitQuarter
from metrics.figures import figure
from oversight.followups.rules import Share
from people.lists.page import View, list_page
from residencies.models import Residency
from residencies.models.residency import ResidencyQuerySet
from residencies.models.states import State
from web.access import needs
from web.exports import export
from web.paging import KeyedRows, in_order

PRODUCT = (
    '<a href="{% url "graduation" record.residency.reference %}#benefit">{{ record.residency.product }}</a>'
    '<span class="cell-sub">{{ record.residency.reference }} · {{ record.residency.program_area.ministry }}</span>'
)
OWNER = "{% include 'community/benefits/_owner.html' with owner=record.owner only %}"
NEXT = "{% include 'community/benefits/_next.html' with quarter=record.waiting late=record.is_late only %}"


@dataclass(frozen=True)
class Benefit:
    """A graduated residency's benefit: its owner (None if the last one ended), what they report, and its quarters."""

    residency: Residency
    last: BenefitOwner
    quarters: list[BenefitQuarter]
    today: datetime.date

    @property
    def owner(self) -> BenefitOwner | None:
        return None if self.last.ended_on else self.last

    @property
    def reported(self) -> str:
        done = sum(quarter.reported_on is not None for quarter in self.quarters)
        return _t("%(done)d of %(all)d") % {"done": done, "all": len(self.quarters)}

    @property
    def waiting(self) -> BenefitQuarter | None:
        """Return the first quarter that isn't reported."""
        return next((quarter for quarter in self.quarters if quarter.reported_on is None), None)

    @property
    def is_late(self) -> bool:
        return self.waiting is not None and self.waiting.is_overdue(self.today)

    @property
    def figure(self) -> str:
        """Return the last figure on record, with its unit."""
        metric = self.last.metric
        return "" if metric is None or metric.last_on is None else figure(metric.last_value, metric.unit)


def still_reporting(today: datetime.date) -> tuple[int, int]:
    """Return how many graduated residencies have no overdue figure, and of how many a figure has been due; one query."""
    due = BenefitQuarter.objects.filter(residency=OuterRef("pk"), due_on__lt=today)
    accepted = BenefitOwner.objects.filter(residency=OuterRef("pk"), accepted_on__isnull=False)
    rows = Residency.objects.filter(Exists(accepted), Exists(due), state=State.GRADUATED)
    late = list(rows.annotate(is_late=Exists(due.filter(reported_on=None))).values_list("is_late", flat=True))
    return late.count(False), len(late)


class BenefitRows(KeyedRows):
    """Counted and ordered without a join; only the rows of the page are fetched, with their owners and quarters."""

    def rows_of_page(self, keys: list[int]) -> list[Benefit]:
        today = timezone.localdate()
        residencies = _with_quarters(Residency.objects.all()).in_bulk(keys)
        return [_benefit(residencies[key], today) for key in keys if key in residencies]


def _with_quarters(rows: ResidencyQuerySet) -> ResidencyQuerySet:
    """Return residencies with all that `_benefit` reads, in two queries more."""
    owners = BenefitOwner.objects.filter(accepted_on__isnull=False).select_related("person", "metric")
    return rows.for_list().prefetch_related(Prefetch("benefit_owners", owners), "benefit_quarters")


def _benefit(residency: Residency, today: datetime.date) -> Benefit:
    owners = residency.benefit_owners.all()  # type: ignore[attr-defined]  # the latest first
    return Benefit(residency, owners[0], list(residency.benefit_quarters.all()), today)  # type: ignore[attr-defined]


class BenefitTable(tables.Table):
    """One row per graduated residency whose benefit owner accepted."""

    product = tables.TemplateColumn(
        PRODUCT, verbose_name=_("Product"), order_by=("product", "pk"), empty_values=(), attrs={"td": {"class": "cell-wide"}}
    )
    owner = tables.TemplateColumn(OWNER, verbose_name=_("Benefit owner"), orderable=False, empty_values=())
    measure = tables.Column(_("Reports"), accessor="last__measure", orderable=False, attrs={"td": {"class": "cell-wide"}})
    figure = tables.Column(_("Last figure"), orderable=False, default="")
    reported = tables.Column(_("Quarters reported"), orderable=False)
    waiting = tables.TemplateColumn(NEXT, verbose_name=_("Next due"), orderable=False, empty_values=())

    label = _("Benefits after graduation")
    cards = True


class BenefitFilter(django_filters.FilterSet):
    """Which benefits to show."""

    q = django_filters.CharFilter(label=_("Words"), method="by_words", widget=forms.TextInput(attrs={"type": "search"}))
    overdue = django_filters.BooleanFilter(label=_("Figure overdue"), method="only_overdue", widget=forms.CheckboxInput)

    class Meta:
        model = Residency
        fields: tuple[str, ...] = ()

    def by_words(self, rows: ResidencyQuerySet, name: str, words: str) -> ResidencyQuerySet:
        return rows.matching(words[:100])

    def only_overdue(self, rows: ResidencyQuerySet, name: str, value: bool) -> ResidencyQuerySet:
        late = BenefitQuarter.objects.filter(residency=OuterRef("pk"), due_on__lt=timezone.localdate(), reported_on=None)
        return rows.filter(Exists(late)) if value else rows


VIEWS = (View(_("Figure overdue"), {"overdue": "on"}),)


def _filter(request: HttpRequest) -> BenefitFilter:
    accepted = BenefitOwner.objects.filter(residency=OuterRef("pk"), accepted_on__isnull=False)
    rows = Residency.objects.filter(Exists(accepted), state=State.GRADUATED)
    return BenefitFilter(request.GET, queryset=rows.order_by(F("ended_on").desc(nulls_last=True), "-pk"), request=request)


@require_safe
@needs("residencies.view_graduates")
def benefits(request: HttpRequest) -> HttpResponse:
    """List the benefits that are reported after graduation, with the share that still reports."""
    benefit_filter = _filter(request)
    table = BenefitTable(BenefitRows(benefit_filter.qs))
    table.empty = {
        "title": _t("No benefits match these filters"),
        "text": _t("A product appears here once its team has graduated and its benefit owner has accepted."),
    }
    page = list_page(request, table, benefit_filter, views=VIEWS, export="benefit-export")
    count, total = still_reporting(timezone.localdate())
    return render(request, "community/benefits/benefits.html", {"list": page, "share": Share(count, total) if total else None})


@require_safe
@needs("residencies.view_graduates")
def benefits_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the filtered list, one row per quarter."""
    header = (
        _t("Reference"), _t("Product"), _t("Ministry"), _t("Benefit owner"), _t("Reports"), _t("Quarter"), _t("First day"), _t("Last day"),
        _t("Due date"), _t("Reported"),
    )  # fmt: skip
    rows = _with_quarters(in_order(request, BenefitTable(BenefitRows(_filter(request).qs)))).iterator(chunk_size=500)
    today = timezone.localdate()
    return export("benefits", file_format, header, (cells for row in rows for cells in _cells(_benefit(row, today))))


def _cells(benefit: Benefit) -> list[tuple[Any, ...]]:
    row, owner = benefit.residency, benefit.owner
    first = (row.reference, row.product, row.program_area.ministry.name, owner.person.name if owner else "", benefit.last.measure)
    return [(*first, str(q), q.from_on, q.to_on, q.due_on, q.reported_on) for q in benefit.quarters]
