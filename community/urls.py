"""Addresses of a team's place in the community, and over the whole lab."""

from django.urls import include, path

from community import views
from community.experts import views as experts_views

RESIDENCY = [
    path("", views.community, name="community"),
    path("habits/<int:done>/change/", views.edit_habit, name="habit-edit"),
    path("habits/<int:done>/undo/", views.undo_habit, name="habit-undo"),
    path("habits/<slug:habit>/", views.note_habit, name="habit-note"),
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

urlpatterns = [
    path("residencies/<str:reference>/community/", include(RESIDENCY)),
    path("community/", include(LAB)),
]
