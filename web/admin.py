"""What every page of Django admin here has in common: administrators only, nothing deleted, edits through acts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class LabAdmin(admin.ModelAdmin):
    """Open to administrators. Subclasses override `save_model` to call the act that writes."""

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
