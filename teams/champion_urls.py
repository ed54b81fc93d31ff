"""Under /residencies/<reference>/champions/."""

from django.urls import path

from teams.views import champions

urlpatterns = [
    path("", champions.champions, name="champions"),
    path("add/", champions.add, name="champion-add"),
    path("<int:champion>/", champions.edit, name="champion-edit"),
    path("<int:champion>/last-day/", champions.end, name="champion-end"),
    path("<int:champion>/lead/", champions.lead, name="champion-lead"),
    path("<int:champion>/expected/<int:expectation>/", champions.mark, name="champion-mark"),
]
