"""Acts on the opening calendars of sites: hours by weekday, whose holidays count, and closures (PB-35)."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger import subjects
from ledger.actions import append, revise
from partnerships.models import WEEKDAYS, Closure, OpeningCalendar, Partner, Site

PLACE = "sites"


@act("partnerships.keep_partnership", on="site.partnership")
def add_calendar(site: Site, *, holidays: str, by: Actor, partner: Partner | None = None, **hours: str) -> OpeningCalendar:
    """Add the opening calendar of a site, or of a partner's counter there; `hours` has "08:30-16:30" by weekday.

    Raises `Refused`: `calendar-known`, `partner-left`, `calendar-empty` without hours on any weekday.
    """
    subjects.lock(site.partnership.stream)
    _refuse_former(partner)
    _refuse_empty(hours)
    row = OpeningCalendar.objects.create(site=site, partner=partner, holidays=holidays, **hours)
    facts = {"calendar": str(row), "holidays": holidays, **{weekday: hours.get(weekday, "") for weekday in WEEKDAYS}}
    append(site.partnership.stream, "calendar-added", by=by, facts=facts)
    return row


@act("partnerships.keep_partnership", on="calendar.site.partnership")
def edit_calendar(calendar: OpeningCalendar, *, shown_revision: int, by: Actor, **changes: str) -> OpeningCalendar:
    """Change hours, or whose holidays count. Raises `Stale`, `Refused` (`calendar-empty`)."""
    stream = calendar.site.partnership.stream
    subjects.lock(stream)
    _refuse_empty({weekday: getattr(calendar, weekday) for weekday in WEEKDAYS} | changes)
    facts = {"calendar": str(calendar)}
    return revise(calendar, shown_revision=shown_revision, changes=changes, act="calendar-edited", by=by, stream=stream, facts=facts)


@act("partnerships.keep_partnership", on="site.partnership")
def add_closure(
    site: Site, *, from_on: datetime.date, reason: str, by: Actor, to_on: datetime.date | None = None, partner: Partner | None = None
) -> Closure:
    """Close a site, or a partner's counter there, for some days; without `to_on` for one. Raises `Refused`: `closure-dates`, `no-reason`, `partner-left`."""
    subjects.lock(site.partnership.stream)
    _refuse_former(partner)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the site is closed. Everyone on the partnership can read it."))
    last = to_on or from_on
    if last < from_on:
        raise refuse("closure-dates", _("The last day is before the first day."), _("Choose a later last day."))
    row = Closure.objects.create(site=site, partner=partner, from_on=from_on, to_on=last, reason=reason.strip())
    append(site.partnership.stream, "closure-added", by=by, facts=_facts_of(row))
    return row


@act("partnerships.keep_partnership", on="closure.site.partnership")
def remove_closure(closure: Closure, *, by: Actor) -> Closure:
    """Remove a closure that doesn't happen; the history keeps it. Raises `Refused` (`closure-removed`)."""
    subjects.lock(closure.site.partnership.stream)
    current = Closure.objects.select_related("site", "partner__organization").filter(pk=closure.pk).first()
    if current is None:
        raise refuse("closure-removed", _("This closure has already been removed."), _("Reload the page to see the current closures."))
    facts = _facts_of(current)
    current.delete()
    append(closure.site.partnership.stream, "closure-removed", by=by, facts=facts)
    return closure


def _facts_of(closure: Closure) -> dict[str, object]:
    of_partner = {"organization": closure.partner.organization.name} if closure.partner else {}
    return {"site": closure.site.name, "from_on": closure.from_on, "to_on": closure.to_on, "reason": closure.reason, **of_partner}


def _refuse_former(partner: Partner | None) -> None:
    if partner is not None and Partner.objects.filter(pk=partner.pk).exclude(left_on=None).exists():
        message = _("This organization has left the partnership.")
        raise refuse("partner-left", message, _("Reload the page to see the current partners."))


def _refuse_empty(hours: dict[str, str]) -> None:
    if not any(hours.get(weekday) for weekday in WEEKDAYS):
        message = _("No weekday has opening hours.")
        raise refuse("calendar-empty", message, _("Enter the hours of at least one weekday, for example 8:30 to 16:30."))
