"""Admin pages to edit templates and their versions, and to view agreements and signatures (EL-20, EL-26)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agreements.drafting import templates
from agreements.models import (
    Agreement,
    AgreementVersion,
    Seal,
    SealedDocument,
    Signature,
    Template,
    TemplateClause,
    TemplateRole,
    TemplateSection,
    TemplateVersion,
)
from web.acts import carry_out
from web.admin import LabAdmin, ReadOnlyAdmin


class WordsInline(admin.TabularInline):
    """Rows of a template version, editable until it is published. After that, triggers freeze them as well."""

    extra = 0

    def _editable(self, obj: Any) -> bool:
        return obj is None or obj.published_at is None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("people.administer")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("people.administer") and self._editable(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


class SectionInline(WordsInline):
    model = TemplateSection
    fields = ("number", "heading", "takes_conditions")


class ClauseInline(WordsInline):
    model = TemplateClause
    fields = ("section", "number", "heading", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TemplateClause]:
        return super().get_queryset(request).select_related("section").order_by("section__number", "number")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        match = request.resolver_match
        if db_field.name == "section" and match:
            kwargs["queryset"] = TemplateSection.objects.filter(version=match.kwargs.get("object_id")).order_by("number")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RoleInline(WordsInline):
    model = TemplateRole
    fields = ("position", "label", "side", "stage", "must_sign")


@admin.register(Template)
class TemplateAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "subject_kind", "purpose", "offered")


@admin.register(TemplateVersion)
class TemplateVersionAdmin(LabAdmin):
    """Template versions. Unpublished ones can be edited; to change a published one, create a new version, edit it and publish it."""

    list_display = ("template", "number", "title", "published_at", "frozen_at")
    list_filter = ("template",)
    list_select_related = ("template",)
    fields = (
        "template",
        "number",
        "title",
        "summary",
        "key_points",
        "statement_of_intent",
        "consent",
        "verb",
        "sides",
        "signing_days",
        "invitation_days",
        "code_required",
        "published_at",
        "frozen_at",
        "preview",
    )
    readonly_fields = ("template", "number", "published_at", "frozen_at", "preview")
    inlines = (RoleInline, SectionInline, ClauseInline)
    actions = ("make_new_version", "publish")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TemplateVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.published_at is None)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Show the form. For a published version, say why it can't be edited, and refuse an edit that is sent anyway."""
        version = self.get_object(request, object_id)
        if version is not None and version.published_at and self.has_view_permission(request, version):
            notice = _("You can’t edit a published template version. Create a new version from the list, then edit that one.")
            if request.method == "POST":
                self.message_user(request, notice, messages.ERROR)
                return HttpResponseRedirect(request.path)
            self.message_user(request, notice, messages.WARNING)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("preview"))
    def preview(self, version: TemplateVersion) -> SafeString:
        url = reverse("template-preview", args=[version.template.slug, version.number])
        return format_html('<a href="{}">{}</a>', url, _("Preview as a party"))

    def act(self, request: HttpRequest, obj: TemplateVersion, form: Any, change: bool) -> TemplateVersion:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        return templates.edit_template_version(obj, changes=changes, by=request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: forms.BaseModelFormSet, change: bool) -> None:
        """Save the rows and record which kind was edited, in the admin's own transaction."""
        formset.save()
        if formset.has_changed():
            templates.record_template_edit(form.instance, changed=[formset.prefix or ""], by=request.user)

    @admin.action(description=_("Create a new version to edit"))
    def make_new_version(self, request: HttpRequest, versions: QuerySet[TemplateVersion]) -> None:
        for version in versions:
            draft = templates.make_template_version(version, by=request.user)
            self.message_user(request, _("Version %(number)d created. You can edit it now.") % {"number": draft.number}, messages.SUCCESS)

    @admin.action(description=_("Publish for new agreements"))
    def publish(self, request: HttpRequest, versions: QuerySet[TemplateVersion]) -> None:
        for version in versions:
            result = carry_out(partial(templates.publish_template_version, version, by=request.user))
            if self.say_why_not(request, result):
                self.message_user(
                    request, _("%(version)s is published and available for new agreements.") % {"version": version}, messages.SUCCESS
                )


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin):
    list_display = ("reference", "purpose", "template_version", "made_at", "made_by")
    list_filter = ("purpose",)
    list_select_related = ("template_version__template", "made_by")
    search_fields = ("reference",)


@admin.register(AgreementVersion)
class AgreementVersionAdmin(ReadOnlyAdmin):
    list_display = ("agreement", "number", "state", "circulated_at", "in_force_at", "content_sha256")
    list_select_related = ("agreement",)
    list_filter = ("state",)
    search_fields = ("agreement__reference", "content_sha256")
    exclude = ("canonical",)


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    list_display = ("typed_name", "role", "agreement", "signed_at", "evidence_sha256")
    list_select_related = ("role", "version__agreement")
    search_fields = ("typed_name", "evidence_sha256", "version__agreement__reference")
    fields = ("version", "party", "role", "typed_name", "signed_at", "evidence_sha256", "record", "kept_here")
    readonly_fields = fields

    @admin.display(description=_("agreement"))
    def agreement(self, signature: Signature) -> Model:
        return signature.version.agreement

    @admin.display(description=_("evidence"))
    def record(self, signature: Signature) -> str:
        return bytes(signature.evidence).decode()

    @admin.display(description=_("signing location (kept here, not in circulated copies)"))
    def kept_here(self, signature: Signature) -> str:
        return bytes(signature.annex or b"").decode()


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ("version", "state", "wanted_at", "attempts", "next_try_at", "last_error")
    list_select_related = ("version__agreement",)
    list_filter = ("state",)
    search_fields = ("version__agreement__reference",)


@admin.register(SealedDocument)
class SealedDocumentAdmin(ReadOnlyAdmin):
    list_display = ("version", "sealed_at", "level", "development", "size", "sha256")
    list_select_related = ("version__agreement",)
    list_filter = ("level", "development")
    search_fields = ("sha256", "version__agreement__reference")
