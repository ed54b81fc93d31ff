"""Home, put together from what each app provides: the to-do list, the week ahead, the clocks, the figures and the pipeline."""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.invitations.reminders import unsigned as unsigned_invitations
from agreements.models import Invitation
from agreements.versions.progress import SIGNATURES_OUTSTANDING, open_invitations
from labportal.todo_list import Reader, arranged
from ledger.lifecycle import Step
from ledger.memory import head_of_all, remembered
from outbox.delivery.health import MailHealth, mail_health
from people.models import Snooze, User
from people.todo import TODO, WEEK, DateKind, Entry, Line, Scope, entries, entry_of, line_of, plain
from residencies.lifecycle import rules
from residencies.lifecycle.blockers import Blocker, remembered_blockers
from residencies.lifecycle.next_steps import first_step
from residencies.listing import todo
from residencies.listing.key_figures import DAYS_TO_START, GRADUATED_IN_TIME, IN_RESIDENCE
from residencies.models import Residency
from residencies.models.states import UNDER_WAY, State
from residencies.reference_data import figures_read_once
from web.charts.small import Measure
from web.paging import COUNTED

CARDS = 3
AHEAD, NEXT = 4 * WEEK, 4  # how far ahead to look, and how many dates to show if the week has none
SHOWN_AHEAD = 200  # cached dates of each kind
WEEK_KINDS = (
    DateKind.REVIEW, DateKind.SESSION, DateKind.SIGNATURE, DateKind.CONVERSATION, DateKind.GRADUATION, DateKind.TASK,
)  # fmt: skip
MEASURES: dict[str, Measure] = {
    measure.slug: measure for measure in (IN_RESIDENCE, DAYS_TO_START, SIGNATURES_OUTSTANDING, GRADUATED_IN_TIME)
}


@dataclass(frozen=True)
class Card:
    """A residency on the board, with its days in this state, and what it is waiting for or how long its clock still runs."""

    title: str
    url: str
    days: str
    note: str = ""
    tone: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Column:
    """A state on the board, with its number of residencies, counted up to a limit, and the newest ones."""

    state: str
    label: str
    url: str
    count: int
    cards: list[Card]

    @property
    def more_than(self) -> int:
        return COUNTED if self.count > COUNTED else 0


@dataclass(frozen=True)
class Clock:
    """The clock of a live residency: when graduation is due, and the days left, negative if it is late."""

    name: str
    url: str
    due_on: datetime.date
    days: int


@dataclass(frozen=True)
class WeekAhead:
    """What happens within a week; `is_later` if there is nothing, and these are the next dates after it."""

    entries: list[Entry] = field(default_factory=list)
    is_later: bool = False


@dataclass(frozen=True)
class Asked:
    """How an account looks at home: only its own work or everyone's, the first lines or all, and the token its forms are sent with."""

    who: str
    whole: bool
    token: str


@dataclass(frozen=True)
class LabHome:
    """What lab staff and viewers see on home. `mine` and `everyone` count the lines they could do."""

    html: SafeString
    mine: int
    everyone: int
    asked_to_sign: bool
    snoozed: list[Snooze] = field(default_factory=list)
    late_mail: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ManagedResidency:
    """A residency that someone in a program area manages, with its next step and its blocker."""

    residency: Residency
    step: Step | None
    blocker: Blocker | None
    days: int | None


# ── Lab staff and viewers ────────────────────────────────────────────────────────────────────────


def lab_home(user: User, today: datetime.date, asked: Asked, *, acts: bool) -> LabHome:
    """Return the lab's home for `user`: what needs their attention, if they act for the lab, and how things stand.

    Remembered as HTML until the next act, another snooze or a message that can't be sent. The number of queries doesn't depend on the
    number of residencies.
    """
    mail = mail_health() if acts else MailHealth([])
    snoozes = Snooze.objects.of(user, today) if acts else {}
    reader, head = Reader(user.pk, user.roles, asked.who), head_of_all(timezone.now())
    shows = (asked.who, asked.whole, mail.failed, mail.failed_since, [(row.pk, row.until) for row in snoozes.values()])
    view = f"{user.pk}/{hashlib.sha256(repr(shows).encode()).hexdigest()}"
    write = lambda keys: {key: _written(reader, today, asked, head, mail, snoozes, acts=acts) for key in keys}
    html, mine, everyone, to_sign = remembered("home-page", {view: head}, today, write)[view]
    html = mark_safe(html.replace(_TOKEN, asked.token))  # noqa: S308 - from a template
    return LabHome(html, mine, everyone, to_sign, list(snoozes.values()), mail.complaints)


