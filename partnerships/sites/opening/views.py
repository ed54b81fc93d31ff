"""The page of a site: open or closed today by its own clock, hours of each partner, closures and holidays that differ (PB-35)."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partnerships.fetch import site_or_404
from partnerships.models import WEEKDAYS, Closure, OpeningCalendar, Site
from partnerships.sites.opening import actions, forms
from partnerships.sites.opening.queries import SiteOpening, holidays_of, openings
from partnerships.sites.opening.rules import DAY, differing_holidays
from people.models import User
from web.access import needs
from web.acts import run

PAGE = "partnerships/act.html"
YEAR = 365 * DAY


def calendar_or_404(user: User, reference: str, site: int, calendar: int) -> OpeningCalendar:
    return _of_site(OpeningCalendar.objects.filter(partner__left_on=None), user, reference, site, calendar)


def closure_or_404(user: User, reference: str, site: int, closure: int) -> Closure:
    return _of_site(Closure.objects.all(), user, reference, site, closure)


def _of_site(rows: Any, user: User, reference: str, site: int, pk: int) -> Any:
    """Return a row of a site with that site and its partnership."""
    of_site = site_or_404(user, reference, site)
    row = get_object_or_404(rows.select_related("partner__organization"), site=of_site, pk=pk)
    row.site = of_site
    return row


# ── The page ─────────────────────────────────────────────────────────────────────────────────


@needs("partnerships.view_partnership", site_or_404)
def site(request: HttpRequest, site: Site) -> HttpResponse:
    """Show a site by its own clock: what is open now, the hours of each partner, closures, and holidays that differ; three queries."""
    local = timezone.localtime(timezone.now(), ZoneInfo(site.time_zone))
    rows = openings(site)
    closures = Closure.objects.filter(site=site, partner__left_on=None, to_on__gte=local.date())
    context = {
        "partnership": site.partnership,
        "tab": "sites",
        "site": site,
        "local": local.replace(tzinfo=None),  # templates would show it in our own time zone
        "today": [(row, *_today(row, local)) for row in rows],
        "has_calendar": rows[0].calendar is not None,
        "week": _week(rows),
        "closures": list(closures.select_related("partner__organization")),
        "differing": _differing(rows, local.date()),
        "names": [_name(row) for row in rows],
        "may_keep": request.user.has_perm("partnerships.keep_partnership", site.partnership),
    }
    return render(request, "partnerships/sites/site.html", context)


def _name(row: SiteOpening) -> str:
    return row.partner.organization.name if row.partner else _("Everyone at the site")


def _today(row: SiteOpening, local: datetime.datetime) -> tuple[str, str]:
    """Return whose hours they are, and in words whether it is open now and until when, or when it opens next."""
    opening, day = row.opening, local.date()
    if row.calendar is None:
        return _name(row), opening.closed_because(day) or _("Hours haven’t been entered yet.")
    hours = opening.hours_on(day)
    if hours and local.time() < hours.opens:
        return _name(row), _("Opens at %(time)s") % {"time": f"{hours.opens:%H:%M}"}
    if hours and opening.is_open_at(day, local.time()):
        return _name(row), _("Open until %(time)s") % {"time": f"{hours.closes:%H:%M}"}
    following = opening.on_or_after(day + DAY)
    params = {"reason": opening.closed_because(day), "day": date_format(following, "l j F") if following else ""}
    if following is None:
        return _name(row), _("Closed: %(reason)s") % params
    return _name(row), (
        _("Closed: %(reason)s. Opens again on %(day)s") if params["reason"] else _("Closed. Opens again on %(day)s")
    ) % params


def _week(rows: list[SiteOpening]) -> list[tuple[Any, list[str]]]:
    """Return each weekday's name with the hours of each calendar."""
    with_calendar = [row for row in rows if row.calendar]
    labels = [forms.CalendarForm.base_fields[weekday].label for weekday in WEEKDAYS]
    hours = [[str(row.opening.hours.get(number) or _("Closed")) for row in with_calendar] for number in range(7)]
    return list(zip(labels, hours, strict=True)) if with_calendar else []


def _differing(rows: list[SiteOpening], today: datetime.date) -> list[tuple[datetime.date, list[str]]]:
    """Return the holidays of the next year on which some at the site are open and others aren't."""
    days = differing_holidays([row.opening for row in rows], today, today + YEAR)
    return [(day, [name or str(_("open")) for name in names]) for day, names in days]


# ── Changing it ──────────────────────────────────────────────────────────────────────────────


def _acted(request: HttpRequest, site: Site, form: Any, act: Any, *, heading: str, done: Any) -> HttpResponse:
    to = reverse("site", args=[site.partnership.reference, site.pk])
    return run(request, form, act, done=done, to=to, page=PAGE, partnership=site.partnership, tab="sites", heading=heading)


@needs("partnerships.keep_partnership", site_or_404)
def add_calendar(request: HttpRequest, site: Site) -> HttpResponse:
    """Enter the hours of a site, or of a partner there."""
    form = forms.NewCalendarForm(request.POST or None, site=site, initial={"holidays": holidays_of(site)})
    act = lambda: actions.add_calendar(site, **form.facts, by=request.user)
    return _acted(request, site, form, act, heading=_("Opening hours: %(site)s") % {"site": site}, done=_("The hours were saved."))


@needs("partnerships.keep_partnership", calendar_or_404)
def edit_calendar(request: HttpRequest, calendar: OpeningCalendar) -> HttpResponse:
    """Change hours, or whose holidays count."""
    form = forms.CalendarForm(request.POST or None, record=calendar)
    act = lambda: actions.edit_calendar(calendar, shown_revision=form.shown_revision, **form.facts, by=request.user)
    heading = _("Opening hours: %(calendar)s") % {"calendar": calendar}
    return _acted(request, calendar.site, form, act, heading=heading, done=_("The hours were saved."))


@needs("partnerships.keep_partnership", site_or_404)
def add_closure(request: HttpRequest, site: Site) -> HttpResponse:
    """Close a site for some days."""
    form = forms.ClosureForm(request.POST or None, site=site)
    act = lambda: actions.add_closure(site, **form.facts, by=request.user)
    heading = _("Add a closure: %(site)s") % {"site": site}
    return _acted(request, site, form, act, heading=heading, done=_("The closure was added."))


@needs("partnerships.keep_partnership", closure_or_404)
def remove_closure(request: HttpRequest, closure: Closure) -> HttpResponse:
    """Remove a closure that doesn't happen."""
    form = forms.RemoveClosureForm(request.POST or None)
    act = lambda: actions.remove_closure(closure, by=request.user)
    heading = _("Remove the closure: %(reason)s") % {"reason": closure.reason}
    return _acted(request, closure.site, form, act, heading=heading, done=_("The closure was removed."))
