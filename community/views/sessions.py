"""Sessions with experts: asked for, matched, held, called off (EL-48)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from community import actions, calendars
from community.filters import SessionsFilter
from community.forms.experts import CallOffForm, HoldForm, MatchForm
from community.forms.residency import AskForm
from community.models import ExpertSession
from community.queries import bookings_of, experts_for
from community.rules.sessions import verbs_from
from community.tables import SessionTable
from community.views.residency import done_on_community
from outbox.calendar_files import attendee_from
from residencies.fetch import residency_or_404
from residencies.models import Residency
from teams.pages import LIST, MONTH, asked_month
from teams.sprints.queries import month_of
from web.access import needs
from web.exports import export
from web.paging import in_order, paged


def session_or_404(user: Any, reference: str, session: int) -> ExpertSession:
    """A session of a residency that `user` may know of."""
    residency = residency_or_404(user, reference)
    expert_session = ExpertSession.objects.filter(residency=residency, pk=session).select_related("expert__person", "requested_by").first()
    if expert_session is None:
        raise Http404(_("There is no such session."))
    expert_session.residency = residency
    return expert_session


@needs("community.request_session", residency_or_404)
def ask(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Ask the lab for an expert."""
    form = AskForm(request.POST or None)
    act = lambda: actions.request_session(residency, **form.facts, by=request.user)
    done = _("Asked. The lab looks for an expert and tells you when and where.")
    return done_on_community(request, residency, form, act, heading=_("Ask for an expert"), done=done)


@needs("community.view_session", session_or_404)
def session(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """One session, where it stands, and what can be done with it."""
    verbs = verbs_from(session.state)
    begun = session.starts_at is not None and session.starts_at <= timezone.now()
    may_match = request.user.has_perm("community.match_session", session)
    context = {
        "residency": session.residency,
        "tab": "community",
        "session": session,
        "may_match": may_match and "match" in verbs,
        "may_hold": may_match and "hold" in verbs and begun,
        "may_call_off": request.user.has_perm("community.call_off_session", session) and "call_off" in verbs,
    }
    return render(request, "community/session.html", context)


@needs("community.view_session", session_or_404)
def calendar_file(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """The session for a calendar; Http404 while it has no time."""
    if session.on is None:
        raise Http404(_("This session has no time yet."))
    file = calendars.file_for(session, attendee_from(request.user))
    return HttpResponse(file.text, content_type=file.content_type)


@needs("community.match_session", session_or_404)
def match(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """Find an expert and a time, or others than before."""
    today = timezone.localdate()
    experts = experts_for(session, today)
    form = MatchForm(request.POST or None, record=session, experts=experts)
    act = lambda: actions.match_session(session, expected=form.expected, by=request.user, **form.facts)
    bookings = bookings_of(experts, today)
    return done_on_community(
        request,
        session.residency,
        form,
        act,
        heading=_("Move the session") if session.is_matched else _("Find an expert"),
        done=_("Saved. If the session is still to come, the team and the expert will get an email."),
        after=session.get_absolute_url(),
        template="community/match.html",
        session=session,
        experts=[(expert, bookings.get(expert.pk, [])) for expert in experts],
    )


@needs("community.match_session", session_or_404)
def hold(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """Record what came of it."""
    form = HoldForm(request.POST or None, record=session)
    act = lambda: actions.hold_session(session, expected=form.expected, by=request.user, **form.facts)
    heading = _("What came of it?")
    return done_on_community(
        request, session.residency, form, act, heading=heading, done=_("Recorded."), after=session.get_absolute_url(), session=session
    )


@needs("community.call_off_session", session_or_404)
def call_off(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """Let it not take place."""
    form = CallOffForm(request.POST or None, record=session)
    act = lambda: actions.call_off_session(session, expected=form.expected, by=request.user, **form.facts)
    heading = _("Cancel session: %(discipline)s") % {"discipline": session}
    done = _("The session is cancelled. The team and the expert will get an email.")
    return done_on_community(
        request, session.residency, form, act, heading=heading, done=done, after=session.get_absolute_url(), tone="danger", session=session
    )


# ── Over the lab ─────────────────────────────────────────────────────────────────────────────


def _sessions_filter(request: HttpRequest) -> SessionsFilter:
    return SessionsFilter(request.GET, queryset=ExpertSession.objects.for_list())


@needs("community.view_lab_community")
def sessions(request: HttpRequest) -> HttpResponse:
    """Those that wait for an expert, the longest waiting first; or those at another state."""
    sessions_filter = _sessions_filter(request)
    table = paged(request, SessionTable(sessions_filter.qs))
    table.empty = {
        "title": _("No session is like that"),
        "text": _("A team asks for one on the page of its residency, under Community."),
    }
    return render(request, "community/sessions.html", {"part": "sessions", "filter": sessions_filter, "table": table})


@needs("community.view_lab_community")
def sessions_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (
        _("Residency"), _("Product"), _("Discipline"), _("Question"), _("Asked for"), _("State"), _("Expert"), _("Day"), _("Time"),
        _("Minutes"), _("What came of it"), _("Why it was cancelled"),
    )  # fmt: skip
    rows = (
        (
            s.residency.reference, s.residency.product, s.get_discipline_display(), s.question, s.requested_at, s.get_state_display(),
            s.expert or "", s.on, str(s.at or ""), s.minutes, s.outcome, s.called_off_reason,
        )
        for s in in_order(request, SessionTable(_sessions_filter(request).qs)).iterator(chunk_size=1000)
    )  # fmt: skip
    return export("expert-sessions", file_format, header, rows)


@needs("community.view_lab_community")
def sessions_calendar(request: HttpRequest) -> HttpResponse:
    """Every session that has a time: a month, or a list from a day on."""
    context = asked_month(request) | {"part": "calendar"}
    rows = ExpertSession.objects.for_list().exclude(on=None)
    if request.GET.get("view") == LIST:
        table = paged(request, SessionTable(rows.filter(on__gte=context["from_on"]).order_by("on", "pk")))
        table.empty = {"title": _("No sessions are set"), "text": _("They appear here as soon as an expert and a time are found.")}
        return render(request, "community/calendar.html", {**context, "view": LIST, "table": table})
    weeks = month_of(rows, context["month"], on="on", at="at")
    return render(request, "community/calendar.html", {**context, "view": MONTH, "weeks": weeks})
