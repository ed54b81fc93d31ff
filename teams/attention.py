"""For the lab's home page: role checks that keep a team from starting or going live, champions who miss reviews, people without an address."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from findings import Severity
from people.models import Person
from residencies.listing.todo import MOST, Attention, since_of
from residencies.models import Residency
from residencies.models.states import UNDER_WAY, State
from teams.gates import role_checks_of
from teams.models import Champion, Seat, Sprint
from teams.sprint_rules import RAISED_AFTER

ASKED_AT = {State.AGREEMENT: Severity.BLOCKS_START, State.IN_RESIDENCE: Severity.BLOCKS_LIVE}


def unready_teams(residencies: Iterable[Residency], on: datetime.date) -> list[Attention]:
    """Those of `residencies` whose team is not ready for the next step; a fixed number of queries."""
    residencies = list(residencies)
    checks = role_checks_of(residencies, on) if residencies else {}
    items = []
    for residency in residencies:
        blocking = sum(finding.severity >= ASKED_AT[State(residency.state)] for finding in checks[residency.pk])
        if blocking:
            items.append(Attention(_sentence(residency, blocking), reverse("team", args=[residency.reference]), since_of(residency)))
    return items


def _sentence(residency: Residency, blocking: int) -> str:
    params = {"residency": str(residency), "count": blocking}
    if residency.state == State.AGREEMENT:
        return (
            ngettext(
                "Fix %(count)d role check before %(residency)s can start",
                "Fix %(count)d role checks before %(residency)s can start",
                blocking,
            )
            % params
        )
    return (
        ngettext(
            "Fix %(count)d role check before %(residency)s can go live",
            "Fix %(count)d role checks before %(residency)s can go live",
            blocking,
        )
        % params
    )


def missed_champions() -> list[Attention]:
    """Champions who missed two reviews in a row or more, of residencies under way (EL-51); one query."""
    rows = (
        Champion.objects.filter(to_on=None, missed_in_row__gte=RAISED_AFTER, team__residency__state__in=UNDER_WAY)
        .select_related("person", "team__residency")
        .annotate(since=Subquery(_held().values("review_on")[:1]))
    )
    return [
        Attention(_about_champion(row), reverse("sprints", args=[row.team.residency.reference]), row.since or row.from_on)
        for row in rows.order_by("since")[:MOST]
    ]


def _held() -> QuerySet[Sprint]:
    return Sprint.objects.filter(team=OuterRef("team"), held_at__isnull=False).order_by("-review_on")


def _about_champion(champion: Champion) -> str:
    params = {"name": champion.person.name, "count": champion.missed_in_row, "residency": str(champion.team.residency)}
    return _("Contact %(name)s, who missed %(count)d reviews of %(residency)s in a row") % params


def unreached(today: datetime.date) -> list[Attention]:
    """Champions and team members of residencies under way whom no reminder can reach, until somebody writes down an address (EL-60); one query."""
    since = Coalesce(_first_day(Champion.objects.on(today)), _first_day(Seat.objects.current().on(today)))
    rows = Person.objects.unreached().annotate(since=since).exclude(since=None).order_by("since", "pk")
    return [Attention(_sentence_about(row), reverse("person-edit", args=[row.pk]), row.since) for row in rows[:MOST]]


def _first_day(rows: QuerySet[Champion] | QuerySet[Seat]) -> Subquery:
    """Since when a person has been there, in any residency under way."""
    theirs = rows.filter(person=OuterRef("pk"), team__residency__state__in=UNDER_WAY)
    return Subquery(theirs.order_by("from_on").values("from_on")[:1])


def _sentence_about(person: Person) -> str:
    return _("Add an email address for %(name)s, who gets no reminders") % {"name": person.name}
