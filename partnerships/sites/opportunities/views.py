"""The page “Where could we partner”: communities with two or more signals, each of which opens its source (PB-04)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, Count, DateField, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dates.durations import LEAST
from dates.months import months_after
from partnerships.choices import ENDED, Leaf, SignalKind, Stage
from partnerships.models import Arrangement, Partnership, Site, Tap, TapKind, WaitDay
from partnerships.sites.opportunities import rules
from partnerships.sites.opportunities.rules import DAYS_COUNTED, MONTHS, Opportunity, Signal, sentence
from spelling.compare import title_key
from web.access import needs

PAGE_SIZE = 25
LONGEST = 1000  # characters of a partnership's problem


class OpportunityFilter(forms.Form):
    """Opportunities by community, signal and organization; the filters are in the address."""

    q = forms.CharField(label=gettext_lazy("Community"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    signal = forms.ChoiceField(label=gettext_lazy("Signal"), choices=[("", gettext_lazy("All")), *SignalKind.choices], required=False)
    organization = forms.ChoiceField(label=gettext_lazy("Organization"), required=False)

    def __init__(self, *args: Any, rows: list[Opportunity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted({signal.organization for row in rows for signal in row.signals if signal.organization}, key=title_key)
        self.fields["organization"].choices = [("", _("All")), *((name, name) for name in names)]  # type: ignore[attr-defined]

    def chosen(self, rows: list[Opportunity]) -> list[Opportunity]:
        """Return those of `rows` that match the filters that can be read."""
        self.is_valid()
        q, kind, organization = (self.cleaned_data.get(name) for name in ("q", "signal", "organization"))
        return [
            row
            for row in rows
            if (not q or title_key(q) in title_key(row.community))
            and (not kind or any(signal.kind == kind for signal in row.signals))
            and (not organization or any(signal.organization == organization for signal in row.signals))
        ]


@require_safe
@needs("partnerships.list_partnerships")
def opportunities(request: HttpRequest) -> HttpResponse:
    """List the communities with two or more signals, and the partnerships that are there already; five queries."""
    today = timezone.localdate()
    rows = opportunities_on(today)
    form = OpportunityFilter(request.GET, rows=rows)
    page = Paginator(form.chosen(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    here = partnerships_in(page.object_list)
    context = {
        "filters": form,
        "page": page,
        "any": bool(rows),
        "rows": [_shown(row, here.get(title_key(row.community), []), today) for row in page.object_list],
        "may_start": request.user.has_perm("partnerships.start_partnership"),
    }
    return render(request, "partnerships/sites/opportunities.html", context)


def _shown(row: Opportunity, partnerships: list[Any], today: datetime.date) -> dict[str, Any]:
    signals = [
        (signal, sentence(signal, today), reverse(signal.page, args=[signal.reference, signal.site]), signal.kind.label)
        for signal in row.signals
    ]
    start = f"{reverse('partnership-start')}?{urlencode({'community': row.community})}"
    return {"community": row.community, "signals": signals, "partnerships": partnerships, "start": start}


def first_words(community: str) -> dict[str, str]:
    """Return what a new partnership in a community starts with: a name, and its signals as the opportunity; four queries, or none."""
    today = timezone.localdate()
    row = opportunity_in(community, today) if community.strip() else None
    if row is None:
        return {}
    problem = "\n".join(sentence(signal, today) for signal in row.signals)
    return {"name": _("Partnership in %(community)s") % {"community": row.community}, "problem": problem[:LONGEST]}


# ── Signals on record ────────────────────────────────────────────────────────────────────────

# Outreach to an event or an emergency ends anyway, and nobody works at a site for cross promotion: their ends say nothing.
NO_OFFICE = (Leaf.OUTREACH_TARGETED, Leaf.OUTREACH_RAPID, Leaf.PROMOTION_INFORMAL, Leaf.PROMOTION_FORMAL)
NEVER = datetime.date(9999, 12, 31)


def opportunities_on(today: datetime.date) -> list[Opportunity]:
    """Return the communities with two or more signals; four queries."""
    return rules.opportunities([*_leases(today), *_endings(today), *_wrong_places(today)])


def opportunity_in(community: str, today: datetime.date) -> Opportunity | None:
    """Return the opportunity in a community, if it has one; four queries."""
    key = title_key(community)
    return next((row for row in opportunities_on(today) if title_key(row.community) == key), None)


def partnerships_in(rows: Iterable[Opportunity]) -> dict[str, list[Partnership]]:
    """Return the partnerships under way with a site in these communities, by the key of the community; one query."""
    names = {row.community.lower() for row in rows}
    sites = Site.objects.annotate(lower=Lower("community")).filter(lower__in=names).exclude(partnership__state__in=ENDED)
    by_community: dict[str, list[Partnership]] = defaultdict(list)
    for site in sites.select_related("partnership").order_by("partnership", "pk"):
        known = by_community[title_key(site.community)]
        if site.partnership not in known:
            known.append(site.partnership)
    return by_community


def _leases(today: datetime.date) -> Iterator[Signal]:
    """Yield the leases of sites with a host that haven't ended; the rules pair them."""
    rows = Site.objects.filter(lease_ends_on__gte=today, host__isnull=False)
    for row in _facts(rows, "", on=F("lease_ends_on")):
        yield _signal(SignalKind.LEASE, row, on=row["on"])


