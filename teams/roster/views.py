"""A team's roster in the browser (EL-40 to EL-42)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import rehearsed
from ledger.subjects import Subject
from people.identity import account_on
from people.models import User
from people.picker import Picker, people_to_choose
from residencies.fetch import part_or_404, residency_or_404
from residencies.models import Residency
from teams.models import RoleFinding, Seat
from teams.roster import actions, importing, rules
from teams.roster.forms import AddForm, AsOfForm, ChangeForm, EditForm, EndForm, FillForm, ImportForm, SlideForm, StrikeForm
from teams.roster.gates import is_checked, role_checks
from teams.roster.importing import entries, headers, turning_days
from teams.roster.queries import Foreseen, RosterOf, people_around_team, span, vendors_of, what_if
from web.access import needs
from web.acts import carry_out
from web.exports import FORMATS, export
from web.forms import ActForm
from web.return_url import return_url, with_return_url
from web.spreadsheets.reading import Unreadable

FEW = 3


def seat_or_404(user: User, reference: str, seat: int) -> Seat:
    """An entry of the roster of a residency that `user` may know of; Http404 for one taken out too."""
    rows = Seat.objects.current().with_people().select_related("team", "person", "follows")
    return part_or_404(rows, user, reference, path="team__stream", pk=seat, missing=_("This seat isn’t on the roster."))


@needs("teams.view_team", residency_or_404)
def team(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The roster as of a day, with what the role checks find then."""
    today = timezone.localdate()
    form = AsOfForm(request.GET if "on" in request.GET else None, initial={"on": today})
    roster = RosterOf(residency, (form.cleaned_data["on"] if form.is_valid() else None) or today)
    pulled = SlideForm(request.GET)
    if pulled.is_valid() and pulled.cleaned_data["day"] is not None:
        roster.look_at(roster.axis.day(pulled.cleaned_data["day"]))
        form = AsOfForm(initial={"on": roster.on})
    may_edit = residency.is_under_way and request.user.has_perm("teams.edit_team", residency)
    context = {
        "residency": residency,
        "tab": "team",
        "roster": roster,
        "found": [finding if may_edit and finding.part else replace(finding, place="") for finding in roster.findings],
        "form": form,
        "history": RoleFinding.objects.filter(team__stream=residency.stream_id).order_by("-opened_at", "-pk"),
        "may_edit": may_edit,
    }
    return render(request, "teams/team.html", context)


def roster_or_404(user: User, reference: str, file_format: str) -> Residency:
    """The residency whose roster is wanted as a file of some format."""
    return residency_or_404(user, reference)


