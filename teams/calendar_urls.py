"""The lab's calendar, and what is reached by a private address."""

from django.urls import path

from teams.views import calendars

urlpatterns = [
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/address/", calendars.address, name="calendar-address"),
    path("c/<str:token>/reviews.ics", calendars.feed, name="calendar-feed"),
    path("r/<str:token>", calendars.answer, name="review-answer"),
    path("r/<str:token>/answered", calendars.answered, name="review-answered"),
    path("r/<str:token>/review.ics", calendars.answer_file, name="review-answer-file"),
]
