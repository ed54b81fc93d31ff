"""The list of residencies, on the screen and as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from people.identity import account_on
from people.lab import lab_staff
from people.lists import bulk
from people.lists.page import Acts, Chip, View, list_page
from people.models import User
from residencies.lifecycle.residency import assign
from residencies.listing.tables import (
    HEADER,
    TO_REVIEW,
    UNDER_WAY,
    ResidencyFilter,
    ResidencyRows,
    ResidencyTable,
    export_rows,
)
from residencies.models import Residency
from web.access import needs
from web.exports import FORMATS, export
from web.paging import in_order
from web.return_url import return_url

WORKBOOK_ROWS = 10_000


@needs("residencies.list_residencies")
def residency_list(request: HttpRequest) -> HttpResponse:
    """Every residency that this account may know of, filtered, sorted and paged by the address."""
    user = account_on(request)
    reads_all = user.has_perm("residencies.view_queue")
    filterset = _filtered(request)
    table = ResidencyTable(ResidencyRows(filterset.qs, selects=reads_all), order_by="-reference", selects=reads_all)
    acts = Acts("residencies/_list_acts.html", reverse("residency-bulk")) if reads_all else None
    page = list_page(request, table, filterset, views=_views(user), export="residency-export", acts=acts)
    table.empty = _empty(request, page.chips) if filterset.is_valid() else _not_understood()
    staff = filterset.staff if user.has_perm("residencies.assign") else []
    context = {"list": page, "table": table, "chips": page.chips, "staff": staff}
    return render(request, "residencies/list.html", context)


def _views(user: User) -> list[View]:
    views = [View(gettext_lazy("Late"), {"overdue": "true"})]
    if not user.has_perm("residencies.view_queue"):
        return views
    views.append(View(gettext_lazy("Intake review"), {"state": TO_REVIEW}))
    if not user.has_perm("residencies.assign"):
        return views
    mine = View(gettext_lazy("Mine"), {"owner": user.pk, "state": UNDER_WAY})
    return [mine, *views, View(gettext_lazy("Waiting for me"), {"owner": user.pk, "state": TO_REVIEW})]


@needs("residencies.list_residencies")
def residency_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What the list shows for the same address, all of it or the selected rows; a workbook holds so many rows and says so rather than leave some out."""
    residencies = _filtered(request).qs
    if "row" in request.GET:
        residencies = residencies.filter(pk__in=bulk.selected(request.GET))
    rows = in_order(request, ResidencyTable(ResidencyRows(residencies), order_by="-reference"))
    if file_format == "xlsx" and (count := rows.count()) > WORKBOOK_ROWS:
        params = {"count": count, "most": WORKBOOK_ROWS}
        messages.warning(
            request,
            _("An Excel file can hold at most %(most)d rows here, and this list has %(count)d. Filter the list, or export it to CSV.")
            % params,
        )
        return redirect(f"{reverse('residency-list')}?{request.GET.urlencode()}")
    today = timezone.localdate()
    return export(f"residencies-{today:%Y-%m-%d}", file_format, HEADER, export_rows(rows, today))


@needs("residencies.list_residencies")
@require_POST
def act_on_selected(request: HttpRequest) -> HttpResponse:
    """Assign the selected residencies to a lab lead, or export them; each row is one act, and those that are refused are named."""
    back = return_url(request) or reverse("residency-list")
    keys = bulk.selected(request.POST)
    if not keys:
        bulk.nothing_selected(request)
        return redirect(back)
    if (wanted := request.POST.get("act", "")) in FORMATS:
        order = QueryDict(back.partition("?")[2]).get("sort", "")
        asked = urlencode({"row": keys, "sort": order} if order else {"row": keys}, doseq=True)
        return redirect(f"{reverse('residency-export', args=[wanted])}?{asked}")
    rows = Residency.objects.visible_to(account_on(request)).filter(pk__in=keys).order_by("-pk")
    to = next((staff for staff in lab_staff() if str(staff.pk) == request.POST.get("to")), None)
    if to is None:
        messages.warning(request, _("Choose a lab lead first."))
        return redirect(back)
    outcome = bulk.for_each(rows, lambda residency: assign(residency, to=to, by=request.user))
    count = len(outcome.done)
    done = ngettext("Assigned %(count)d residency to %(name)s.", "Assigned %(count)d residencies to %(name)s.", count)
    bulk.report(request, outcome, done % {"count": count, "name": to})
    return redirect(back)


def _filtered(request: HttpRequest) -> ResidencyFilter:
    user = account_on(request)
    return ResidencyFilter(request.GET, queryset=Residency.objects.visible_to(user), lab_head=user.lab_head)


def _not_understood() -> dict[str, Any]:
    text = _("The web address has a value that isn’t one of the filter’s options. See the error beside the filter.")
    return {"title": _("This filter isn’t valid"), "text": text, "url": reverse("residency-list"), "action": _("Show all")}


def _empty(request: HttpRequest, on: list[Chip]) -> dict[str, Any]:
    """What to say instead of rows: take off the last filter, or how a first residency comes to be."""
    if on:
        action = _("Remove “%(filter)s”") % {"filter": on[-1].label}
        text = _("No residencies match these filters.")
        return {"title": _("No results"), "text": text, "url": reverse("residency-list") + on[-1].url, "action": action}
    text = _("A residency starts with an intake: a program area describes its problem, and the lab reviews six conditions.")
    return {"title": _("No residencies yet"), "text": text, **_begin(request)}


def _begin(request: HttpRequest) -> dict[str, Any]:
    if not request.user.has_perm("residencies.start_intake"):
        return {}
    return {"url": reverse("intake-start"), "action": _("Start an intake")}
