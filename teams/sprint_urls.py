"""Under /residencies/<reference>/sprints/."""

from django.urls import path

from teams.sprints import views as sprints_views

urlpatterns = [
    path("", sprints_views.sprints, name="sprints"),
    path("cadence/", sprints_views.cadence, name="cadence"),
    path("pause/", sprints_views.pause, name="sprints-pause"),
    path("<int:sprint>/", sprints_views.sprint, name="sprint"),
    path("<int:sprint>/write/", sprints_views.write, name="sprint-write"),
    path("<int:sprint>/move/", sprints_views.move, name="sprint-move"),
    path("<int:sprint>/call-off/", sprints_views.call_off, name="sprint-call-off"),
    path("<int:sprint>/reinstate/", sprints_views.reinstate, name="sprint-reinstate"),
    path("<int:sprint>/held/", sprints_views.hold, name="sprint-hold"),
    path("<int:sprint>/review.ics", sprints_views.calendar_file, name="sprint-file"),
    path("<int:sprint>/people/<int:person>/", sprints_views.presence, name="presence"),
]
