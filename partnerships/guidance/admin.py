"""The guidance in Django admin: administrators change models' texts, and add and change practices and tools, through the usual acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from partnerships.guidance import actions
from partnerships.models import PartnershipModel, Practice, Resource
from web.admin import LabAdmin

ABOUT_MODEL = ("name", "definition", "why", "clientele", "where", "when", "examples", "editors_note", "state")
ABOUT_PRACTICE = ("text", "theme", "kind", "only_if", "stage", "blocking", "evidence_needed", "order", "retired_on")
ABOUT_RESOURCE = ("title", "purpose", "when_to_use", "kind", "theme", "review_on", "order")


class ShownRevision(forms.ModelForm):
    """A form that knows which revision it shows."""

    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_revision"].initial = self.instance.revision

    def values(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names}

    @property
    def shown(self) -> int:
        return self.cleaned_data["shown_revision"] or 0


class GuidanceAdmin(LabAdmin):
    """What the three have in common: the code is set once, and related models are saved by the act."""

    form = ShownRevision

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is left to save: the act saved the models that it applies to."""


@admin.register(PartnershipModel)
class PartnershipModelAdmin(GuidanceAdmin):
    list_display = ("name", "parent", "state")
    list_select_related = ("parent",)
    search_fields = ("name", "definition")
    fields = ("code", *ABOUT_MODEL, "shown_revision")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the eleven leaves are fixed: arrangements and the chooser refer to them

    def act(self, request: HttpRequest, obj: PartnershipModel, form: Any, change: bool) -> PartnershipModel:
        return actions.edit_model(obj, shown_revision=form.shown, by=request.user, **form.values(ABOUT_MODEL))


@admin.register(Practice)
class PracticeAdmin(GuidanceAdmin):
    list_display = ("code", "text", "theme", "kind", "blocking", "retired_on")
    list_filter = ("theme", "kind", "blocking")
    search_fields = ("code", "text")
    fields = ("code", *ABOUT_PRACTICE, "applies_to", "shown_revision")

    def act(self, request: HttpRequest, obj: Practice, form: Any, change: bool) -> Practice:
        values = {**form.values(ABOUT_PRACTICE), "applies_to": list(form.cleaned_data["applies_to"]), "by": request.user}
        if change:
            return actions.edit_practice(obj, shown_revision=form.shown, **values)
        return actions.add_practice(code=form.cleaned_data["code"], **values)


@admin.register(Resource)
class ResourceAdmin(GuidanceAdmin):
    """What is said of a tool. Its files and links are published on its page in the library."""

    list_display = ("title", "version", "theme", "kind", "state")
    list_filter = ("theme", "kind", "state")
    search_fields = ("title", "code")
    fields = ("code", *ABOUT_RESOURCE, "applies_to", "shown_revision")

    def act(self, request: HttpRequest, obj: Resource, form: Any, change: bool) -> Resource:
        values = {**form.values(ABOUT_RESOURCE), "applies_to": list(form.cleaned_data["applies_to"]), "by": request.user}
        if change:
            return actions.edit_resource(obj, shown_revision=form.shown, **values)
        return actions.add_resource(code=form.cleaned_data["code"], **values)
