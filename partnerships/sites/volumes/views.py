"""Pages of a site's volumes: services and clients by month, with charts and the year's total, and entering them (PB-46, SP-07)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.fetch import site_or_404
from partnerships.models import Site, SiteService, SiteVolume
from partnerships.sites.volumes import importing
from web.access import needs
from web.acts import carry_out, run
from web.charts.lines import At, LineChart
from web.exports import FORMATS, export
from web.forms import ActForm, DayField
from web.spreadsheets.columns import Column
from web.spreadsheets.forms import SpreadsheetForm
from web.spreadsheets.reading import Table

TAB = "sites"


class VolumeForm(ActForm):
    verb = gettext_lazy("Save numbers")
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"), queryset=SiteService.objects.none(), empty_label=gettext_lazy("Choose a service")
    )
    month = DayField(label=gettext_lazy("Month"), help_text=gettext_lazy("Any day of the month."))
    services = forms.IntegerField(label=gettext_lazy("Services delivered"), min_value=0, max_value=importing.MOST)
    clients = forms.IntegerField(label=gettext_lazy("Clients served"), min_value=0, max_value=importing.MOST)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = site.services.all()  # type: ignore[attr-defined]


class VolumesForm(SpreadsheetForm):
    verb = gettext_lazy("Add rows")

    def columns(self) -> tuple[Column, ...]:
        return importing.columns()


@needs("partnerships.view_partnership", site_or_404)
def volumes(request: HttpRequest, site: Site) -> HttpResponse:
    """Show services and clients by month, a year's total, and the trend over all months; one query."""
    rows = list(SiteVolume.objects.filter(service__site=site).select_related("service").order_by("month", "service__name", "pk"))
    years = sorted({row.month.year for row in rows}, reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else (years[0] if years else 0)
    of_year = [row for row in rows if row.month.year == year]
    context = {
        "partnership": site.partnership,
        "tab": TAB,
        "site": site,
        "years": years,
        "year": year,
        "charts": _charts(site, rows),
        "months": _sums((row.month, row) for row in of_year),
        "services": _sums((row.service.name, row) for row in of_year),
        "total": _sums(("", row) for row in of_year),
        "may_keep": site.partnership.is_under_way and request.user.has_perm("partnerships.keep_partnership", site.partnership),
    }
    return render(request, "partnerships/sites/volumes/volumes.html", context)


def _sums(rows: Any) -> list[tuple[Any, int, int]]:
    """Add services and clients up by a key; in the order of the keys."""
    services, clients = Counter[Any](), Counter[Any]()
    for key, row in rows:
        services[key] += row.services
        clients[key] += row.clients
    return [(key, services[key], clients[key]) for key in sorted(services)]


def _charts(site: Site, rows: list[SiteVolume]) -> list[LineChart]:
    """Return a chart of clients and one of services by month; each only with two months or more."""
    sums = _sums((row.month, row) for row in rows)
    kinds = (
        ("clients", 2, _("Clients served at %(site)s by month, latest: %(value)d")),
        ("services", 1, _("Services delivered at %(site)s by month, latest: %(value)d")),
    )
    charts = []
    for key, column, title in kinds if len(sums) > 1 else ():
        named = title % {"site": site.name, "value": sums[-1][column]}
        points = [At(row[0], float(row[column])) for row in sums]
        charts.append(LineChart(key=f"volumes-{key}", title=named, table="volumes-table", points=points))
    return charts


@needs("partnerships.keep_partnership", site_or_404)
def enter(request: HttpRequest, site: Site) -> HttpResponse:
    """Enter, or correct, the numbers of a month by hand."""
    form = VolumeForm(request.POST or None, site=site, initial={"month": site.today})
    act = lambda: importing.set_volume(**form.facts, by=request.user)
    done = lambda row: _("Saved: %(service)s, %(month)s.") % {"service": row.service, "month": date_format(row.month, "F Y")}
    context = {"partnership": site.partnership, "tab": TAB, "heading": _("Enter volumes: %(site)s") % {"site": site}}
    return run(request, form, act, done=done, to=_page(site), page="partnerships/act.html", **context)


def _page(site: Site) -> str:
    return reverse("volumes", args=[site.partnership.reference, site.pk])


@needs("partnerships.keep_partnership", site_or_404)
def import_volumes(request: HttpRequest, site: Site) -> HttpResponse:
    """Add rows from a file or pasted text, or show everything that is wrong with them by line."""
    form = VolumesForm(request.POST or None, request.FILES or None)
    table: Table | None = None
    if form.is_bound and form.is_valid():
        checked = carry_out(lambda: _checked(site, form.facts["text"]))
        if checked.refusal:
            form.show_refusal(checked.refusal)
        else:
            table = checked.value
    if table is not None and not table.faults:
        act = lambda: importing.import_volumes(site, form.facts["text"], by=request.user)
        return run(
            request,
            form,
            act,
            done=lambda plan: plan.summary,
            to=_page(site),
            page=lambda status: _import_page(request, site, form, status),
        )
    if table is not None and request.POST.get("download") in FORMATS:
        return export(f"{site.partnership.reference}-volumes-problems", request.POST["download"], *table.faulty_rows())
    return _import_page(request, site, form, 422 if table else form.status_or_422, table=table)


def _checked(site: Site, text: str) -> Table:
    table = importing.read(text)
    importing.plan_volumes(site, table)
    return table


def _import_page(request: HttpRequest, site: Site, form: VolumesForm, status: int, **more: Any) -> HttpResponse:
    names = ", ".join(column.label for column in importing.columns())
    context = {"partnership": site.partnership, "tab": TAB, "site": site, "form": form, "names": names, **more}
    return render(request, "partnerships/sites/volumes/import.html", context, status=status)
