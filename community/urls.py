"""Under /residencies/<reference>/community/."""

from django.urls import path

from community.views import desks, residency, sessions

urlpatterns = [
    path("", residency.community, name="community"),
    path("habits/<int:done>/change/", residency.edit_habit, name="habit-edit"),
    path("habits/<int:done>/undo/", residency.undo_habit, name="habit-undo"),
    path("habits/<slug:habit>/", residency.note_habit, name="habit-note"),
    path("given/log/", residency.note_giving, name="giving-note"),
    path("given/<int:contribution>/take-out/", residency.cancel_giving, name="giving-strike"),
    path("experts/ask/", sessions.ask, name="session-ask"),
    path("experts/<int:session>/", sessions.session, name="session"),
    path("experts/<int:session>/match/", sessions.match, name="session-match"),
    path("experts/<int:session>/outcome/", sessions.hold, name="session-hold"),
    path("experts/<int:session>/call-off/", sessions.call_off, name="session-call-off"),
    path("experts/<int:session>/session.ics", sessions.calendar_file, name="session-file"),
    path("working-together/", residency.colocation, name="colocation"),
    path("desks/give/", desks.allocate, name="desks-give"),
    path("desks/<int:allocation>/change/", desks.change, name="desks-change"),
    path("desks/<int:allocation>/take-back/", desks.take_back, name="desks-take-back"),
]
