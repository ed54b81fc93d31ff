"""Acts on trips to a site: plan one, tick its checklist, sign it off, cancel it (PB-40). No event says who travels."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import Stale
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append
from partnerships.models import Site, Trip
from partnerships.sites.trips.checklist import PLACE, lists_for, new_ticks, possible_managers, trip_gaps
from people.actions import chosen_or_new
from people.models import Person, User

LONGEST_NUMBER = 40


@act("partnerships.plan_trip", on="site.partnership")
def plan_trip(
    site: Site, *, on: datetime.date, mode: str, manager: User, by: Actor, person: Person | None = None, name: str = "", email: str = ""
) -> Trip:
    """Plan a trip; `name` and `email` are for a traveller who is new. Its numbers are those of the last trip to the site.

    Raises `Refused`: `trip-past`, `trip-traveller`, `trip-manager`.
    """
    partnership = subjects.lock(site.partnership.stream)
    faults: list[Finding] = []
    if on < site.today:
        faults.append(blocking("trip-past", _("That date is in the past."), _("Use today’s date or a later one."), PLACE))
    if not possible_managers(partnership).filter(pk=manager.pk).exists():
        message = _("This account isn’t on the partnership.")
        faults.append(blocking("trip-manager", message, _("Choose one of the managers offered."), PLACE))
    if faults:
        raise Refused(faults)
    traveller = chosen_or_new(person, name=name, email=email, by=by)
    if traveller is None:
        raise refuse("trip-traveller", _("No traveller is chosen."), _("Choose a person, or enter their name."), PLACE)
    if traveller.user_id == manager.pk:
        raise refuse("trip-manager", _("Travellers can’t sign off their own trip."), _("Choose another manager."), PLACE)
    last = Trip.objects.filter(site=site).order_by("-on", "-pk").first()
    trip = Trip.objects.create(
        site=site, on=on, mode=mode, traveller=traveller, manager=manager, numbers=last.numbers if last else {}, planned_by=account_of(by)
    )  # fmt: skip
    append(partnership.stream, "trip-planned", by=by, facts=_facts_of(trip))
    return trip


@act("partnerships.prepare_trip")
def tick_trip(trip: Trip, *, codes: Collection[str], numbers: Mapping[str, str], shown_revision: int, by: Actor) -> Trip:
    """Save what is ticked on a trip's checklist, under the words it has now, and the emergency numbers.

    Raises `Stale`, and `Refused` (`trip-signed-off`, `trip-cancelled`).
    """
    current = _open(trip)
    lists, wanted = lists_for(current.mode)
    kept = {item.code: numbers.get(item.code, "").strip()[:LONGEST_NUMBER] for item in wanted}
    ticks = new_ticks(lists, codes)
    if current.revision != shown_revision:
        raise Stale(current, _differing_numbers(current, kept))
    current.ticks, current.numbers = ticks, {**current.numbers, **kept}
    current.revision += 1
    current.save(update_fields=["ticks", "numbers", "revision"])
    append(current.partnership.stream, "trip-checked", by=by, facts={**_facts_of(current), "items_ticked": len(ticks)})
    return current


def _differing_numbers(current: Trip, numbers: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """Return the numbers that differ, by the names of the form's fields."""
    pairs = {f"number_{code}": (current.numbers.get(code, ""), number) for code, number in numbers.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@act("partnerships.sign_off_trip")
def sign_off_trip(trip: Trip, *, by: Actor) -> Trip:
    """Sign a trip off as its manager; its checklist then stays as it is.

    Raises `Refused`: `trip-unchecked` and `trip-number` for what is missing, `trip-over`, `trip-signed-off`, `trip-cancelled`.
    """
    current = _open(trip)
    if current.on < current.site.today:
        raise refuse("trip-over", _("This trip is over."), _("You don’t need to sign it off any more."), PLACE)
    lists, wanted = lists_for(current.mode)
    if faults := list(trip_gaps(lists, current.ticks, wanted, current.numbers)):
        raise Refused(faults)
    current.signed_off_at = timezone.now()
    current.revision += 1
    current.save(update_fields=["signed_off_at", "revision"])
    append(current.partnership.stream, "trip-signed-off", by=by, facts={**_facts_of(current), "items_ticked": len(current.ticks)})
    return current


@act("partnerships.prepare_trip")
def cancel_trip(trip: Trip, *, reason: str, by: Actor) -> Trip:
    """Cancel a trip, signed off or not. Raises `Refused` (`no-reason`, `trip-cancelled`)."""
    current = _locked(trip)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the trip doesn’t take place."), PLACE)
    current.cancelled_at, current.reason = timezone.now(), reason.strip()
    current.revision += 1
    current.save(update_fields=["cancelled_at", "reason", "revision"])
    append(current.partnership.stream, "trip-cancelled", by=by, facts={**_facts_of(current), "reason": current.reason})
    return current


def _locked(trip: Trip) -> Trip:
    """Lock the partnership, and return the trip as it is now. Raises `Refused` (`trip-cancelled`)."""
    partnership = subjects.lock(trip.partnership.stream)
    current = Trip.objects.select_related("site").get(pk=trip.pk)
    current.site.partnership = partnership
    if current.cancelled_at:
        raise refuse("trip-cancelled", _("This trip was already cancelled."), _("Plan another trip."), PLACE)
    return current


def _open(trip: Trip) -> Trip:
    """Do what `_locked` does, and raise `Refused` (`trip-signed-off`) if the trip was signed off."""
    current = _locked(trip)
    if current.signed_off_at:
        message = _("This trip was already signed off, so its checklist stays as it is.")
        raise refuse("trip-signed-off", message, _("To change it, cancel the trip and plan another."), PLACE)
    return current


def _facts_of(trip: Trip) -> dict[str, Any]:
    return {"site": trip.site.name, "trip_on": trip.on, "mode": trip.mode}
