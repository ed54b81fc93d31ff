"""The calendar of everything with a date, one's private address for it, and the files for calendar programs (EL-52)."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from outbox.calendar_files import CalendarFile, attendee_from, attendee_of
from people.actions import person_of
from people.identity import account_on
from people.lab import lab_staff
from people.lists.page import Chip
from people.models import Person, User
from people.todo import MOST_ENTRIES, NOBODY, DateKind, Entry, Scope, entries
from teams.calendar import actions, ics
from teams.models import CalendarFeed, Sprint
from teams.pages import A_DAY, LIST, MONTH, WEEK, Period, asked_period
from teams.sprints import links
from teams.sprints.queries import Day
from teams.sprints.views import WHY_ANSWER, private, sprint_or_404
from web.access import needs, open_to_anyone, signed_in
from web.forms import PlainSelect

SHOWN = {MONTH: 3, WEEK: 30}  # entries of a day
A_PAGE = 100
ALL = "all"
SUBSCRIBED_BACK, SUBSCRIBED_AHEAD = datetime.timedelta(days=92), datetime.timedelta(days=366)


class CalendarFilter(forms.Form):
    """Which dates to show. `owner` is offered to the lab and its readers; a program area sees only its own residencies."""

    MINE = "me"

    kind = forms.ChoiceField(label=_l("Kind"), required=False, widget=PlainSelect)
    owner = forms.ChoiceField(label=_l("Owner"), required=False, widget=PlainSelect)
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    month = forms.CharField(required=False, widget=forms.HiddenInput)
    day = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, user: User, period: dict[str, str] | None = None) -> None:
        wanted = {name: query.get(name, "") for name in ("kind", "owner")}
        super().__init__({**wanted, **(period or {})})
        self.user = user
        kinds = [kind for kind in DateKind if kind != DateKind.INTAKE or user.has_perm("residencies.view_review")]
        self.choices: dict[str, dict[str, Any]] = {"kind": {"": _("All kinds"), **{kind.value: kind.label for kind in kinds}}}
        if user.has_perm("people.view_person"):
            staff = [(str(account.pk), str(account)) for account in sorted(lab_staff(), key=str) if account.pk != user.pk]
            self.choices["owner"] = {"": _("Everyone"), self.MINE: _("Mine"), **dict(staff), NOBODY: _("No lab lead")}
        else:
            del self.fields["owner"]
        for name, choices in self.choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = list(choices.items())

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are on, by name."""
        return {name: value for name in ("kind", "owner") if (value := self.cleaned_data.get(name))} if self.is_valid() else {}

    def entries(self, first: datetime.date, last: datetime.date) -> list[Entry]:
        """The dates that the account may see and that these filters let through; none if a filter can't be read."""
        if not self.is_valid():
            return []
        asked = self.wanted.get("owner")
        owner = self.user.pk if asked == self.MINE else int(asked) if asked and asked != NOBODY else asked
        kinds = [self.wanted["kind"]] if "kind" in self.wanted else DateKind.values
        return entries(first, last, Scope(self.user, owner), kinds)

    def chips(self, period: dict[str, str]) -> list[Chip]:
        """The filters that are on, each with the address of the same period without it."""
        on = []
        for name, value in self.wanted.items():
            rest = {key: kept for key, kept in self.wanted.items() if key != name}
            on.append(Chip(f"{self.fields[name].label}: {self.choices[name][value]}", f"?{urlencode({**period, **rest})}"))
        return on


@needs("teams.view_calendar")
def calendar(request: HttpRequest) -> HttpResponse:
    """Everything with a date that the account may know of: a month, a week, or a month as a list (EL-52)."""
    today = timezone.localdate()
    period = asked_period(request.GET, today)
    filters = CalendarFilter(request.GET, account_on(request), period.asked)
    dates = filters.entries(period.first, period.last)
    within = [date for date in dates if period.start <= date.on <= period.end]
    to = lambda asked: f"?{urlencode({**asked, **filters.wanted})}"
    chips = filters.chips(period.asked)
    context = {
        "period": period, "today": today, "filters": filters, "count": len(within), "chips": chips,
        "too_many": max(Counter(date.kind for date in dates).values(), default=0) >= MOST_ENTRIES,
        "before": to(period.before), "after": to(period.after), "now": to(period.at(today)),
        "views": [(label, to(period.as_view(view, today)), view == period.view) for view, label in VIEWS],
        "list_url": to(period.as_view(LIST, today)), "week_filters": urlencode({"view": WEEK, **filters.wanted}),
        "of_filters": urlencode(filters.wanted), "file_query": urlencode({**period.asked, **filters.wanted}),
        "empty": _empty(chips, period),
    }  # fmt: skip
    if period.view == LIST:
        context["page"] = page = Paginator(within, A_PAGE).get_page(request.GET.get("page"))
        context["days"] = days_of(page.object_list)
    else:
        context["weeks"] = weeks_with(dates, period)
    return render(request, "teams/calendar.html", context)


