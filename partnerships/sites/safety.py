"""Assessments of threats and risks at sites: due after every change, cleared only by a newer one (PB-38)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from dates.plausible import not_happened
from findings import Finding, Refused, Severity, refuse
from ledger import subjects
from ledger.actions import append
from partnerships.choices import Leaf, Model, Stage
from partnerships.models import Partnership, SafetyAssessment, Site, SiteChange
from spelling.clean import unsafe_link

PLACE = "sites"


# ── The rule ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Moment:
    """A change or an assessment: its day, and when it was recorded."""

    on: datetime.date
    at: datetime.datetime


def is_due(changes: Iterable[Moment], assessments: Sequence[Moment]) -> bool:
    """Return whether a change has no assessment that was both made on its day or later and recorded after it."""
    return any(not any(each.on >= change.on and each.at > change.at for each in assessments) for change in changes)


def due_at(partnership: Partnership) -> list[Site]:
    """Return the sites at which an assessment is due; three queries."""
    return due_among([partnership])


def due_among(partnerships: Iterable[Partnership]) -> list[Site]:
    """Return the sites of some partnerships at which an assessment is due; three queries, however many there are."""
    sites = list(Site.objects.filter(partnership__in=partnerships).order_by("pk"))
    by_key = {site.pk: site for site in sites}
    changes = _by_site(
        (row.site_id, Moment(by_key[row.site_id].day_of(row.made_at), row.made_at)) for row in SiteChange.objects.filter(site__in=sites)
    )
    assessments = _by_site((row.site_id, Moment(row.on, row.made_at)) for row in SafetyAssessment.objects.filter(site__in=sites))
    return [site for site in sites if is_due(changes.get(site.pk, []), assessments.get(site.pk, []))]


def _by_site(moments: Iterable[tuple[int, Moment]]) -> dict[int, list[Moment]]:
    by_site: dict[int, list[Moment]] = {}
    for site, moment in moments:
        by_site.setdefault(site, []).append(moment)
    return by_site


def warnings(partnership: Partnership) -> Iterator[Finding]:
    """Warn of each site at which an assessment is due; three queries."""
    yield from (assessment_due(site, Severity.WARNS) for site in due_at(partnership))


def assessment_due(site: Site, severity: Severity) -> Finding:
    """Return the finding about a site at which an assessment is due."""
    message = _("Something changed at %(site)s, and its safety hasn’t been assessed since.") % {"site": site}
    return Finding("assessment-due", severity, message, _("Record a new assessment of people, access control and layout."), PLACE)


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────


@part
def note_arrangement(site: Site | None, leaf: str, label: str) -> None:
    """Record that a new arrangement changes a site; cross promotion doesn't, because nobody works there for it. Part of an act."""
    if site is not None and Leaf(leaf).model != Model.PROMOTION:
        SiteChange.objects.create(site=site, kind=SiteChange.Kind.ARRANGEMENT, note=label[:200])


@part
def note_service(site: Site, name: str) -> None:
    """Record that a service was added where clients are served already. Part of an act."""
    if site.partnership.state == Stage.OPERATING:
        SiteChange.objects.create(site=site, kind=SiteChange.Kind.SERVICE, note=name[:200])


@part
def note_move(before: Site, after: Site) -> None:
    """Record that a site's address changed. Part of an act."""
    if before.address and after.address != before.address:
        SiteChange.objects.create(site=after, kind=SiteChange.Kind.MOVED, note=after.address or before.address)


@act("partnerships.keep_partnership", on="site.partnership")
def record_refit(site: Site, *, note: str, by: Actor) -> SiteChange:
    """Record that a site was refitted or its layout changed, which makes an assessment due. Raises `Refused` (`no-reason`)."""
    subjects.lock(site.partnership.stream)
    if not note.strip():
        raise refuse("no-reason", _("There’s no description of what changed."), _("Say what changed at the site."), PLACE)
    change = SiteChange.objects.create(site=site, kind=SiteChange.Kind.REFIT, note=note.strip())
    append(site.partnership.stream, "site-refitted", by=by, facts={"site": site.name, "note": change.note})
    return change


@act("partnerships.keep_partnership", on="site.partnership")
def record_assessment(site: Site, *, on: datetime.date, outcome: str, note: str, by: Actor, url: str = "") -> SafetyAssessment:
    """Record an assessment of threats and risks. Raises `Refused`: `no-reason` without what it covers, `day-to-come`, `unsafe-link`."""
    subjects.lock(site.partnership.stream)
    if not note.strip():
        raise refuse(
            "no-reason",
            _("The findings are missing."),
            _("Enter what the assessment found about people, access control and layout."),
            PLACE,
        )
    if faults := list(not_happened(on, site.today, since=None)):
        raise Refused(faults)
    if fault := unsafe_link(url) if url.strip() else None:
        raise Refused([fault])
    row = SafetyAssessment.objects.create(
        site=site, on=on, outcome=outcome, note=note.strip(), url=url.strip(), recorded_by=account_of(by)
    )  # fmt: skip
    append(site.partnership.stream, "safety-assessed", by=by, facts={"site": site.name, "outcome": outcome, "assessed_on": on})
    return row
