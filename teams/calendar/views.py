"""The calendar of sprint reviews, one's private address for it, and the files for calendar programs (EL-52)."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outbox.calendar_files import CalendarFile, attendee_from, attendee_of
from people.actions import person_of
from people.identity import account_on
from people.models import Person, User
from teams.calendar import actions, ics
from teams.lab.tables import ReviewTable
from teams.models import CalendarFeed, Sprint
from teams.pages import LIST, MONTH, asked_month
from teams.sprints import links
from teams.sprints.queries import month_of, visible_reviews
from teams.sprints.views import WHY_ANSWER, private, sprint_or_404
from web.access import needs, open_to_anyone, signed_in
from web.paging import paged


@needs("teams.view_calendar")
def calendar(request: HttpRequest) -> HttpResponse:
    """Every review that the account may know of: a month, or a list from a day on."""
    context = asked_month(request)
    reviews = visible_reviews(account_on(request))
    if request.GET.get("view") == LIST:
        table = ReviewTable(reviews.filter(review_on__gte=context["from_on"]).order_by("review_on", "pk"))
        paged(request, table)
        table.empty = {"title": _("No reviews planned"), "text": _("They appear here once a team plans its sprints.")}
        return render(request, "teams/calendar.html", {**context, "view": LIST, "table": table})
    return render(request, "teams/calendar.html", {**context, "view": MONTH, "weeks": month_of(reviews, context["month"])})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """One's private calendar address: made new, shown once, ended."""
    person = Person.objects.filter(user=request.user.pk).first()
    new_address = ""
    if request.method == "POST" and "end" in request.POST:
        if person:
            actions.revoke_feed(person, by=request.user)
        return redirect("calendar-address")
    if request.method == "POST":
        person = person or person_of(cast(User, request.user), by=request.user)
        new_address = actions.make_feed(person, by=request.user)
    feed = CalendarFeed.objects.filter(person=person, revoked_at=None).first() if person else None
    response = render(request, "teams/calendar_address.html", {"feed": feed, "told": new_address})
    response["Cache-Control"] = "no-store"
    return response


WHY_FEED = "A calendar program reads it and can't sign in; the address is private, long, and ended by its person."


@open_to_anyone(WHY_FEED)
@private
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's reviews as a calendar; looking changes nothing. An unknown or ended address says only that it is not there."""
    calendar_feed = ics.feed_at(token)
    if calendar_feed is None:
        return HttpResponseNotFound(_("This calendar address doesn’t work."), content_type="text/plain; charset=utf-8")
    reviews = ics.reviews_of(calendar_feed.person, timezone.localdate())
    name = _("Sprint reviews of %(name)s") % {"name": calendar_feed.person.name}
    return _as_file(ics.feed_of(reviews, name=name))


@open_to_anyone(WHY_ANSWER)
@private
@require_safe
def answer_file(request: HttpRequest, token: str) -> HttpResponse:
    """The review for the calendar of whoever holds the link."""
    link = links.answer_link(token)
    if link is None:
        return HttpResponseNotFound(_("This calendar address doesn’t work."), content_type="text/plain; charset=utf-8")
    return _as_file(ics.file_for(link.sprint, attendee_of(link.person), has_account=link.person.user_id is not None))


@needs("teams.view_sprint", sprint_or_404)
def calendar_file(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """The review for one's calendar; opened again after a change, the calendar follows it (EL-52)."""
    file = ics.file_for(sprint, attendee_from(request.user), has_account=True)
    response = HttpResponse(file.text, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{sprint.team.subject.reference}-review-{sprint.number}.ics"'
    return response


def _as_file(file: CalendarFile) -> HttpResponse:
    return HttpResponse(file.text, content_type=file.content_type)
