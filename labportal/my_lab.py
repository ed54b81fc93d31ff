"""One person's page over all residencies: what they sign, are invited to, learn and attend (EL-44)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.of_person import agreements_of
from community.of_person import sessions_to_come
from people.models import Person
from teams.of_person import PersonInTeams
from web.access import needs, signed_in


@signed_in
@require_safe
def my_lab(request: HttpRequest) -> HttpResponse:
    """The account's own person."""
    person = Person.objects.filter(user=request.user.pk).first()
    if person is None:
        return render(request, "labportal/my_lab_nobody.html")
    return _page(request, person, own=True)


def _person(user: Any, pk: int) -> Person:
    return get_object_or_404(Person.objects.select_related("user"), pk=pk)


@needs("people.view_person", _person)
@require_safe
def person_lab(request: HttpRequest, person: Person) -> HttpResponse:
    """The same about anybody, for the lab and its readers."""
    return _page(request, person, own=person.user_id == request.user.pk)


def _page(request: HttpRequest, person: Person, *, own: bool) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "person": person,
        "own": own,
        "agreements": agreements_of(person),
        "teams": PersonInTeams(person, today),
        "sessions": sessions_to_come(person, today),
        "may_see_people": request.user.has_perm("people.view_person"),
        "may_see_all": request.user.has_perm("teams.view_lab_training"),
    }
    return render(request, "labportal/my_lab.html", context)
