"""What is checked before a trip by its mode, from the guidance, and what is missing for the manager's signature (PB-40)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from findings import Finding, blocking
from partnerships.choices import TravelMode
from partnerships.guidance.queries import trip_lists
from partnerships.guidance.rules import TripItem, TripList
from partnerships.models import Partnership, Practice, Trip
from people.models import Role, User

PLACE = "sites"
# The condition under which the guidance on a mode of travel applies (partnerships/guidance/library.toml).
CONDITION = {
    TravelMode.CAR: "road",
    TravelMode.PLANE: "air_or_rail",
    TravelMode.TRAIN: "air_or_rail",
    TravelMode.TRANSIT: "public_transport",
}
BY_ROAD_ALONE = frozenset({"automobile"})  # the numbers that only a driver needs
NUMBERS = "numbers"


# ── Rules: no tables, no clock ───────────────────────────────────────────────────────────────


def to_check(mode: str, by_road: Sequence[TripList], guidance: Sequence[TripItem]) -> list[TripList]:
    """Return the lists for a trip: those for the road if it is by car, then the guidance on its mode, if there is any."""
    rules = [TripList("rules", _("Documents and equipment"), tuple(guidance))] if guidance else []
    return [*(by_road if mode == TravelMode.CAR else ()), *rules]


def numbers_for(mode: str, numbers: Sequence[TripItem]) -> list[TripItem]:
    """Return the emergency numbers to have at hand."""
    return [item for item in numbers if mode == TravelMode.CAR or item.code not in BY_ROAD_ALONE]


def ticked(lists: Sequence[TripList], ticks: Mapping[str, str]) -> set[str]:
    """Return the codes that are ticked under the words they have now; what was reworded since has to be checked again."""
    return {item.code for each in lists for item in each.items if ticks.get(item.code) == item.text}


def new_ticks(lists: Sequence[TripList], codes: Collection[str]) -> dict[str, str]:
    """Return what to keep of the items that someone ticked: their words by code."""
    return {item.code: item.text for each in lists for item in each.items if item.code in codes}


def trip_gaps(
    lists: Sequence[TripList], ticks: Mapping[str, str], wanted: Sequence[TripItem], numbers: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what is missing before a manager can sign a trip off."""
    codes = ticked(lists, ticks)
    if left := [item.text.rstrip(".") for each in lists for item in each.items if item.code not in codes]:
        message = _("Not checked yet: %(items)s.") % {"items": "; ".join(left)}
        yield blocking("trip-unchecked", message, _("Check them, then tick them on the checklist."), PLACE)
    if without := [item.text for item in wanted if not numbers.get(item.code)]:
        message = _("Emergency numbers missing: %(names)s.") % {"names": ", ".join(without)}
        yield blocking("trip-number", message, _("Enter them on the checklist."), PLACE)


# ── What is on record ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class TripChecklist:
    """What is checked on a trip, which codes are ticked, and the numbers to have at hand, each with what was entered."""

    lists: list[TripList]
    ticked: set[str]
    numbers: list[tuple[TripItem, str]]


def lists_for(mode: str) -> tuple[list[TripList], list[TripItem]]:
    """Return what is checked on a trip of this mode, and its emergency numbers; one query."""
    rows = Practice.objects.filter(only_if=CONDITION[TravelMode(mode)], retired_on=None).order_by("order", "pk")
    guidance = [TripItem(row.code, row.text) for row in rows]
    by_road = [each for each in trip_lists() if each.code != NUMBERS]
    numbers = next(each.items for each in trip_lists() if each.code == NUMBERS)
    return to_check(mode, by_road, guidance), numbers_for(mode, numbers)


def checklist_of(trip: Trip) -> TripChecklist:
    """Return the checklist of a trip; one query.

    The lists of a trip that was signed off have the words that were ticked, and nothing that the guidance added since.
    """
    lists, wanted = lists_for(trip.mode)
    if trip.signed_off_at:
        lists = _as_signed(lists, trip.ticks)
    return TripChecklist(lists, ticked(lists, trip.ticks), [(item, trip.numbers.get(item.code, "")) for item in wanted])


def _as_signed(lists: list[TripList], ticks: dict[str, str]) -> list[TripList]:
    known = {item.code for each in lists for item in each.items}
    signed = [
        TripList(each.code, each.title, tuple(TripItem(item.code, ticks[item.code]) for item in each.items if item.code in ticks))
        for each in lists
    ]
    gone = tuple(TripItem(code, text) for code, text in ticks.items() if code not in known)
    if gone:
        signed.append(TripList("retired", _("No longer in the guidance"), gone))
    return [each for each in signed if each.items]


def possible_managers(partnership: Partnership) -> QuerySet[User]:
    """Return the accounts that can be asked to sign a trip off: lab staff, the lead, and the partners' coordinators."""
    lab = Q(role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD])
    coordinates = Q(person__coordinated__partnership=partnership, person__coordinated__left_on=None)
    rows = User.objects.filter(lab | coordinates | Q(pk=partnership.lead_id), is_active=True)
    return User.objects.filter(pk__in=rows.values("pk")).order_by("name", "email")
