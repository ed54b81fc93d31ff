"""What residencies give the lab to do, their dates, and the oldest and newest at each state (people/todo.py)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dates.working_days import working_days_after
from people.todo import LEADERS, MOST, NOBODY, OPS, TODO, WEEK, DateKind, DateState, Entry, Line, Scope, about, dates_of
from residencies.lifecycle import rules
from residencies.models import Condition, ConditionFinding, Question, Release, Residency, Review
from residencies.models.states import State
from residencies.reference_data import figures_over
from web.paging import COUNTED


class CountUpTo(Subquery):
    """How many rows a query has: a sliced one is counted no further than the slice goes."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def newest_ids(states: Iterable[str], count: int) -> Any:
    """Key, state and how many are there (`COUNTED` + 1 when more) of the `count` newest residencies at each of `states`."""
    return _first_ids({state: CountUpTo(_at(state).order_by("-pk").values("pk")[: COUNTED + 1]) for state in states}, count, "-pk")


def oldest(states: Iterable[str]) -> list[Residency]:
    """The oldest residencies at each of `states`, with program area and lead; one query, which does not grow with the table."""
    first, *others = (_at(state).filter(pk__in=_at(state).order_by("pk").values("pk")[:MOST]).order_by().values("pk") for state in states)
    return list(Residency.objects.for_list().filter(pk__in=first.union(*others, all=True) if others else first).order_by("pk"))


def _first_ids(states: Mapping[str, Any], count: int, order: str) -> Any:
    """One query, which does not grow with the table."""
    branches = [
        Residency.objects.order_by().filter(pk__in=_at(state).order_by(order).values("pk")[:count]).annotate(total=total)
        for state, total in states.items()
    ]
    keys = [branch.values_list("pk", "state", "total") for branch in branches]
    return keys[0].union(*keys[1:], all=True)


def _at(state: str) -> Any:
    return Residency.objects.filter(state=state)


def intakes_to_review() -> int:
    """How many intakes wait for the lab to decide, counted to 99; one query."""
    # Not `count`, whose subquery takes Django longer to write than these few keys take to read. Every page asks.
    return len(Residency.objects.order_by().filter(state__in=(State.SUBMITTED, State.IN_REVIEW)).values_list("pk")[:99])


# ── Applications ─────────────────────────────────────────────────────────────────────────────────


@TODO.add
def open_reviews(today: datetime.date) -> list[Line]:
    """Intakes that wait for a review, and reviews that wait for decisions (EL-16); two queries."""
    decided = CountUpTo(_decided().values("pk"))
    rows = Review.objects.filter(closed_at=None).select_related("residency__owner", "assignee").annotate(decided=decided)
    return [
        _review_line(review, timezone.localdate(review.opened_at), due_on)
        for review, due_on in _with_due_days(rows.order_by("opened_at")[:MOST])
    ]


def _with_due_days(rows: Iterable[Any]) -> list[tuple[Any, datetime.date]]:
    """Open reviews, each with the day by which the lab promised to decide."""
    arrived = [(review, timezone.localdate(review.opened_at)) for review in rows]
    days = figures_over({on for _review, on in arrived}) if arrived else {}
    return [(review, working_days_after(on, days[on]["review_working_days"])) for review, on in arrived]


def _decided() -> Any:
    """Of a review's residency, the conditions with a finding in that review, or decided earlier on words that still stand (EL-13)."""
    findings = ConditionFinding.objects.filter(condition=OuterRef("pk"))
    latest = findings.filter(sent_at__isnull=False).order_by("-review__number").values("pk")[:1]
    standing = ConditionFinding.objects.filter(
        pk=OuterRef("latest"), case_version=OuterRef("revision"), verdict__in=[rules.MET, rules.NOT_MET]
    )
    rows = Condition.objects.order_by().filter(residency=OuterRef("residency")).annotate(latest=Subquery(latest))
    return rows.filter(Exists(findings.filter(review=OuterRef(OuterRef("pk")))) | Exists(standing))


