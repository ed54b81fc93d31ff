"""Admin pages for reference data: ministries, program areas and the program's figures. What happened from live to home is read-only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from residencies.lifecycle.residency import program_area_for
from residencies.ministries.actions import (
    add_ministry,
    correct_ministry,
    offer_ministry,
    rename_ministry,
    rename_program_area,
    retire_ministry,
)
from residencies.models import (
    Conversation,
    Extension,
    Graduation,
    Ministry,
    ProgramArea,
    Release,
)
from residencies.models.conversations import ConversationInvitee, ConversationMeeting
from residencies.models.reference_data import Figure
from residencies.reference_data import FIGURES, set_figure
from web.admin import LabAdmin, ReadOnlyAdmin


class MinistryForm(forms.ModelForm):
    new_name = forms.BooleanField(
        label=gettext_lazy("The ministry was renamed"),
        required=False,
        help_text=gettext_lazy(
            "Tick this if the ministry has a new name. The old one is kept as a retired ministry. To fix a typo, leave it unticked."
        ),
    )

    class Meta:
        model = Ministry
        fields = ("name", "short_name", "active")


@admin.register(Ministry)
class MinistryAdmin(LabAdmin):
    form = MinistryForm
    list_display = ("name", "short_name", "active")
    list_filter = ("active",)
    search_fields = ("name", "short_name")

    def get_fields(self, request: HttpRequest, obj: Ministry | None = None) -> tuple[str, ...]:
        return ("name", "short_name", "new_name", "active") if obj else ("name", "short_name")

    def act(self, request: HttpRequest, obj: Ministry, form: Any, change: bool) -> Ministry:
        facts, by = form.cleaned_data, request.user
        names = {"name": facts["name"], "short_name": facts["short_name"]}
        if not change:
            return add_ministry(**names, by=by)
        saved = Ministry.objects.get(pk=obj.pk)
        if facts["new_name"] and facts["name"] != saved.name:
            return rename_ministry(saved, **names, by=by)
        corrected = correct_ministry(saved, **names, by=by)
        return offer_ministry(corrected, by=by) if facts["active"] else retire_ministry(corrected, by=by)


@admin.register(ProgramArea)
class ProgramAreaAdmin(LabAdmin):
    list_display = ("name", "ministry")
    list_filter = (("ministry", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("ministry",)
    search_fields = ("name", "ministry__name")
    autocomplete_fields = ("ministry",)
    fields = ("ministry", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: ProgramArea | None = None) -> tuple[str, ...]:
        return ("ministry",) if obj else ()

    def act(self, request: HttpRequest, obj: ProgramArea, form: Any, change: bool) -> ProgramArea:
        if change:
            return rename_program_area(obj, name=form.cleaned_data["name"], by=request.user)
        return program_area_for(obj.ministry, obj.name, by=request.user)


class FigureForm(forms.ModelForm):
    name = forms.ChoiceField(label=gettext_lazy("Figure"), choices=[(name, known.label) for name, known in FIGURES.items()])

    class Meta:
        model = Figure
        fields = ("name", "value", "valid_from", "reason")

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        known, value = FIGURES.get(facts.get("name", "")), facts.get("value")
        if known and value is not None and not known.least <= value <= known.most:
            params = {"least": known.least, "most": known.most, "unit": known.unit}
            self.add_error("value", _("Enter a figure from %(least)s to %(most)s %(unit)s.") % params)
        return facts


@admin.register(Figure)
class FigureAdmin(LabAdmin):
    """Figures and the days they apply from. Every change or correction is a new row, so existing rows are read-only (EL-08)."""

    form = FigureForm
    list_display = ("label", "value", "unit", "valid_from", "set_by", "set_at", "reason")
    list_select_related = ("set_by",)
    list_filter = ("name",)

    @admin.display(description=gettext_lazy("figure"), ordering="name")
    def label(self, figure: Figure) -> str:
        return str(FIGURES[figure.name].label) if figure.name in FIGURES else figure.name

    @admin.display(description=gettext_lazy("unit"))
    def unit(self, figure: Figure) -> str:
        return str(FIGURES[figure.name].unit) if figure.name in FIGURES else ""

    def has_change_permission(self, request: HttpRequest, obj: Figure | None = None) -> bool:
        return False

    def act(self, request: HttpRequest, obj: Figure, form: Any, change: bool) -> Figure:
        return set_figure(obj.name, obj.value, valid_from=obj.valid_from, by=request.user, reason=obj.reason)


# ── From live to home: evidence, read-only ───────────────────────────────────────────────────


class OfResidency(ReadOnlyAdmin):
    search_fields = ("residency__reference", "residency__product")


@admin.register(Release)
class ReleaseAdmin(OfResidency):
    list_display = ("residency", "stage", "released_on", "is_final", "note")
    list_select_related = ("residency",)
    list_filter = ("stage", "is_final")


@admin.register(Extension)
class ExtensionAdmin(OfResidency):
    list_display = ("residency", "from_on", "to_on", "reason", "by", "at")
    list_select_related = ("residency", "by")


@admin.register(Graduation)
class GraduationAdmin(OfResidency):
    list_display = ("residency", "ceremony_on", "ceremony_place")
    list_select_related = ("residency",)


@admin.register(Conversation)
class ConversationAdmin(OfResidency):
    list_display = ("residency", "expectation", "raised_by", "due_on", "held_on", "outcome")
    list_select_related = ("residency",)
    list_filter = ("outcome",)


class OfConversation(ReadOnlyAdmin):
    search_fields = ("conversation__residency__reference", "conversation__residency__product")


@admin.register(ConversationMeeting)
class ConversationMeetingAdmin(OfConversation):
    list_display = ("conversation", "on", "at", "minutes", "place", "cancelled_at")
    list_select_related = ("conversation__residency",)


@admin.register(ConversationInvitee)
class ConversationInviteeAdmin(OfConversation):
    list_display = ("conversation", "person", "group", "answer", "answered_at", "removed_at")
    list_select_related = ("conversation__residency", "person")
    list_filter = ("group", "answer")
