"""What teams give the lab to do: failing role checks, champions who miss reviews, training, people without an address; and the dates of teams."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dates.database import end_of, start_of
from findings.gates import ask_each
from people.models import Person
from people.todo import MOST, OPS, TODO, DateKind, DateState, Entry, Line, Scope, about, dates_of, with_leads
from residencies.listing.todo import oldest, since_of
from residencies.models import Residency
from residencies.models.states import UNDER_WAY, State
from residencies.reference_data import all_figures
from teams.models import Champion, RoleFinding, Seat, Sprint, Training
from teams.sprints.rules import RAISED_AFTER
from teams.training.queries import NEARLY_LIVE, leaders_of_lab, untrained
from teams.training.rules import LAB

READY = {State.AGREEMENT: ("teams.roster.gates.ready_to_start",), State.IN_RESIDENCE: ("teams.roster.gates.ready_for_live",)}


# ── Team and champions ───────────────────────────────────────────────────────────────────────────


@TODO.add
def unready_teams(today: datetime.date) -> list[Line]:
    """Teams that are not ready for the next step; a fixed number of queries."""
    residencies = oldest(READY)
    answers = ask_each([(residency, READY[State(residency.state)]) for residency in residencies], today)
    failing = {residency: sum(len(answer.findings) for answer in answers[residency.stream_id]) for residency in residencies}
    return [_checks_line(residency, count) for residency, count in failing.items() if count]


def _checks_line(residency: Residency, count: int) -> Line:
    title = ngettext("%(count)d role check not met", "%(count)d role checks not met", count)
    return Line(
        key=f"role-checks/{residency.pk}",
        title=title % {"count": count},
        note=_("Needed before the start") if residency.state == State.AGREEMENT else _("Needed before going live"),
        verb=ngettext("Fix %(count)d role check", "Fix %(count)d role checks", count) % {"count": count},
        url=reverse("team", args=[residency.reference]),
        since=since_of(residency),
        roles=OPS,
        about=about(residency),
    )


@TODO.add
def missed_champions(today: datetime.date) -> list[Line]:
    """Champions who missed two reviews in a row or more, of residencies under way (EL-51); one query."""
    rows = (
        Champion.objects.filter(to_on=None, missed_in_row__gte=RAISED_AFTER, team__stream__residency__state__in=UNDER_WAY)
        .select_related("person", *with_leads("team__stream"))
        .annotate(since=Subquery(_held().values("review_on")[:1]))
    )
    return [_champion_line(row) for row in rows.order_by("since")[:MOST]]


def _held() -> QuerySet[Sprint]:
    return Sprint.objects.filter(team=OuterRef("team"), held_at__isnull=False).order_by("-review_on")


def _champion_line(champion: Champion) -> Line:
    params = {"name": champion.person.name, "count": champion.missed_in_row}
    return Line(
        key=f"champion/{champion.pk}",
        title=_("%(name)s missed %(count)d reviews in a row") % params,
        verb=_("Contact the champion"),
        url=reverse("sprints", args=[champion.team.subject.reference]),
        since=getattr(champion, "since", None) or champion.from_on,
        about=about(champion.team.subject),
    )


@TODO.add
def unrecorded_reviews(today: datetime.date) -> list[Line]:
    """Reviews whose day is over and that nobody has recorded as held or cancelled; one query."""
    rows = Sprint.objects.current().planned().filter(review_on__lt=today).select_related(*with_leads("team__stream"))
    return [
        Line(
            key=f"review-held/{row.pk}",
            title=_("Sprint %(number)d review on %(day)s not recorded yet")
            % {"number": row.number, "day": date_format(row.review_on, "j F")},
            verb=_("Record attendance"),
            url=row.get_absolute_url(),
            since=row.review_on,
            roles=OPS,
            about=about(row.team.subject),
        )
        for row in rows.order_by("review_on", "pk")[:MOST]
    ]


@TODO.add
def unreached(today: datetime.date) -> list[Line]:
    """Champions and team members of residencies under way who get no reminders until someone adds an address (EL-60); one query."""
    since = Coalesce(_first_day(Champion.objects.on(today)), _first_day(Seat.objects.current().on(today)))
    rows = Person.objects.unreached().annotate(since=since).exclude(since=None).order_by("since", "pk")
    return [
        Line(
            key=f"no-address/{row.pk}",
            title=_("No email address for %(name)s, so no reminders") % {"name": row.name},
            verb=_("Add an email address"),
            url=reverse("person-edit", args=[row.pk]),
            since=row.since,
        )
        for row in rows[:MOST]
    ]


def _first_day(rows: QuerySet[Champion] | QuerySet[Seat]) -> Subquery:
    """Since when a person has been there, in any residency under way."""
    theirs = rows.filter(person=OuterRef("pk"), team__stream__residency__state__in=UNDER_WAY)
    return Subquery(theirs.order_by("from_on").values("from_on")[:1])


# ── Training ─────────────────────────────────────────────────────────────────────────────────────


SINCE = Greatest("from_on", Coalesce("team__stream__residency__live_on", "team__stream__residency__started_on", "from_on"))


@TODO.add
def untrained_leaders(today: datetime.date) -> list[Line]:
    """One line for all leaders without any lab training whose product is live, or soon will be; two queries."""
    rows = untrained(today, all_figures(today)).filter(NEARLY_LIVE).order_by()
    totals = rows.aggregate(count=Count("pk"), since=Min(SINCE))
    if not totals["count"]:
        return []
    title = ngettext(
        "%(count)d leader of a live or nearly live product has no lab training",
        "%(count)d leaders of live or nearly live products have no lab training",
        totals["count"],
    )
    return [_training_line("leaders", title % {"count": totals["count"]}, f"{reverse('lab-leaders')}?missing=near", totals["since"])]


@TODO.add
def lab_leaders_behind(today: datetime.date) -> list[Line]:
    """One line for all leaders of the lab who lack hours, since the newest team started; none before the first has. Two queries."""
    under_way = Residency.objects.filter(state__in=(State.IN_RESIDENCE, State.LIVE), started_on__lte=today)
    since = under_way.aggregate(since=Max("started_on"))["since"]
    count = leaders_of_lab(all_figures(today)).filter(lacks__gt=0).count() if since else 0
    if not count:
        return []
    title = ngettext(
        "%(count)d leader of the lab has training hours to take", "%(count)d leaders of the lab have training hours to take", count
    )
    return [_training_line("lab-leaders", title % {"count": count}, f"{reverse('lab-leaders')}?role={LAB}&missing=open", since)]


def _training_line(name: str, title: str, url: str, since: datetime.date) -> Line:
    return Line(key=f"training/{name}", title=title, verb=_("Arrange lab training"), url=url, since=since)


@TODO.add
def untrained_product_owners(today: datetime.date) -> list[Line]:
    """Teams in residence or live whose product owner has had no Agile training; one query."""
    rows = RoleFinding.objects.open().filter(
        code="product-owner-untrained", team__stream__residency__state__in=(State.IN_RESIDENCE, State.LIVE)
    )
    return [
        Line(
            key=f"agile-training/{row.pk}",
            title=_("Product owner without Agile training"),
            verb=_("Arrange Agile training"),
            url=reverse("training", args=[row.team.subject.reference]),
            since=timezone.localdate(row.opened_at),
            about=about(row.team.subject),
        )
        for row in rows.select_related(*with_leads("team__stream")).order_by("opened_at")[:MOST]
    ]


# ── The week ahead ───────────────────────────────────────────────────────────────────────────────


# ── Dates ────────────────────────────────────────────────────────────────────────────────────────


@dates_of(DateKind.REVIEW)
def dated_reviews(start: datetime.date, end: datetime.date, scope: Scope) -> list[Entry]:
    """Sprint reviews from `start` through `end`, held and cancelled ones included; one query (EL-52)."""
    rows = scope.of(Sprint.objects.current().filter(review_on__range=(start, end)), "team__stream")
    rows = rows.select_related(*with_leads("team__stream")).order_by("review_on", "review_at", "pk")
    return [_review_entry(row) for row in rows[: scope.most]]


def _review_entry(row: Sprint) -> Entry:
    state = DateState.CANCELLED if row.is_called_off else DateState.DONE if row.is_held else DateState.PLANNED
    return Entry(
        key=f"sprint-review-{row.pk}",
        kind=DateKind.REVIEW.value,
        on=row.review_on,
        title=_("Sprint %(number)d review") % {"number": row.number},
        url=row.get_absolute_url(),
        at=row.review_at,
        minutes=row.minutes,
        place=row.place,
        state=state.value,
        about=about(row.team.subject),
        sequence=row.sequence,
        changed_at=row.changed_at,
    )


@dates_of(DateKind.TEAM)
def days_on_teams(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """First and last days of team members, planned hires included; a change of role within a team is neither. One query (EL-41)."""
    went_on = Exists(Seat.objects.current().filter(follows=OuterRef("pk")))
    rows = Seat.objects.current().filter(_first_or_last(start, end)).annotate(went_on=went_on).select_related("person")
    for row in _by_first_day(rows, scope):
        who = row.who if row.person else _("open seat, %(role)s") % {"role": row.get_role_display()}
        titles = ("" if row.follows_id else _("First day on the team: %(who)s"), "" if row.went_on else _("Last day on the team: %(who)s"))
        yield from _first_and_last(DateKind.TEAM, row, titles, who, "team", (start, end))


@dates_of(DateKind.CHAMPION)
def days_of_champions(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """First and last days of champions; one query (EL-44)."""
    rows = Champion.objects.filter(_first_or_last(start, end)).select_related("person")
    titles = (_("First day as a champion: %(who)s"), _("Last day as a champion: %(who)s"))
    for row in _by_first_day(rows, scope):
        yield from _first_and_last(DateKind.CHAMPION, row, titles, row.person.name, "champions", (start, end))


def _first_or_last(start: datetime.date, end: datetime.date) -> Q:
    return Q(from_on__range=(start, end)) | Q(to_on__range=(start, end))


def _by_first_day(rows: Any, scope: Scope) -> Any:
    return scope.of(rows, "team__stream").select_related(*with_leads("team__stream")).order_by("from_on", "pk")[: scope.most]


def _first_and_last(
    kind: DateKind, row: Any, titles: tuple[str, str], who: str, page: str, period: tuple[datetime.date, datetime.date]
) -> Iterator[Entry]:
    """The first and the last day of `row`, as far as they are in the period and have a title."""
    subject = row.team.subject
    for name, on, title in zip(("first", "last"), (row.from_on, row.to_on), titles, strict=True):
        if title and on and period[0] <= on <= period[1]:
            url = reverse(page, args=[subject.reference])
            yield Entry(f"{kind.value}-{row.pk}-{name}", kind.value, on, title % {"who": who}, url, about=about(subject))


@dates_of(DateKind.ROLE_CHECK)
def days_of_role_checks(start: datetime.date, end: datetime.date, scope: Scope) -> list[Entry]:
    """The days since which role checks are not met, and on which they were met again, an entry a team and day; one query (EL-42)."""
    first, last = start_of(start), end_of(end)
    within = Q(opened_at__gte=first, opened_at__lt=last, resolved_at=None) | Q(resolved_at__gte=first, resolved_at__lt=last)
    rows = scope.of(RoleFinding.objects.filter(within), "team__stream").select_related(*with_leads("team__stream"))
    days: dict[tuple[datetime.date, bool, int], list[RoleFinding]] = defaultdict(list)
    for row in rows.order_by("opened_at", "pk")[: scope.most]:
        days[timezone.localdate(row.resolved_at or row.opened_at), row.resolved_at is not None, row.team_id].append(row)
    return [_role_checks_entry(on, is_met, findings) for (on, is_met, _team), findings in days.items()]


def _role_checks_entry(on: datetime.date, is_met: bool, findings: list[RoleFinding]) -> Entry:
    subject, count = findings[0].team.subject, len(findings)
    met = ngettext("%(count)d role check resolved", "%(count)d role checks resolved", count)
    title = met if is_met else ngettext("%(count)d role check not met", "%(count)d role checks not met", count)
    return Entry(
        key=f"role-checks-{findings[0].team_id}-{on:%Y%m%d}-{'met' if is_met else 'open'}",
        kind=DateKind.ROLE_CHECK.value,
        on=on,
        title=title % {"count": count},
        url=reverse("team", args=[subject.reference]),
        state=(DateState.DONE if is_met else DateState.PLANNED).value,
        about=about(subject),
    )


@dates_of(DateKind.TRAINING)
def days_of_training(start: datetime.date, end: datetime.date, scope: Scope) -> list[Entry]:
    """The days on which people finished a course; one query (EL-45)."""
    rows = scope.of(Training.objects.current().filter(finished_on__range=(start, end)), "team__stream")
    rows = rows.select_related("course", "person", *with_leads("team__stream"))
    return [
        Entry(
            key=f"training-{row.pk}",
            kind=DateKind.TRAINING.value,
            on=row.finished_on,
            title=_("%(person)s finished %(course)s") % {"person": row.person.name, "course": row.course},
            url=reverse("training", args=[row.team.subject.reference]),
            state=DateState.DONE.value,
            about=about(row.team.subject),
        )
        for row in rows.order_by("finished_on", "pk")[: scope.most]
    ]
