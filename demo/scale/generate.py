"""Generates many plausible residencies quickly, with rows inserted in bulk and ledgers that verify.

It doesn't run the acts, which would take hours for 50,000. The rows follow the lifecycle's table and
every constraint, each residency's chain of events verifies, and its first event says that it was
generated.
"""

from __future__ import annotations

import datetime
import random
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from demo import words
from demo.accounts import make_accounts
from demo.scale.agreements import add_agreements
from demo.scale.oversight import add_oversight
from demo.scale.rows import rows_of
from ledger.actions import append, lab_stream
from ledger.adoption import adopt_all
from ledger.models import Stream
from ledger.records import left_to_adoption
from people.models import Person, User
from residencies.lifecycle.rules import graduation_due
from residencies.models import Ministry, ProgramArea, ReferenceYear, Residency
from residencies.models.states import ENDED, Phase, State
from residencies.reference_data import FIGURES

BATCH = 1000
YEARS = 9
PEOPLE = 600

# The mix of states at a lab that has run for years: most residencies have ended.
SHARE = {
    State.DRAFT: 3, State.SUBMITTED: 1, State.IN_REVIEW: 2, State.QUALIFIED: 1, State.AGREEMENT: 2, State.IN_RESIDENCE: 4, State.LIVE: 3,
    State.GRADUATED: 48, State.DECLINED: 20, State.WITHDRAWN: 10, State.PIVOTED: 6,
}  # fmt: skip

# The verbs that lead to each state, and how many days before the following step each one happened.
ROAD = ("submit", "take_up", "qualify", "prepare_agreement", "start", "go_live", "graduate")
ROADS = {
    State.DRAFT: (), State.SUBMITTED: ROAD[:1], State.IN_REVIEW: ROAD[:2], State.QUALIFIED: ROAD[:3], State.AGREEMENT: ROAD[:4],
    State.IN_RESIDENCE: ROAD[:5], State.LIVE: ROAD[:6], State.GRADUATED: ROAD, State.DECLINED: (*ROAD[:2], "decline"),
    State.WITHDRAWN: ("submit", "withdraw"), State.PIVOTED: (*ROAD[:5], "pivot"),
}  # fmt: skip
LONGEST_WAIT = {state: 200 if state == State.LIVE else 80 for state in SHARE}
DAYS_BEFORE = {
    "submit": (5, 40), "take_up": (1, 15), "qualify": (7, 40), "decline": (7, 40), "withdraw": (3, 90), "prepare_agreement": (2, 20),
    "start": (20, 70), "go_live": (200, 420), "graduate": (90, 200), "pivot": (60, 250),
}  # fmt: skip


@dataclass
class SampleResidency:
    """A residency that isn't saved yet: its row, and when each step was taken."""

    row: Residency
    steps: list[tuple[str, datetime.datetime]]
    owner: User
    lead: User
    dice: random.Random
    people: list[int] = field(default_factory=list)

    def day_of(self, verb: str) -> datetime.date | None:
        return next((timezone.localdate(at) for name, at in self.steps if name == verb), None)


def add(count: int, *, seed: int | str = 1) -> int:
    """Add `count` generated residencies to the existing ones; returns `count`.

    A number as `seed` gives the same residencies for the same tables; a string gives the same ones whatever is in the tables.
    """
    dice = random.Random(seed if isinstance(seed, str) else f"{seed}/{Residency.objects.count()}")  # noqa: S311 - plausible, not secret
    accounts = make_accounts()
    for start in range(0, count, BATCH):
        _add_batch(min(BATCH, count - start), dice, accounts)
    return count


@transaction.atomic
def _add_batch(count: int, dice: random.Random, accounts: dict[str, User]) -> None:
    now = timezone.now()
    people = _people()
    samples = [_imagined(dice, now, accounts) for _ in range(count)]
    for each in samples:
        each.people = dice.sample(people, 9)
    _give_references(samples)
    _give_areas(samples, dice)
    for each, stream in zip(samples, Stream.objects.bulk_create(Stream(kind="residency") for _ in samples), strict=True):
        each.row.stream = stream
    for each in samples:
        each.row.search_text = each.row.own_words
    with left_to_adoption():
        Residency.objects.bulk_create(each.row for each in samples)
        for model, rows in rows_of(samples).items():
            model._default_manager.bulk_create(rows, batch_size=5000)
    add_agreements(samples)
    add_oversight(samples)
    _save_heads([each.row.stream for each in samples])
    adopt_all(streams=[each.row.stream_id for each in samples])
    append(lab_stream(), "scale-generated", by="demo", facts={"count": count, "last": samples[-1].row.reference})


def _save_heads(streams: list[Stream]) -> None:
    """Save the streams' heads in one upsert of existing rows; `bulk_update` takes ten times as long."""
    Stream.objects.bulk_create(streams, update_conflicts=True, unique_fields=["id"], update_fields=["head_seq", "head_hash"])


