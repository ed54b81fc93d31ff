"""Addresses of a team's place in the community, and over the whole lab."""

from django.urls import include, path

from community import views
from community.alumni import views as alumni_views
from community.benefits import views as benefits_views
from community.experts import views as experts_views
from community.mentors import views as mentors_views

RESIDENCY = [
    path("", views.community, name="community"),
    path("given/log/", views.note_giving, name="giving-note"),
    path("given/<int:contribution>/take-out/", views.cancel_giving, name="giving-strike"),
    path("experts/ask/", experts_views.ask, name="session-ask"),
    path("experts/<int:session>/", experts_views.session, name="session"),
    path("experts/<int:session>/match/", experts_views.match, name="session-match"),
    path("experts/<int:session>/outcome/", experts_views.hold, name="session-hold"),
    path("experts/<int:session>/call-off/", experts_views.call_off, name="session-call-off"),
    path("experts/<int:session>/session.ics", experts_views.calendar_file, name="session-file"),
    path("working-together/", views.colocation, name="colocation"),
    path("desks/give/", views.allocate, name="desks-give"),
    path("desks/<int:allocation>/change/", views.change, name="desks-change"),
    path("desks/<int:allocation>/take-back/", views.take_back, name="desks-take-back"),
    path("mentors/ask/", mentors_views.ask, name="mentor-ask"),
    path("mentors/offer/", mentors_views.offer, name="mentor-offer"),
]

LAB = [
    path("", views.habits, name="lab-community"),
    path("habits.<str:file_format>", views.habits_export, name="lab-community-export"),
    path("given/", views.contributions, name="lab-given"),
    path("given/given.<str:file_format>", views.contributions_export, name="lab-given-export"),
    path("sessions/", experts_views.sessions, name="sessions"),
    path("sessions/sessions.<str:file_format>", experts_views.sessions_export, name="sessions-export"),
    path("sessions/calendar/", experts_views.sessions_calendar, name="sessions-calendar"),
    path("experts/", experts_views.experts, name="experts"),
    path("experts/add/", experts_views.add, name="expert-add"),
    path("experts/<int:expert>/", experts_views.edit, name="expert"),
    path("desks/", views.desks, name="desks"),
    path("desks/count/", views.count, name="desks-count"),
]

ALUMNI = [
    path("", alumni_views.alumni, name="alumni"),
    path("alumni.<str:file_format>", alumni_views.alumni_export, name="alumni-export"),
    path("add/", alumni_views.add, name="alumnus-add"),
    path("<int:alumnus>/", alumni_views.alumnus, name="alumnus"),
    path("<int:alumnus>/offer/", alumni_views.offer, name="alumnus-offer"),
    path("<int:alumnus>/listing/", alumni_views.listing, name="alumnus-listing"),
    path("<int:alumnus>/confirm/", alumni_views.confirm, name="alumnus-confirm"),
]

MENTORS = [
    path("", mentors_views.mentors, name="mentors"),
    path("mentors.<str:file_format>", mentors_views.mentors_export, name="mentors-export"),
    path("offers/", mentors_views.mentor_offers, name="mentor-offers"),
    path("<int:mentoring>/", mentors_views.mentoring, name="mentoring"),
    path("<int:mentoring>/match/", mentors_views.match, name="mentoring-match"),
    path("<int:mentoring>/meet/", mentors_views.meet, name="mentoring-meet"),
    path("<int:mentoring>/finish/", mentors_views.finish, name="mentoring-finish"),
    path("<int:mentoring>/cancel/", mentors_views.cancel, name="mentoring-cancel"),
    path("<int:mentoring>/meetings/<int:meeting>/remove/", mentors_views.remove_meeting, name="mentor-meeting-remove"),
]

BENEFITS = [
    path("", benefits_views.name, name="benefit-owner-name"),
    path("<int:owner>/metric/", benefits_views.metric, name="benefit-owner-metric"),
    path("<int:owner>/send/", benefits_views.send, name="benefit-owner-send"),
    path("<int:owner>/withdraw/", benefits_views.withdraw, name="benefit-owner-withdraw"),
]

LAB_BENEFITS = [
    path("", benefits_views.benefits, name="benefit-list"),
    path("benefits.<str:file_format>", benefits_views.benefits_export, name="benefit-export"),
]

urlpatterns = [
    path("benefits/", include(LAB_BENEFITS)),
    path("residencies/<str:reference>/benefit-owner/", include(BENEFITS)),
    path("residencies/<str:reference>/community/", include(RESIDENCY)),
    path("community/", include(LAB)),
    path("alumni/", include(ALUMNI)),
    path("mentors/", include(MENTORS)),
]
