"""Admin pages for rosters, courses and expectations, edited through the usual acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from teams.models import Course, Expectation, Seat, Team, Training
from teams.roster.actions import edit_seat
from teams.training.catalogue import add_course, add_expectation, change_course, change_expectation
from web.admin import LabAdmin, ReadOnlyAdmin

FACTS = ("role", "employer", "vendor", "share", "from_on", "to_on", "successor", "is_senior", "agile_trained_on", "band")


class RevisionForm(forms.ModelForm):
    """A form with `shown_revision`, the revision that the page was showing."""

    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_revision"].initial = self.instance.revision

    @property
    def facts(self) -> dict[str, Any]:
        """The values entered, without the form's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != "shown_revision"}


class SeatForm(RevisionForm):
    class Meta:
        model = Seat
        fields = FACTS


@admin.register(Seat)
class SeatAdmin(LabAdmin):
    """Seats, to correct them. They are added on the team's own page, which has a person picker."""

    form = SeatForm
    list_display = ("who", "role", "employer", "vendor", "share", "from_on", "to_on", "team")
    list_filter = ("role", "employer")
    search_fields = ("person__name", "vendor", "team__stream__residency__reference", "team__stream__residency__product")
    readonly_fields = ("team", "person", "follows", "struck_at")
    fields = ("team", "person", *FACTS, "follows", "struck_at", "shown_revision")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        return super().get_queryset(request).select_related("person", "team__stream__residency", "follows__person")

    def act(self, request: HttpRequest, obj: Seat, form: Any, change: bool) -> Seat:
        return edit_seat(obj, shown_revision=form.cleaned_data["shown_revision"] or 0, by=request.user, **form.facts)


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ("subject",)
    list_select_related = ("stream__residency",)
    search_fields = ("stream__residency__reference", "stream__residency__product")


class CourseForm(RevisionForm):
    class Meta:
        model = Course
        fields = ("name", "kind", "usual_hours", "is_offered")


class ExpectationForm(RevisionForm):
    class Meta:
        model = Expectation
        fields = ("role", "position", "text", "is_current")


@admin.register(Course)
class CourseAdmin(LabAdmin):
    """The courses that can be chosen when training is logged (EL-45)."""

    form = CourseForm
    list_display = ("name", "kind", "usual_hours", "is_offered")
    list_filter = ("kind", "is_offered")
    search_fields = ("name",)

    def act(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> Course:
        if not change:
            return add_course(**form.facts, by=request.user)
        return change_course(obj, shown_revision=form.cleaned_data["shown_revision"] or 0, by=request.user, **form.facts)


@admin.register(Expectation)
class ExpectationAdmin(LabAdmin):
    """What is expected of champions, by role (EL-44). Training hours are among the program's figures."""

    form = ExpectationForm
    list_display = ("text", "role", "position", "is_current")
    list_filter = ("role", "is_current")
    search_fields = ("text",)

    def act(self, request: HttpRequest, obj: Expectation, form: Any, change: bool) -> Expectation:
        if not change:
            return add_expectation(**form.facts, by=request.user)
        return change_expectation(obj, shown_revision=form.cleaned_data["shown_revision"] or 0, by=request.user, **form.facts)


@admin.register(Training)
class TrainingAdmin(ReadOnlyAdmin):
    """Read-only pages for training, including removed entries. It is logged on a residency's pages."""

    list_display = ("person", "course", "finished_on", "hours", "team", "struck_at")
    list_filter = ("course",)
    list_select_related = ("person", "course", "team__stream__residency")
    search_fields = ("person__name", "course__name", "team__stream__residency__reference")
