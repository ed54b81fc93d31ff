"""The page “Where could we partner”: communities with two or more signals, each of which opens its source (PB-04)."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, Count, DateField, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dates.durations import LEAST
from dates.months import months_after
from ledger.memory import head_of_all, remembered
from partnerships.choices import ENDED, Leaf, SignalKind, Stage
from partnerships.models import Arrangement, ClientComment, Partnership, Site, TapDay, TapKind, WaitDay
from partnerships.sites.opportunities import rules
from partnerships.sites.opportunities.rules import DAYS_COUNTED, MONTHS, Opportunity, Signal, sentence
from spelling.compare import title_key
from web.access import needs
from web.forms import PlainSelect

PAGE_SIZE = 25
LONGEST = 1000  # characters of a partnership's problem


class OpportunityFilter(forms.Form):
    """Opportunities by community, signal and organization; the filters are in the address."""

    q = forms.CharField(label=gettext_lazy("Community"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    signal = forms.ChoiceField(
        label=gettext_lazy("Signal"), choices=[("", gettext_lazy("All")), *SignalKind.choices], required=False, widget=PlainSelect
    )
    organization = forms.ChoiceField(label=gettext_lazy("Organization"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [("", _("All")), *((name, name) for name in names)]  # type: ignore[attr-defined]

    def chosen(self, rows: list[Listed]) -> list[Listed]:
        """Return those of `rows` that match the filters that can be read."""
        self.is_valid()
        q, kind, organization = (self.cleaned_data.get(name) for name in ("q", "signal", "organization"))
        sought = title_key(q) if q else ""
        return [
            row
            for row in rows
            if (not sought or sought in row.key)
            and (not kind or kind in row.kinds)
            and (not organization or organization in row.organizations)
        ]


@require_safe
@needs("partnerships.list_partnerships")
def opportunities(request: HttpRequest) -> HttpResponse:
    """List the communities with two or more signals, and the partnerships that are there already; one query, after an act twelve.

    Which communities there are, and those that were shown, are remembered until the next act.
    """
    today, head = timezone.localdate(), head_of_all(timezone.now())
    rows, names = listed_on(today, head)
    form = OpportunityFilter(request.GET, names=names)
    page = Paginator(form.chosen(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    may_start = request.user.has_perm("partnerships.start_partnership")
    context = {"filters": form, "page": page, "any": bool(rows), "rows": _written(list(page.object_list), may_start, today, head)}
    return render(request, "partnerships/sites/opportunities.html", context)


def _written(rows: list[Listed], may_start: bool, today: datetime.date, head: str) -> list[SafeString]:
    """Return the communities as HTML, written only if no page has shown them since the last act; no query then."""
    by_key = {_short(row.key): row for row in rows}

    def write(keys: list[str]) -> dict[str, str]:
        full = _in_full([by_key[key] for key in keys], today)
        here = partnerships_in(full)
        html = dict.fromkeys(keys, "")
        for row in full:
            key = title_key(row.community)
            shown = _shown(row, here.get(key, []), today)
            html[_short(key)] = render_to_string("partnerships/sites/_opportunity.html", {"row": shown, "may_start": may_start})
        return html

    html = remembered("opportunity-to-start" if may_start else "opportunity", dict.fromkeys(by_key, head), today, write)
    return [mark_safe(html[key]) for key in by_key]  # noqa: S308 - from a template


def _short(key: str) -> str:
    """Return a community's key in letters and digits that a cache takes."""
    return hashlib.sha256(key.encode()).hexdigest()


def _shown(row: Opportunity, partnerships: list[Any], today: datetime.date) -> dict[str, Any]:
    signals = [
        (signal, sentence(signal, today), reverse(signal.page, args=[signal.reference, signal.site]), signal.kind.label)
        for signal in row.signals
    ]
    start = f"{reverse('partnership-start')}?{urlencode({'community': row.community})}"
    return {"community": row.community, "key": row.signals[0].site, "signals": signals, "partnerships": partnerships, "start": start}


def first_words(community: str) -> dict[str, str]:
    """Return what a new partnership in a community starts with: a name, and its signals as the opportunity; six queries, or none."""
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


@dataclass(frozen=True)
class Listed:
    """A community with two or more signals, as the list finds it: how its name is spelled at its sites, and what signals it has."""

    key: str
    spellings: Sequence[str]
    kinds: Sequence[str]
    organizations: Sequence[str]


def listed_on(today: datetime.date, head: str) -> tuple[list[Listed], list[str]]:
    """Return the communities with two or more signals, the soonest first, and their organizations by name.

    No query, unless an act has changed something since: `head` tells, and is read before.
    """
    rows, names = remembered("opportunities", {"all": head}, today, lambda keys: {key: _listed(today) for key in keys})["all"]
    return [Listed(*row) for row in rows], names


