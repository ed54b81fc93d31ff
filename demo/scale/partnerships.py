"""Generates many service partnerships quickly, with partners, sites and arrangements, in rows inserted in bulk whose ledgers verify."""

from __future__ import annotations

import datetime
import random

from django.db import transaction
from django.utils import timezone

from demo.accounts import make_accounts
from ledger.actions import append, lab_stream
from ledger.adoption import adopt_all
from ledger.models import Stream
from ledger.records import left_to_adoption
from partnerships.choices import ENDED, Leaf, PartnerRole, Place, SiteState, Stage
from partnerships.models import Arrangement, Partner, Partnership, Site
from people.models import Organization, User

BATCH = 1000
ORGANIZATIONS = 300
COMMUNITIES = 300  # of each name
DAY = datetime.timedelta(days=1)
# Most have ended, at an office that has run for years.
SHARE = {
    Stage.EXPLORING: 8, Stage.FEASIBILITY: 6, Stage.AGREEING: 5, Stage.PREPARING: 4, Stage.OPERATING: 30, Stage.ENDED: 35, Stage.NOT_PURSUED: 12,
}  # fmt: skip
WITH_SITES = (Stage.PREPARING, Stage.OPERATING, Stage.ENDED)
LEAVES = (Leaf.OUTREACH_SCHEDULED, Leaf.COLOCATION_SPACE, Leaf.COLOCATION_COUNTER, Leaf.INTEGRATED_AGENT)
TOWNS = ("Alder Flats", "Birch Cove", "Cedar Point", "Dunlin Bay", "Elk Crossing", "Fern Harbour", "Gull Landing", "Heron Lake")


def add_partnerships(count: int) -> int:
    """Add `count` generated partnerships to the existing ones; returns `count`."""
    dice = random.Random(f"partnerships/{Partnership.objects.count()}")  # noqa: S311 - plausible, not secret
    lead = make_accounts()["ops"]
    organizations = _organizations()
    for start in range(0, count, BATCH):
        _add_batch(min(BATCH, count - start), dice, lead, organizations)
    return count


def _organizations() -> list[Organization]:
    """Return the generated organizations, added the first time; each level of government has some."""
    levels = [Organization.Level.FEDERAL, Organization.Level.PROVINCIAL, Organization.Level.MUNICIPAL, Organization.Level.INDIGENOUS]
    known = Organization.objects.filter(name__startswith="Service Office ")
    if not known.exists():
        for number in range(ORGANIZATIONS):
            Organization(name=f"Service Office {number:03d}", level=levels[number % len(levels)]).save()
    return list(known.order_by("pk"))


@transaction.atomic
def _add_batch(count: int, dice: random.Random, lead: User, organizations: list[Organization]) -> None:
    today = timezone.localdate()
    first = Partnership.objects.count() + 1
    streams = Stream.objects.bulk_create(Stream(kind="partnership") for _ in range(count))
    with left_to_adoption():
        rows = Partnership.objects.bulk_create(_partnership(first + n, stream, dice, lead, today) for n, stream in enumerate(streams))
        partners = {row.pk: _partners(row, dice, organizations, today) for row in rows}
        Partner.objects.bulk_create(partner for each in partners.values() for partner in each)
        placed = [row for row in rows if row.state in WITH_SITES]
        sites = Site.objects.bulk_create(site for row in placed for site in _sites(row, partners[row.pk][0], dice, today))
        Arrangement.objects.bulk_create(_arrangement(site, dice, today) for site in sites)
    adopt_all(streams=[stream.pk for stream in streams])
    append(lab_stream(), "scale-generated", by="demo", facts={"count": count, "last": rows[-1].reference})


def _partnership(number: int, stream: Stream, dice: random.Random, lead: User, today: datetime.date) -> Partnership:
    stage = dice.choices(list(SHARE), weights=list(SHARE.values()))[0]
    begun = today - dice.randint(30, 2500) * DAY
    ended = stage in ENDED
    return Partnership(
        reference=f"SP-{begun.year}-{number:06d}",
        stream=stream,
        name=f"{dice.choice(TOWNS)} service partnership {number}",
        problem="People travel far for services of several governments.",
        purpose="One place for services.",
        value_clients="One trip instead of three.",
        lead=lead,
        review_on=today + dice.randint(-60, 400) * DAY if stage == Stage.OPERATING else None,
        state=stage,
        started_on=begun if stage in (Stage.OPERATING, Stage.ENDED) else None,
        ended_on=min(today, begun + 200 * DAY) if ended else None,
        end_reason="The service moved online." if ended else "",
    )


def _partners(row: Partnership, dice: random.Random, organizations: list[Organization], today: datetime.date) -> list[Partner]:
    chosen = dice.sample(organizations, dice.choice((2, 2, 3)))
    roles = [PartnerRole.LEAD, *[PartnerRole.CONTRIBUTING] * (len(chosen) - 1)]
    return [
        Partner(partnership=row, organization=organization, role=role, joined_on=row.started_on or today)
        for organization, role in zip(chosen, roles, strict=True)
    ]


def _sites(row: Partnership, host: Partner, dice: random.Random, today: datetime.date) -> list[Site]:
    return [
        Site(
            partnership=row,
            name=f"Counter {number + 1}",
            community=f"{dice.choice(TOWNS)} {dice.randint(1, COMMUNITIES)}",
            host=host,
            place=dice.choice(list(Place)),
            lease_ends_on=today + dice.randint(-300, 1500) * DAY,
            state=SiteState.CHOSEN,
            reason="Closest to most clients.",
        )
        for number in range(dice.choice((1, 1, 2)))
    ]


def _arrangement(site: Site, dice: random.Random, today: datetime.date) -> Arrangement:
    begun = site.partnership.started_on or today
    return Arrangement(
        partnership=site.partnership,
        site=site,
        leaf=dice.choice(LEAVES),
        from_on=begun,
        to_on=site.partnership.ended_on,
        reason="Too few clients for an office of each government.",
    )
