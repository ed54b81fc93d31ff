"""Rosters in Django admin: read, and corrected through the act that everybody uses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from teams.actions import edit_seat
from teams.models import Seat, Team
from web.admin import LabAdmin, ReadOnlyAdmin

FACTS = ("role", "employer", "vendor", "share", "from_on", "to_on", "successor", "is_senior", "agile_trained_on", "band")


class SeatForm(forms.ModelForm):
    """`seen` is the version that whoever edits was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Seat
        fields = FACTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version


@admin.register(Seat)
class SeatAdmin(LabAdmin):
    """Places are given on the team's own page, where the person is looked for; here they are corrected."""

    form = SeatForm
    list_display = ("who", "role", "employer", "vendor", "share", "from_on", "to_on", "team")
    list_filter = ("role", "employer")
    search_fields = ("person__name", "vendor", "team__residency__reference", "team__residency__product")
    readonly_fields = ("team", "person", "follows", "struck_at")
    fields = ("team", "person", *FACTS, "follows", "struck_at", "seen")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        return super().get_queryset(request).select_related("person", "team__residency", "follows__person")

    def act(self, request: HttpRequest, obj: Seat, form: Any, change: bool) -> Seat:
        facts = {name: form.cleaned_data[name] for name in FACTS}
        return edit_seat(obj, expected=form.cleaned_data["seen"] or 0, by=request.user, **facts)


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ("residency",)
    list_select_related = ("residency",)
    search_fields = ("residency__reference", "residency__product")
