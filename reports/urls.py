"""Addresses of API tokens and of the API."""

from django.urls import include, path

from reports.api import version1
from reports.tokens import views

urlpatterns = [
    path("api-tokens/", views.tokens, name="api-tokens"),
    path("api-tokens/new/", views.create, name="api-token-create"),
    path("api-tokens/<int:pk>/revoke/", views.revoke, name="api-token-revoke"),
    path("api/v1/", include((version1.addresses(), "api-1"))),
]
