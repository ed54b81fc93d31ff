"""Django admin for administrators, with the portal's own sign-in and every edit through an act."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from web.admin import LabAdmin


class LabAdminSite(AdminSite):
    site_header = _("Lab Portal administration")
    site_title = _("Administration")
    index_title = _("Reference data, accounts and records")
    enable_nav_sidebar = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: type[ModelAdmin[Any]] | None = None, **options: Any) -> None:
        """Register only our own pages, because those that other apps register would allow edits outside our acts."""
        if admin_class is not None and issubclass(admin_class, LabAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("people.administer")

    login = secure_admin_login(AdminSite.login)