def _review_line(review: Any, arrived: datetime.date, due_on: datetime.date) -> Line:
    left = 6 - review.decided
    of_review: dict[str, Any] = {
        "key": f"review/{review.pk}", "url": reverse("review", args=[review.residency.reference]), "since": arrived, "due_on": due_on,
        "about": about(review.residency), "assignee": review.assignee_id, "assignee_name": str(review.assignee or ""),
    }  # fmt: skip
    if review.residency.state == State.SUBMITTED:
        return Line(title=_("New application"), verb=_("Start the review"), roles=OPS, **of_review)
    if left:
        title = ngettext("%(count)d of 6 conditions left to decide", "%(count)d of 6 conditions left to decide", left)
        verb = ngettext("Decide %(count)d condition", "Decide %(count)d conditions", left)
        return Line(title=title % {"count": left}, verb=verb % {"count": left}, **of_review)
    title = _("All 6 conditions drafted, waiting for leadership to decide")
    return Line(title=title, verb=_("Qualify or decline"), roles=LEADERS, **of_review)


@TODO.add
def unanswered_questions(today: datetime.date) -> list[Line]:
    """Drafts that were sent back with questions to the program area (EL-14); two queries."""
    questions = Question.objects.filter(answered_at=None, review__residency__state=State.DRAFT).order_by().values("review__residency")
    waiting = {
        row["review__residency"]: row for row in questions.annotate(open=Count("pk"), since=Min("asked_at")).order_by("since")[:MOST]
    }
    rows = Residency.objects.select_related("owner").in_bulk(list(waiting))
    return [_questions_line(rows[pk], row["open"], row["since"]) for pk, row in waiting.items()]


def _questions_line(residency: Residency, count: int, asked_at: datetime.datetime) -> Line:
    return Line(
        key=f"questions/{residency.pk}",
        title=ngettext("%(count)d question from the lab to answer", "%(count)d questions from the lab to answer", count) % {"count": count},
        verb=_("Open the application"),
        url=reverse("intake", args=[residency.reference]),
        since=timezone.localdate(asked_at),
        waits=True,
        about=about(residency),
    )


@TODO.add
def agreements_to_make(today: datetime.date) -> list[Line]:
    """Qualified residencies without an agreement; two queries."""
    return [
        Line(
            key=f"agreement-to-make/{residency.pk}",
            title=_("Qualified, no agreement yet"),
            verb=_("Prepare the agreement"),
            url=reverse("agreement", args=[residency.reference]),
            since=since_of(residency),
            roles=OPS,
            about=about(residency),
        )
        for residency in oldest([State.QUALIFIED])
    ]


# ── The clock ────────────────────────────────────────────────────────────────────────────────────


@TODO.add
def late_graduations(today: datetime.date) -> Iterator[Line]:
    """Live residencies past the day of their graduation, or within a week of it (EL-83); one query.

    Lab operations carry the plan out; whether there is more time is for leadership alone, once the day is past.
    """
    for residency in live(today + WEEK):
        due_on = residency.graduation_due_on
        assert due_on is not None  # noqa: S101 - the clock of a live residency runs (residencies_live_has_clock)
        of_clock: dict[str, Any] = {
            "since": due_on,
            "due_on": due_on,
            "about": about(residency),
            "hidden": True,
        }
        yield Line(
            key=f"graduation/{residency.pk}",
            title=_("Graduation overdue") if due_on < today else _("Graduation due"),
            verb=_("Open the graduation plan"),
            url=reverse("graduation", args=[residency.reference]),
            roles=OPS,
            **of_clock,
        )
        if due_on < today:
            yield Line(
                key=f"more-time/{residency.pk}",
                title=_("Graduation overdue: decide whether the team gets more time"),
                verb=_("Give more time"),
                url=reverse("graduation-extend", args=[residency.reference]),
                roles=LEADERS,
                **of_clock,
            )


