"""Under /residencies/<reference>/champions/."""

from django.urls import path

from teams.views import champions

urlpatterns = [
    path("", champions.champions, name="champions"),
    path("add/", champions.add_champion, name="champion-add"),
    path("<int:champion>/", champions.edit_champion, name="champion-edit"),
    path("<int:champion>/last-day/", champions.end_champion, name="champion-end"),
    path("<int:champion>/lead/", champions.hand_lead, name="champion-lead"),
    path("<int:champion>/expected/<int:expectation>/", champions.mark, name="champion-mark"),
]
