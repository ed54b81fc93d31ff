"""The list of residencies, on the screen and as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.identity import account_on
from residencies.listing.filters import Chip, ResidencyFilter, chips
from residencies.listing.tables import HEADER, PAGE_SIZES, ResidencyRows, ResidencyTable, export_rows
from residencies.models import Residency
from web.access import needs
from web.exports import export
from web.paging import in_order, paged

WORKBOOK_ROWS = 10_000


@needs("residencies.list_residencies")
def residency_list(request: HttpRequest) -> HttpResponse:
    """Every residency that this account may know of, filtered, sorted and paged by the address."""
    filterset = _filtered(request)
    table = ResidencyTable(ResidencyRows(filterset.qs), order_by="-reference")
    paged(request, table, PAGE_SIZES)
    on = chips(filterset, request.GET)
    table.empty = _empty(request, on) if filterset.is_valid() else _not_understood()
    context = {"filter": filterset, "table": table, "chips": on, "list_url": reverse("residency-list"), "query": request.GET.urlencode()}
    return render(request, "residencies/list.html", context)


@needs("residencies.list_residencies")
def residency_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What the list shows for the same address, all of it; a workbook holds so many rows and says so rather than leave some out."""
    rows = in_order(request, ResidencyTable(ResidencyRows(_filtered(request).qs), order_by="-reference"))
    if file_format == "xlsx" and (count := rows.count()) > WORKBOOK_ROWS:
        params = {"count": count, "most": WORKBOOK_ROWS}
        messages.warning(
            request, _("A workbook holds at most %(most)d rows and this list has %(count)d. Filter it, or take the CSV file.") % params
        )
        return redirect(f"{reverse('residency-list')}?{request.GET.urlencode()}")
    today = timezone.localdate()
    return export(f"residencies-{today:%Y-%m-%d}", file_format, HEADER, export_rows(rows, today))


def _filtered(request: HttpRequest) -> ResidencyFilter:
    return ResidencyFilter(request.GET, queryset=Residency.objects.visible_to(account_on(request)))


def _not_understood() -> dict[str, Any]:
    text = _("The address asks for something that no filter offers. What it is stands beside the filter.")
    return {"title": _("This filter can't be read"), "text": text, "url": reverse("residency-list"), "action": _("Show all")}


def _empty(request: HttpRequest, on: list[Chip]) -> dict[str, Any]:
    """What to say instead of rows: take off the last filter, or how a first residency comes to be."""
    if on:
        action = _("Take off “%(filter)s”") % {"filter": on[-1].label}
        text = _("No residency is found with these filters.")
        return {"title": _("Nothing matches"), "text": text, "url": reverse("residency-list") + on[-1].url, "action": action}
    text = _("A residency begins with an intake: a program area tells the lab its problem, and the lab looks at six conditions.")
    return {"title": _("No residencies yet"), "text": text, **_begin(request)}


def _begin(request: HttpRequest) -> dict[str, Any]:
    if not request.user.has_perm("residencies.start_intake"):
        return {}
    return {"url": reverse("intake-start"), "action": _("Start an intake")}
