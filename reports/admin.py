"""Sealed reports and API tokens in Django admin, read-only. Accounts create and revoke their own; administrators can revoke any."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.models import ApiToken, ReportRun
from web.admin import ReadOnlyAdmin


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "account", "scope", "expires_on", "last_used_at", "revoked_at", "revoke")
    list_filter = ("scope", "expires_on")
    list_select_related = ("account",)
    search_fields = ("name", "prefix", "account__name")
    exclude = ("sha256",)

    @admin.display(description="")
    def revoke(self, token: ApiToken) -> SafeString | str:
        """Link to the page that revokes a working token."""
        return "" if token.revoked_at else format_html('<a href="{}">{}</a>', reverse("api-token-revoke", args=[token.pk]), _("Revoke"))


@admin.register(ReportRun)
class ReportRunAdmin(ReadOnlyAdmin):
    list_display = ("document", "kind", "number", "as_of", "calculation", "figures_sha256", "made_by")
    list_filter = ("kind",)
    list_select_related = ("document", "made_by")
    exclude = ("figures",)