# Stands for the token of the forms until a page is shown. Nobody can type it, so no text is ever taken for it.
_TOKEN = salted_hmac("labportal.home", "the token of a form").hexdigest()


def _written(
    reader: Reader, today: datetime.date, asked: Asked, head: str, mail: MailHealth, snoozes: Mapping[str, Snooze], *, acts: bool
) -> list[Any]:
    parts = _parts(["dates", "html", "asked", *(["todo"] if acts else [])], today, head)
    lines = [*failed_mail(mail), *map(line_of, parts["todo"])] if acts else []
    todo = arranged(lines, reader, today, snoozed=snoozes, whole=asked.whole)
    context = {
        **{name: mark_safe(html) for name, html in zip(SAME_FOR_ALL, parts["html"], strict=True)},  # noqa: S308 - from templates
        "week": _ahead((entry for entry in map(entry_of, parts["dates"]) if not acts or reader.sees(entry.about)), today),
        "todo": todo, "snoozed": list(snoozes.values()), "acts": acts, "who": asked.who, "today": today, "csrf_token": _TOKEN,
    }  # fmt: skip
    html = render_to_string("labportal/_lab.html", context, HttpRequest())
    return [html, todo.mine, todo.everyone, reader.account in parts["asked"]]


def lines_for(user: User, today: datetime.date) -> dict[str, Line]:
    """Return everything that `user` could do, by key; these lines can be snoozed."""
    reader = Reader(user.pk, user.roles)
    lines = [*failed_mail(mail_health()), *map(line_of, _parts(["todo"], today, head_of_all(timezone.now()))["todo"])]
    return {line.key: line for line in lines if reader.can_do(line)}


def _parts(names: Collection[str], today: datetime.date, head: str) -> dict[str, list[Any]]:
    """Return these parts of home. They depend only on acts and the day, so they are computed again only after an act."""

    def work_out(wanted: Iterable[str]) -> dict[str, list[Any]]:
        with figures_read_once():
            return {name: PARTS[name](today) for name in wanted}

    return remembered("home", dict.fromkeys(names, head), today, work_out)


def _todo(today: datetime.date) -> list[Any]:
    return [plain(line) for source in TODO.all() for line in source(today)]


def _dates(today: datetime.date) -> list[Any]:
    ahead = entries(today, today + AHEAD, Scope(most=SHOWN_AHEAD), WEEK_KINDS)
    return [plain(entry) for entry in ahead if entry.is_open]


def _ahead(dates: Iterable[Entry], today: datetime.date) -> WeekAhead:
    dates = list(dates)
    within = [entry for entry in dates if entry.on <= today + WEEK]
    return WeekAhead(within) if within else WeekAhead(dates[:NEXT], bool(dates))


def _clocks(today: datetime.date) -> list[Clock]:
    return [
        Clock(row.product, reverse("graduation", args=[row.reference]), row.graduation_due_on, rules.days_left(row.graduation_due_on, today))
        for row in todo.live()
        if row.graduation_due_on
    ]  # fmt: skip


SAME_FOR_ALL = ("clocks", "figures", "board")


def _html(today: datetime.date) -> list[str]:
    figures = [(measure, measure.figure(today)) for measure in MEASURES.values()]
    return [
        render_to_string("labportal/_clocks.html", {"clocks": _clocks(today)}),
        render_to_string("labportal/_figures.html", {"figures": figures}),
        render_to_string("components/board.html", {"columns": _board(today)}),
    ]


def _asked(today: datetime.date) -> list[int]:
    """Return the accounts that are asked to sign."""
    accounts = unsigned_invitations().filter(party__person__user__isnull=False).values_list("party__person__user", flat=True)
    return list(accounts.order_by().distinct())


