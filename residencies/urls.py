from django.urls import URLPattern, path

from residencies.views import lists, workspace

urlpatterns: list[URLPattern] = [
    path("", lists.residency_list, name="residency-list"),
    path("<str:reference>/", workspace.overview, name="residency"),
]
