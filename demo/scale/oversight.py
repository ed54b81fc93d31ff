"""Builds what hangs on generated residencies between their start and the years after: money, barriers, reports, alumni and mentors."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils import timezone

from acts.act import SYSTEM
from agreements.versions.canonical_text import sha256
from community.choices import HelpTopic, MentoringState
from community.models import Alumnus, AlumnusPlace, Mentoring, Offer, OfferTopic
from dates.months import fiscal_year_of, months_after
from dates.working_days import working_days_after
from demo import words
from ledger.canonical import canonical_json
from ledger.records import left_to_adoption
from oversight.barriers.catalogue import install_standard_routes
from oversight.barriers.rules import due_on
from oversight.choices import BarrierState, BudgetKind, DecisionState, Dimension, Health, LineKind, Payer, ReportState
from oversight.models import (
    Barrier,
    BarrierStay,
    Budget,
    Category,
    Contract,
    DecisionWanted,
    Document,
    FollowUp,
    HealthRating,
    Level,
    MoneyLine,
    ReportingPlan,
    Risk,
    RiskRating,
    StatusReport,
)
from oversight.models.followups import FollowUpKind
from people.models import Person
from residencies.lifecycle.team import Goes, Member
from residencies.models import Conversation, ConversationInvitee, Graduation
from residencies.models.states import SIX, State

if TYPE_CHECKING:
    from demo.scale.generate import SampleResidency

DAY = datetime.timedelta(days=1)
UNDER_WAY = (State.IN_RESIDENCE, State.LIVE)
MONTHS_OF_BOOKS = 8
OFFERING = 5  # one in so many alumni offers help
Samples = list["SampleResidency"]


def add_oversight(samples: Samples) -> None:
    """Add to `samples` what people record between the start and after graduation; a draft gets nothing."""
    install_standard_routes(by=SYSTEM)
    today = timezone.localdate()
    started = [each for each in samples if each.row.started_on]
    open_ones = [each for each in started if each.row.state in UNDER_WAY]
    graduated = [each for each in samples if each.row.state == State.GRADUATED]
    with left_to_adoption():
        _insert(_money(started, today))
        _barriers(started, today)
        _risks(open_ones, today)
        _reports(open_ones, today)
        _conversations(open_ones, today)
        _insert(_graduations(graduated, today))
        offering = _alumni(graduated)
        _mentors(open_ones, offering, today)


def _insert(rows: Iterable[Model]) -> None:
    """Insert rows of several models, each model's at once."""
    by_model: dict[type[Model], list[Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, of_model in by_model.items():
        model._default_manager.bulk_create(of_model, batch_size=5000)


def _on(day: datetime.date | None) -> datetime.date:
    """Return a day that its state implies, such as the first day of a residency that started."""
    if day is None:
        raise ValueError("A residency in this state has this day.")
    return day


# ── Money, barriers and risks ────────────────────────────────────────────────────────────────


def _money(started: Samples, today: datetime.date) -> Iterator[Model]:
    """A budget for each team's first fiscal year; monthly books and a contract for teams under way, a single sum for the others."""
    for each in started:
        stream, by, first = each.row.stream, each.owner, _on(each.row.started_on)
        cents = each.dice.randrange(80_000_000, 130_000_000, 100)
        yield Budget(stream=stream, fiscal_year=fiscal_year_of(first), kind=BudgetKind.TEAM, amount_cents=cents, entered_by=by)
        entry = {"stream": stream, "payer": Payer.MINISTRY, "entered_by": by}
        if each.row.state not in UNDER_WAY:
            yield MoneyLine(kind=LineKind.SPENT, item="Salaries", on=_on(each.row.ended_on), amount_cents=cents // 2, **entry)
            continue
        yield MoneyLine(kind=LineKind.COMMITTED, item="Salaries", on=first, amount_cents=cents // 2, **entry)
        for month in range(MONTHS_OF_BOOKS):
            on = max(first, months_after(today, -month))
            yield MoneyLine(kind=LineKind.SPENT, item="Salaries", on=on, amount_cents=cents // 24, **entry)
            yield MoneyLine(kind=LineKind.SPENT, item="Development", vendor="Saltbox Software", on=on, amount_cents=cents // 48, **entry)
        yield Contract(
            stream=stream, vendor="Saltbox Software", purpose="Development", amount_cents=cents // 4, from_on=first,
            to_on=max(first, today + each.dice.randint(-20, 300) * DAY), entered_by=by,
        )  # fmt: skip


def _barriers(started: Samples, today: datetime.date) -> None:
    """One that each team resolved itself, and for teams under way one that has reached lab operations."""
    team, lab = (Level.objects.get(kind="", code=code) for code in ("team", "lab-operations"))
    categories = list(Category.objects.order_by("pk"))
    barriers: list[Barrier] = []
    stays: list[BarrierStay] = []
    for each in started:
        first, by = _on(each.row.started_on), each.owner
        raised = {"stream": each.row.stream, "raised_by": by, "owner_id": each.people[0]}
        closed_on = min(first + 4 * DAY, today)
        barriers.append(
            Barrier(**raised, text="Two accounts are missing.", raised_on=first, state=BarrierState.RESOLVED, level=team, closed_on=closed_on, outcome="Both came.")
        )  # fmt: skip
        stays.append(_stay(barriers[-1], 1, team, first, closed_on, reason="Both accounts came.", ended_by=by))
        if each.row.state not in UNDER_WAY:
            continue
        here_since = max(first, today - each.dice.randint(0, 25) * DAY)
        raised_on = max(first, here_since - 3 * DAY)
        barriers.append(
            Barrier(
                **raised, text=each.dice.choice(words.BARRIERS), raised_on=raised_on, state=BarrierState.ROUTED, level=lab,
                due_on=due_on(here_since, lab.allowed_days), category=each.dice.choice(categories), cause="One office decides.",
                proposed_solution="Let a second office decide.", blocks_work=each.dice.random() < 0.3,
            )
        )  # fmt: skip
        stays.append(_stay(barriers[-1], 1, team, raised_on, here_since, reason="The team can't.", recommendation="Ask.", ended_by=by))
        stays.append(_stay(barriers[-1], 2, lab, here_since))
    Barrier.objects.bulk_create(barriers, batch_size=5000)
    BarrierStay.objects.bulk_create(stays, batch_size=5000)


def _stay(
    barrier: Barrier, number: int, level: Level, since: datetime.date, until: datetime.date | None = None, **ended: Any
) -> BarrierStay:
    due = due_on(since, level.allowed_days)
    return BarrierStay(barrier=barrier, number=number, level=level, body_id=level.body_id, from_on=since, due_on=due, to_on=until, **ended)


def _risks(open_ones: Samples, today: datetime.date) -> None:
    rows = Risk.objects.bulk_create(
        Risk(
            stream=each.row.stream, text="Only one person knows how it is built.", raised_by=each.owner,
            raised_on=_on(each.row.started_on), next_review_on=max(_on(each.row.started_on), today + each.dice.randint(-10, 60) * DAY),
            owner_id=each.people[1],
        )
        for each in open_ones
    )  # fmt: skip
    ratings = [
        RiskRating(risk=row, number=1, on=row.raised_on, likelihood=1 + row.pk % 5, impact=1 + row.pk % 4, rated_by=row.raised_by)
        for row in rows
    ]
    RiskRating.objects.bulk_create(ratings)
    for rating in ratings:
        rating.risk.score = rating.likelihood * rating.impact
    Risk.objects.bulk_update(rows, ["score"])


# ── Status reports and conversations ─────────────────────────────────────────────────────────

SENT = ["state", "document", "sent_at", "sent_by", "sent_as"]


def _reports(open_ones: Samples, today: datetime.date) -> None:
    """A plan, a report that was sent three weeks ago, its health, and a decision it asks for."""
    body = Level.objects.select_related("body").get(kind="", code="steering-committee").body
    now = timezone.now()
    sent_at = now - 21 * DAY
    sent_on = timezone.localdate(sent_at)
    documents = Document.objects.bulk_create(_document(each, sent_at) for each in open_ones)
    ReportingPlan.objects.bulk_create(
        ReportingPlan(stream=each.row.stream, next_due_on=today + each.dice.randint(-9, 20) * DAY, due_since=today) for each in open_ones
    )
    figures = canonical_json({"figures": [{"code": "team", "label": "People on the team", "text": "7"}]}).decode()
    reports = StatusReport.objects.bulk_create(
        StatusReport(
            stream=each.row.stream, number=1, from_on=sent_on - 30 * DAY, to_on=sent_on, done="A release.", upcoming="Another.",
            figures=figures, facts_at=sent_at, written_by=each.owner,
        )
        for each in open_ones
    )  # fmt: skip
    _insert(
        HealthRating(report=report, dimension=dimension, proposed=each.dice.choice(list(Health)), because="What the records say.")
        for each, report in zip(open_ones, reports, strict=True)
        for dimension in Dimension
    )
    _insert(
        DecisionWanted(
            report=report, number=1, body=body, text="Name a second signer.", due_on=(due := today + each.dice.randint(-9, 20) * DAY),
            state=DecisionState.OPEN, waits_until=due,
        )
        for each, report in zip(open_ones, reports, strict=True)
    )  # fmt: skip
    # Sent last: triggers refuse what is added to a report that was sent.
    for each, report, document in zip(open_ones, reports, documents, strict=True):
        report.state, report.document = ReportState.SENT, document
        report.sent_at, report.sent_by, report.sent_as = sent_at, each.owner, "lab_ops"
    StatusReport.objects.bulk_create(reports, update_conflicts=True, unique_fields=["id"], update_fields=SENT)


def _document(each: SampleResidency, issued_at: datetime.datetime) -> Document:
    """What was sealed of a report. No PDF is wanted of it."""
    content = b"generated\n" + canonical_json({"generated": True, "reference": each.row.reference})
    fields = {"content": content, "content_sha256": sha256(content), "issued_at": issued_at, "issued_by": each.owner}
    return Document(stream=each.row.stream, number=1, kind="status-report", title="Status report 1", **fields)


def _conversations(open_ones: Samples, today: datetime.date) -> None:
    """One that is open with someone of each group, for one team in two."""
    rows: list[Conversation] = []
    invited: list[ConversationInvitee] = []
    for each in open_ones[::2]:
        opened_on = today - each.dice.randint(0, 20) * DAY
        rows.append(
            Conversation(
                residency=each.row, expectation="A full-time product owner.", raised_by="Lab operations", opened_on=opened_on,
                due_on=working_days_after(opened_on, 10),
            )
        )  # fmt: skip
        invited += [
            ConversationInvitee(conversation=rows[-1], person_id=person, group=group)
            for person, group in zip(each.people, SIX, strict=False)
        ]
    Conversation.objects.bulk_create(rows)
    ConversationInvitee.objects.bulk_create(invited, batch_size=5000)


# ── After graduation ─────────────────────────────────────────────────────────────────────────


def _graduations(graduated: Samples, today: datetime.date) -> Iterator[Model]:
    """The team as it was, and the follow-ups; those that were due a month ago are answered."""
    for each in graduated:
        ended = _on(each.row.ended_on)
        team = [Member(person, f"Person {person}", "Developer", goes=Goes.STAYS) for person in each.people[:7]]
        names = [member.name for member in team]
        yield Graduation(residency=each.row, team=[member.as_record for member in team], story="People get an answer in a day.")
        for kind, months in ((FollowUpKind.SIX_MONTHS, 6), (FollowUpKind.TWELVE_MONTHS, 12)):
            due = months_after(ended, months)
            answered = {"answered_on": due + 5 * DAY, "in_use": "yes", "together": names[:5]} if due < today - 30 * DAY else {}
            yield FollowUp(stream=each.row.stream, kind=kind, due_on=due, team=names, contact_id=each.people[0], **answered)


def _alumni(graduated: Samples) -> list[Offer]:
    """Two people of each team are alumni, and one alum in five offers help; returns the offers."""
    known = Alumnus.objects.count()
    people = Person.objects.bulk_create(
        (
            Person(name=f"{each.dice.choice(words.FIRST)} {each.dice.choice(words.LAST)}", email=f"alum-{known + 2 * number + place}@example.org")
            for number, each in enumerate(graduated)
            for place in range(2)
        ),
        batch_size=5000,
    )  # fmt: skip
    teams = [each.row for each in graduated for _place in range(2)]
    alumni = Alumnus.objects.bulk_create(
        (
            Alumnus(person=person, joined_on=_on(row.ended_on), checked_on=_on(row.ended_on))
            for person, row in zip(people, teams, strict=True)
        ),
        batch_size=5000,
    )
    AlumnusPlace.objects.bulk_create(
        (AlumnusPlace(alumnus=alumnus, residency=row, role="Developer") for alumnus, row in zip(alumni, teams, strict=True)),
        batch_size=5000,
    )
    offers = Offer.objects.bulk_create(Offer(person=person, text="Ask me anything.", teams_at_once=2) for person in people[::OFFERING])
    topics = list(HelpTopic)
    OfferTopic.objects.bulk_create(OfferTopic(offer=offer, topic=topics[number % len(topics)]) for number, offer in enumerate(offers))
    return offers


def _mentors(open_ones: Samples, offering: list[Offer], today: datetime.date) -> None:
    """Every second team under way asked for a mentor; every second of those has one."""
    free = iter(offering)
    rows = []
    for number, each in enumerate(open_ones[::2]):
        offer = next(free, None) if number % 2 else None
        state = MentoringState.MATCHED if offer else MentoringState.REQUESTED
        days = {"matched_on": today, "last_met_on": today} if offer else {}
        rows.append(
            Mentoring(
                residency=each.row, topic=HelpTopic.PRODUCT, question="How do we say no?", state=state, requested_by=each.owner,
                mentor=offer.person if offer else None, **days,
            )
        )  # fmt: skip
    Mentoring.objects.bulk_create(rows, batch_size=5000)
