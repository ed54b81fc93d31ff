"""What every page of Django admin here has in common: administrators only, nothing deleted, edits through acts."""

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
    """Open to administrators. Subclasses override `act` to call the one act that writes."""

    list_per_page = 50
    show_full_result_count = False

    def act(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> models.Model:
        """Do the act that `form` asks for and return the row as it now stands; `Refused` and `Stale` are told."""
        raise NotImplementedError(f"{type(self).__name__} names no act, so nothing can be saved")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = self.act(request, obj, form, change).pk

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.has_changed():
            raise NotImplementedError("What hangs on a row is changed by its own act")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; an act that did not happen says why, above the form as it now stands."""
        result = carry_out(partial(super().changeform_view, request, *args, **kwargs))
        self.say_why_not(request, result)
        return result.value or HttpResponseRedirect(request.path)

    def say_why_not(self, request: HttpRequest, result: Result[Any]) -> Result[Any]:
        """Say why an act refused; nothing for one that was carried out. Returns `result`."""
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
    """Shows everything and changes nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
