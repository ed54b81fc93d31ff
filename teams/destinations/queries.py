"""Queries about where a team's people go after graduation."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import groupby

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from findings.gates import HasStream
from people.models import User
from residencies.fetch import residency_or_404
from residencies.lifecycle.team import Member
from teams.choices import Employer, TeamRole
from teams.models import Destination, Seat, Team


def members_of(subjects: Sequence[HasStream], on: datetime.date) -> dict[int, list[Member]]:
    """Return who is on each subject's team on a day and where they go, by stream; one query, however many subjects.

    Someone with several seats is listed once.
    """
    members: dict[int, list[Member]] = {subject.stream_id: [] for subject in subjects}
    chosen = Destination.objects.filter(team=OuterRef("team"), person=OuterRef("person")).order_by()
    facts = JSONObject(goes="goes", place="place", on="on", successor="successor__name", overlap_weeks="overlap_weeks")
    rows = Seat.objects.current().on(on).filter(team__stream__in=list(members), person__isnull=False).select_related("person", "team")
    rows = rows.annotate(destination=Subquery(chosen.values(facts=facts)[:1])).order_by("team", "person__name", "person", "from_on", "pk")
    for (stream, _person), held in groupby(rows, key=lambda seat: (seat.team.stream_id, seat.person_id)):
        members[stream].append(_member(list(held)))
    return members


def _member(seats: list[Seat]) -> Member:
    first = seats[0]
    destination = first.destination or {}  # type: ignore[attr-defined]  # annotated
    return Member(
        person=first.person_id or 0,
        name=first.who,
        role=", ".join(dict.fromkeys(str(seat.get_role_display()) for seat in seats)),
        employer=first.employed_by,
        is_vendor=any(seat.employer == Employer.VENDOR for seat in seats),
        is_product_owner=any(seat.role == TeamRole.PRODUCT_OWNER for seat in seats),
        goes=destination.get("goes") or "",
        place=destination.get("place") or "",
        on=parse_date(destination["on"]) if destination.get("on") else None,
        successor=destination.get("successor") or next((seat.successor for seat in seats if seat.successor), ""),
        overlap_weeks=destination.get("overlap_weeks"),
    )


def destination_or_404(user: User, reference: str, person: int) -> Destination:
    """Return where someone on a residency's team goes; unsaved if it isn't decided yet. Raises `Http404` for others."""
    residency = residency_or_404(user, reference)
    seats = Seat.objects.of(residency).on(timezone.localdate())
    seat = seats.filter(person=person).select_related("team").first()
    if seat is None or seat.person is None:
        raise Http404(_("This person isn’t on the team."))
    team: Team = seat.team
    team.stream = residency.stream
    chosen = Destination.objects.filter(team=team, person=person).select_related("successor").first()
    destination = chosen or Destination(team=team)
    destination.team, destination.person = team, seat.person
    return destination
