"""The status of every subject, and the decisions that are wanted from groups (EL-96)."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversight.choices import Dimension, Health
from oversight.models import DecisionWanted, ReportingPlan
from oversight.status.queries import how_often_green_turned_red, open_decisions, plans, rated, rows_of
from oversight.templatetags.oversight import decision_due, health_marks, report_due
from people.lists.page import View, list_page
from people.models import Body
from web.access import needs
from web.paging import CellColumn, Table

WIDE = {"td": {"class": "cell-wide"}}


def _team(plan: ReportingPlan) -> SafeString:
    subject = plan.subject
    url = reverse("status", args=[subject.reference])
    return format_html('<a href="{}">{}</a><span class="cell-sub">{}</span>', url, subject.name, subject.reference)


def _health(plan: Any) -> SafeString:
    return health_marks(plan.report, plan.colours, plan.subject.reference)


def _decision(decision: DecisionWanted) -> SafeString:
    return format_html('<a href="{}">{}</a><span class="cell-sub">{}</span>', decision.get_absolute_url(), decision.text, decision.subject)


class StatusTable(Table):
    """One row per subject that reports, the first report due first."""

    what = CellColumn(_team, verbose_name=_("Team"), orderable=False, attrs=WIDE)
    health = CellColumn(_health, verbose_name=_("Health"), orderable=False, attrs=WIDE)
    due = CellColumn(report_due, verbose_name=_("Next report"), orderable=False)
    label = _("Status")

    class Meta:
        model = ReportingPlan
        fields = ("what", "health", "due")


class DecisionTable(Table):
    """One row per decision, the first due first."""

    what = CellColumn(_decision, verbose_name=_("Decision needed"), orderable=False, attrs=WIDE)
    body = tables.Column(_("Group"), orderable=False)
    due = CellColumn(decision_due, verbose_name=_("Due"), orderable=False)
    label = _("Decisions needed")

    class Meta:
        model = DecisionWanted
        fields = ("what", "body", "due")


class StatusFilter(django_filters.FilterSet):
    colour = django_filters.ChoiceFilter(label=_("Health"), choices=Health.choices, method="with_colour", empty_label=_("All"))
    late = django_filters.BooleanFilter(label=_("Report overdue"), method="overdue", widget=forms.CheckboxInput)

    class Meta:
        model = ReportingPlan
        fields: tuple[str, ...] = ()

    def with_colour(self, rows: QuerySet[ReportingPlan], name: str, colour: str) -> QuerySet[ReportingPlan]:
        return rows.filter(rated(colour))

    def overdue(self, rows: QuerySet[ReportingPlan], name: str, late: bool) -> QuerySet[ReportingPlan]:
        return rows.filter(next_due_on__lt=timezone.localdate()) if late else rows


class DecisionFilter(django_filters.FilterSet):
    body = django_filters.ModelChoiceFilter(label=_("Group"), queryset=Body.objects.all(), empty_label=_("All"))
    late = django_filters.BooleanFilter(label=_("Overdue"), method="overdue", widget=forms.CheckboxInput)

    class Meta:
        model = DecisionWanted
        fields: tuple[str, ...] = ()

    def overdue(self, rows: QuerySet[DecisionWanted], name: str, late: bool) -> QuerySet[DecisionWanted]:
        return rows.filter(waits_until__lt=timezone.localdate()) if late else rows


STATUS_VIEWS = (View(_("Red"), {"colour": "red"}), View(_("Report overdue"), {"late": "on"}))


@needs("oversight.view_all_status")
def statuses(request: HttpRequest) -> HttpResponse:
    """List every subject that reports, with its latest health, when the next report is due, and how often green turned red."""
    status_filter = StatusFilter(request.GET, queryset=plans(), request=request)
    table = StatusTable(status_filter.qs)
    table.empty = {"title": _t("No residencies match these filters"), "text": _t("A residency reports its status once it has started.")}
    page = list_page(request, table, status_filter, views=STATUS_VIEWS)
    for row in rows_of(row.record for row in table.page.object_list):
        row.plan.colours = row.colours  # type: ignore[attr-defined]
        row.plan.report = row.report  # type: ignore[attr-defined]
    today = timezone.localdate()
    context = {"list": page, "turned": how_often_green_turned_red(today), "dimensions": Dimension, "waiting": open_decisions().count()}
    return render(request, "oversight/status/list.html", context)


@needs("oversight.view_all_status")
def decisions(request: HttpRequest) -> HttpResponse:
    """List the open decisions of all groups, the first due first."""
    decision_filter = DecisionFilter(request.GET, queryset=open_decisions(), request=request)
    table = DecisionTable(decision_filter.qs)
    table.empty = {"title": _t("No open decisions"), "text": _t("A status report asks groups for decisions. Open ones are listed here.")}
    page = list_page(request, table, decision_filter, views=(View(_("Overdue"), {"late": "on"}),))
    return render(request, "oversight/status/decisions.html", {"list": page})
