"""Under /residencies/<reference>/sprints/."""

from django.urls import path

from teams.views import sprints

urlpatterns = [
    path("", sprints.sprints, name="sprints"),
    path("cadence/", sprints.cadence, name="cadence"),
    path("pause/", sprints.pause, name="sprints-pause"),
    path("<int:sprint>/", sprints.sprint, name="sprint"),
    path("<int:sprint>/write/", sprints.write, name="sprint-write"),
    path("<int:sprint>/move/", sprints.move, name="sprint-move"),
    path("<int:sprint>/call-off/", sprints.call_off, name="sprint-call-off"),
    path("<int:sprint>/reinstate/", sprints.reinstate, name="sprint-reinstate"),
    path("<int:sprint>/held/", sprints.hold, name="sprint-hold"),
    path("<int:sprint>/review.ics", sprints.calendar_file, name="sprint-file"),
    path("<int:sprint>/people/<int:person>/", sprints.presence, name="presence"),
]
