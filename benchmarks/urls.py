"""The portal's URLs, and the bare views that it is compared with."""

from django.urls import include, path

from benchmarks.bare import bare, bare_insert

urlpatterns = [path("bare/", bare), path("bare-insert/", bare_insert), path("", include("labportal.urls"))]
