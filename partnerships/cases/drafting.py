"""A case study as a partnership's own record gives it: words, partners, sites, and the latest figures with where each is from (PB-43)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from metrics.figures import number
from metrics.models import Metric
from partnerships.choices import SiteState
from partnerships.models import Arrangement, CommunityKind, Partner, Partnership, Site
from partnerships.models.cases import coded
from partnerships.sites.counter.figures import counts_of, grouped, tapped
from partnerships.sites.waits.queries import by_site
from people.models import Organization

COUNTED = datetime.timedelta(days=182)


@dataclass(frozen=True)
class Record:
    """What a case is drafted from: a partnership with its partners of today, chosen sites and arrangements. Three queries."""

    partnership: Partnership
    partners: list[Partner]
    sites: list[Site]
    arrangements: list[Arrangement]


def record_of(partnership: Partnership) -> Record:
    partners = Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization").order_by("pk")
    sites = Site.objects.filter(partnership=partnership, state=SiteState.CHOSEN)
    arrangements = Arrangement.objects.filter(partnership=partnership).select_related("site")
    return Record(partnership, list(partners), list(sites), list(arrangements))


def texts_of(record: Record) -> dict[str, Any]:
    """Return what the record says, in a case's columns. Results are left to people: no record has them."""
    row = record.partnership
    return {
        "title": row.name,
        "place": ", ".join(dict.fromkeys(f"{site.name}, {site.community}" if site.community not in site.name else site.name for site in record.sites))[:150],
        "partners": "\n".join(partner.organization.name for partner in record.partners),
        "started": date_format(row.started_on, "j F Y") if row.started_on else "",
        "background": row.problem,
        "objectives": "\n".join(_objectives(row)),
        "status": "\n".join(_status(record)),
        "next_steps": "\n".join(_next_steps(row)),
        "leaves": coded(dict.fromkeys(each.leaf for each in record.arrangements)),
        "levels": coded(dict.fromkeys(partner.organization.level for partner in record.partners)),
        "communities": coded(_communities(record)),
    }  # fmt: skip


def _objectives(row: Partnership) -> Iterator[str]:
    """Yield the purpose, the vision and the three values, each on one line."""
    values = (
        (_("For clients: %(value)s"), row.value_clients),
        (_("For partners: %(value)s"), row.value_partners),
        (_("For employees: %(value)s"), row.value_employees),
    )
    for text in (row.purpose, row.vision, *(label % {"value": value} for label, value in values if value)):
        if text.strip():
            yield " ".join(text.split())


def _status(record: Record) -> Iterator[str]:
    yield str(record.partnership.get_state_display())
    for each in record.arrangements:
        params = {"arrangement": str(each), "first": date_format(each.from_on, "j F Y")}
        if each.to_on:
            yield _("%(arrangement)s, from %(first)s to %(last)s") % (params | {"last": date_format(each.to_on, "j F Y")})
        else:
            yield _("%(arrangement)s, from %(first)s") % params


def _next_steps(row: Partnership) -> Iterator[str]:
    today = timezone.localdate()
    if row.review_on and row.review_on > today:
        yield f"{row.review_on} {_('Review of the partnership')}"
    for criterion in row.criteria.filter(removed_on=None, on__gt=today).order_by("on", "pk"):
        yield f"{criterion.on} {criterion.text}"


def _communities(record: Record) -> dict[str, None]:
    kinds = dict.fromkeys(site.place for site in record.sites)
    if any(partner.organization.level == Organization.Level.INDIGENOUS for partner in record.partners):
        kinds[CommunityKind.INDIGENOUS.value] = None
    return kinds


# ── Figures ──────────────────────────────────────────────────────────────────────────────────


def figures_of(record: Record) -> list[dict[str, str]]:
    """Return the latest figures on record: waits of the last 12 months, taps of the last half-year, and measures.

    Each has the page that it is from. What has too few clients to show isn't among them. Four queries, and two for each site.
    """
    return [*_waits(record), *(figure for site in record.sites for figure in _taps(record, site)), *_measures(record.partnership)]


def _figure(label: str, value: str, unit: str, source: str, url: str) -> dict[str, str]:
    return {"label": label, "value": value, "unit": unit, "source": source, "url": url}


def _waits(record: Record) -> Iterator[dict[str, str]]:
    for site, figures in by_site(record.sites, "month"):
        source = _("Waits at %(site)s, last 12 months") % {"site": site.name}
        url = f"{reverse('site-waits', args=[record.partnership.reference, site.pk])}?by=month"
        rows = (
            (_("Clients"), figures.clients, ""),
            (_("Median wait"), figures.wait, _("minutes")),
            (_("Nine in ten called within"), figures.wait_90, _("minutes")),
            (_("Median interview"), figures.length, _("minutes")),
            (_("Came to the right organization"), figures.right_rate, "%"),
        )
        for label, value, unit in rows:
            if value is not None:
                yield _figure(label, _rounded(value), unit, source, url)


def _taps(record: Record, site: Site) -> Iterator[dict[str, str]]:
    last = site.today
    counts: Any = {}
    for row in grouped(counts_of(site, last - COUNTED, last), 0).values():
        for key, count in row.items():
            counts[key] = counts.get(key, 0) + count
    figures = tapped(counts)
    source = _("Counter at %(site)s, last 26 weeks") % {"site": site.name}
    url = reverse("counter", args=[record.partnership.reference, site.pk])
    if figures.quality is not None:
        yield _figure(_("Clients’ rating, out of 5"), _rounded(figures.quality), "", source, url)
    if figures.right_rate is not None:
        yield _figure(_("Came to the right organization, at the counter"), _rounded(figures.right_rate), "%", source, url)


def _measures(partnership: Partnership) -> Iterator[dict[str, str]]:
    for metric in Metric.objects.filter(stream=partnership.stream_id, retired_on=None).order_by("pk"):
        if metric.last_on is None or metric.last_value is None:
            continue
        source = _("Reading of %(day)s") % {"day": date_format(metric.last_on, "j F Y")}
        url = reverse("metric", args=[partnership.reference, metric.pk])
        yield _figure(metric.name, number(metric.last_value), metric.unit, source, url)


def _rounded(value: float) -> str:
    return number_format(round(value, 1), use_l10n=True, force_grouping=True).removesuffix(".0")
