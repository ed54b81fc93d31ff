"""For the lab's home page: role checks that keep a team from starting or going live, champions who miss reviews, people without an address."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from findings.gates import ask_each
from people.models import Person
from residencies.listing.todo import MOST, Attention, since_of
from residencies.models import Residency
from residencies.models.states import UNDER_WAY, State
from residencies.reference_data import all_figures
from teams.models import Champion, RoleFinding, Seat, Sprint
from teams.sprints.rules import RAISED_AFTER
from teams.training.queries import NEARLY_LIVE, leaders_of_lab, untrained
from teams.training.rules import LAB

READY = {State.AGREEMENT: ("teams.roster.gates.ready_to_start",), State.IN_RESIDENCE: ("teams.roster.gates.ready_for_live",)}


def unready_teams(residencies: Iterable[Residency], on: datetime.date) -> list[Attention]:
    """Those of `residencies` whose team is not ready for the next step; a fixed number of queries."""
    residencies = list(residencies)
    answers = ask_each([(residency, READY[State(residency.state)]) for residency in residencies], on)
    items = []
    for residency in residencies:
        blocking = sum(len(answer.findings) for answer in answers[residency.stream_id])
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
        Champion.objects.filter(to_on=None, missed_in_row__gte=RAISED_AFTER, team__stream__residency__state__in=UNDER_WAY)
        .select_related("person", "team__stream__residency")
        .annotate(since=Subquery(_held().values("review_on")[:1]))
    )
    return [
        Attention(_about_champion(row), reverse("sprints", args=[row.team.subject.reference]), row.since or row.from_on)
        for row in rows.order_by("since")[:MOST]
    ]


def _held() -> QuerySet[Sprint]:
    return Sprint.objects.filter(team=OuterRef("team"), held_at__isnull=False).order_by("-review_on")


def _about_champion(champion: Champion) -> str:
    params = {"name": champion.person.name, "count": champion.missed_in_row, "residency": str(champion.team.subject)}
    return _("Contact %(name)s, who missed %(count)d reviews of %(residency)s in a row") % params


def unreached(today: datetime.date) -> list[Attention]:
    """Champions and team members of residencies under way whom no reminder can reach, until somebody writes down an address (EL-60); one query."""
    since = Coalesce(_first_day(Champion.objects.on(today)), _first_day(Seat.objects.current().on(today)))
    rows = Person.objects.unreached().annotate(since=since).exclude(since=None).order_by("since", "pk")
    return [Attention(_sentence_about(row), reverse("person-edit", args=[row.pk]), row.since) for row in rows[:MOST]]


def _first_day(rows: QuerySet[Champion] | QuerySet[Seat]) -> Subquery:
    """Since when a person has been there, in any residency under way."""
    theirs = rows.filter(person=OuterRef("pk"), team__stream__residency__state__in=UNDER_WAY)
    return Subquery(theirs.order_by("from_on").values("from_on")[:1])


def _sentence_about(person: Person) -> str:
    return _("Add an email address for %(name)s, who gets no reminders") % {"name": person.name}


SINCE = Greatest("from_on", Coalesce("team__stream__residency__live_on", "team__stream__residency__started_on", "from_on"))


def untrained_leaders(today: datetime.date) -> list[Attention]:
    """One line for all leaders without any lab training whose product is live, or soon will be; two queries."""
    rows = untrained(today, all_figures(today)).filter(NEARLY_LIVE).order_by()
    totals = rows.aggregate(count=Count("pk"), since=Min(SINCE))
    if not totals["count"]:
        return []
    sentence = ngettext(
        "Arrange lab training for %(count)d leader whose product is live or soon will be",
        "Arrange lab training for %(count)d leaders whose products are live or soon will be",
        totals["count"],
    )
    return [Attention(sentence % {"count": totals["count"]}, f"{reverse('lab-leaders')}?missing=near", totals["since"])]


def lab_leaders_behind(today: datetime.date) -> list[Attention]:
    """One line for all leaders of the lab who lack hours, since the newest team started; none before the first has. Two queries."""
    under_way = Residency.objects.filter(state__in=(State.IN_RESIDENCE, State.LIVE), started_on__lte=today)
    since = under_way.aggregate(since=Max("started_on"))["since"]
    count = leaders_of_lab(all_figures(today)).filter(lacks__gt=0).count() if since else 0
    if not count:
        return []
    sentence = ngettext(
        "Arrange lab training for %(count)d leader of the lab", "Arrange lab training for %(count)d leaders of the lab", count
    )
    return [Attention(sentence % {"count": count}, f"{reverse('lab-leaders')}?role={LAB}&missing=open", since)]


def untrained_product_owners() -> list[Attention]:
    """Teams in residence or live whose product owner has had no Agile training; one query."""
    rows = RoleFinding.objects.open().filter(
        code="product-owner-untrained", team__stream__residency__state__in=(State.IN_RESIDENCE, State.LIVE)
    )
    return [
        Attention(
            _("Arrange Agile training for the product owner of %(residency)s") % {"residency": row.team.subject},
            reverse("training", args=[row.team.subject.reference]),
            timezone.localdate(row.opened_at),
        )
        for row in rows.select_related("team__stream__residency").order_by("opened_at")[:MOST]
    ]