def _listed(today: datetime.date) -> list[list[Any]]:
    rows = [
        [
            title_key(row.community),
            sorted({signal.community for signal in row.signals}),
            sorted({str(signal.kind) for signal in row.signals}),
            sorted({signal.organization for signal in row.signals if signal.organization}),
        ]
        for row in opportunities_on(today)
    ]
    return [rows, sorted({name for row in rows for name in row[3]}, key=title_key)]


def _in_full(rows: Sequence[Listed], today: datetime.date) -> list[Opportunity]:
    """Return the opportunities of some communities with their signals, in this order; five queries, or none."""
    spellings = [spelling for row in rows for spelling in row.spellings]
    by_key = {title_key(row.community): row for row in opportunities_on(today, spellings)} if spellings else {}
    return [by_key[row.key] for row in rows if row.key in by_key]


def opportunities_on(today: datetime.date, communities: Sequence[str] | None = None) -> list[Opportunity]:
    """Return the communities with two or more signals, or those of some, which are named as at their sites; five queries."""
    sources = (_leases, _endings, _wrong_places, _missed)
    return rules.opportunities(signal for source in sources for signal in source(today, communities))


def opportunity_in(community: str, today: datetime.date) -> Opportunity | None:
    """Return the opportunity in a community, if it has one; six queries, or one."""
    key = title_key(community)
    rows, _names = listed_on(today, head_of_all(timezone.now()))
    return next(iter(_in_full([row for row in rows if row.key == key], today)), None)


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


Communities = Sequence[str] | None


def _leases(today: datetime.date, communities: Communities) -> Iterator[Signal]:
    """Yield the leases of sites with a host that haven't ended; the rules pair them."""
    rows = Site.objects.filter(lease_ends_on__gte=today, host__isnull=False)
    for row in _facts(rows, "", communities, on=F("lease_ends_on")):
        yield _signal(SignalKind.LEASE, row, on=row["on"])


def _endings(today: datetime.date, communities: Communities) -> Iterator[Signal]:
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
    sites = _facts(served, "site__", communities, first=Min("from_on"), on=Max(last_day))
    for row in sites.filter(first__lte=today, on__gte=months_after(today, -MONTHS), on__lte=months_after(today, MONTHS)):
        yield _signal(SignalKind.CLOSING, row, on=row["on"])


def _wrong_places(today: datetime.date, communities: Communities) -> Iterator[Signal]:
    """Yield the sites at which five clients or more asked for a service and were at the wrong organization.

    A client may be both in the queue's file and among the taps, so the larger of the two numbers counts.
    """
    since = today - datetime.timedelta(days=DAYS_COUNTED)
    by_tap = TapDay.objects.filter(on__gte=since, kind=TapKind.WRONG)
    by_queue = WaitDay.objects.filter(on__gte=since, wrong__gt=0)
    sites: dict[int, dict[str, Any]] = {}
    services: dict[int, dict[str, int]] = defaultdict(dict)
    counted = (("counter", by_tap, Sum("count")), ("site-waits", by_queue, Sum("wrong")))
    for page, rows, count in counted:
        for row in _facts(rows, "service__site__", communities, service_name=F("service__name"), count=count).filter(count__gte=LEAST):
            sites.setdefault(row["site_pk"], {**row, "page": page})
            known = services[row["site_pk"]]
            known[row["service_name"]] = max(row["count"], known.get(row["service_name"], 0))
    for pk, row in sites.items():
        asked = tuple(sorted(services[pk].items(), key=lambda item: (-item[1], item[0])))
        yield _signal(SignalKind.WRONG_PLACE, row, services=asked, page=row["page"])


def _missed(today: datetime.date, communities: Communities) -> Iterator[Signal]:
    """Yield the sites at which five comments or more of the last twelve months asked for the same service that isn't offered."""
    rows = ClientComment.objects.filter(received_on__gte=months_after(today, -MONTHS)).exclude(missed="")
    counts = _facts(rows, "site__", communities, service_key=Lower("missed"), service_name=Min("missed"), count=Count("pk"))
    sites: dict[int, dict[str, Any]] = {}
    services: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in counts.filter(count__gte=LEAST):
        sites.setdefault(row["site_pk"], row)
        services[row["site_pk"]].append((row["service_name"], row["count"]))
    for pk, row in sites.items():
        asked = tuple(sorted(services[pk], key=lambda item: (-item[1], item[0])))
        yield _signal(SignalKind.MISSED, row, services=asked, page="site-comments")


def _facts(rows: QuerySet[Any], site: str, communities: Communities, **more: Any) -> QuerySet[Any, dict[str, Any]]:
    """Return what a signal says of its site; `site` is the lookup from the rows to it, with its `__`, or empty. Aggregates are by site."""
    if communities is not None:
        rows = rows.filter(**{f"{site}community__in": communities})
    facts = {
        "site_pk": F(f"{site}pk"),
        "site_name": F(f"{site}name"),
        "site_community": F(f"{site}community"),
        "site_reference": F(f"{site}partnership__reference"),
        "organization": F(f"{site}host__organization__name"),
    }
    plain = {name: value for name, value in more.items() if isinstance(value, F | Lower)}
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
