"""Money, tasks, barriers, risks and status reports in Django admin. Most are read-only here; people change them on the subject's pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ledger.subjects import with_subject
from oversight.barriers import admin as barriers  # noqa: F401 - it registers its pages
from oversight.documents import admin as documents  # noqa: F401 - it registers its pages
from oversight.models import (
    Budget,
    Checklist,
    ChecklistItem,
    Contract,
    CostShare,
    DecisionWanted,
    DelayedApproval,
    FollowUp,
    FundingConfirmation,
    MoneyLine,
    OpennessPlan,
    ReportingPlan,
    StatusReport,
    TaskEvidence,
    TrustStatement,
)
from web.admin import ReadOnlyAdmin


class OfStream(ReadOnlyAdmin):
    """Admin for rows on a subject's stream. Shows the subject, whatever its kind."""

    list_select_related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Django ignores `list_select_related` of a queryset that already follows relations.
        return super().get_queryset(request).select_related(*with_subject("stream"), *self.list_select_related)

    @admin.display(description="subject")
    def about(self, row: Any) -> str:
        return str(row.subject)


@admin.register(Budget)
class BudgetAdmin(OfStream):
    list_display = ("about", "fiscal_year", "kind", "amount_cents", "revision", "entered_by", "entered_at")
    list_select_related = ("entered_by",)
    list_filter = ("fiscal_year", "kind")


@admin.register(MoneyLine)
class MoneyLineAdmin(OfStream):
    list_display = ("about", "on", "kind", "item", "payer", "vendor", "amount_cents", "revision", "removed")
    list_filter = ("kind", "payer", "removed")
    search_fields = ("item", "vendor", "source")


@admin.register(FundingConfirmation)
class FundingConfirmationAdmin(OfStream):
    list_display = ("about", "fiscal_year", "amount_cents", "confirmed_by", "confirmed_on", "revision")
    list_filter = ("fiscal_year",)


@admin.register(CostShare)
class CostShareAdmin(OfStream):
    list_display = ("about", "item", "payer", "note")
    list_filter = ("item", "payer")


@admin.register(Contract)
class ContractAdmin(OfStream):
    list_display = ("about", "vendor", "purpose", "amount_cents", "from_on", "to_on", "ends_as_planned", "struck_at")
    list_filter = ("ends_as_planned",)
    search_fields = ("vendor", "purpose")


@admin.register(Checklist)
class ChecklistAdmin(ReadOnlyAdmin):
    list_display = ("stream", "code", "made_at")
    list_select_related = ("stream",)
    list_filter = ("code",)


@admin.register(ChecklistItem)
class ChecklistItemAdmin(ReadOnlyAdmin):
    list_display = ("text", "checklist", "state", "owner", "due_on", "blocks", "done_on")
    list_select_related = ("checklist", "owner")
    list_filter = ("state", "blocks", "code")
    search_fields = ("text", "owner__name")


@admin.register(TaskEvidence)
class TaskEvidenceAdmin(ReadOnlyAdmin):
    list_display = ("item", "url", "file_name", "added_by", "added_at", "withdrawn_at")
    list_select_related = ("item", "added_by")


@admin.register(ReportingPlan)
class ReportingPlanAdmin(OfStream):
    list_display = ("about", "cadence", "next_due_on", "writer")
    list_select_related = ("writer",)
    list_filter = ("cadence",)


@admin.register(StatusReport)
class StatusReportAdmin(OfStream):
    list_display = ("about", "number", "state", "from_on", "to_on", "sent_by", "sent_at")
    list_select_related = ("sent_by",)
    list_filter = ("state",)


@admin.register(DecisionWanted)
class DecisionWantedAdmin(ReadOnlyAdmin):
    list_display = ("text", "report", "body", "state", "due_on", "waits_until")
    list_select_related = ("report", "body")
    list_filter = ("state", "body")
    search_fields = ("text",)


@admin.register(TrustStatement)
class TrustStatementAdmin(OfStream):
    list_display = ("about", "topic", "agreed_on", "recorded_by", "recorded_at")
    list_select_related = ("recorded_by",)
    list_filter = ("topic",)


@admin.register(DelayedApproval)
class DelayedApprovalAdmin(OfStream):
    list_display = ("about", "what", "waiting_for", "since", "resolved_on")
    search_fields = ("what", "waiting_for")


@admin.register(OpennessPlan)
class OpennessPlanAdmin(OfStream):
    list_display = ("about", "closed_part", "owner", "align_by", "next_review_on", "closed_on")
    list_select_related = ("owner",)
    search_fields = ("closed_part",)


@admin.register(FollowUp)
class FollowUpAdmin(OfStream):
    """What was asked 6 and 12 months after graduation, of whom, and the answer. The contact is changed on the follow-up's page."""

    list_display = ("about", "kind", "due_on", "contact", "answered_on", "in_use")
    list_select_related = ("contact",)
    list_filter = ("kind", "in_use")
