"""Acts on sites and arrangements (SP-01, PB-19, PB-23)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger import subjects
from ledger.actions import append, revise
from partnerships.choices import SiteState
from partnerships.guidance.checklists import add_practices
from partnerships.models import Arrangement, Partner, Partnership, Site
from partnerships.sites import safety
from people.models import Organization


@act("partnerships.keep_partnership")
def add_site(
    partnership: Partnership,
    *,
    name: str,
    community: str,
    place: str,
    by: Actor,
    host: Partner | None = None,
    time_zone: str = "",
    **details: Any,
) -> Site:
    """Add a candidate site, with what is known of it; without `time_zone`, in its host's. Raises `Refused` (`site-known`)."""
    subjects.lock(partnership.stream)
    zone = time_zone or _zone_of(host)
    site = Site.objects.create(partnership=partnership, name=name, community=community, place=place, host=host, time_zone=zone, **details)
    append(partnership.stream, "site-added", by=by, facts={"site": site.name, "community": site.community})
    return site


@act("partnerships.keep_partnership", on="site.partnership")
def edit_site(site: Site, *, shown_revision: int, by: Actor, **changes: Any) -> Site:
    """Change what is known of a site; with an empty `time_zone` it gets its host's. Raises `Stale`, `Refused` (`site-known`)."""
    subjects.lock(site.partnership.stream)
    stream, before = site.partnership.stream, Site.objects.get(pk=site.pk)
    if "time_zone" in changes and not changes["time_zone"]:
        changes["time_zone"] = _zone_of(changes.get("host", before.host))
    after = revise(site, shown_revision=shown_revision, changes=changes, act="site-edited", by=by, stream=stream, facts={"site": site.name})
    safety.note_move(before, after)
    return after


def _zone_of(host: Partner | None) -> str:
    return str(host.organization.time_zone if host else Organization.Zone.PACIFIC)


@act("partnerships.keep_partnership", on="site.partnership")
def decide_site(site: Site, *, chosen: bool, reason: str, by: Actor) -> Site:
    """Choose a site, or decide against it, with the reason; it stays on record. Raises `Refused` (`no-reason`, `site-in-use`)."""
    subjects.lock(site.partnership.stream)
    current = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Give the reason for the decision."))
    if not chosen and current.arrangements.exists():
        raise refuse(
            "site-in-use",
            _("This site has an arrangement, so you can’t decide against it."),
            _("To stop using the site, set the last day of its arrangement."),
        )
    current.state = SiteState.CHOSEN if chosen else SiteState.NOT_CHOSEN
    current.reason = reason.strip()
    current.revision += 1
    current.save(update_fields=["state", "reason", "revision"])
    verb = "site-chosen" if chosen else "site-not-chosen"
    append(site.partnership.stream, verb, by=by, facts={"site": current.name, "reason": current.reason})
    return current


@act("partnerships.keep_partnership")
def add_arrangement(
    partnership: Partnership,
    *,
    leaf: str,
    from_on: datetime.date,
    reason: str,
    by: Actor,
    site: Site | None = None,
    to_on: datetime.date | None = None,
    queue_owner: Partner | None = None,
) -> Arrangement:
    """Plan a model at a site, or without one, for a period. Raises `Refused` (`arrangement-overlap`, `arrangement-dates`, `no-reason`)."""
    # The partnership's lock serializes all that is planned for it, so that two at once can't both miss each other.
    subjects.lock(partnership.stream)
    _refuse_dates(from_on, to_on)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why this model fits."))
    _refuse_overlap(Arrangement.objects.filter(partnership=partnership, site=site, leaf=leaf), from_on, to_on)
    row = Arrangement.objects.create(
        partnership=partnership, site=site, leaf=leaf, from_on=from_on, to_on=to_on, queue_owner=queue_owner, reason=reason.strip()
    )
    facts = {"arrangement": str(row), "leaf": leaf, "from_on": from_on, **({"to_on": to_on} if to_on else {}), "reason": row.reason}
    append(partnership.stream, "arrangement-added", by=by, facts=facts)
    safety.note_arrangement(site, leaf, str(row))
    add_practices(partnership, by=by)
    return row


@act("partnerships.keep_partnership", on="arrangement.partnership")
def end_arrangement(arrangement: Arrangement, *, to_on: datetime.date, by: Actor) -> Arrangement:
    """Set the last day of an arrangement. Raises `Refused` (`arrangement-dates`, `arrangement-overlap`)."""
    subjects.lock(arrangement.partnership.stream)
    current = Arrangement.objects.select_related("site", "partnership").get(pk=arrangement.pk)
    _refuse_dates(current.from_on, to_on)
    same = Arrangement.objects.filter(partnership=current.partnership, site=current.site, leaf=current.leaf)
    _refuse_overlap(same.exclude(pk=current.pk), current.from_on, to_on)
    current.to_on = to_on
    current.save(update_fields=["to_on"])
    facts = {"arrangement": str(current), "to_on": to_on}
    append(arrangement.partnership.stream, "arrangement-ended", by=by, facts=facts)
    return current


def _refuse_dates(from_on: datetime.date, to_on: datetime.date | None) -> None:
    if to_on is not None and to_on < from_on:
        raise refuse("arrangement-dates", _("The last day is before the first day."), _("Choose a later last day."))


def _refuse_overlap(same: Any, from_on: datetime.date, to_on: datetime.date | None) -> None:
    """Refuse a period that shares a day with another of the same model at the same site."""
    others = same.filter(Q(to_on=None) | Q(to_on__gte=from_on))
    if (others.filter(from_on__lte=to_on) if to_on else others).exists():
        message = _("This model is already in place at this site at that time.")
        raise refuse("arrangement-overlap", message, _("Choose other days, another site or another model."))
