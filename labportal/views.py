"""Views for home, help, set-up, reports, search, a person's work in the lab (EL-44), and error pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from agreements.listing.for_person import agreements_of
from community.queries import sessions_to_come
from labportal import home as queries
from labportal import set_up
from labportal.help import BY_NAME, TOPICS, page_of
from labportal.todo_list import EVERYONE, MINE
from people import actions as people_actions
from people.forms import SnoozeForm
from people.identity import account_on
from people.models import Person, Role, Snooze, User
from teams.for_person import PersonInTeams
from web import kept_text
from web.access import access_of, needs, open_to_anyone, signed_in
from web.acts import carry_out, press, refusal_page
from web.charts.small import Measure
from web.paging import words_sought
from web.search import search as search_all


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show home: lab staff see their to-do list, the week and the pipeline; program areas their residencies; viewers how things stand."""
    today, user = timezone.localdate(), account_on(request)
    acts = user.has_role(Role.LAB_OPS, Role.LAB_LEAD)
    keeps = user.has_role(Role.PRODUCT_OWNER)
    lab = _lab(request, user, acts) if acts or user.has_role(Role.VIEWER) else None
    kept = queries.managed_by(user, today) if keeps and not acts else []
    context = {
        "today": today,
        "acts": acts,
        "keeps": keeps,
        "lab": lab,
        "who": _who(request),
        "just_snoozed": next((row for row in lab.snoozed if str(row.pk) == request.GET.get("snoozed")), None) if lab else None,
        "kept": kept,
        "kept_week": queries.week_of([each.residency for each in kept], today) if kept else None,
        "to_sign": queries.asked_to_sign(user) if lab is None or lab.asked_to_sign else [],
        "set_up": set_up.checklist(user) if user.has_perm("people.administer") and set_up.is_first_run() else [],
    }
    return render(request, "labportal/home.html", context)


WHY_HELP = "How the portal works. It is the same for everyone and shows nothing about any residency."


@open_to_anyone(WHY_HELP)
@require_safe
def help_topics(request: HttpRequest) -> HttpResponse:
    """List the help topics."""
    return render(request, "labportal/help_topics.html", {"topics": TOPICS})


@open_to_anyone(WHY_HELP)
@require_safe
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """Show how one part of the portal works, from docs/."""
    if topic not in BY_NAME:
        raise Http404(topic)
    shown = BY_NAME[topic]
    return render(request, "labportal/help_topic.html", {"topic": shown, "page": page_of(shown), "topics": TOPICS})


def _who(request: HttpRequest) -> str:
    asked = request.POST.get("who") or request.GET.get("who")
    return EVERYONE if asked == EVERYONE else MINE


def _lab(request: HttpRequest, user: User, acts: bool) -> queries.LabHome:
    asked = queries.Asked(_who(request), "all" in request.GET, get_token(request))
    return queries.lab_home(user, timezone.localdate(), asked, acts=acts)


def _home_again(request: HttpRequest, **query: Any) -> str:
    """Return the address of home with its current view."""
    who = {"who": EVERYONE} if _who(request) == EVERYONE else {}
    asked = urlencode({**who, **query})
    return f"{reverse('home')}?{asked}" if asked else reverse("home")


@signed_in
@require_POST
def snooze(request: HttpRequest) -> HttpResponse:
    """Snooze a line on the user's own home until a date; the page offers to undo it."""
    user, today = account_on(request), timezone.localdate()
    line = queries.lines_for(user, today).get(request.POST.get("line", ""))
    if line is None:
        messages.info(request, _("That’s no longer on your list."))
        return redirect(_home_again(request))
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["until"][0]))
        return redirect(_home_again(request))
    result = carry_out(lambda: people_actions.snooze(user, line, until=form.cleaned_data["until"], by=user))
    if result.value is None:
        return refusal_page(request, result, back=_home_again(request))
    return redirect(_home_again(request, snoozed=result.value.pk))


@signed_in
@require_POST
def end_snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """Unsnooze one of the user's own lines."""
    row = get_object_or_404(Snooze, pk=pk, user=request.user.pk)
    done = _("“%(line)s” is back on your list.") % {"line": row.title}
    return press(request, lambda: people_actions.end_snooze(row, by=request.user), done=done, to=_home_again(request))


def _measure(user: User, measure: str) -> Measure:
    if measure not in queries.MEASURES:
        raise Http404(measure)
    return queries.MEASURES[measure]


@needs("residencies.view_queue", _measure)
@require_safe
def key_figure(request: HttpRequest, measure: Measure) -> HttpResponse:
    """Show a key figure with its trend, its source and its rows."""
    today = timezone.localdate()
    context = {"measure": measure, "figure": measure.figure(today), "rows": measure.rows(today)}
    return render(request, "labportal/key_figure.html", context)


@needs("people.administer")
@require_safe
def set_up_page(request: HttpRequest) -> HttpResponse:
    """Show the set-up checklist, even if there are residencies already."""
    return render(request, "labportal/set_up.html", {"set_up": set_up.checklist(account_on(request))})


