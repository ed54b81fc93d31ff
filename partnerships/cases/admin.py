"""Case studies in Django admin, to look at: they are written and published on their own pages."""

from __future__ import annotations

from django.contrib import admin

from partnerships.models import CaseConsent, CaseStudy, CaseVersion, StartingPoint
from web.admin import ReadOnlyAdmin


@admin.register(CaseStudy)
class CaseStudyAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "place", "partnership", "state", "by_hand")
    list_select_related = ("partnership",)
    list_filter = ("kind", "state")
    search_fields = ("title", "place", "code")


@admin.register(CaseConsent)
class CaseConsentAdmin(ReadOnlyAdmin):
    list_display = ("case", "partner", "person", "asked_at", "answer", "answered_at")
    list_select_related = ("case", "partner__organization", "person")
    list_filter = ("answer",)


@admin.register(CaseVersion)
class CaseVersionAdmin(ReadOnlyAdmin):
    list_display = ("case", "number", "from_at", "published_by", "to_at")
    list_select_related = ("case", "published_by")


@admin.register(StartingPoint)
class StartingPointAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "from_case", "from_partnership", "template")
    list_select_related = ("partnership", "from_case", "from_partnership", "template")