@needs("teams.view_team", roster_or_404)
def roster_export(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The roster of a day (`?on=`), or every entry there ever was, as a spreadsheet."""
    form = AsOfForm(request.GET)
    on = form.cleaned_data["on"] if form.is_valid() else None
    rows = [
        (
            s.who,
            s.get_role_display(),
            s.get_employer_display(),
            s.vendor,
            s.share,
            s.from_on,
            s.to_on,
            s.successor,
            _address(s),
            _("Yes") if s.is_senior else "",
            s.band,
        )
        for s in Seat.objects.of(residency)
        if on is None or s.covers(on)
    ]
    name = f"{residency.reference}-roster" + (f"-{on}" if on else "")
    return export(name, request.path.rpartition(".")[2], headers(), rows)


def _address(seat: Seat) -> str:
    return seat.person.email if seat.person else ""


@needs("teams.edit_team", residency_or_404)
def import_roster(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Import a roster from a spreadsheet, all of it or nothing; what can't be taken is listed, and can be downloaded with the reason."""
    form = ImportForm(request.POST or None, request.FILES or None)
    intro = _(
        "The first row names the columns: %(columns)s. Name, role, employer and first day are required. Entries already on the "
        "roster don’t change. If any row has a problem, nothing is added."
    ) % {"columns": ", ".join(headers())}  # fmt: skip
    act = lambda: importing.import_roster(residency, form.facts["text"], by=request.user)
    if request.POST.get("download") in FORMATS and form.is_valid():
        return _faulty_rows(request, residency, act)
    return _roster_form(request, residency, form, act, _("Import from a spreadsheet"), {"intro": intro})


def _faulty_rows(request: HttpRequest, residency: Residency, act: Callable[[], list[Seat]]) -> HttpResponse:
    """The rows that can't be taken, each with the reason; when there are none, back to the form."""

    def try_out() -> None:
        with rehearsed():
            act()

    refusal = carry_out(try_out).refusal
    if isinstance(refusal, importing.RosterRefused):
        return export(f"{residency.reference}-roster-problems", request.POST["download"], *refusal.table.faulty_rows())
    return redirect(request.path)


@needs("teams.edit_team", residency_or_404)
def add(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Give somebody a place, or plan an open seat."""
    picker = picker_of(request, residency)
    if picker.is_asked:
        return picker.answer()
    form = AddForm(request.POST or None, picker=picker, initial={"from_on": residency.started_on or timezone.localdate()})
    return _roster_form(
        request, residency, form, lambda: actions.add_seat(residency, **form.facts, by=request.user), _("Add to the team"), {}
    )


@needs("teams.view_seat", seat_or_404)
def seat(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One place on the team, what came before it, and what can be done with it."""
    residency = seat.team.subject
    context = {
        "residency": residency,
        "tab": "team",
        "seat": seat,
        "days": span(seat),
        "before": [(earlier, span(earlier)) for earlier in _came_before(seat)],
        "may_edit": residency.is_under_way and request.user.has_perm("teams.edit_seat", seat),
    }
    return render(request, "teams/seat.html", context)


@needs("teams.edit_seat", seat_or_404)
def change(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Let the place be different from a day on."""
    form = ChangeForm(request.POST or None, record=seat)
    act = lambda: actions.change_seat_from(seat, shown_revision=form.shown_revision, by=request.user, **form.facts)
    intro = _("Earlier days stay as they are. The roster shows the change from the date you choose.")
    return _roster_form(
        request, seat.team.subject, form, act, _("Change %(name)s from a date") % {"name": seat.who}, {"seat": seat, "intro": intro}
    )


@needs("teams.edit_seat", seat_or_404)
def edit(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Correct what the entry says."""
    form = EditForm(request.POST or None, record=seat)
    act = lambda: actions.edit_seat(seat, shown_revision=form.shown_revision, by=request.user, **form.facts)
    intro = _("A correction applies to every day of this entry. If something changed on a certain date, use “Change from a date” instead.")
    return _roster_form(request, seat.team.subject, form, act, _("Correct %(name)s") % {"name": seat.who}, {"seat": seat, "intro": intro})


@needs("teams.edit_seat", seat_or_404)
def end(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Say the last day of a place."""
    form = EndForm(request.POST or None, record=seat, initial={"to_on": seat.to_on or timezone.localdate()})
    act = lambda: actions.end_seat(seat, on=form.cleaned_data["to_on"], shown_revision=form.shown_revision, by=request.user)
    return _roster_form(request, seat.team.subject, form, act, _("Last day of %(name)s") % {"name": seat.who}, {"seat": seat})


@needs("teams.edit_seat", seat_or_404)
def fill(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Put somebody into an open seat."""
    picker = picker_of(request, seat.team.subject)
    if picker.is_asked:
        return picker.answer()
    form = FillForm(request.POST or None, record=seat, picker=picker, initial={"from_on": seat.from_on})
    act = lambda: actions.fill_seat(seat, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Fill seat: %(role)s") % {"role": seat.get_role_display()}
    return _roster_form(request, seat.team.subject, form, act, heading, {"seat": seat})


def picker_of(request: HttpRequest, subject: Subject) -> Picker:
    """The people that the account may name for a subject's team."""
    return Picker(request, lambda sought: people_to_choose(account_on(request), people_around_team(subject), sought))


@needs("teams.edit_seat", seat_or_404)
def strike(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take out an entry that was a mistake."""
    form = StrikeForm(request.POST or None, record=seat)
    act = lambda: actions.cancel_seat(seat, shown_revision=form.shown_revision, by=request.user, **form.facts)
    intro = _("Use this for an entry added by mistake, or a plan that was dropped. If the person is leaving, set the last day instead.")
    more = {"seat": seat, "intro": intro, "tone": "danger"}
    return _roster_form(request, seat.team.subject, form, act, _("Remove %(name)s") % {"name": seat.who}, more)


def _roster_form(
    request: HttpRequest, subject: Subject, form: ActForm, act: Callable[[], Seat | list[Seat]], heading: str, more: dict[str, Any]
) -> HttpResponse:
    """Show `form`; when it is sent and good, `act`, say which findings that opened and closed, and lead to the roster.

    Asked only to look ahead, it says which it would open and close, and nothing is done.
    """
    if "look-ahead" in request.POST:
        more = {**more, "looked_ahead": True, "foreseen": _foreseen(subject, form, act)}
    else:
        before = _checks_before(subject) if form.is_bound else []
        if form.carried_out(act):
            _say_what_came_of_it(request, form.result, rules.compare(before, _open_checks(subject)))
            return redirect(with_return_url(reverse("team", args=[subject.reference]), return_url(request)))
    context = {"residency": subject, "tab": "team", "form": form, "heading": heading, "next": return_url(request), **more}
    if isinstance(form.refusal, importing.RosterRefused):
        context["table"] = form.refusal.table
    if "vendor" in form.fields:
        context["vendors"] = vendors_of(subject)
    return render(request, "teams/form.html", context, status=200 if "looked_ahead" in more else form.status)


def _checks_before(subject: Subject) -> list[Any]:
    """What the role checks found until now; worked out for a team whose checks were never kept, or all of them would seem new."""
    return _open_checks(subject) or role_checks(subject, timezone.localdate())


def _open_checks(subject: Subject) -> list[Any]:
    """What the role checks find: as the act keeps it, whose rules run once; before they are kept, asked here."""
    if not is_checked(subject):
        return role_checks(subject, timezone.localdate())
    return list(RoleFinding.objects.open().filter(team__stream=subject.stream_id))


def _foreseen(subject: Subject, form: ActForm, act: Callable[[], Any]) -> list[Foreseen]:
    """What the change would do today and from its own days on; nothing while it can't be made, which the form then says.

    Of many days only those on which something changes.
    """
    today = timezone.localdate()
    if not form.carried_out(lambda: what_if(subject, act, [today, *(day for day in _turning_days(form) if day > today)])):
        return []
    foreseen: list[Foreseen] = form.result
    return foreseen if len(foreseen) <= FEW else [day for day in foreseen if day.opened or day.closed] or foreseen[:1]


def _turning_days(form: ActForm) -> set[datetime.date]:
    """The days on which the team would be another by what was filled in."""
    cleaned_data = form.cleaned_data
    if "text" in cleaned_data:
        return _days_of(cleaned_data["text"])
    ends = cleaned_data.get("to_on")
    return {day for day in (cleaned_data.get("on"), cleaned_data.get("from_on"), ends and ends + datetime.timedelta(days=1)) if day}


def _days_of(text: str) -> set[datetime.date]:
    try:
        return {day for record in entries(text).good for day in turning_days(record)}
    except Unreadable:
        return set()


def _say_what_came_of_it(request: HttpRequest, done: Seat | list[Seat], came: rules.Compared) -> None:
    today = date_format(timezone.localdate())
    if isinstance(done, Seat):
        messages.success(request, _("Saved: %(seat)s.") % {"seat": done})
    else:
        summary = ngettext("%(count)d entry was added to the roster.", "%(count)d entries were added to the roster.", len(done))
        nothing = _("Nothing was added: every entry is already on the roster.")
        messages.success(request, summary % {"count": len(done)} if done else nothing)
    for finding in came.closed:
        messages.success(request, _("Resolved: %(finding)s") % {"finding": finding.message})
    for finding in came.opened:
        messages.warning(request, _("New as of %(day)s: %(finding)s") % {"day": today, "finding": finding.message})


def _came_before(seat: Seat) -> list[Seat]:
    """The entries that led to this one, the latest first: one query however many there are."""
    known = {s.pk: s for s in Seat.objects.filter(team=seat.team_id).select_related("person")}
    chain, at = [], seat.follows_id
    while at:
        chain.append(known[at])
        at = known[at].follows_id
    return chain