@needs("people.administer")
@require_POST
def confirm_step(request: HttpRequest, step: str) -> HttpResponse:
    """Mark a step as done that can't be checked automatically."""
    if step not in set_up.BY_HAND:
        raise Http404(step)
    set_up.confirm_step(step, by=request.user)
    messages.success(request, _("Marked as done."))
    return redirect("home" if set_up.is_first_run() else "set-up")


# Heading, URL name, and what it shows. The permission for this page opens them all.
REPORTS = (
    (
        gettext_lazy("Portfolio"),
        "portfolio",
        gettext_lazy("Where residencies stand, how long each stage takes, and what they achieve."),
    ),
    (gettext_lazy("Showcase pages"), "showcase-list", gettext_lazy("What each team shows the public, and what is waiting to be released.")),
    (gettext_lazy("Lessons"), "lessons", gettext_lazy("What teams learned, and what is guidance for all.")),
    (gettext_lazy("Role checks"), "checks", gettext_lazy("What each team still needs, most serious first.")),
    (gettext_lazy("Training"), "lab-training", gettext_lazy("Who has taken which course, and when.")),
    (
        gettext_lazy("Training expected of leaders"),
        "lab-leaders",
        gettext_lazy("The hours expected of champions and leaders, and the hours taken."),
    ),
    (gettext_lazy("Services"), "lab-services", gettext_lazy("The help the lab has given each team, and the results.")),
    (gettext_lazy("Community"), "lab-community", gettext_lazy("The community habits of each team.")),
    (gettext_lazy("Pay it forward"), "lab-given", gettext_lazy("Mentoring, workshops and learning events for others.")),
    (gettext_lazy("Experts and sessions"), "sessions", gettext_lazy("Questions from teams, and the experts who answer them.")),
    (
        gettext_lazy("Status"),
        "status-list",
        gettext_lazy("The latest health ratings, when the next report is due, and decisions needed."),
    ),
    (
        gettext_lazy("Barriers and risks"),
        "barrier-list",
        gettext_lazy("What’s holding teams up, who is dealing with it, and what could go wrong."),
    ),
    (
        gettext_lazy("Graduated residencies"),
        "graduate-list",
        gettext_lazy("How much of each team stayed together, and whether the product is still in use."),
    ),
    (
        gettext_lazy("Benefits after graduation"),
        "benefit-list",
        gettext_lazy("The figures that benefit owners report each quarter, and how many still report."),
    ),
    (gettext_lazy("Desks"), "desks", gettext_lazy("How many desks there are, and which teams have them.")),
)


@needs("teams.view_checks")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List the reports across all residencies, each with what it shows."""
    return render(request, "labportal/reports.html", {"reports": REPORTS})


@signed_in
@require_safe
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """Search everything the account may see, for the search page and for the quick jump as you type."""
    text = words_sought(request)
    context = {"text": text, "results": search_all(account_on(request), text) if text else None}
    template = "labportal/_search_results.html" if request.htmx else "labportal/search.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@signed_in
@require_safe
def my_lab(request: HttpRequest) -> HttpResponse:
    """Show the user's own work in the lab."""
    person = Person.objects.filter(user=request.user.pk).first()
    if person is None:
        return render(request, "labportal/my_lab_nobody.html")
    return _page(request, person, own=True)


def _person(user: User, pk: int) -> Person:
    return get_object_or_404(Person.objects.select_related("user"), pk=pk)


@needs("people.view_person", _person)
@require_safe
def person_lab(request: HttpRequest, person: Person) -> HttpResponse:
    """Show any person's work in the lab, for lab staff and viewers."""
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


# ── Error pages ───────────────────────────────────────────────────────────────────────────────────


STYLE = (
    "bcgov/design-tokens/css/variables.css",
    "bcgov/bootstrap-v5-theme/css/bootstrap-theme.min.css",
    "css/portal.css",
    "css/components.css",
)


@open_to_anyone("Says what to do when a form's session has ended.")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that doesn't belong to this session, and say how to send it again (D3-19).

    Text typed on one of our pages is kept for its writer. Text from elsewhere never is, because a forged form must not come
    back as the user's own words.
    """
    access = access_of(request.resolver_match.func) if request.resolver_match else None
    if request.resolver_match and access and kept_text.same_origin(request):
        kept_text.turn_away(request, kept_text.writer_on(access.to, request))
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Show the page for a server error, without database or session. Its reference leads to the log line (D3-45)."""
    page = get_template("500.html").template  # type: ignore[attr-defined]
    facts = {"style": _style(), "reference": request_reference(), "product": settings.PRODUCT_NAME, "email": settings.LAB_EMAIL}
    from django.template import Context

    return HttpResponse(page.render(Context(facts)), status=500)


def request_reference() -> str:
    """Return the id under which this request is logged, or ""."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _style() -> list[str]:
    """Return the addresses of our style sheets, or none if they weren't collected, because this page must not fail as well."""
    try:
        return [static(sheet) for sheet in STYLE]
    except ValueError:
        return []
