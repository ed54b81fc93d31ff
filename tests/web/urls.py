"""Views to try the web floor with, beside the portal's own."""

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from labportal.urls import urlpatterns as ours
from people.models import Person
from web.access import needs, open_to_anyone, signed_in


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


@open_to_anyone("for tests")
def add(request: HttpRequest) -> HttpResponse:
    """An act that leads elsewhere, unless the name is not taken."""
    made = Person.objects.create(name=request.POST["name"])
    if made.name == "refused":
        return HttpResponse("look again", status=200)
    messages.success(request, "made")
    return HttpResponseRedirect(f"/made/{made.pk}/")


@open_to_anyone("for tests")
def failing(request: HttpRequest) -> HttpResponse:
    Person.objects.create(name="half done")
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
    path("failing/", failing),
    path("no-database/", no_database),
    path("mine/", mine),
    path("lab-only/", lab_only),
    path("where-from/", where_from),
    *ours,
]
