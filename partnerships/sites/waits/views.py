"""Pages of waits and their forms: a partnership's sites side by side, a site's trend and services, and the import with its preview (SP-07)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.fetch import partnership_or_404, site_or_404
from partnerships.models import Partnership, Site, SiteService
from partnerships.sites.opening.queries import opening_of
from partnerships.sites.services import actions
from partnerships.sites.services.actions import LONGEST
from partnerships.sites.waits import importing
from partnerships.sites.waits.importing import columns
from partnerships.sites.waits.queries import DAY, PERIODS, Waits, by_site, waits_of
from people.models import User
from web.access import needs
from web.acts import carry_out, run
from web.charts.lines import At, LineChart
from web.exports import FORMATS, export
from web.forms import ActForm, DayField
from web.spreadsheets.columns import Column
from web.spreadsheets.forms import SpreadsheetForm
from web.spreadsheets.reading import Table

# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────


class ImportForm(SpreadsheetForm):
    verb = gettext_lazy("Check the rows")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = gettext_lazy("The queue system’s file: Excel (.xlsx), LibreOffice (.ods) or CSV.")

    def columns(self) -> Sequence[Column]:
        return columns()


class StandardForm(ActForm):
    verb = gettext_lazy("Set standard")
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=1,
        max_value=LONGEST,
        help_text=gettext_lazy("How long an interview about this service should take."),
    )
    from_on = DayField(
        label=gettext_lazy("From"), help_text=gettext_lazy("Interviews before this day are compared with the standard of their own day.")
    )


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


LABELS = {"day": gettext_lazy("By day"), "week": gettext_lazy("By week"), "month": gettext_lazy("By month")}
SPANS = {
    "day": gettext_lazy("the last 30 days"),
    "week": gettext_lazy("the last 26 weeks"),
    "month": gettext_lazy("the last 12 months"),
}


def service_or_404(user: User, reference: str, site: int, service: int) -> SiteService:
    of_site = site_or_404(user, reference, site)
    row = get_object_or_404(SiteService, site=of_site, pk=service)
    row.site = of_site
    return row


def _asked(request: HttpRequest) -> str:
    """Return how the page adds days up: what the address asks for, or by week."""
    by = request.GET.get("by", "")
    return by if by in PERIODS else "week"


def _periods(by: str) -> list[tuple[str, Any, bool]]:
    return [(name, label, name == by) for name, label in LABELS.items()]


@needs("partnerships.view_partnership", partnership_or_404)
def waits(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show the waits of every site side by side; three queries."""
    by = _asked(request)
    rows = by_site(list(Site.objects.filter(partnership=partnership)), by)
    context = {"partnership": partnership, "tab": "waits", "rows": rows, "periods": _periods(by), "span": SPANS[by]}
    return render(request, "partnerships/sites/waits.html", context)


@needs("partnerships.view_partnership", site_or_404)
def site_waits(request: HttpRequest, site: Site) -> HttpResponse:
    """Show how long clients wait at a site, over time and by service; five queries."""
    by = _asked(request)
    of = waits_of(site, by)
    context = {
        "partnership": site.partnership,
        "tab": "waits",
        "site": site,
        "of": of,
        "periods": _periods(by),
        "span": SPANS[by],
        "charts": _charts(site, of),
        "rows": [(_period_label(by, begin), figures) for begin, figures in reversed(of.by_period)],
        "without": _days_without(site, of),
        "may_keep": request.user.has_perm("partnerships.keep_partnership", site.partnership),
    }
    return render(request, "partnerships/sites/site_waits.html", context)


def _period_label(by: str, begin: datetime.date) -> str:
    if by == "month":
        return date_format(begin, "F Y")
    day = date_format(begin, "j F Y")
    return _("Week of %(day)s") % {"day": day} if by == "week" else day


def _charts(site: Site, of: Waits) -> list[LineChart]:
    """Return a chart of the median, of the 90th percentile and of the right-organization rate; each only with two points or more."""
    kinds = (
        ("median", _("Latest median wait at %(site)s: %(value)s minutes"), lambda figures: figures.wait),
        ("ninety", _("Latest wait at %(site)s for nine in ten clients: up to %(value)s minutes"), lambda figures: figures.wait_90),
        ("right", _("Latest share of clients at the right organization, %(site)s: %(value)s%%"), lambda figures: figures.right_rate),
    )
    charts = []
    for key, title, value_of in kinds:
        points = [At(begin, float(value_of(figures))) for begin, figures in of.by_period if value_of(figures) is not None]
        if len(points) > 1:
            named = title % {"site": site.name, "value": f"{round(points[-1].value, 1):g}"}
            charts.append(LineChart(key=f"waits-{key}", title=named, table="waits-table", points=points))
    return charts


def _days_without(site: Site, of: Waits) -> int:
    """Count the days on which the site was open, between the first and the last with figures, that have none; two queries."""
    if not of.days:
        return 0
    opening, with_figures = opening_of(site), set(of.days)
    between = (of.days[0] + n * DAY for n in range((of.days[-1] - of.days[0]).days))
    return sum(opening.is_open_on(day) for day in between if day not in with_figures)


# ── The import ───────────────────────────────────────────────────────────────────────────────


@needs("partnerships.keep_partnership", site_or_404)
def import_waits(request: HttpRequest, site: Site) -> HttpResponse:
    """Show the form; then what the rows would add, or everything that is wrong with them; then add them."""
    form = ImportForm(request.POST or None, request.FILES or None)
    table, plan = None, None
    if form.is_bound and form.is_valid():
        checked = carry_out(lambda: _checked(site, form.facts["text"]))
        if checked.refusal:
            form.show_refusal(checked.refusal)
        elif checked.value:
            table, plan = checked.value
    if plan and "confirm" in request.POST:
        act = lambda: importing.import_waits(site, form.facts["text"], by=request.user)
        page = lambda status: _import_page(request, site, form, status)
        to = reverse("site-waits", args=[site.partnership.reference, site.pk])
        return run(request, form, act, done=lambda plan: plan.summary, to=to, page=page)
    if table is not None and table.faults:
        if request.POST.get("download") in FORMATS:
            return export(f"{site.partnership.reference}-waits-problems", request.POST["download"], *table.faulty_rows())
        return _import_page(request, site, form, 422, table=table)
    return _import_page(request, site, form, form.status_or_422, plan=plan)


def _checked(site: Site, text: str) -> tuple[Table, importing.Plan | None]:
    """Return the rows, and what they would add if there is nothing wrong with them. Writes nothing."""
    table = importing.read(text)
    plan = importing.plan_import(site, table)
    return table, None if table.faults else plan


def _import_page(request: HttpRequest, site: Site, form: ImportForm, status: int, **more: Any) -> HttpResponse:
    context = {"partnership": site.partnership, "tab": "waits", "site": site, "form": form, "names": ", ".join(importing.headers()), **more}
    return render(request, "partnerships/sites/import_waits.html", context, status=status)


@needs("partnerships.keep_partnership", service_or_404)
def standard(request: HttpRequest, service: SiteService) -> HttpResponse:
    """Set how long an interview about a service should take."""
    form = StandardForm(request.POST or None, initial={"from_on": service.site.today})
    act = lambda: actions.set_standard(service, **form.facts, by=request.user)
    partnership = service.site.partnership
    context = {"partnership": partnership, "tab": "waits", "heading": _("Standard: %(service)s") % {"service": service}}
    to = reverse("site-waits", args=[partnership.reference, service.site_id])
    return run(request, form, act, done=_("The standard was set."), to=to, page="partnerships/act.html", **context)