def live(due_by: datetime.date | None = None) -> list[Residency]:
    """Live residencies by the day of their graduation, the latest first (EL-83); one query."""
    rows = Residency.objects.filter(state=State.LIVE, graduation_due_on__isnull=False).select_related("owner")
    rows = rows.filter(graduation_due_on__lte=due_by) if due_by else rows
    return list(rows.order_by("graduation_due_on", "pk")[:MOST])


def since_of(residency: Residency) -> datetime.date:
    return timezone.localdate(residency.state_since)


# ── Dates ────────────────────────────────────────────────────────────────────────────────────────


def _entry(kind: DateKind, key: str, on: datetime.date | None, title: str, page: str, residency: Residency, state: DateState) -> Entry:
    assert on is not None  # noqa: S101 - asked for by its day
    return Entry(key, kind.value, on, title, reverse(page, args=[residency.reference]), state=state.value, about=about(residency))


@dates_of(DateKind.GRADUATION)
def dated_graduations(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """When live residencies are due to graduate, and when others did; one query (EL-80, EL-83)."""
    due = Q(state=State.LIVE, graduation_due_on__range=(start, end))
    rows = Residency.objects.filter(due | Q(state=State.GRADUATED, ended_on__range=(start, end))).select_related("owner")
    for row in scope.of(rows, "stream").order_by("graduation_due_on", "pk")[: scope.most]:
        on, title, state = row.graduation_due_on, _("Graduation due"), DateState.DUE
        if row.state == State.GRADUATED:
            on, title, state = row.ended_on, _("Graduated"), DateState.DONE
        yield _entry(DateKind.GRADUATION, f"graduation-{row.pk}", on, title, "graduation", row, state)


@dates_of(DateKind.RELEASE)
def dated_releases(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Releases, and the final live release with which the clock starts; one query (EL-80)."""
    rows = Release.objects.filter(released_on__range=(start, end)).select_related("residency__owner")
    for row in scope.of(rows, "residency__stream").order_by("released_on", "pk")[: scope.most]:
        title = _("Final live release") if row.is_final else _("Release: %(stage)s") % {"stage": row.get_stage_display()}
        yield _entry(DateKind.RELEASE, f"release-{row.pk}", row.released_on, title, "graduation", row.residency, DateState.DONE)


@dates_of(DateKind.RESIDENCY)
def first_and_last_days(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """When residencies started, and when they ended without graduating; one query (EL-04)."""
    ended = Q(ended_on__range=(start, end)) & ~Q(state=State.GRADUATED)
    rows = Residency.objects.filter(Q(started_on__range=(start, end)) | ended).select_related("owner")
    for row in scope.of(rows, "stream").order_by("started_on", "pk")[: scope.most]:
        if row.started_on and start <= row.started_on <= end:
            title = _("First day in residence")
            yield _entry(DateKind.RESIDENCY, f"residency-{row.pk}-start", row.started_on, title, "residency", row, DateState.DONE)
        if row.ended_on and start <= row.ended_on <= end and row.state != State.GRADUATED:
            title = _("Residency ended: %(state)s") % {"state": row.get_state_display()}
            yield _entry(DateKind.RESIDENCY, f"residency-{row.pk}-end", row.ended_on, title, "residency", row, DateState.DONE)


@dates_of(DateKind.INTAKE)
def reviews_due(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """By when open reviews of applications are due, for the lab and its readers; two queries (EL-16)."""
    if not scope.may("residencies.view_review"):
        return
    assigned = Q(assignee=scope.owner) | Q(assignee=None, residency__owner=scope.owner)
    if scope.owner == NOBODY:
        assigned = Q(assignee=None, residency__owner=None)
    rows = scope.of(Review.objects.filter(closed_at=None), "residency__stream", assigned=assigned)
    rows = rows.select_related("residency__owner", "assignee").order_by("opened_at")[: scope.most]
    for review, due_on in _with_due_days(rows):
        if start <= due_on <= end:
            entry = _entry(
                DateKind.INTAKE, f"intake-{review.pk}", due_on, _("Application review due"), "review", review.residency, DateState.DUE
            )
            yield replace(entry, assignee=review.assignee_id, assignee_name=str(review.assignee or ""))
