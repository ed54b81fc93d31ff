"""The portal's addresses, and an expedition's own two pages."""

from django.http import Http404
from django.shortcuts import render
from django.urls import include, path

from labportal.urls import handler500  # noqa: F401
from ledger.history_text import tell
from tests.expeditions.models import Expedition
from web.access import needs


def expedition_or_404(user, reference):
    row = Expedition.objects.select_related("stream").filter(reference=reference).first()
    if row is None or not user.has_perm("expeditions.view_expedition", row):
        raise Http404(reference)
    return row


@needs("expeditions.view_expedition", expedition_or_404)
def overview(request, expedition):
    return render(request, "expeditions/frame.html", {"expedition": expedition, "subject": expedition, "tab": "overview"})


@needs("expeditions.view_expedition", expedition_or_404)
def history(request, expedition):
    lines = [tell(event) for event in expedition.stream.events.order_by("-seq")]
    return render(request, "expeditions/frame.html", {"expedition": expedition, "subject": expedition, "tab": "history", "lines": lines})


urlpatterns = [
    path("expeditions/<str:reference>/", overview, name="expedition"),
    path("expeditions/<str:reference>/history/", history, name="expedition-history"),
    path("", include("labportal.urls")),
]
