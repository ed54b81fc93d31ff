"""Experts in residence and their sessions: on their own pages, over the whole lab and as calendar files (EL-48)."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.experts import actions as experts_actions
from community.experts import calendars
from community.experts.forms import AskForm, CallOffForm, ExpertEditForm, ExpertForm, HoldForm, MatchForm
from community.models import Expert, ExpertSession
from community.queries import bookings_of, experts_for, with_load
from community.rules import verbs_from
from community.tables import ExpertTable, SessionsFilter, SessionTable
from community.views import done_on_community, lab_act
from outbox.calendar_files import attendee_from
from people.lists.page import list_page
from people.models import Person, User
from people.picker import OFFERED, Picker
from residencies.fetch import part_or_404, residency_or_404
from residencies.models import Residency
from teams.pages import LIST, MONTH, asked_month
from teams.sprints.queries import month_of
from web.access import needs
from web.exports import export
from web.paging import in_order, paged

# ── Experts ───────────────────────────────────────────────────────────────────────────────────────


@needs("community.view_lab_community")
def experts(request: HttpRequest) -> HttpResponse:
    """Everybody whom teams may ask, with their load; `?before=` those who were."""
    today = timezone.localdate()
    may_keep = request.user.has_perm("community.keep_experts")
    gone = Q(to_on__lt=today)
    rows = with_load(Expert.objects.for_list(), today)
    before = request.GET.get("before") == "yes"
    table = ExpertTable(rows.filter(gone) if before else rows.exclude(gone), may_keep=may_keep)
    paged(request, table)
    table.empty = {"title": _("No experts in residence yet"), "text": _("Add the experts that teams can request, with their disciplines.")}
    return render(request, "community/experts.html", {"part": "experts", "table": table, "may_keep": may_keep, "before": before})


@needs("community.keep_experts")
def add(request: HttpRequest) -> HttpResponse:
    """Make somebody an expert."""
    picker = Picker(request, _people)
    if picker.is_asked:
        return picker.answer()
    form = ExpertForm(request.POST or None, picker=picker, initial={"from_on": timezone.localdate()})
    return lab_act(request, form, lambda: experts_actions.add_expert(**form.facts, by=request.user), _("Add an expert"), "experts")


def _people(sought: str) -> list[Person]:
    """People on record who match and are not experts yet."""
    return list(Person.objects.matching(sought).filter(expert=None).order_by("name", "pk")[:OFFERED]) if sought else []


def expert_or_404(user: User, expert: int) -> Expert:
    record = Expert.objects.for_list().filter(pk=expert).first()
    if record is None:
        raise Http404(_("This expert doesn’t exist."))
    return record


@needs("community.keep_experts", expert_or_404)
def edit(request: HttpRequest, expert: Expert) -> HttpResponse:
    """Change what they know, when they can be had, and until when they are an expert."""
    form = ExpertEditForm(request.POST or None, record=expert)
    act = lambda: experts_actions.edit_expert(expert, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return lab_act(request, form, act, expert.person.name, "experts")


# ── Sessions ──────────────────────────────────────────────────────────────────────────────────────


def session_or_404(user: User, reference: str, session: int) -> ExpertSession:
    """A session of a residency that `user` may know of."""
    rows = ExpertSession.objects.select_related("expert__person", "requested_by")
    return part_or_404(rows, user, reference, pk=session, missing=_("This session doesn’t exist."))


@needs("community.request_session", residency_or_404)
def ask(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Ask the lab for an expert."""
    form = AskForm(request.POST or None)
    act = lambda: experts_actions.request_session(residency, **form.facts, by=request.user)
    done = _("Request sent. The lab will find an expert, and you’ll get an email with the date and place.")
    return done_on_community(request, residency, form, act, heading=_("Request an expert"), done=done)


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
        raise Http404(_("This session has no date yet."))
    file = calendars.file_for(session, attendee_from(request.user))
    return HttpResponse(file.text, content_type=file.content_type)


@needs("community.match_session", session_or_404)
def match(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """Find an expert and a time, or others than before."""
    today = timezone.localdate()
    experts = experts_for(session, today)
    form = MatchForm(request.POST or None, record=session, experts=experts)
    act = lambda: experts_actions.match_session(session, shown_revision=form.shown_revision, by=request.user, **form.facts)
    bookings = bookings_of(experts, today)
    return done_on_community(
        request,
        session.residency,
        form,
        act,
        heading=_("Reschedule the session") if session.is_matched else _("Find an expert"),
        done=_("Session scheduled. If it is still to come, the team and the expert will get an email."),
        after=session.get_absolute_url(),
        template="community/match.html",
        session=session,
        experts=[(expert, bookings.get(expert.pk, [])) for expert in experts],
    )


@needs("community.match_session", session_or_404)
def hold(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """Record the outcome of a session."""
    form = HoldForm(request.POST or None, record=session)
    act = lambda: experts_actions.hold_session(session, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Outcome of the session")
    return done_on_community(
        request,
        session.residency,
        form,
        act,
        heading=heading,
        done=_("Outcome recorded. The team can read it on this page."),
        after=session.get_absolute_url(),
        session=session,
    )


@needs("community.call_off_session", session_or_404)
def call_off(request: HttpRequest, session: ExpertSession) -> HttpResponse:
    """Let it not take place."""
    form = CallOffForm(request.POST or None, record=session)
    act = lambda: experts_actions.call_off_session(session, shown_revision=form.shown_revision, by=request.user, **form.facts)
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
    table = SessionTable(sessions_filter.qs)
    table.empty = {
        "title": _("No sessions match these filters"),
        "text": _("Teams request sessions on their residency’s Community page."),
    }
    page = list_page(request, table, sessions_filter, export="sessions-export")
    return render(request, "community/sessions.html", {"part": "sessions", "list": page, "table": table})


@needs("community.view_lab_community")
def sessions_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What is filtered, as a spreadsheet."""
    header = (
        _("Residency"), _("Product"), _("Discipline"), _("Question"), _("Requested"), _("State"), _("Expert"), _("Date"), _("Time"),
        _("Minutes"), _("Outcome"), _("Reason for cancelling"),
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
        table.empty = {"title": _("No sessions scheduled"), "text": _("Sessions appear here once they have an expert and a date.")}
        return render(request, "community/calendar.html", {**context, "view": LIST, "table": table})
    weeks = month_of(rows, context["month"], on="on", at="at")
    return render(request, "community/calendar.html", {**context, "view": MONTH, "weeks": weeks})
