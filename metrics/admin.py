"""Metrics, readings and savings in Django admin, read-only; people change them on the subject's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ledger.subjects import with_subject
from metrics.models import GoalRevision, Metric, Observation, ReadingLink, ReuseLink, SavingPart, SavingRevision
from web.admin import ReadOnlyAdmin


@admin.register(Metric)
class MetricAdmin(ReadOnlyAdmin):
    list_display = ("name", "about", "kind", "unit", "is_north_star", "last_value", "last_on", "next_due_on", "owner", "retired_on")
    list_filter = ("kind", "is_north_star", "cadence")
    search_fields = ("name",)
    list_select_related = ("owner",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*with_subject("stream"), *self.list_select_related)

    @admin.display(description="subject")
    def about(self, row: Metric) -> str:
        return str(row.subject)


@admin.register(GoalRevision)
class GoalRevisionAdmin(ReadOnlyAdmin):
    list_display = ("metric", "goal", "value", "on", "set_on", "reason", "entered_by", "entered_at")
    list_filter = ("goal",)
    list_select_related = ("metric", "entered_by")


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin):
    list_display = ("metric", "on", "value", "source", "is_current", "removed", "entered_by", "person", "entered_at")
    list_filter = ("source", "is_current")
    list_select_related = ("metric", "entered_by", "person")


@admin.register(ReadingLink)
class ReadingLinkAdmin(ReadOnlyAdmin):
    list_display = ("metric", "person", "due_on", "issued_at", "expires_at", "observation")
    list_select_related = ("metric", "person", "observation")
    fields = ("metric", "person", "due_on", "issued_at", "expires_at", "observation")


@admin.register(SavingRevision)
class SavingRevisionAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "saving",
        "kind",
        "low_cents",
        "likely_cents",
        "high_cents",
        "from_on",
        "to_on",
        "is_current",
        "removed",
        "entered_by",
    )
    list_filter = ("kind", "is_current")
    search_fields = ("name",)
    list_select_related = ("saving", "entered_by")


@admin.register(SavingPart)
class SavingPartAdmin(ReadOnlyAdmin):
    list_display = ("saving", "stream", "share", "is_current", "reason", "entered_by", "entered_at")
    list_filter = ("is_current",)
    list_select_related = ("saving", "stream", "entered_by")


@admin.register(ReuseLink)
class ReuseLinkAdmin(ReadOnlyAdmin):
    list_display = ("component", "giver", "taker", "on", "entered_by", "entered_at", "removed_at")
    search_fields = ("component",)
    list_select_related = ("giver", "taker", "entered_by")
