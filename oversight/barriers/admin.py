"""Levels, routes and categories of barriers in Django admin, changed through their acts. Barriers and risks are read-only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from oversight.barriers import catalogue
from oversight.models import Barrier, Category, Level, Risk, Route
from web.admin import LabAdmin, ReadOnlyAdmin


class RevisedForm(forms.ModelForm):
    """A form with `shown_revision`: the revision that the page showed."""

    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_revision"].initial = self.instance.revision

    @property
    def revision(self) -> int:
        return self.cleaned_data["shown_revision"] or 0


@admin.register(Level)
class LevelAdmin(LabAdmin):
    """A level's name, allowance and deciding group. The levels themselves come with the portal."""

    form = RevisedForm
    list_display = ("name", "position", "allowed_days", "body")
    list_select_related = ("body",)
    fields = ("name", "allowed_days", "body", "shown_revision")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def act(self, request: HttpRequest, obj: Level, form: Any, change: bool) -> Level:
        changes = {name: form.cleaned_data[name] for name in ("name", "allowed_days", "body")}
        return catalogue.edit_level(obj, shown_revision=form.revision, by=request.user, **changes)


@admin.register(Route)
class RouteAdmin(LabAdmin):
    """The steps that barriers can take. A step that is no longer used is closed, never deleted."""

    form = RevisedForm
    list_display = ("scope", "from_level", "to_level", "is_open")
    list_display_links = ("scope", "from_level")
    list_filter = ("scope", "is_open")
    list_select_related = ("from_level", "to_level")
    fields = ("scope", "from_level", "to_level", "is_open", "shown_revision")

    def get_readonly_fields(self, request: HttpRequest, obj: Route | None = None) -> tuple[str, ...]:
        return ("scope", "from_level", "to_level") if obj else ("is_open",)

    def act(self, request: HttpRequest, obj: Route, form: Any, change: bool) -> Route:
        if change:
            return catalogue.edit_route(obj, is_open=form.cleaned_data["is_open"], shown_revision=form.revision, by=request.user)
        return catalogue.add_route(scope=obj.scope, from_level=obj.from_level, to_level=obj.to_level, by=request.user)


@admin.register(Category)
class CategoryAdmin(LabAdmin):
    form = RevisedForm
    list_display = ("name", "is_offered")
    fields = ("name", "is_offered", "shown_revision")

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> tuple[str, ...]:
        return () if obj else ("is_offered",)

    def act(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> Category:
        if not change:
            return catalogue.add_category(name=obj.name, by=request.user)
        changes = {name: form.cleaned_data[name] for name in ("name", "is_offered")}
        return catalogue.edit_category(obj, shown_revision=form.revision, by=request.user, **changes)


@admin.register(Barrier)
class BarrierAdmin(ReadOnlyAdmin):
    list_display = ("text", "stream", "state", "level", "raised_on")
    list_select_related = ("stream", "level")
    list_filter = ("state", "scope", "severity", "category")
    search_fields = ("text",)


@admin.register(Risk)
class RiskAdmin(ReadOnlyAdmin):
    list_display = ("text", "stream", "next_review_on", "closed_on")
    list_select_related = ("stream",)
    list_filter = ("category",)
    search_fields = ("text",)
