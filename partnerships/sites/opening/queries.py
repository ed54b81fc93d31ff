"""What the opening calendars of a site say: for everyone there, and for each partner that has its own (PB-35, C47 to C50)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from partnerships.models import WEEKDAYS, Closure, OpeningCalendar, Partner, Site
from partnerships.sites.opening.rules import Closed, Hours, Opening
from people.models import Organization

ALL_DAY = Hours(datetime.time.min, datetime.time.max)
WORKING_WEEK = dict.fromkeys(range(5), ALL_DAY)  # where no hours have been entered


@dataclass(frozen=True)
class SiteOpening:
    """When a site is open for everyone, or for `partner`; without a `calendar`, from Monday to Friday at unknown hours."""

    opening: Opening
    calendar: OpeningCalendar | None = None
    partner: Partner | None = None

    @property
    def holidays_label(self) -> str:
        return str(Organization.Holidays(self.opening.region).label)


def openings(site: Site) -> list[SiteOpening]:
    """Return when a site is open: first for everyone, then for each of today's partners with a calendar of its own; two queries."""
    calendars = list(
        OpeningCalendar.objects.filter(site=site, partner__left_on=None).select_related("partner__organization").order_by("pk")
    )
    closures = list(Closure.objects.filter(site=site, partner__left_on=None))
    general = next((row for row in calendars if row.partner_id is None), None)
    own = [row for row in calendars if row.partner_id is not None]
    return [_opening(site, general, closures), *(_opening(site, row, closures) for row in own)]


def opening_of(site: Site) -> Opening:
    """Return when a site is open for everyone; two queries."""
    return openings(site)[0].opening


def _opening(site: Site, calendar: OpeningCalendar | None, closures: list[Closure]) -> SiteOpening:
    """Return the opening of a calendar. A closure of the whole site closes each partner's counter too."""
    partner = calendar.partner if calendar else None
    closed = [Closed(row.from_on, row.to_on, row.reason) for row in closures if row.partner_id in (None, partner.pk if partner else None)]
    region = calendar.holidays if calendar else holidays_of(site)
    return SiteOpening(Opening(hours_of(calendar) if calendar else WORKING_WEEK, region, closed, site.time_zone), calendar, partner)


def holidays_of(site: Site) -> str:
    """Return whose holidays count at a site without a calendar: its host's."""
    return str(site.host.organization.holidays if site.host else Organization.Holidays.BC)


def hours_of(calendar: OpeningCalendar) -> dict[int, Hours]:
    """Return the hours of a calendar by weekday, 0 for Monday."""
    texts = {number: getattr(calendar, weekday) for number, weekday in enumerate(WEEKDAYS)}
    return {number: Hours(*map(datetime.time.fromisoformat, text.split("-"))) for number, text in texts.items() if text}