def _endings(today: datetime.date) -> Iterator[Signal]:
    """Yield the sites whose service ended in the last twelve months, or ends in the next twelve with nothing after it."""
    ended_on = F("partnership__ended_on")
    last_day = Case(
        When(Q(partnership__ended_on__isnull=False) & (Q(to_on=None) | Q(to_on__gt=ended_on)), then=ended_on),
        default=Coalesce("to_on", Value(NEVER)),
        output_field=DateField(),
    )
    served = Arrangement.objects.filter(site__isnull=False, partnership__state__in=[Stage.OPERATING, Stage.ENDED]).exclude(
        leaf__in=NO_OFFICE
    )
    sites = _facts(served, "site__", first=Min("from_on"), on=Max(last_day))
    for row in sites.filter(first__lte=today, on__gte=months_after(today, -MONTHS), on__lte=months_after(today, MONTHS)):
        yield _signal(SignalKind.CLOSING, row, on=row["on"])


def _wrong_places(today: datetime.date) -> Iterator[Signal]:
    """Yield the sites at which five clients or more asked for a service and were at the wrong organization.

    A client may be both in the queue's file and among the taps, so the larger of the two numbers counts.
    """
    since = today - datetime.timedelta(days=DAYS_COUNTED)
    by_tap = Tap.objects.filter(on__gte=since, kind=TapKind.WRONG)
    by_queue = WaitDay.objects.filter(on__gte=since, wrong__gt=0)
    sites: dict[int, dict[str, Any]] = {}
    services: dict[int, dict[str, int]] = defaultdict(dict)
    counted = (("counter", by_tap, Count("pk")), ("site-waits", by_queue, Sum("wrong")))
    for page, rows, count in counted:
        for row in _facts(rows, "service__site__", service_name=F("service__name"), count=count).filter(count__gte=LEAST):
            sites.setdefault(row["site_pk"], {**row, "page": page})
            known = services[row["site_pk"]]
            known[row["service_name"]] = max(row["count"], known.get(row["service_name"], 0))
    for pk, row in sites.items():
        asked = tuple(sorted(services[pk].items(), key=lambda item: (-item[1], item[0])))
        yield _signal(SignalKind.WRONG_PLACE, row, services=asked, page=row["page"])


def _facts(rows: QuerySet[Any], site: str, **more: Any) -> QuerySet[Any, dict[str, Any]]:
    """Return what a signal says of its site; `site` is the lookup from the rows to it, with its `__`, or empty. Aggregates are by site."""
    facts = {
        "site_pk": F(f"{site}pk"),
        "site_name": F(f"{site}name"),
        "site_community": F(f"{site}community"),
        "site_reference": F(f"{site}partnership__reference"),
        "organization": F(f"{site}host__organization__name"),
    }
    plain = {name: value for name, value in more.items() if isinstance(value, F)}
    return rows.order_by().values(**facts, **plain).annotate(**{name: value for name, value in more.items() if name not in plain})


def _signal(kind: SignalKind, row: dict[str, Any], **more: Any) -> Signal:
    return Signal(
        kind=kind,
        community=row["site_community"],
        reference=row["site_reference"],
        site=row["site_pk"],
        name=row["site_name"],
        organization=row["organization"] or "",
        **more,
    )
