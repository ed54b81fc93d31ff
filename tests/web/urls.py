"""Views to try the web floor with, beside the portal's own."""

import contextlib

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path

from acts.act import SystemActor, act, rehearsed, together
from findings import Refused, refuse
from labportal.urls import urlpatterns as ours
from people.models import Person
from tests.actors import ANYONE
from web.access import needs, open_to_anyone, signed_in


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


@act("for-tests", by="by")
def make(name: str, *, by: SystemActor = ANYONE) -> Person:
    """Writes, then refuses some names."""
    person = Person.objects.create(name=name)
    if name == "refused":
        raise refuse("refused", "This name is not taken.", "Choose another.")
    return person


@open_to_anyone("for tests")
def add(request: HttpRequest) -> HttpResponse:
    """An act that leads elsewhere, unless the name is missing or not taken."""
    if not request.POST["name"]:
        return HttpResponse("no name", status=200)
    try:
        person = make(request.POST["name"])
    except Refused:
        return HttpResponse("look again", status=200)
    messages.success(request, "made")
    return HttpResponseRedirect(f"/made/{person.pk}/")


@open_to_anyone("for tests")
def answers_at_once(request: HttpRequest) -> HttpResponse:
    """An act after which the page itself is the answer, or data for a script."""
    person = make(request.POST["name"]) if request.method == "POST" else None
    return JsonResponse({"made": person.name}) if person and "script" in request.POST else HttpResponse(f"made {person}")


@open_to_anyone("for tests")
def refused_and_led_on(request: HttpRequest) -> HttpResponse:
    """An act that refused, and a redirect all the same."""
    with contextlib.suppress(Refused):
        make(request.POST["name"])
    return HttpResponseRedirect("/elsewhere/")


@open_to_anyone("for tests")
def two_acts(request: HttpRequest) -> HttpResponse:
    """One that is carried out, and one that refuses."""
    with contextlib.suppress(Refused), together() if "together" in request.POST else contextlib.nullcontext():
        make("first")
        make("refused")
    return HttpResponse("saved")


@open_to_anyone("for tests")
def says_nothing(request: HttpRequest) -> HttpResponse:
    """An act whose page knows nothing of refusals."""
    make(request.POST["name"])
    return HttpResponseRedirect("/elsewhere/")


@open_to_anyone("for tests")
def rehearses(request: HttpRequest) -> HttpResponse:
    """Tries an act out; with “really” carries it out."""
    with contextlib.nullcontext() if "really" in request.POST else rehearsed():
        make(request.POST["name"])
    return HttpResponse("looked ahead")


@open_to_anyone("for tests")
def failing(request: HttpRequest) -> HttpResponse:
    make("half done")
    raise RuntimeError("in the middle of it")


@open_to_anyone("for tests")
def no_database(request: HttpRequest) -> HttpResponse:
    raise DatabaseError("connection to server at db.internal, user lab, failed")


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user))


@needs("people.edit_person")
def lab_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("lab only")


@open_to_anyone("for tests")
def where_from(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.META["REMOTE_ADDR"])


urlpatterns = [
    path("undeclared/", undeclared),
    path("add/", add),
    path("answers-at-once/", answers_at_once),
    path("refused-and-led-on/", refused_and_led_on),
    path("two-acts/", two_acts),
    path("says-nothing/", says_nothing),
    path("rehearses/", rehearses),
    path("failing/", failing),
    path("no-database/", no_database),
    path("mine/", mine),
    path("lab-only/", lab_only),
    path("where-from/", where_from),
    *ours,
]
