"""The counter of a site, for a phone or a tablet: a tap for each client, today's figures, and the last two weeks (SP-07, PB-47)."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.fetch import site_or_404
from partnerships.models import Site, SiteService, TapKind
from partnerships.models.waits import BEST
from partnerships.sites.counter import actions
from partnerships.sites.counter.actions import TapFacts
from partnerships.sites.counter.figures import counts_of, grouped, tapped
from partnerships.sites.opening.rules import DAY
from people.fields import LineInput
from web.access import needs
from web.acts import carry_out, press, run
from web.forms import ActForm

DAYS = 14
LARGEST = 200_000  # bytes


class ServiceForm(ActForm):
    verb = gettext_lazy("Add service")
    name = LineInput(
        label=gettext_lazy("Service"), max_length=100, help_text=gettext_lazy("What clients ask for, for example “Passports”.")
    )


@needs("partnerships.view_partnership", site_or_404)
def counter(request: HttpRequest, site: Site) -> HttpResponse:
    """Show the buttons to tap and what they add up to, today and over two weeks; three queries."""
    today, services = site.today, list(SiteService.objects.filter(site=site))
    rows = counts_of(site, today - (DAYS - 1) * DAY, today)
    by_service = grouped([row for row in rows if row[1] == today], 0)
    by_day = grouped(rows, 1)
    may_tap = site.partnership.is_under_way and request.user.has_perm("partnerships.tap", site.partnership)
    context = {
        "partnership": site.partnership,
        "tab": "sites",
        "site": site,
        "services": [(service, tapped(by_service.get(service.pk, {})), uuid.uuid4()) for service in services],
        "today": tapped(by_day.get(today, {})),
        "days": [(day, tapped(by_day[day])) for day in sorted(by_day, reverse=True)],
        "scores": range(1, BEST + 1),
        "kinds": TapKind,
        "may_tap": may_tap,
        "may_keep": request.user.has_perm("partnerships.keep_partnership", site.partnership),
    }
    return render(request, "partnerships/sites/counter.html", context)


@needs("partnerships.tap", site_or_404)
def taps(request: HttpRequest, site: Site) -> HttpResponse:
    """Take the taps of a browser's queue, as JSON; the answer has the keys of those that count. Others can be dropped.

    Without JavaScript, a button sends a single tap as a form.
    """
    to = reverse("counter", args=[site.partnership.reference, site.pk])
    if request.method != "POST":
        return redirect(to)
    if request.content_type != "application/json":
        tap = request.POST.dict()
        return press(request, lambda: actions.record_taps(site, list(_taps([tap])), by=request.user), done=_counted, to=to)
    result = carry_out(lambda: actions.record_taps(site, list(_taps(_sent(request))), by=request.user))
    if not result:
        return JsonResponse({"refused": [finding.message for finding in result.findings]}, status=409)
    return JsonResponse({"counted": [str(key) for key in result.value or []]})


def _counted(keys: list[uuid.UUID]) -> str:
    return _("Counted.") if keys else _("That tap can’t be counted. Reload the page, then tap again.")


def _sent(request: HttpRequest) -> list[Any]:
    try:
        sent = json.loads(request.body[:LARGEST])
    except ValueError:
        return []
    return sent if isinstance(sent, list) else []


def _taps(sent: list[Any]) -> Iterator[TapFacts]:
    """Yield those of what was sent that read as taps. A browser says how many seconds ago a tap was, because its clock may be wrong."""
    now = timezone.now()
    for each in sent:
        try:
            at = now - datetime.timedelta(seconds=max(float(each.get("ago") or 0), 0))
            score = int(each["score"]) if each.get("score") else None
            yield TapFacts(uuid.UUID(str(each["key"])), int(each["service"]), str(each["kind"]), at, score)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            continue


@needs("partnerships.keep_partnership", site_or_404)
def add_service(request: HttpRequest, site: Site) -> HttpResponse:
    """Add a service to tap on."""
    form = ServiceForm(request.POST or None)
    act = lambda: actions.add_service(site, **form.facts, by=request.user)
    context = {"partnership": site.partnership, "tab": "sites", "heading": _("Add a service: %(site)s") % {"site": site}}
    to = reverse("counter", args=[site.partnership.reference, site.pk])
    return run(request, form, act, done=_("The service was added."), to=to, page="partnerships/act.html", **context)
