"""Home: what needs whoever looks, and where everything stands; search; and what the lab knows of one person (EL-44)."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from agreements.for_person import agreements_of
from community.for_person import sessions_to_come
from labportal import home as queries
from labportal import set_up
from people.models import Person, Role, User
from teams.for_person import PersonInTeams
from web.access import needs, signed_in
from web.paging import words_sought
from web.search import search as search_all


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The lab sees what needs it, clocks and pipeline; a program area what it keeps; a reader how things stand."""
    today, user = timezone.localdate(), cast("User", request.user)
    acts = user.has_role(Role.LAB_OPS, Role.LAB_LEAD)
    keeps = user.has_role(Role.PRODUCT_OWNER)
    context = {
        "today": today,
        "acts": acts,
        "keeps": keeps,
        "lab": _lab(request, user, acts) if acts or user.has_role(Role.VIEWER) else None,
        "kept": queries.managed_by(user, today) if keeps and not acts else [],
        "to_sign": queries.asked_to_sign(user),
        "set_up": set_up.checklist(user) if user.has_perm("people.administer") and set_up.is_first_run() else [],
    }
    return render(request, "labportal/home.html", context)


@needs("people.administer")
@require_safe
def set_up_page(request: HttpRequest) -> HttpResponse:
    """The set-up checklist, also once there are residencies."""
    return render(request, "labportal/set_up.html", {"set_up": set_up.checklist(request.user)})


@needs("people.administer")
@require_POST
def confirm_step(request: HttpRequest, step: str) -> HttpResponse:
    """An administrator says that a step is done which no fact shows."""
    if step not in set_up.BY_HAND:
        raise Http404(step)
    set_up.confirm_step(step, by=request.user)
    messages.success(request, _("Marked as done."))
    return redirect("home" if set_up.is_first_run() else "set-up")


def _lab(request: HttpRequest, user: User, acts: bool) -> queries.LabHome:
    return queries.lab_home(timezone.localdate(), acts=acts, leads=user.has_role(Role.LAB_LEAD), whole="all" in request.GET)


# Heading, the name of its URL, and what it answers; the permission is the one that opens this page.
REPORTS = (
    (gettext_lazy("Role checks"), "checks", gettext_lazy("What each team still needs, the most serious first.")),
    (gettext_lazy("Training"), "lab-training", gettext_lazy("Who has taken which course, and when.")),
    (gettext_lazy("Training of champions and leaders"), "lab-leaders", gettext_lazy("The hours expected of each, and the hours taken.")),
    (gettext_lazy("Services"), "lab-services", gettext_lazy("What the lab gave each team, and what came of it.")),
    (gettext_lazy("Community"), "lab-community", gettext_lazy("The habits that each team has made its own.")),
    (gettext_lazy("What teams give"), "lab-given", gettext_lazy("Mentoring, workshops and learning events for others.")),
    (gettext_lazy("Experts and sessions"), "sessions", gettext_lazy("Questions from teams, and the experts who answer them.")),
    (gettext_lazy("Desks"), "desks", gettext_lazy("How many desks there are, and who sits at them.")),
)


@needs("teams.view_checks")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The lists and figures over all residencies, each with the question that it answers."""
    return render(request, "labportal/reports.html", {"reports": REPORTS})


@signed_in
@require_safe
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """Search over everything the account may see: a page of its own, and what the quick jump shows as one types."""
    text = words_sought(request)
    context = {"text": text, "results": search_all(request.user, text) if text else None}
    template = "labportal/_search_results.html" if request.htmx else "labportal/search.html"  # type: ignore[attr-defined]
    return render(request, template, context)


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
