"""Habits and giving over the whole lab (EL-46, EL-47)."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.filters import LOOKED_AT, ContributionFilter, HabitsFilter
from community.kinds import Habit
from community.models import Contribution, HabitDone
from community.queries import given_by, habits_over, recent_contributions
from community.tables import ContributionTable, HabitTable, SumTable
from residencies.models import Residency
from web.access import needs
from web.exports import export
from web.paging import in_order, paged

VIEWS = ("team", "person")


def _teams(request: HttpRequest) -> tuple[HabitsFilter, Any]:
    """The filter, and the teams that it finds with their habits."""
    habits_filter = HabitsFilter(request.GET, queryset=Residency.objects.order_by("-pk"))
    habits = Prefetch("habits", queryset=HabitDone.objects.current())
    return habits_filter, habits_filter.qs.select_related("program_area__ministry").prefetch_related(habits)


@needs("community.view_lab_community")
def habits(request: HttpRequest) -> HttpResponse:
    """Which team has which habit, and how many of those in residence or live."""
    habits_filter, rows = _teams(request)
    table = paged(request, HabitTable(rows))
    table.empty = {"title": _("No team is like that"), "text": _("Teams are shown from the day they are in residence.")}
    total, counts = habits_over([state.value for state in LOOKED_AT[:2]])
    return render(
        request, "community/habits.html", {"part": "habits", "filter": habits_filter, "table": table, "there": total, "counts": counts}
    )


@needs("community.view_lab_community")
def habits_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet: of each habit the day, and the links."""
    _found, rows = _teams(request)
    header = [_("Residency"), _("Product"), _("Ministry"), _("State")]
    header += [str(habit.label) for habit in Habit] + [_("Links")]
    return export(
        "community-habits",
        file_format,
        header,
        (_cells(residency) for residency in in_order(request, HabitTable(rows)).iterator(chunk_size=1000)),
    )


def _cells(residency: Residency) -> list[Any]:
    done = {row.habit: row for row in residency.habits.all()}
    links = " ".join(link for habit in Habit if habit in done for link in done[habit].links)
    days = [done[habit].done_on if habit in done else "" for habit in Habit]
    return [residency.reference, residency.product, residency.ministry.name, residency.get_state_display(), *days, links]


@needs("community.view_lab_community")
def contributions(request: HttpRequest) -> HttpResponse:
    """What teams gave: the entries, or counted by team or by person."""
    contribution_filter = ContributionFilter(request.GET, queryset=Contribution.objects.current().for_list())
    counted = request.GET.get("by", "")
    by = counted if counted in VIEWS else ""
    table = paged(request, SumTable(given_by(contribution_filter.qs, by)) if by else ContributionTable(contribution_filter.qs))
    table.empty = {"title": _("Nothing is logged"), "text": _("Entries are logged on the page of a residency, under Community.")}
    context = {
        "part": "given",
        "filter": contribution_filter,
        "table": table,
        "by": by,
        "counts": recent_contributions(timezone.localdate()),
    }
    return render(request, "community/given.html", context)


@needs("community.view_lab_community")
def contributions_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (_("Residency"), _("Product"), _("Day"), _("Person"), _("Kind"), _("Hours"), _("What it was"))
    contribution_filter = ContributionFilter(request.GET, queryset=Contribution.objects.current().for_list())
    rows = (
        (c.residency.reference, c.residency.product, c.given_on, c.person.name, c.get_kind_display(), c.hours, c.what)
        for c in in_order(request, ContributionTable(contribution_filter.qs)).iterator(chunk_size=1000)
    )
    return export("pay-it-forward", file_format, header, rows)
