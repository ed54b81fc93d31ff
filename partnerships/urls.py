"""Addresses of service partnerships; those of one partnership stand last, so that no reference hides a page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
