"""The portal's addresses and, beside them, the bare view that everything is compared with."""

from django.urls import include, path

from benchmarks.bare import bare

urlpatterns = [path("bare/", bare), path("", include("labportal.urls"))]
