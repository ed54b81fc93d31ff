"""Addresses of service partnerships, and of the organizations that take part in them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from partnerships.chooser import views as chooser_views
from partnerships.organizations import views as organizations

ORGANIZATIONS = [
    path("", organizations.organizations, name="organizations"),
    path("add/", organizations.add, name="organization-add"),
    path("<int:pk>/", organizations.organization, name="organization"),
    path("<int:pk>/edit/", organizations.edit, name="organization-edit"),
    path("<int:pk>/contacts/add/", organizations.contact_add, name="contact-add"),
    path("contacts/<int:pk>/end/", organizations.contact_end, name="contact-end"),
]

GUIDANCE = [
    path("chooser/", chooser_views.chooser, name="model-chooser"),
]

# Those of one partnership come last, so that no reference hides a page.
urlpatterns: list[URLPattern | URLResolver] = [*GUIDANCE]
