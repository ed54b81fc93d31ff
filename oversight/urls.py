"""Pages of a subject about its money, tasks and barriers, and the pages over all subjects."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
