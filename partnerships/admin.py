"""Organizations and partnerships in Django admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from partnerships.guidance import admin as guidance  # noqa: F401 - it registers its pages
from partnerships.models import (
    Arrangement,
    CaseConsent,
    CaseStudy,
    CaseVersion,
    ClientComment,
    Closure,
    Decision,
    EmergencyPlan,
    EmergencyTest,
    Incident,
    ModelDecision,
    OpeningCalendar,
    Partner,
    PartnerMeeting,
    PartnerRating,
    Partnership,
    PilotEvaluation,
    PilotReview,
    RatingRound,
    ServiceStandard,
    ServiceTraining,
    Site,
    SiteContact,
    SiteService,
    SiteVolume,
    StartingPoint,
    SunsetCriterion,
    TapDay,
    Trip,
    WaitDay,
)
from partnerships.organizations.actions import add_organization, edit_organization
from people.models import Organization, OrganizationContact
from web.admin import LabAdmin, ReadOnlyAdmin

FIELDS = ("name", "level", "parent", "region", "time_zone", "holidays", "languages")


class OrganizationForm(forms.ModelForm):
    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Organization
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_revision"].initial = self.instance.revision


@admin.register(Organization)
class OrganizationAdmin(LabAdmin):
    form = OrganizationForm
    list_display = ("name", "level", "region", "holidays", "languages")
    list_filter = ("level", "holidays")
    search_fields = ("name", "region")
    autocomplete_fields = ("parent",)

    def act(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> Organization:
        facts = {name: form.cleaned_data[name] for name in FIELDS}
        if not change:
            return add_organization(**facts, by=request.user)
        return edit_organization(obj, shown_revision=form.cleaned_data["shown_revision"] or 0, by=request.user, **facts)


@admin.register(OrganizationContact)
class OrganizationContactAdmin(ReadOnlyAdmin):
    list_display = ("organization", "role", "person", "from_on", "to_on")
    list_select_related = ("organization", "person")
    search_fields = ("role", "person__name", "organization__name")


@admin.register(Partnership)
class PartnershipAdmin(ReadOnlyAdmin):
    list_display = ("reference", "name", "state", "lead", "review_on")
    list_select_related = ("lead",)
    list_filter = ("state",)
    search_fields = ("reference", "name")


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "organization", "role", "coordinator", "joined_on", "left_on")
    list_select_related = ("partnership", "organization", "coordinator")
    list_filter = ("role",)


@admin.register(RatingRound)
class RatingRoundAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "number", "opened_on", "due_on", "ended_on")
    list_select_related = ("partnership",)


@admin.register(PartnerRating)
class PartnerRatingAdmin(ReadOnlyAdmin):
    """Who has rated. What they gave isn't shown here: it is hidden until the round has ended, and then it is on the partnership's page."""

    list_display = ("round", "partner", "given_on", "given_by")
    list_select_related = ("round__partnership", "partner__organization", "given_by")
    fields = ("round", "partner", "given_on", "given_by")


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "name", "community", "time_zone", "place", "finding", "state")
    list_select_related = ("partnership",)
    list_filter = ("state", "place")


@admin.register(OpeningCalendar)
class OpeningCalendarAdmin(ReadOnlyAdmin):
    list_display = ("site", "partner", "holidays", "monday", "friday")
    list_select_related = ("site", "partner__organization")
    list_filter = ("holidays",)


@admin.register(Closure)
class ClosureAdmin(ReadOnlyAdmin):
    list_display = ("site", "partner", "from_on", "to_on", "reason")
    list_select_related = ("site", "partner__organization")


@admin.register(SiteContact)
class SiteContactAdmin(ReadOnlyAdmin):
    list_display = ("site", "contact")
    list_select_related = ("site", "contact__organization", "contact__person")


@admin.register(ServiceTraining)
class ServiceTrainingAdmin(ReadOnlyAdmin):
    list_display = ("service", "partner", "training", "on", "agents")
    list_select_related = ("service", "partner__organization")


@admin.register(SiteService)
class SiteServiceAdmin(ReadOnlyAdmin):
    list_display = ("site", "name")
    list_select_related = ("site",)
    search_fields = ("name", "site__name")


@admin.register(ServiceStandard)
class ServiceStandardAdmin(ReadOnlyAdmin):
    list_display = ("service", "minutes", "from_on")
    list_select_related = ("service",)


@admin.register(SiteVolume)
class SiteVolumeAdmin(ReadOnlyAdmin):
    list_display = ("service", "month", "services", "clients")
    list_select_related = ("service",)


@admin.register(WaitDay)
class WaitDayAdmin(ReadOnlyAdmin):
    list_display = ("service", "on", "clients", "left", "right", "wrong")
    list_select_related = ("service",)


@admin.register(ClientComment)
class ClientCommentAdmin(ReadOnlyAdmin):
    """Dates and tones. What is personal in a comment is on its own page, for those who may read it."""

    list_display = ("site", "received_on", "channel", "tone", "due_on", "followed_up_on", "tone_after")
    list_select_related = ("site",)
    list_filter = ("channel", "tone")
    fields = ("site", "received_on", "channel", "tone", "due_on", "followed_up_on", "tone_after")


@admin.register(TapDay)
class TapDayAdmin(ReadOnlyAdmin):
    list_display = ("service", "on", "kind", "score", "count")
    list_select_related = ("service",)
    list_filter = ("kind",)


@admin.register(Arrangement)
class ArrangementAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "site", "leaf", "from_on", "to_on")
    list_select_related = ("partnership", "site")
    list_filter = ("leaf",)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "kind", "community", "called_at", "served_at", "ended_at")
    list_select_related = ("partnership",)
    list_filter = ("kind",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("called__organization")


@admin.register(SunsetCriterion)
class SunsetCriterionAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "kind", "text", "on", "removed_on")
    list_select_related = ("partnership",)


@admin.register(ModelDecision)
class ModelDecisionAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "leaf", "decided_on", "decided_by")
    list_select_related = ("partnership", "decided_by")
    list_filter = ("leaf",)


@admin.register(PilotEvaluation)
class PilotEvaluationAdmin(ReadOnlyAdmin):
    list_display = ("arrangement", "kind", "due_on", "given_on", "given_by")
    list_select_related = ("arrangement__site", "arrangement__partnership", "given_by")
    list_filter = ("kind",)


@admin.register(PilotReview)
class PilotReviewAdmin(ReadOnlyAdmin):
    list_display = ("evaluation", "partner", "on")
    list_select_related = ("evaluation__arrangement__site", "evaluation__arrangement__partnership", "partner__organization")


@admin.register(PartnerMeeting)
class PartnerMeetingAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "on", "state", "in_person")
    list_select_related = ("partnership",)
    list_filter = ("state",)


@admin.register(Trip)
class TripAdmin(ReadOnlyAdmin):
    list_display = ("site", "on", "mode", "traveller", "manager", "signed_off_at", "cancelled_at")
    list_select_related = ("site", "traveller", "manager")
    list_filter = ("mode",)


@admin.register(EmergencyPlan)
class EmergencyPlanAdmin(ReadOnlyAdmin):
    list_display = ("site", "keeper", "test_due_on")
    list_select_related = ("site", "keeper")


@admin.register(EmergencyTest)
class EmergencyTestAdmin(ReadOnlyAdmin):
    list_display = ("plan", "scenario", "on", "recorded_by")
    list_select_related = ("plan__site", "recorded_by")
    list_filter = ("scenario",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("partnership", "occasion", "met_on", "due_on", "choice", "decided_by")
    list_select_related = ("partnership", "decided_by")
    list_filter = ("choice",)


# ── Case studies: they are written and published on their own pages ─────────────────────────────────


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
