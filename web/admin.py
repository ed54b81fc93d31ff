"""The base of every page in Django admin: administrators only, no deleting, edits through acts."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from acts.revisions import Stale
from web.acts import Result, carry_out


class LabAdmin(admin.ModelAdmin):
    """A model's admin pages, for administrators. Subclasses override `act` to call the act that saves."""

    list_per_page = 50
    show_full_result_count = False

    def act(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> models.Model:
        """Carry out the act for `form` and return the saved row; `Refused` and `Stale` are shown to the user."""
        raise NotImplementedError(f"{type(self).__name__} defines no act, so nothing can be saved")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = self.act(request, obj, form, change).pk

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.has_changed():
            raise NotImplementedError("Related rows are changed by their own acts")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or save it; if the act refused, say why above the form with its current values."""
        result = carry_out(partial(super().changeform_view, request, *args, **kwargs))
        self.say_why_not(request, result)
        return result.value or HttpResponseRedirect(request.path)

    def say_why_not(self, request: HttpRequest, result: Result[Any]) -> Result[Any]:
        """Show why an act refused, if it did; returns `result`."""
        if isinstance(result.refusal, Stale):
            sentence = _("This was changed while you were editing. Nothing was saved. Reload and check it again.")
            self.message_user(request, sentence, messages.ERROR)
        else:
            for finding in result.findings:
                self.message_user(request, f"{finding.message} {finding.remedy}".strip(), messages.ERROR)
        return result

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("people.administer")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("people.administer")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("people.administer")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("people.administer")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(LabAdmin):
    """Admin pages that only show rows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
