from django.urls import URLPattern, path

from residencies.intake_rules import STEPS
from residencies.views import intake, lists, review, workspace

LISTS: list[URLPattern] = [
    path("", lists.residency_list, name="residency-list"),
]
INTAKE: list[URLPattern] = [
    path("<str:reference>/intake/", intake.intake, name="intake"),
    path("<str:reference>/intake/questions/", intake.questions, name="intake-questions"),
    *(path(f"<str:reference>/intake/{name.removeprefix('intake-')}/", intake.step, name=name) for name in STEPS),
]
REVIEW: list[URLPattern] = [
    path("review/", review.queue, name="review-queue"),
    path("<str:reference>/review/", review.review, name="review"),
]
WORKSPACE: list[URLPattern] = [
    path("<str:reference>/", workspace.overview, name="residency"),
]

# Fixed addresses come before those that begin with a reference.
urlpatterns = [*LISTS, *REVIEW, *INTAKE, *WORKSPACE]