PARTS: dict[str, Callable[[datetime.date], list[Any]]] = {"todo": _todo, "dates": _dates, "html": _html, "asked": _asked}


def failed_mail(mail: MailHealth) -> list[Line]:
    """Return a line for messages that couldn't be rendered or delivered after all attempts, if there are any (EL-62)."""
    if not mail.failed or not mail.failed_since:
        return []
    since, params = timezone.localdate(mail.failed_since), {"count": mail.failed}
    title = ngettext("%(count)d message could not be sent", "%(count)d messages could not be sent", mail.failed)
    url = f"{reverse('outbox')}?state=failed"
    return [Line("failed-mail", title % params, _("Review failed messages"), url, since, due_on=since)]


# ── The pipeline ─────────────────────────────────────────────────────────────────────────────────


def _board(today: datetime.date) -> list[Column]:
    keys = list(todo.newest_ids(UNDER_WAY, CARDS))
    counts = {state: count for _pk, state, count in keys if count}
    residencies = Residency.objects.for_list().at_heads().in_bulk({pk for pk, _state, _count in keys})
    blockers = remembered_blockers(residencies.values(), today)
    at: dict[str, list[Card]] = defaultdict(list)
    for pk in sorted(residencies, reverse=True):
        residency = residencies[pk]
        if len(at[residency.state]) < CARDS:
            at[residency.state].append(_card(residency, blockers.get(residency.stream_id), today))
    return [
        Column(state, str(state.label), f"{reverse('residency-list')}?state={state}", counts.get(state, 0), at[state])
        for state in UNDER_WAY
    ]


def _card(residency: Residency, blocker: Blocker | None, today: datetime.date) -> Card:
    count = blocker.more + 1 if blocker else 0
    days = _("%(count)d d") % {"count": (today - timezone.localdate(residency.state_since)).days}
    note, tone = "", ""
    if residency.state == State.LIVE and residency.graduation_due_on:
        left = (residency.graduation_due_on - today).days
        days, tone = (_("%(count)d d left") % {"count": left}, "") if left >= 0 else (_("%(count)d d late") % {"count": -left}, "danger")
    if residency.state == State.SUBMITTED:
        note = residency.owner.name if residency.owner else _("unassigned")
    elif residency.state == State.IN_REVIEW and count:
        note = _("%(count)d to decide") % {"count": count}
    elif residency.state == State.QUALIFIED:
        note = _("no agreement")
    elif residency.state in (State.AGREEMENT, State.IN_RESIDENCE, State.LIVE) and count:
        note = ngettext("%(count)d blocker", "%(count)d blockers", count) % {"count": count}
    return Card(residency.product, residency.get_absolute_url(), days, note, tone, str(residency.owner or ""))


# ── Everyone else ────────────────────────────────────────────────────────────────────────────────


def managed_by(user: User, today: datetime.date) -> list[ManagedResidency]:
    """Return the residencies that `user` manages, those under way first; one query, plus those for blockers."""
    rows = sorted(
        Residency.objects.visible_to(user).for_list().at_heads()[:50], key=lambda residency: (not residency.is_under_way, -residency.pk)
    )
    blockers = remembered_blockers(rows, today)
    return [
        ManagedResidency(
            residency,
            first_step(residency, user),
            blockers.get(residency.stream_id),
            (residency.graduation_due_on - today).days if residency.state == State.LIVE and residency.graduation_due_on else None,
        )
        for residency in rows
    ]


def asked_to_sign(user: User) -> list[Invitation]:
    """Return the account's own invitations to sign that are neither signed nor declined."""
    return list(open_invitations(user).filter(pk__in=unsigned_invitations().values("pk")))


def week_of(residencies: Iterable[Residency], today: datetime.date) -> WeekAhead:
    """Return what happens within a week on these residencies."""
    references = {residency.reference for residency in residencies}
    dates = map(entry_of, _parts(["dates"], today, head_of_all(timezone.now()))["dates"])
    return _ahead((entry for entry in dates if entry.about.reference in references), today)
