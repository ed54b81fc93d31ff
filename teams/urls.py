"""Under /residencies/<reference>/team/."""

from django.urls import path

from teams.roster import views

urlpatterns = [
    path("", views.team, name="team"),
    path("roster.<str:file_format>", views.roster_export, name="team-export"),
    path("import/", views.import_roster, name="team-import"),
    path("add/", views.add, name="team-add"),
    path("<int:seat>/", views.seat, name="seat"),
    path("<int:seat>/change/", views.change, name="seat-change"),
    path("<int:seat>/correct/", views.edit, name="seat-edit"),
    path("<int:seat>/last-day/", views.end, name="seat-end"),
    path("<int:seat>/fill/", views.fill, name="seat-fill"),
    path("<int:seat>/take-out/", views.strike, name="seat-strike"),
]
