"""Sealed documents in Django admin, read-only."""

from __future__ import annotations

from django.contrib import admin

from oversight.models import Document, DocumentFile, DocumentSeal
from web.admin import ReadOnlyAdmin


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "stream", "issued_at", "issued_by", "content_sha256")
    list_select_related = ("stream", "issued_by")
    list_filter = ("kind",)
    search_fields = ("title", "content_sha256")
    exclude = ("content",)


@admin.register(DocumentSeal)
class DocumentSealAdmin(ReadOnlyAdmin):
    list_display = ("document", "state", "wanted_at", "attempts", "next_try_at", "last_error")
    list_select_related = ("document",)
    list_filter = ("state",)
    search_fields = ("document__title",)


@admin.register(DocumentFile)
class DocumentFileAdmin(ReadOnlyAdmin):
    list_display = ("document", "sealed_at", "level", "development", "size", "sha256")
    list_select_related = ("document",)
    list_filter = ("level", "development")
    search_fields = ("sha256", "document__title")
