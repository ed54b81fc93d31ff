"""Admin pages for experts and the number of desks, edited through the usual acts; everything else is read-only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from community.actions import set_desk_count
from community.choices import Discipline
from community.experts.actions import add_expert, edit_expert
from community.models import (
    Alumnus,
    BenefitOwner,
    BenefitQuarter,
    Contribution,
    DeskAllocation,
    DeskCount,
    Expert,
    ExpertSession,
    Mentoring,
    MentorMeeting,
)
from web.admin import LabAdmin, ReadOnlyAdmin


class ExpertForm(forms.ModelForm):
    """An expert's form. `shown_revision` is the revision that the page was showing."""

    disciplines = forms.MultipleChoiceField(choices=Discipline.choices, widget=forms.CheckboxSelectMultiple)
    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Expert
        fields = ("person", "availability", "from_on", "to_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_revision"].initial = self.instance.revision
        if self.instance.pk:
            self.fields["disciplines"].initial = self.instance.disciplines


@admin.register(Expert)
class ExpertAdmin(LabAdmin):
    form = ExpertForm
    list_display = ("person", "discipline_labels", "availability", "from_on", "to_on")
    list_filter = ("discipline_rows__discipline",)
    search_fields = ("person__name", "person__email")
    autocomplete_fields = ("person",)
    fields = ("person", "disciplines", "availability", "from_on", "to_on", "shown_revision")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Expert]:
        return super().get_queryset(request).select_related("person").prefetch_related("discipline_rows")

    def get_readonly_fields(self, request: HttpRequest, obj: Expert | None = None) -> tuple[str, ...]:
        return ("person",) if obj else ()

    def act(self, request: HttpRequest, obj: Expert, form: Any, change: bool) -> Expert:
        values = {name: form.cleaned_data[name] for name in ("disciplines", "availability", "from_on", "to_on")}
        if change:
            return edit_expert(obj, **values, shown_revision=form.cleaned_data["shown_revision"] or 0, by=request.user)
        return add_expert(person=form.cleaned_data["person"], **values, by=request.user)


@admin.register(DeskCount)
class DeskCountAdmin(LabAdmin):
    """The number of desks from a day on. A change from another day is a new row."""

    list_display = ("from_on", "desks", "set_by")
    list_select_related = ("set_by",)
    fields = ("from_on", "desks")

    def get_readonly_fields(self, request: HttpRequest, obj: DeskCount | None = None) -> tuple[str, ...]:
        return ("from_on",) if obj else ()

    def act(self, request: HttpRequest, obj: DeskCount, form: Any, change: bool) -> DeskCount:
        return set_desk_count(from_on=obj.from_on, desks=form.cleaned_data["desks"], by=request.user)


class OfResidency(ReadOnlyAdmin):
    search_fields = ("residency__reference", "residency__product")


@admin.register(Contribution)
class ContributionAdmin(OfResidency):
    list_display = ("residency", "person", "kind", "given_on", "minutes", "struck_at")
    list_select_related = ("residency", "person")
    list_filter = ("kind",)


@admin.register(ExpertSession)
class ExpertSessionAdmin(OfResidency):
    list_display = ("residency", "discipline", "state", "requested_at", "expert", "on")
    list_select_related = ("residency", "expert__person")
    list_filter = ("state", "discipline")


@admin.register(DeskAllocation)
class DeskAllocationAdmin(OfResidency):
    list_display = ("residency", "desks", "from_on", "to_on", "struck_at")
    list_select_related = ("residency",)


@admin.register(Alumnus)
class AlumnusAdmin(ReadOnlyAdmin):
    """Who is in the directory, who opted out, and when details were last confirmed. Changed on the person's page."""

    list_display = ("person", "joined_on", "checked_on", "shows_email", "opted_out_at")
    list_select_related = ("person",)
    search_fields = ("person__name",)


@admin.register(Mentoring)
class MentoringAdmin(OfResidency):
    list_display = ("residency", "topic", "state", "mentor", "requested_at", "last_met_on")
    list_select_related = ("residency", "mentor")
    list_filter = ("state", "topic")


@admin.register(MentorMeeting)
class MentorMeetingAdmin(ReadOnlyAdmin):
    list_display = ("mentoring", "met_on", "minutes", "recorded_by", "struck_at")
    list_select_related = ("mentoring__residency", "recorded_by")


@admin.register(BenefitOwner)
class BenefitOwnerAdmin(ReadOnlyAdmin):
    """Who was named to report a benefit, and whether they accepted. Named, followed and ended on the residency's Graduation page."""

    list_display = ("residency", "person", "measure", "metric", "named_on", "sent_on", "accepted_on", "ended_on")
    list_select_related = ("residency", "person", "metric")
    search_fields = ("residency__reference", "residency__product", "person__name")


@admin.register(BenefitQuarter)
class BenefitQuarterAdmin(OfResidency):
    """The quarters to report. A figure is entered, corrected or removed with the metric's readings."""

    list_display = ("residency", "number", "from_on", "to_on", "due_on", "reported_on", "reading")
    list_select_related = ("residency",)
    list_filter = ("due_on",)
