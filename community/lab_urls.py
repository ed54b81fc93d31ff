"""Under /community/: over the whole lab."""

from django.urls import path

from community.views import desks, experts, lab, sessions

urlpatterns = [
    path("", lab.habits, name="lab-community"),
    path("habits.<str:file_format>", lab.habits_export, name="lab-community-export"),
    path("given/", lab.contributions, name="lab-given"),
    path("given/given.<str:file_format>", lab.contributions_export, name="lab-given-export"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/sessions.<str:file_format>", sessions.sessions_export, name="sessions-export"),
    path("sessions/calendar/", sessions.sessions_calendar, name="sessions-calendar"),
    path("experts/", experts.experts, name="experts"),
    path("experts/add/", experts.add, name="expert-add"),
    path("experts/<int:expert>/", experts.edit, name="expert"),
    path("desks/", desks.desks, name="desks"),
    path("desks/count/", desks.count, name="desks-count"),
]