VIEWS = ((MONTH, _l("Month")), (WEEK, _l("Week")), (LIST, _l("List")))


def weeks_with(dates: Iterable[Entry], period: Period) -> list[list[Day]]:
    """The weeks of `period`, each day with its first entries and how many there are."""
    by_day = defaultdict(list)
    for date in dates:
        by_day[date.on].append(date)
    count = (period.last - period.first).days + 1
    days = [period.first + number * A_DAY for number in range(count)]
    cells = [Day(day, period.start <= day <= period.end, by_day[day][: SHOWN[period.view]], len(by_day[day])) for day in days]
    return [cells[start : start + 7] for start in range(0, count, 7)]


def days_of(dates: Iterable[Entry]) -> list[Day]:
    """Only the days on which there is something, with all of it."""
    return [
        Day(day, True, entries_of_day, len(entries_of_day))
        for day, group in groupby(dates, lambda date: date.on)
        if (entries_of_day := list(group))
    ]


def _empty(chips: list[Chip], period: Period) -> dict[str, Any]:
    """What to say and do where there is nothing."""
    title = _("No dates this week") if period.view == WEEK else _("No dates this month")
    if chips:
        action = _("Remove the filter “%(filter)s”") % {"filter": chips[-1].label}
        return {"title": title, "text": _("Nothing matches these filters."), "url": chips[-1].url, "action": action}
    text = _("Dates appear here when a team plans its sprints, an expert session is booked, signatures are asked for or a deadline is set.")
    return {"title": title, "text": text}


@needs("teams.view_calendar")
def download(request: HttpRequest) -> HttpResponse:
    """What the calendar shows for the same address, as a file for a calendar program."""
    today = timezone.localdate()
    period = asked_period(request.GET, today)
    dates = CalendarFilter(request.GET, account_on(request)).entries(period.start, period.end)
    response = _as_file(ics.dates_of(dates, today, name=str(settings.LAB_NAME)))
    response["Content-Disposition"] = f'attachment; filename="calendar-{period.asked.get("day") or period.asked["month"]}.ics"'
    return response


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
    account = account_on(request)
    wanted: dict[str, str] = {}
    endings: dict[str, str] = {}
    if account.has_perm("teams.view_calendar"):
        filters = CalendarFilter(request.GET, account)
        wanted = filters.wanted
        endings = {"everything": urlencode({"show": ALL}), "filtered": urlencode({"show": ALL, **wanted}) if wanted else ""}
    context = {"feed": feed, "told": new_address, "chips": filters.chips({}) if wanted else [], **endings}
    response = render(request, "teams/calendar_address.html", context)
    response["Cache-Control"] = "no-store"
    return response


WHY_FEED = "A calendar program reads it and can't sign in; the address is private, long, and ended by its person."


@open_to_anyone(WHY_FEED)
@private
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's reviews as a calendar, or with `?show=all` what their account sees in the lab's calendar, filtered as there.

    Looking changes nothing. An unknown or ended address says only that it is not there; so does one that shows all once
    its person has no account that opens the calendar.
    """
    calendar_feed = ics.feed_at(token)
    today = timezone.localdate()
    if calendar_feed and request.GET.get("show") == ALL:
        return _everything(request, calendar_feed.person.user, today)
    if calendar_feed is None:
        return _not_there()
    reviews = ics.reviews_of(calendar_feed.person, today)
    name = _("Sprint reviews of %(name)s") % {"name": calendar_feed.person.name}
    return _as_file(ics.feed_of(reviews, name=name))


def _everything(request: HttpRequest, account: User | None, today: datetime.date) -> HttpResponse:
    if account is None or not account.has_perm("teams.view_calendar"):
        return _not_there()
    dates = CalendarFilter(request.GET, account).entries(today - SUBSCRIBED_BACK, today + SUBSCRIBED_AHEAD)
    return _as_file(ics.dates_of(dates, today, name=str(settings.LAB_NAME)))


def _not_there() -> HttpResponse:
    return HttpResponseNotFound(_("This calendar address doesn’t work."), content_type="text/plain; charset=utf-8")


@open_to_anyone(WHY_ANSWER)
@private
@require_safe
def answer_file(request: HttpRequest, token: str) -> HttpResponse:
    """The review for the calendar of whoever holds the link."""
    link = links.answer_link(token)
    if link is None:
        return _not_there()
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
