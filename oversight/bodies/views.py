"""Pages of bodies and their members (EL-73)."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.bodies import actions
from oversight.bodies.forms import BodyForm, BodySeatForm, EndBodySeatForm
from oversight.status.queries import decisions_by_body, open_decisions
from people.models import Body, BodySeat, User
from people.picker import Picker, anyone_called
from web.access import needs
from web.acts import run

PAGE = "oversight/bodies/act.html"
MOST_DECISIONS = 50


@needs("people.view_bodies")
def bodies(request: HttpRequest) -> HttpResponse:
    """List every body with its members today and how many decisions are wanted from it; three queries."""
    today = BodySeat.objects.on(timezone.localdate()).select_related("person")
    rows: list[Any] = list(Body.objects.select_related("parent").prefetch_related(Prefetch("seats", queryset=today, to_attr="members")))
    wanted = decisions_by_body(timezone.localdate())
    for row in rows:
        row.wanted, row.late = wanted.get(row.pk, (0, 0))
    return render(request, "oversight/bodies/list.html", {"bodies": rows, "may_keep": request.user.has_perm("people.keep_bodies")})


def body_or_404(user: User, pk: int) -> Body:
    return get_object_or_404(Body.objects.select_related("parent"), pk=pk)


def body_seat_or_404(user: User, pk: int) -> BodySeat:
    return get_object_or_404(BodySeat.objects.select_related("body", "person"), pk=pk, to_on=None)


@needs("people.view_bodies", body_or_404)
def body(request: HttpRequest, body: Body) -> HttpResponse:
    """Show a body's purpose, the decisions needed from it, its members, and its former members; three queries."""
    today = timezone.localdate()
    seats = list(body.seats.select_related("person"))
    context = {
        "body": body,
        "members": [seat for seat in seats if seat.to_on is None or seat.to_on >= today],
        "former": [seat for seat in seats if seat.to_on and seat.to_on < today],
        "decisions": list(open_decisions(body=body.pk)[:MOST_DECISIONS]),
        "may_keep": request.user.has_perm("people.keep_bodies"),
    }
    return render(request, "oversight/bodies/body.html", context)


@needs("people.keep_bodies")
def add(request: HttpRequest) -> HttpResponse:
    """Add a group."""
    form = BodyForm(request.POST or None)
    act = lambda: actions.add_body(**form.facts, by=request.user)
    done = lambda body: _("%(body)s was added. Add its members next.") % {"body": body}
    heading = _("Add a group")
    return run(request, form, act, done=done, to=lambda body: body.get_absolute_url(), page=PAGE, heading=heading)


@needs("people.keep_bodies", body_or_404)
def edit(request: HttpRequest, body: Body) -> HttpResponse:
    """Edit a body's details."""
    form = BodyForm(request.POST or None, record=body)
    act = lambda: actions.edit_body(body, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return run(request, form, act, done=_("Saved."), to=body.get_absolute_url(), page=PAGE, heading=body.name)


@needs("people.keep_bodies", body_or_404)
def add_seat(request: HttpRequest, body: Body) -> HttpResponse:
    """Add a member to a body."""
    picker = Picker(request, anyone_called)
    if picker.is_asked:
        return picker.answer()
    form = BodySeatForm(request.POST or None, picker=picker, initial={"from_on": timezone.localdate()})
    act = lambda: actions.add_body_seat(body, **form.facts, by=request.user)
    done = lambda seat: _("%(name)s is now a member of the %(body)s.") % {"name": seat.person, "body": body}
    heading = _("Add a member: %(body)s") % {"body": body}
    return run(request, form, act, done=done, to=body.get_absolute_url(), page=PAGE, heading=heading)


@needs("people.keep_bodies", body_seat_or_404)
def end_seat(request: HttpRequest, seat: BodySeat) -> HttpResponse:
    """End a membership."""
    form = EndBodySeatForm(request.POST or None, initial={"to_on": timezone.localdate()})
    act = lambda: actions.end_body_seat(seat, **form.facts, by=request.user)
    heading = _("End membership: %(name)s") % {"name": seat.person}
    to = reverse("body", args=[seat.body_id])
    return run(request, form, act, done=_("Membership ended. It stays on record."), to=to, page=PAGE, heading=heading)
