"""What a good team is, one sentence a rule (EL-40, EL-42): a roster and a day in, findings out. No database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from findings import Finding, Severity
from teams.choices import OWN_GOVERNMENT, Employer, TeamRole
from teams.facts import Roster, SeatFacts

PLACE, CORRECTED, CHANGED = "team", "seat-edit", "seat-change"
FULL_TIME = 100
DIRECTOR_BAND = 3

Figures = Mapping[str, int]


@dataclass(frozen=True)
class Stay:
    """What the checks know of the residency beside its roster: when it went live and when it is due home."""

    live_on: datetime.date | None = None
    graduation_due_on: datetime.date | None = None

    def is_live(self, on: datetime.date) -> bool:
        return self.live_on is not None and self.live_on <= on

    def nears_graduation(self, on: datetime.date, days: int) -> bool:
        """Live, and due home within `days` or late."""
        return self.is_live(on) and self.graduation_due_on is not None and (self.graduation_due_on - on).days <= days


Rule = Callable[[Roster, datetime.date, Figures, Stay], Iterator[Finding]]


def check(roster: Roster, on: datetime.date, figures: Figures, stay: Stay | None = None) -> list[Finding]:
    """Everything the rules find about `roster` on a day, the gravest first; the same facts give the same findings."""
    findings = (finding for rule in RULES for finding in rule(roster, on, figures, stay or Stay()))
    return sorted(findings, key=lambda finding: -finding.severity)


def size_at_most(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """A team is no larger than the programme allows, nine people by default (EL-40, EL-08)."""
    count, most = roster.headcount(on), figures["team_most"]
    if count > most:
        params = {"day": date_format(on), "count": count, "most": most}
        yield Finding(
            "team-too-large",
            Severity.BLOCKS,
            _("On %(day)s the team would have %(count)d people. The limit is %(most)d.") % params,
            _("End another person’s seat before that day, or choose other dates."),
            PLACE,
        )


def product_owner_present(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """There is a product owner (EL-42)."""
    if not roster.product_owners(on):
        yield Finding(
            "no-product-owner",
            Severity.BLOCKS,
            _("The team has no product owner."),
            _("Add the product owner from the business area to the roster."),
            PLACE,
        )


def product_owner_of_area(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """The product owner is a government employee of the business area (EL-42)."""
    owners = roster.product_owners(on)
    if owners and owners[0].employer != Employer.BUSINESS_AREA:
        yield Finding(
            "product-owner-not-of-area",
            Severity.BLOCKS,
            _("The product owner, %(name)s, is not an employee of the business area.") % {"name": owners[0].name},
            _("Have the business area name one of its own employees as product owner."),
            PLACE,
        )


def product_owner_trained(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """The product owner is trained in Agile before the start (EL-42)."""
    owners = roster.product_owners(on)
    if owners and not any(seat.agile_trained_on and seat.agile_trained_on <= on for seat in owners):
        yield Finding(
            "product-owner-untrained",
            Severity.BLOCKS_START,
            _("The product owner, %(name)s, has not had Agile training yet.") % {"name": owners[0].name},
            _("Record the date the product owner finished Agile training."),
            CORRECTED,
            owners[0].pk,
        )


def product_owner_band(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """The product owner typically is a director, Band 3 (EL-42)."""
    owners = roster.product_owners(on)
    if owners and not any(seat.band == DIRECTOR_BAND for seat in owners):
        yield Finding(
            "product-owner-band",
            Severity.WARNS,
            _("The product owner, %(name)s, isn’t recorded at Band 3, the usual level (director).") % {"name": owners[0].name},
            _("Record the band, or make sure that the product owner can make decisions about the product and its budget."),
            CORRECTED,
            owners[0].pk,
        )


def product_owner_full_time(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """The product owner is there full time (EL-42)."""
    owners = roster.product_owners(on)
    if owners and not any(seat.share == FULL_TIME for seat in owners):
        yield Finding(
            "product-owner-part-time",
            Severity.WARNS,
            _("The product owner, %(name)s, is not on the team full time.") % {"name": owners[0].name},
            _("Agree with the executive director that the product owner is released from other duties."),
            CHANGED,
            owners[0].pk,
        )


def government_employees(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """At least two people are employed by the business area or the ministry's IM branch, the product owner among them (EL-42)."""
    least = figures["government_employees"]
    count = roster.count(on, lambda seat: seat.employer in OWN_GOVERNMENT)
    if count < least:
        message = ngettext(
            "%(count)d person on the team is employed by the business area or the ministry's information management branch; "
            "at least %(least)d should be.",
            "%(count)d people on the team are employed by the business area or the ministry's information management branch; "
            "at least %(least)d should be.",
            count,
        )
        yield Finding(
            "too-few-government",
            Severity.BLOCKS_START,
            message % {"count": count, "least": least},
            _("Add employees of the business area or of the ministry's information management branch."),
            PLACE,
        )


