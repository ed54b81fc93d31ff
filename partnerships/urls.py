"""Addresses of service partnerships, and of the organizations that take part in them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from partnerships.agreement import views as audit
from partnerships.cases import views as cases
from partnerships.chooser import views as chooser_views
from partnerships.endings import views as endings
from partnerships.guidance import views as guidance
from partnerships.lifecycle import views as lifecycle
from partnerships.organizations import contacts
from partnerships.organizations import views as organizations
from partnerships.sites import views as sites
from partnerships.sites.comments import views as comments
from partnerships.sites.counter import views as counter
from partnerships.sites.opening import views as opening
from partnerships.sites.opportunities import views as opportunities
from partnerships.sites.quality import views as quality
from partnerships.sites.services import views as services
from partnerships.sites.trips import views as trips
from partnerships.sites.volumes import views as volumes
from partnerships.sites.waits import views as waits
from partnerships.workspace import export
from partnerships.workspace import views as workspace
from partnerships.workspace.incidents import views as incidents
from partnerships.workspace.meetings import views as meetings
from partnerships.workspace.pilots import views as pilots
from partnerships.workspace.relationship import views as relationship

ORGANIZATIONS = [
    path("", organizations.organizations, name="organizations"),
    path("add/", organizations.add, name="organization-add"),
    path("<int:pk>/", organizations.organization, name="organization"),
    path("<int:pk>/edit/", organizations.edit, name="organization-edit"),
    path("<int:pk>/contacts/add/", organizations.contact_add, name="contact-add"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/<int:pk>/edit/", organizations.contact_edit, name="contact-edit"),
    path("contacts/<int:pk>/end/", organizations.contact_end, name="contact-end"),
]

RATING_LINKS = [
    path("<str:token>", relationship.by_link, name="rating-by-link"),
    path("<str:token>/sent", relationship.sent_by_link, name="rating-by-link-sent"),
]

GUIDANCE = [
    path("chooser/", chooser_views.chooser, name="model-chooser"),
    path("guidance/", guidance.guidance, name="guidance"),
    path("guidance/guidance.pdf", guidance.guidance_pdf, name="guidance-pdf"),
    path("guidance/models/<slug:model>/", guidance.model, name="guidance-model"),
    path("guidance/models/<slug:model>.pdf", guidance.model_pdf, name="guidance-model-pdf"),
    path("guidance/themes/<slug:theme>/", guidance.theme, name="guidance-theme"),
    path("guidance/themes/<slug:theme>.pdf", guidance.theme_pdf, name="guidance-theme-pdf"),
    path("guidance/trips/", guidance.trips, name="guidance-trips"),
    path("library/", guidance.library, name="library"),
    path("library/add/", guidance.add, name="resource-add"),
    path("library/<int:resource>/", guidance.resource, name="resource"),
    path("library/<int:resource>/file/", guidance.download, name="resource-file"),
    path("library/<int:resource>/publish/", guidance.publish, name="resource-publish"),
]

CASES = [
    path("", cases.cases, name="case-list"),
    path("add/", cases.add, name="case-add"),
    path("<int:case>/", cases.case, name="case"),
    path("<int:case>/edit/", cases.edit, name="case-edit"),
    path("<int:case>/figures/add/", cases.figure_add, name="case-figure-add"),
    path("<int:case>/figures/update/", cases.figures_update, name="case-figures-update"),
    path("<int:case>/figures/<int:number>/remove/", cases.figure_remove, name="case-figure-remove"),
    path("<int:case>/ask/", cases.ask, name="case-ask"),
    path("<int:case>/answers/<int:consent>/", cases.answer, name="case-answer"),
    path("<int:case>/publish/", cases.publish, name="case-publish"),
    path("<int:case>/withdraw/", cases.withdraw, name="case-withdraw"),
    path("<int:case>/start/", cases.like_case, name="case-start"),
    path("answer/<str:token>/", cases.by_link, name="case-by-link"),
]

PARTNERSHIP = [
    path("", workspace.overview, name="partnership"),
    path("edit/", workspace.edit, name="partnership-edit"),
    path("governance/", workspace.governance, name="partnership-governance"),
    path("case/", cases.draft, name="case-draft"),
    path("start-like/", cases.like_partnership, name="partnership-start-like"),
    path("model/", chooser_views.decide, name="partnership-model"),
    path("note/", workspace.note, name="partnership-note"),
    path("ending/", endings.ending, name="partnership-ending"),
    path("ending/edit/", workspace.edit_ending, name="partnership-ending-edit"),
    path("ending/add/", endings.add, name="criterion-add"),
    path("ending/<int:criterion>/event/", endings.event, name="criterion-event"),
    path("ending/<int:criterion>/remove/", endings.remove, name="criterion-remove"),
    path("ending/decide/", endings.decide, name="partnership-decide"),
    path("ending/decisions/<int:decision>/", endings.answer, name="partnership-answer"),
    path("history/", workspace.history, name="partnership-history"),
    path("partners/", workspace.partners, name="partners"),
    path("contacts/", contacts.partnership_contacts, name="partnership-contacts"),
    path("partners/add/", workspace.add_partner, name="partner-add"),
    path("partners/<int:partner>/coordinator/", workspace.coordinator, name="partner-coordinator"),
    path("partners/<int:partner>/leave/", workspace.leave, name="partner-leave"),
    path("partners/<int:partner>/confirm/", workspace.confirm, name="partner-confirm"),
    path("relationship/", relationship.relationship, name="relationship"),
    path("relationship/open/", relationship.open_round, name="round-open"),
    path("relationship/<int:round>/", relationship.rating_round, name="rating-round"),
    path("relationship/<int:round>/close/", relationship.close_round, name="round-close"),
    path("relationship/<int:round>/results.<str:file_format>", relationship.export_round, name="round-export"),
    path("relationship/ratings/<int:rating>/", relationship.rate, name="relationship-rate"),
    path("sites/", sites.sites, name="sites"),
    path("sites/add/", sites.add, name="site-add"),
    path("sites/<int:site>/", opening.site, name="site"),
    path("sites/<int:site>/calendars/add/", opening.add_calendar, name="calendar-add"),
    path("sites/<int:site>/calendars/<int:calendar>/edit/", opening.edit_calendar, name="calendar-edit"),
    path("sites/<int:site>/closures/add/", opening.add_closure, name="closure-add"),
    path("sites/<int:site>/closures/<int:closure>/remove/", opening.remove_closure, name="closure-remove"),
    path("services/", services.services, name="partnership-services"),
    path("services/<int:service>/edit/", services.edit, name="service-edit"),
    path("services/<int:service>/training/", services.training, name="service-training"),
    path("waits/", waits.waits, name="waits"),
    path("comments/", comments.comments, name="comments"),
    path("sites/<int:site>/comments/", comments.site_comments, name="site-comments"),
    path("sites/<int:site>/comments/add/", comments.add, name="comment-add"),
    path("sites/<int:site>/comments/<int:comment>/", comments.comment, name="site-comment"),
    path("sites/<int:site>/quality/", quality.site_quality, name="site-quality"),
    path("sites/<int:site>/quality/add/", quality.assess, name="quality-assess"),
    path("sites/<int:site>/quality/<int:assessment>/", quality.assessment, name="quality-assessment"),
    path("sites/<int:site>/trips/", trips.trips, name="trips"),
    path("sites/<int:site>/trips/plan/", trips.plan, name="trip-plan"),
    path("sites/<int:site>/trips/<int:trip>/", trips.trip, name="trip"),
    path("sites/<int:site>/trips/<int:trip>/checklist/", trips.tick, name="trip-checklist"),
    path("sites/<int:site>/trips/<int:trip>/sign-off/", trips.sign_off, name="trip-sign-off"),
    path("sites/<int:site>/trips/<int:trip>/cancel/", trips.cancel, name="trip-cancel"),
    path("sites/<int:site>/volumes/", volumes.volumes, name="volumes"),
    path("sites/<int:site>/volumes/enter/", volumes.enter, name="volume-enter"),
    path("sites/<int:site>/volumes/import/", volumes.import_volumes, name="volumes-import"),
    path("sites/<int:site>/contacts/", contacts.site_contacts, name="site-contacts"),
    path("sites/<int:site>/waits/", waits.site_waits, name="site-waits"),
    path("sites/<int:site>/waits/import/", waits.import_waits, name="waits-import"),
    path("sites/<int:site>/waits/services/<int:service>/standard/", waits.standard, name="service-standard"),
    path("sites/<int:site>/counter/", counter.counter, name="counter"),
    path("sites/<int:site>/counter/taps/", counter.taps, name="counter-taps"),
    path("sites/<int:site>/counter/services/add/", counter.add_service, name="service-add"),
    path("sites/<int:site>/emergency/", sites.emergency_plan, name="emergency-plan"),
    path("sites/<int:site>/emergency/edit/", sites.keep_emergency_plan, name="emergency-plan-keep"),
    path("sites/<int:site>/emergency/test/", sites.record_emergency_test, name="emergency-test"),
    path("sites/<int:site>/edit/", sites.edit, name="site-edit"),
    path("sites/<int:site>/choose/", sites.choose, name="site-choose"),
    path("sites/<int:site>/reject/", sites.reject, name="site-reject"),
    path("sites/<int:site>/refit/", sites.refit, name="site-refit"),
    path("sites/<int:site>/assess/", sites.assess, name="site-assess"),
    path("arrangements/add/", sites.add_arrangement, name="arrangement-add"),
    path("arrangements/<int:arrangement>/end/", sites.end_arrangement, name="arrangement-end"),
    path("arrangements/<int:arrangement>/pilot/", pilots.pilot, name="arrangement-pilot"),
    path("evaluations/<int:evaluation>/", pilots.evaluation, name="pilot-evaluation"),
    path("evaluations/<int:evaluation>/edit/", pilots.evaluate, name="pilot-evaluate"),
    path("evaluations/<int:evaluation>/reviews/<int:partner>/add/", pilots.review, name="pilot-review"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/rhythm/", meetings.rhythm, name="meeting-rhythm"),
    path("meetings/plan/", meetings.plan, name="meeting-plan"),
    path("meetings/record/", meetings.record, name="meeting-record"),
    path("meetings/<int:meeting>/", meetings.meeting, name="meeting"),
    path("meetings/<int:meeting>/edit/", meetings.move, name="meeting-edit"),
    path("meetings/<int:meeting>/cancel/", meetings.cancel, name="meeting-cancel"),
    path("rapid-response/", incidents.incidents, name="incidents"),
    path("rapid-response/open/", incidents.open_incident, name="incident-open"),
    path("rapid-response/<int:incident>/", incidents.incident, name="incident"),
    path("rapid-response/<int:incident>/edit/", incidents.edit, name="incident-edit"),
    path("rapid-response/<int:incident>/served/", incidents.served, name="incident-served"),
    path("rapid-response/<int:incident>/deactivate/", incidents.end, name="incident-end"),
    path("moves/<str:verb>/", lifecycle.move, name="partnership-move"),
]

# Those of one partnership come last, so that no reference hides a page.
urlpatterns: list[URLPattern | URLResolver] = [
    path("", workspace.partnerships, name="partnership-list"),
    path("export.<slug:file_format>", export.export_partnerships, name="partnership-export"),
    path("start/", workspace.start, name="partnership-start"),
    path("opportunities/", opportunities.opportunities, name="opportunities"),
    *GUIDANCE,
    path("cases/", include(CASES)),
    path("audit/", audit.audit_page, name="agreement-audit"),
    path("<str:reference>/", include(PARTNERSHIP)),
]
