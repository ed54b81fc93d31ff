"""Every address of a team: its roster, sprints, champions and training, and the pages over the whole lab."""

from django.urls import include, path

from teams.calendar import views as calendar
from teams.destinations import views as destinations
from teams.lab import views as lab
from teams.roster import views as roster
from teams.sprints import views as sprints
from teams.training import views as training

ROSTER = [
    path("", roster.team, name="team"),
    path("roster.<str:file_format>", roster.roster_export, name="team-export"),
    path("import/", roster.import_roster, name="team-import"),
    path("add/", roster.add, name="team-add"),
    path("<int:seat>/", roster.seat, name="seat"),
    path("<int:seat>/change/", roster.change, name="seat-change"),
    path("<int:seat>/correct/", roster.edit, name="seat-edit"),
    path("<int:seat>/last-day/", roster.end, name="seat-end"),
    path("<int:seat>/fill/", roster.fill, name="seat-fill"),
    path("<int:seat>/take-out/", roster.strike, name="seat-strike"),
]
SPRINTS = [
    path("", sprints.sprints, name="sprints"),
    path("cadence/", sprints.cadence, name="cadence"),
    path("pause/", sprints.pause, name="sprints-pause"),
    path("<int:sprint>/", sprints.sprint, name="sprint"),
    path("<int:sprint>/write/", sprints.write, name="sprint-write"),
    path("<int:sprint>/move/", sprints.move, name="sprint-move"),
    path("<int:sprint>/call-off/", sprints.call_off, name="sprint-call-off"),
    path("<int:sprint>/reinstate/", sprints.reinstate, name="sprint-reinstate"),
    path("<int:sprint>/held/", sprints.hold, name="sprint-hold"),
    path("<int:sprint>/review.ics", calendar.calendar_file, name="sprint-file"),
    path("<int:sprint>/everyone/", sprints.everyone_attended, name="everyone-attended"),
    path("<int:sprint>/people/<int:person>/", sprints.presence, name="presence"),
]
CHAMPIONS = [
    path("", training.champions, name="champions"),
    path("add/", training.add_champion, name="champion-add"),
    path("<int:champion>/", training.edit_champion, name="champion-edit"),
    path("<int:champion>/last-day/", training.end_champion, name="champion-end"),
    path("<int:champion>/lead/", training.hand_lead, name="champion-lead"),
]
TRAINING = [
    path("", training.training, name="training"),
    path("log/", training.log, name="training-log"),
    path("<int:training>/certificate/", training.certificate, name="certificate"),
    path("<int:training>/take-out/", training.strike, name="training-strike"),
]
SERVICES = [
    path("", lab.services, name="services"),
    path("log/", lab.log_service, name="service-log"),
    path("<int:service>/take-out/", lab.cancel_service, name="service-strike"),
]

urlpatterns = [
    path("residencies/<str:reference>/team/", include(ROSTER)),
    path("residencies/<str:reference>/graduation/people/<int:person>/", destinations.destination, name="destination"),
    path("residencies/<str:reference>/sprints/", include(SPRINTS)),
    path("residencies/<str:reference>/champions/", include(CHAMPIONS)),
    path("residencies/<str:reference>/training/", include(TRAINING)),
    path("residencies/<str:reference>/services/", include(SERVICES)),
    path("my-lab/reviews/<int:sprint>/", sprints.answer_from_my_lab, name="my-answer"),
    path("training/", training.lab_training, name="lab-training"),
    path("training/taken.<str:file_format>", training.lab_training_export, name="lab-training-export"),
    path("training/leaders/", training.lab_leaders, name="lab-leaders"),
    path("training/leaders.<str:file_format>", training.lab_leaders_export, name="lab-leaders-export"),
    path("training/<int:training>/certificate", training.certificate_file, name="certificate-file"),
    path("checks/", lab.checks, name="checks"),
    path("services/", lab.lab_services, name="lab-services"),
    path("services/services.<str:file_format>", lab.lab_services_export, name="lab-services-export"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/dates.ics", calendar.download, name="calendar-download"),
    path("calendar/address/", calendar.address, name="calendar-address"),
    path("c/<str:token>/reviews.ics", calendar.feed, name="calendar-feed"),
    path("r/<str:token>", sprints.answer, name="review-answer"),
    path("r/<str:token>/answered", sprints.answered, name="review-answered"),
    path("r/<str:token>/review.ics", calendar.answer_file, name="review-answer-file"),
]
