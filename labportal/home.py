"""Home, put together from what each app says of itself: what needs somebody, the clocks, the pipeline."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.invitations.reminders import unsigned as unsigned_invitations
from agreements.models import Invitation
from agreements.todo import amendments_to_decide, answers, seals_to_mend, talks_to_answer, unsigned, voided
from agreements.versions.progress import open_invitations
from community.todo import desks_to_take_back, unrecorded_sessions, waiting_sessions
from ledger.memory import head_of_all, remembered
from outbox.delivery.health import MailHealth, mail_health
from people.models import User
from residencies.lifecycle.blockers import Blocker, remembered_blockers
from residencies.lifecycle.next_steps import Step, first_step
from residencies.listing import todo
from residencies.listing.todo import Attention
from residencies.models import Residency
from residencies.models.states import UNDER_WAY, State
from teams.todo import lab_leaders_behind, missed_champions, unreached, unready_teams, untrained_leaders, untrained_product_owners
from web.paging import COUNTED

CARDS = 3
MOST = 12


@dataclass(frozen=True)
class Card:
    """A residency on the board: since how many days, and what it waits for or how long its clock still runs."""

    title: str
    url: str
    days: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Column:
    """A state on the board: how many are there, counted so far and no further, and the newest of them."""

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
    residency: Residency
    days: int


@dataclass
class LabHome:
    """What the lab and its readers see first."""

    needs: list[Attention] = field(default_factory=list)
    more: int = 0
    late_mail: list[str] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    clock_days: int = todo.CLOCK_DAYS
    board: list[Column] = field(default_factory=list)


@dataclass(frozen=True)
class ManagedResidency:
    """A residency that somebody on the program side keeps, what comes next on it and what blocks it."""

    residency: Residency
    step: Step | None
    blocker: Blocker | None
    days: int | None


def lab_home(today: datetime.date, *, acts: bool, leads: bool = False, whole: bool = False) -> LabHome:
    """Clocks and pipeline, and for those who act what needs them: where somebody outside waits for an answer, then the longest waiting.

    `leads` adds what lab leadership decides; `whole` for all of that, however much.

    The number of queries does not depend on how many residencies there are.
    """
    home = LabHome(board=_board(today), clocks=[Clock(residency, days) for residency, days in todo.clocks(today)])
    if acts:
        mail = mail_health()
        needs = [*failed_mail(mail), *_remembered_needs(today, leads)]
        home.needs, home.more = (needs, 0) if whole else (needs[:MOST], len(needs[MOST:]))
        home.late_mail = mail.complaints
    return home


def _remembered_needs(today: datetime.date, leads: bool) -> list[Attention]:
    """What needs the lab follows from what acts wrote and from the day: it is asked for again only after an act."""

    def work_out(readers: list[str]) -> dict[str, list[list[Any]]]:
        needs = [*(todo.pivots_to_decide() if leads else []), *_needs(today)]
        return {reader: [[str(need.sentence), str(need.url), need.since.isoformat(), need.late] for need in needs] for reader in readers}

    reader = "leads" if leads else "acts"
    needs = remembered("needs", {reader: head_of_all(timezone.now())}, today, work_out)[reader]
    return [Attention(sentence, url, datetime.date.fromisoformat(since), late) for sentence, url, since, late in needs]


def _needs(today: datetime.date) -> list[Attention]:
    asked = [State.QUALIFIED, State.AGREEMENT, State.IN_RESIDENCE]
    residencies = Residency.objects.for_list().in_bulk({pk for pk, _state, _count in todo.oldest_ids(asked, todo.MOST)})
    at: dict[str, list[Residency]] = defaultdict(list)
    for pk in sorted(residencies):
        at[residencies[pk].state].append(residencies[pk])
    answers_due = [*answers(), *amendments_to_decide(), *talks_to_answer(), *voided(), *seals_to_mend()]
    needs = [
        *todo.open_reviews(),
        *todo.open_conversations(today),
        *unsigned(),
        *todo.agreements_to_make(at[State.QUALIFIED]),
        *missed_champions(),
        *unreached(today),
        *untrained_leaders(today),
        *lab_leaders_behind(today),
        *untrained_product_owners(),
        *waiting_sessions(today),
        *unrecorded_sessions(today),
        *desks_to_take_back(today),
        *unready_teams([*at[State.AGREEMENT], *at[State.IN_RESIDENCE]], today),
    ]
    return [part for waits in (answers_due, needs) for part in sorted(waits, key=lambda need: need.since)]


def failed_mail(mail: MailHealth) -> list[Attention]:
    """Messages that the mail server would not take, or that could not be written, however often it was tried (EL-62)."""
    if not mail.failed or not mail.failed_since:
        return []
    sentence = ngettext("See to %(count)d message that could not be sent", "See to %(count)d messages that could not be sent", mail.failed)
    return [
        Attention(sentence % {"count": mail.failed}, f"{reverse('outbox')}?state=failed", timezone.localdate(mail.failed_since), late=True)
    ]


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
    return Card(residency.product, residency.get_absolute_url(), days, note, tone)


def managed_by(user: User, today: datetime.date) -> list[ManagedResidency]:
    """The residencies that `user` keeps, those under way first; one query and what their blockers take."""
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
    """Agreements that wait for the account's own signature: neither signed nor declined."""
    return list(open_invitations(user).filter(pk__in=unsigned_invitations().values("pk")))