def _imagined(dice: random.Random, now: datetime.datetime, accounts: dict[str, User]) -> SampleResidency:
    state = dice.choices(list(SHARE), weights=list(SHARE.values()))[0]
    ago = dice.randint(200, YEARS * 365) if state in ENDED else dice.randint(0, LONGEST_WAIT[state])
    at = now - datetime.timedelta(days=ago, minutes=dice.randint(0, 600))
    steps: list[tuple[str, datetime.datetime]] = []
    for verb in reversed(ROADS[state]):
        steps.insert(0, (verb, at))
        at -= datetime.timedelta(days=dice.randint(*DAYS_BEFORE[verb]), minutes=dice.randint(0, 400))
    sample = SampleResidency(_row(dice, state, at, steps[-1][1] if steps else at, accounts), steps, accounts["ops"], accounts["lead"], dice)
    _date(sample)
    return sample


def _row(dice: random.Random, state: State, made_at: datetime.datetime, since: datetime.datetime, accounts: dict[str, User]) -> Residency:
    return Residency(
        product=f"{dice.choice(words.WHERE)} {dice.choice(words.WHAT)} {dice.choice(words.HOW)}",
        problem=dice.choice(words.PROBLEMS).format(days=dice.randint(12, 120)),
        state=state,
        state_since=since,
        made_at=made_at,
        owner=accounts[dice.choice(("ops", "lead"))] if dice.random() < 0.8 else None,
    )


def _date(sample: SampleResidency) -> None:
    """Fill in the dates and reasons that the row's state requires."""
    row = sample.row
    row.submitted_at = next((at for verb, at in sample.steps if verb == "submit"), None)
    row.started_on, row.live_on = sample.day_of("start"), sample.day_of("go_live")
    row.graduation_due_on = graduation_due(row.live_on, FIGURES["months_to_graduation"].default) if row.live_on else None
    row.phase = _phase(sample)
    if row.state in ENDED:
        row.ended_on = timezone.localdate(row.state_since)
    reasons = {State.DECLINED: words.DECLINED, State.WITHDRAWN: words.WITHDRAWN, State.PIVOTED: words.PIVOTED}
    row.end_reason = sample.dice.choice(reasons[State(row.state)]) if row.state in reasons else ""
    row.referred_to = "network" if row.state == State.DECLINED else ""


def _phase(sample: SampleResidency) -> Phase:
    row = sample.row
    if row.live_on:
        return Phase.SUSTAIN
    if row.started_on:
        return sample.dice.choice((Phase.DISCOVER, Phase.DELIVER))
    return Phase.ALIGN if row.state in (State.QUALIFIED, State.AGREEMENT) else Phase.APPLY


def _give_references(samples: list[SampleResidency]) -> None:
    """Assign references from the year each was created in, after those already given out (EL-03)."""
    samples.sort(key=lambda each: each.row.made_at)
    years = Counter(timezone.localdate(each.row.made_at).year for each in samples)
    counters = {}
    for year in sorted(years):
        ReferenceYear.objects.get_or_create(year=year)
        counters[year] = ReferenceYear.objects.select_for_update().get(year=year)
    for each in samples:
        counter = counters[timezone.localdate(each.row.made_at).year]
        counter.last += 1
        each.row.reference = f"{settings.REFERENCE_PREFIX}-{counter.year}-{counter.last:03d}"
    ReferenceYear.objects.bulk_update(counters.values(), ["last"])


def _give_areas(samples: list[SampleResidency], dice: random.Random) -> None:
    """Give each residency under way its own program area (EL-02); those that have ended share them, like repeat clients."""
    ministries = _ministries()
    known = ProgramArea.objects.count()
    areas = ProgramArea.objects.bulk_create(
        ProgramArea(ministry=dice.choice(ministries), name=f"{dice.choice(words.WHERE)} {dice.choice(words.WHAT)} Branch {known + number}")
        for number in range(max(1, len([each for each in samples if each.row.state not in ENDED])))
    )
    free = list(areas)
    for each in samples:
        each.row.program_area = dice.choice(areas) if each.row.state in ENDED else free.pop()


def _ministries() -> list[Ministry]:
    known = {ministry.name: ministry for ministry in Ministry.objects.all()}
    Ministry.objects.bulk_create(Ministry(name=name) for name in words.MINISTRIES if name not in known)
    return list(Ministry.objects.filter(name__in=words.MINISTRIES).order_by("name"))


def _people() -> list[int]:
    """Return the keys of the people that all generated residencies share, creating them on first use."""
    crowd = Person.objects.filter(email__startswith="crowd-")
    if not crowd.exists():
        dice = random.Random("crowd")  # noqa: S311 - plausible, not secret
        names = [f"{dice.choice(words.FIRST)} {dice.choice(words.LAST)}" for _ in range(PEOPLE)]
        Person.objects.bulk_create(Person(name=name, email=f"crowd-{number}@example.org") for number, name in enumerate(names))
    return list(crowd.order_by("pk").values_list("pk", flat=True))