def devops_before_live(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """A senior DevOps specialist or SRE is on board before going live (EL-42)."""
    if not any(seat.role == TeamRole.DEVOPS and seat.is_senior for seat in roster.filled(on)):
        yield Finding(
            "no-devops",
            Severity.BLOCKS_LIVE,
            _("No one on the team is responsible for keeping the product secure and running."),
            _("Add a senior DevOps specialist or site reliability engineer to the roster."),
            PLACE,
        )


def usual_size(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """A team is of the usual size, five to nine people by default (EL-42, EL-08)."""
    count, least = roster.headcount(on), figures["team_usual_least"]
    if count < least:
        message = ngettext(
            "The team has %(count)d person; %(least)d to %(most)d is usual.",
            "The team has %(count)d people; %(least)d to %(most)d is usual.",
            count,
        )
        yield Finding(
            "team-small",
            Severity.WARNS,
            message % {"count": count, "least": least, "most": figures["team_most"]},
            _("Fill the open seats, or add the ones that are missing."),
            PLACE,
        )


def _shares(seats: Iterable[SeatFacts], roster: Roster, on: datetime.date) -> Iterator[tuple[str, int]]:
    """Each person among `seats` once, with the percent of full time given to the team over all roles."""
    names = {seat.person: seat.name for seat in seats}
    return ((name, roster.share_of(person, on)) for person, name in names.items())


def released_to_learn(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """Until the product is live everybody is released from other duties to learn (EL-42); the product owner has a rule of its own."""
    if stay.is_live(on):
        return
    others = (seat for seat in roster.filled(on) if seat.role != TeamRole.PRODUCT_OWNER)
    part_time = sorted(name for name, share in _shares(others, roster, on) if share < FULL_TIME)
    if part_time:
        yield Finding(
            "not-released",
            Severity.WARNS,
            _("Not full time on the team before it goes live: %(names)s.") % {"names": _listed(part_time)},
            _("Ask their managers to release them from other duties."),
            PLACE,
        )


def nobody_over_full_time(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """Nobody gives the team more than full time over all roles (EL-41, EL-42)."""
    over = sorted(name for name, share in _shares(roster.filled(on), roster, on) if share > FULL_TIME)
    if over:
        yield Finding(
            "over-full-time",
            Severity.WARNS,
            _("More than full time on the team, all roles together: %(names)s.") % {"names": _listed(over)},
            _("Correct the share of each role, or end the role that is over."),
            PLACE,
        )


def vendor_share_falls(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """As graduation nears, vendors give less of the team's time than when it went live (EL-42)."""
    if stay.live_on is None or not stay.nears_graduation(on, figures["graduation_nears_days"]):
        return
    now, then = roster.vendor_share(on), roster.vendor_share(stay.live_on)
    if now and now >= then:
        yield Finding(
            "vendor-share-not-falling",
            Severity.WARNS,
            _("Vendors’ share of the team’s time is %(now)d%%, not below the %(then)d%% at going live.")
            % {"now": round(now * 100), "then": round(then * 100)},
            _("Plan when government employees take over from vendors."),
            PLACE,
        )


def vendor_successors(roster: Roster, on: datetime.date, figures: Figures, stay: Stay) -> Iterator[Finding]:
    """As graduation nears, each vendor role has a named successor (EL-42)."""
    if not stay.nears_graduation(on, figures["graduation_nears_days"]):
        return
    without = sorted(seat.name for seat in roster.filled(on) if seat.employer == Employer.VENDOR and not seat.successor.strip())
    if without:
        yield Finding(
            "no-successor",
            Severity.WARNS,
            _("These vendor staff have no successor: %(names)s.") % {"names": _listed(without)},
            _("Name a successor for each vendor seat on the roster."),
            PLACE,
        )


RULES: tuple[Rule, ...] = (
    size_at_most,
    product_owner_present,
    product_owner_of_area,
    product_owner_trained,
    government_employees,
    devops_before_live,
    usual_size,
    product_owner_band,
    product_owner_full_time,
    released_to_learn,
    nobody_over_full_time,
    vendor_share_falls,
    vendor_successors,
)


@dataclass(frozen=True)
class Compared:
    """What a change did to the findings."""

    opened: tuple[Finding, ...]
    closed: tuple[Finding, ...]


def compare(before: Iterable[Any], after: Iterable[Any]) -> Compared:
    """Which findings, fresh or kept, are new in `after` and which of `before` are gone, told apart by code."""
    then, now = {f.code: f for f in before}, {f.code: f for f in after}
    return Compared(
        tuple(finding for code, finding in now.items() if code not in then),
        tuple(finding for code, finding in then.items() if code not in now),
    )


def overfull(before: Roster, after: Roster, figures: Figures) -> list[Finding]:
    """Why a roster may not become `after`: the first day on which it would grow past nine (EL-40), today or later or long ago.

    A change that adds nobody on an overfull day is not refused: it may be the way to mend it.
    """
    for day in sorted(before.turning_days() | after.turning_days()):
        if after.headcount(day) > before.headcount(day):
            findings = list(size_at_most(after, day, figures, Stay()))
            if findings:
                return findings
    return []


def role_twice(others: Iterable[SeatFacts], seat: SeatFacts) -> Iterator[Finding]:
    """Nobody has the same role twice on one day."""
    if seat.person is not None and any(o.person == seat.person and o.role == seat.role and o.meets(seat) for o in others):
        yield Finding(
            "role-twice",
            Severity.BLOCKS,
            _("%(name)s already has this role on the team on some of these days.") % {"name": seat.name},
            _("Change the existing entry, or choose other dates."),
            PLACE,
        )


def seat_faults(seat: SeatFacts) -> Iterator[Finding]:
    """What is wrong with an entry by itself; the database holds the same as constraints."""
    if seat.to_on and seat.to_on < seat.from_on:
        message = _("The last day, %(to)s, is before the first, %(from)s.") % {
            "to": date_format(seat.to_on),
            "from": date_format(seat.from_on),
        }
        yield Finding("dates-reversed", Severity.BLOCKS, message, _("Choose a last day on or after the first."), PLACE)
    if not 1 <= seat.share <= FULL_TIME:
        yield Finding(
            "share-out-of-range", Severity.BLOCKS, _("The share of time must be from 1 to 100 percent."), _("100 means full time."), PLACE
        )
    if seat.employer == Employer.VENDOR and not seat.vendor.strip():
        yield Finding("vendor-unnamed", Severity.BLOCKS, _("The vendor’s name is missing."), _("Enter the name of the company."), PLACE)
    if seat.employer != Employer.VENDOR and seat.vendor:
        message = _("There is a vendor’s name, but the employer is government.")
        yield Finding(
            "vendor-not-employer", Severity.BLOCKS, message, _("Choose “Vendor” as the employer, or leave the name empty."), PLACE
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
