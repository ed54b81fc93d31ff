"""The lab's calendar, and what is reached by a private address."""

from django.urls import path

from teams.calendar import views as calendar_views

urlpatterns = [
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/address/", calendar_views.address, name="calendar-address"),
    path("c/<str:token>/reviews.ics", calendar_views.feed, name="calendar-feed"),
    path("r/<str:token>", calendar_views.answer, name="review-answer"),
    path("r/<str:token>/answered", calendar_views.answered, name="review-answered"),
    path("r/<str:token>/review.ics", calendar_views.answer_file, name="review-answer-file"),
]
