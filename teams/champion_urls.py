"""Under /residencies/<reference>/champions/."""

from django.urls import path

from teams.training import views as training_views

urlpatterns = [
    path("", training_views.champions, name="champions"),
    path("add/", training_views.add_champion, name="champion-add"),
    path("<int:champion>/", training_views.edit_champion, name="champion-edit"),
    path("<int:champion>/last-day/", training_views.end_champion, name="champion-end"),
    path("<int:champion>/lead/", training_views.hand_lead, name="champion-lead"),
    path("<int:champion>/expected/<int:expectation>/", training_views.mark, name="champion-mark"),
]
