"""Reports, API tokens, the showcase and lessons in Django admin. Only the categories can be changed here; the rest has its own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oversight.barriers.admin import RevisedForm
from reports.lessons import actions
from reports.models import ApiToken, Category, Lesson, ReportRun, ShowcaseVersion
from web.admin import LabAdmin, ReadOnlyAdmin


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


@admin.register(Category)
class CategoryAdmin(LabAdmin):
    form = RevisedForm
    list_display = ("name", "kind", "is_offered")
    list_filter = ("kind", "is_offered")
    fields = ("kind", "name", "is_offered", "shown_revision")

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> tuple[str, ...]:
        return ("kind",) if obj else ("is_offered",)

    def act(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> Category:
        if not change:
            return actions.add_category(kind=obj.kind, name=obj.name, by=request.user)
        changes = {name: form.cleaned_data[name] for name in ("name", "is_offered")}
        return actions.edit_category(obj, shown_revision=form.revision, by=request.user, **changes)


@admin.register(Lesson)
class LessonAdmin(ReadOnlyAdmin):
    list_display = ("text", "stream", "category", "is_shared", "recorded_by", "recorded_at", "promoted_at")
    list_filter = ("category", "is_shared")
    list_select_related = ("stream", "category", "recorded_by")
    search_fields = ("text",)


@admin.register(ShowcaseVersion)
class ShowcaseVersionAdmin(ReadOnlyAdmin):
    list_display = ("product", "number", "ministry", "stage", "lab_by", "owner_by", "from_at", "to_at")
    list_filter = ("stage", "theme")
    list_select_related = ("lab_by", "owner_by")
    search_fields = ("product", "reference")
