"""Acts at the counter of a site: taps, which count once however often they are sent, and the services to tap on (SP-07, PB-47)."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act
from findings import refuse
from ledger import subjects
from ledger.actions import append, lab_stream
from partnerships.models import Site, SiteService, Tap, TapDay, TapKind
from partnerships.models.waits import BEST
from partnerships.sites.safety import note_service
from spelling.compare import title_key

LATE = datetime.timedelta(days=7)  # how long a tap can wait for the network
MOST = 500


@dataclass(frozen=True)
class TapFacts:
    """A tap as a browser sends it."""

    key: uuid.UUID
    service: int
    kind: str
    at: datetime.datetime
    score: int | None = None


@act("partnerships.keep_partnership", on="site.partnership")
def add_service(site: Site, *, name: str, by: Actor) -> SiteService:
    """Add a service that clients ask for; while the partnership operates, an assessment of the site is due then (PB-38).

    Raises `Refused`: `service-unnamed`, `service-known`.
    """
    subjects.lock(site.partnership.stream)
    if not name.strip():
        raise refuse("service-unnamed", _("The name is missing."), _("Enter what clients ask for, such as “Passports”."))
    if any(title_key(row.name) == title_key(name) for row in SiteService.objects.filter(site=site)):
        raise refuse("service-known", _("This site already has a service with this name."), _("Use it, or choose another name."))
    service = SiteService.objects.create(site=site, name=name)
    append(site.partnership.stream, "service-added", by=by, facts={"site": site.name, "service": service.name})
    note_service(site, name)
    return service


@act("partnerships.tap", on="site.partnership")
def record_taps(site: Site, taps: Sequence[TapFacts], *, by: Actor) -> list[uuid.UUID]:
    """Count taps; returns the keys of those that count, whether they are new or were sent before. Others never will: drop them.

    A tap counts with a service of the site, a kind and a score that exist, and a time in the last seven days. The first tap of a day is
    on the ledger, with who tapped; the others aren't, because there are millions. Raises `Refused` (`too-many-taps`).
    """
    partnership = subjects.lock(site.partnership.stream)
    if not partnership.is_under_way:
        subjects.refuse_after_end(partnership.stream, "counter-opened")
    if len(taps) > MOST:
        raise refuse("too-many-taps", _("Too many taps were sent at once."), _("Send fewer at a time."))
    now, services = timezone.now(), set(SiteService.objects.filter(site=site).values_list("pk", flat=True))
    valid = {tap.key: tap for tap in taps if tap.service in services and _counts(tap, now)}
    known = set(Tap.objects.filter(key__in=valid).values_list("key", flat=True))
    new = [
        Tap(key=tap.key, service_id=tap.service, kind=tap.kind, score=tap.score, at=tap.at, on=site.day_of(tap.at))
        for tap in valid.values()
        if tap.key not in known
    ]
    # The key is unique: of two that arrive at once, in whatever partnership, the database takes one.
    Tap.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        _add_up(site, [tap.key for tap in new])
        _note_first(site, by)
    return list(valid)


def _counts(tap: TapFacts, now: datetime.datetime) -> bool:
    has_score = tap.score is not None and 1 <= tap.score <= BEST if tap.kind == TapKind.QUALITY else tap.score is None
    return tap.kind in TapKind.values and has_score and now - LATE < tap.at <= now


def _add_up(site: Site, keys: list[uuid.UUID]) -> None:
    """Add the taps of this site among `keys`, which weren't on record before, to the counts of their days; three queries.

    The partnership is locked, so no other act changes these counts at the same time.
    """
    taps = Tap.objects.filter(key__in=keys, service__site=site).values_list("service", "on", "kind", "score")
    new = Counter((service, on, kind, score or 0) for service, on, kind, score in taps)
    days = TapDay.objects.filter(service__in={key[0] for key in new}, on__in={key[1] for key in new})
    known = {tuple(key): count for *key, count in days.values_list("service", "on", "kind", "score", "count")}
    TapDay.objects.bulk_create(
        [
            TapDay(service_id=service, on=on, kind=kind, score=score, count=known.get((service, on, kind, score), 0) + count)
            for (service, on, kind, score), count in new.items()
        ],
        update_conflicts=True,
        unique_fields=["service", "on", "kind", "score"],
        update_fields=["count"],
    )


def _note_first(site: Site, by: Actor) -> None:
    """Put on the ledger that the counter was used on this day, once."""
    facts = {"site": site.name, "counted_on": site.today}
    today = {"act": "counter-opened", "facts__site": site.name, "facts__counted_on": site.today.isoformat()}
    if not site.partnership.stream.events.filter(**today).exists():
        append(site.partnership.stream, "counter-opened", by=by, facts=facts)


@act(system=SYSTEM)
def forget_taps(*, by: Actor) -> int:
    """Delete the taps of days more than 90 days ago, which are in the counts of their days; returns how many."""
    deleted, _by_model = Tap.objects.filter(on__lt=Tap.oldest_kept(timezone.localdate())).delete()
    if deleted:
        append(lab_stream(), "taps-rolled-up", by=by, facts={"rows": deleted})
    return deleted
