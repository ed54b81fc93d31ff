"""Barriers from being raised to being closed, along their routes, and risks with their ratings (EL-73, EL-74)."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from acts.act import SYSTEM
from acts.revisions import Stale
from dates.working_days import is_working_day
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.barriers import actions, risks
from oversight.barriers.catalogue import edit_level, edit_route, install_standard_routes
from oversight.barriers.queries import routes_of, suggestions, waiting_of
from oversight.barriers.rules import due_on
from oversight.models import Barrier, BarrierStay, Level, Risk, RiskRating, Route
from oversight.money.queries import daily_costs
from people.models import RoleGrant
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle.moves import MOVES
from residencies.models.states import State
from tests.factories import person
from tests.oversight.barriers import at_lab, barrier, category, closed, days_ago, defined, here, levels, moved, risk
from tests.oversight.factories import budget
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def refused(act, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        act(*args, **kwargs)
    return refusal.value.codes


def acts_on(row):
    return list(Event.objects.filter(stream=row.stream_id).order_by("seq").values_list("act", flat=True))


# ── Raised and described ─────────────────────────────────────────────────────────────────────


def test_one_sentence_raises_a_barrier_and_starts_the_teams_time(owner):
    """EL-73: the product owner raises it; everything else can follow."""
    of = residency(State.IN_RESIDENCE, kept_by=owner)
    row = barrier(of, by=owner, text="  No one may   sign. ")
    today = timezone.localdate()

    assert (row.text, row.state, row.level.code, row.raised_by) == ("No one may sign.", "identified", "team", owner)
    assert (here(row).from_on, here(row).due_on, row.due_on) == (today, due_on(today, 5), due_on(today, 5))
    assert acts_on(of) == ["barrier-raised"]
    assert refused(actions.raise_barrier, of, text=" ", by=owner) == {"barrier-no-text"}


def test_someone_who_does_not_work_on_the_residency_cannot_raise_a_barrier(owner, viewer):
    """EL-73"""
    of = residency(State.IN_RESIDENCE)
    levels()
    for stranger in (owner, viewer):
        with pytest.raises(PermissionDenied):
            actions.raise_barrier(of, text="Mine.", by=stranger)


def test_a_systemic_barrier_starts_at_lab_operations():
    """EL-73"""
    assert barrier(scope="systemic").level.code == "lab-operations"


def test_no_barrier_can_be_raised_without_a_route(ops):
    """EL-73: it wouldn't reach anyone."""
    assert refused(actions.raise_barrier, residency(State.IN_RESIDENCE), text="Anything.", by=ops) == {"barrier-no-route"}


def test_a_barrier_is_defined_once_it_has_a_category_a_cause_and_a_solution(ops):
    """EL-73"""
    row = barrier()
    half = actions.edit_barrier(row, cause="Law.", category=category(), shown_revision=row.revision, by=ops)
    assert half.state == "identified"
    whole = actions.edit_barrier(half, proposed_solution="Change it.", shown_revision=half.revision, by=ops)
    assert whole.state == "defined"
    again = actions.edit_barrier(whole, cause="", shown_revision=whole.revision, by=ops)
    assert again.state == "identified"
    assert acts_on(row)[-3:] == ["barrier-edited", "barrier-defined", "barrier-edited"]


def test_a_routed_barrier_keeps_its_category_cause_and_solution(ops):
    row = at_lab(by=ops)
    assert refused(actions.edit_barrier, row, cause=" ", shown_revision=row.revision, by=ops) == {"barrier-not-defined"}


def test_an_edit_is_stale_if_someone_else_saved_first(ops):
    row = barrier(by=ops)
    actions.assign_owner(row, person=person(), shown_revision=row.revision, by=ops)
    for act in (
        lambda: actions.edit_barrier(row, text="Other.", shown_revision=row.revision, by=ops),
        lambda: actions.close_barrier(row, state="resolved", outcome="Gone.", shown_revision=row.revision, by=ops),
    ):
        with pytest.raises(Stale):
            act()


# ── Along the route ──────────────────────────────────────────────────────────────────────────


def test_each_move_ends_one_stay_begins_the_next_and_is_in_history(ops):
    """EL-73: the recommendation and the reason stay on the stay of the level that gave them."""
    with days_ago(12):
        row = defined(by=ops)
    row = moved(row, "lab-operations", by=ops)
    first, second = row.stays.all()

    assert (first.level.code, first.to_on, first.days) == ("team", timezone.localdate(), 12)
    assert (first.recommendation, first.reason, first.ended_by) == ("Name a second signer.", "The team can't.", ops)
    assert (second.level.code, second.from_on, second.to_on, second.body.name) == ("lab-operations", first.to_on, None, "Lab operations")
    assert (row.state, row.level.code) == ("routed", "lab-operations")
    event = Event.objects.filter(stream=row.stream_id).latest("seq")
    assert (event.act, event.facts["days"], event.facts["reason"]) == ("barrier-moved", 12, "The team can't.")


def test_a_barrier_cannot_skip_a_level_or_move_up_undefined(ops):
    """EL-73"""
    row, where = barrier(by=ops), levels()
    words = {"recommendation": "Decide.", "reason": "Stuck.", "shown_revision": row.revision, "by": ops}
    assert refused(actions.move_barrier, row, to=where["lab-operations"], **words) == {"barrier-not-defined"}
    assert refused(actions.move_barrier, row, to=where["working-group"], **words) == {"barrier-off-route"}
    assert row.stays.count() == 1


def test_a_barrier_goes_from_the_team_to_the_sponsor_and_back(ops):
    """EL-73"""
    row = defined(by=ops)
    way = ["lab-operations", "working-group", "steering-committee", "sponsor", "steering-committee"]
    for code in way:
        row = moved(row, code, by=ops)
    assert list(row.stays.values_list("level__code", flat=True)) == ["team", *way]
    assert closed(row, by=ops).stays.get(number=6).reason == "A second signer is named."


def test_a_product_owner_moves_barriers_from_the_team_and_the_lab_from_any_level(owner, ops):
    """EL-73"""
    row = at_lab(residency(State.IN_RESIDENCE, kept_by=owner), by=owner)
    with pytest.raises(PermissionDenied):
        moved(row, "working-group", by=owner)
    assert moved(row, "working-group", by=ops).level.code == "working-group"


def test_a_barrier_cannot_take_a_step_that_an_administrator_closed(ops, administrator):
    """EL-73: the route is data."""
    row = at_lab(by=ops)
    route = Route.objects.get(scope="local", from_level__code="lab-operations", to_level__code="working-group")
    edit_route(route, is_open=False, shown_revision=1, by=administrator)
    words = {"recommendation": "Decide.", "reason": "Stuck.", "shown_revision": row.revision, "by": ops}
    assert refused(actions.move_barrier, row, to=route.to_level, **words) == {"barrier-off-route"}


def test_a_changed_allowance_applies_only_to_barriers_that_arrive_later(ops, administrator):
    """EL-73: each level has its own, in working days."""
    before = at_lab(by=ops)
    level = Level.objects.get(code="lab-operations")
    edit_level(level, allowed_days=1, shown_revision=1, by=administrator)
    today = timezone.localdate()
    assert (here(before).due_on, here(at_lab(by=ops)).due_on) == (due_on(today, 5), due_on(today, 1))
    assert refused(edit_level, level, allowed_days=0, shown_revision=2, by=administrator) == {"level-days"}


# ── Closed ───────────────────────────────────────────────────────────────────────────────────


def test_a_closed_barrier_has_an_outcome_and_stays_closed(ops):
    """EL-73"""
    row = barrier(by=ops)
    assert refused(actions.close_barrier, row, state="resolved", outcome=" ", shown_revision=1, by=ops) == {"barrier-no-outcome"}
    row = closed(row, by=ops)
    assert (row.state, row.closed_on, row.due_on, row.stays.filter(to_on=None).count()) == ("resolved", timezone.localdate(), None, 0)
    late = {"shown_revision": row.revision, "by": ops}
    assert refused(actions.edit_barrier, row, text="Other.", **late) == {"barrier-closed"}
    assert refused(actions.close_barrier, row, state="withdrawn", outcome="No.", **late) == {"barrier-closed"}
    assert refused(actions.reopen_barrier, row, reason="Back.", **late) == {"barrier-not-accepted"}
    assert refused(actions.assign_owner, row, person=person(), **late) == {"barrier-closed"}


def test_the_person_who_raised_a_barrier_cannot_accept_it_and_acceptance_ends(ops, lead):
    """EL-73: accepting takes two people, and has an end date."""
    row, today = barrier(by=ops), timezone.localdate()
    facts = {"state": "accepted", "outcome": "We live with it."}
    assert refused(closed, row, by=ops, **facts, accepted_until=today + 30 * DAY) == {"barrier-accept-own"}
    assert refused(closed, row, by=lead, **facts) == {"barrier-accepted-until"}
    with days_ago(0):
        row = closed(row, by=lead, **facts, accepted_until=today + 30 * DAY)
    again = actions.reopen_barrier(row, reason="The law changed.", shown_revision=row.revision, by=ops)
    assert (again.state, again.accepted_until, again.outcome) == ("identified", None, "")
    assert list(again.stays.values_list("number", "to_on")) == [(1, today), (2, None)]


# ── What the database itself holds ───────────────────────────────────────────────────────────


def test_the_database_refuses_two_open_stays_and_overlapping_stays(ops):
    """EL-73"""
    with days_ago(9):
        row = at_lab(by=ops)
    today, level = timezone.localdate(), row.level
    facts = {"barrier": row, "level": level, "due_on": today}
    with pytest.raises(IntegrityError), transaction.atomic():
        BarrierStay.objects.create(**facts, number=3, from_on=today)
    first = row.stays.get(number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        BarrierStay.objects.create(**facts, number=3, from_on=today - 2 * DAY, to_on=today, reason="Within.")
    with pytest.raises(IntegrityError), transaction.atomic():
        BarrierStay.objects.filter(pk=first.pk).update(reason="Another reason.")


def test_a_rating_is_never_changed(ops):
    """EL-73"""
    row = risk(by=ops)
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskRating.objects.filter(risk=row).update(impact=1)


# ── Systemic ─────────────────────────────────────────────────────────────────────────────────


def test_three_similar_barriers_suggest_a_systemic_one_and_can_be_resolved_with_it(ops, lead):
    """EL-73: each is resolved on its own residency's record."""
    rows = [at_lab(by=ops) for _number in range(3)]
    other = at_lab(by=ops)
    actions.edit_barrier(other, category=category("Procurement"), shown_revision=other.revision, by=ops)
    (pattern,) = suggestions()
    assert {row.pk for row in pattern.barriers} == {row.pk for row in rows}

    systemic = actions.group_barriers(
        pattern.barriers, text="Only one person signs.", cause="A rule.", proposed_solution="A second.", by=ops
    )
    assert (systemic.subject, systemic.state, systemic.level.code) == (None, "defined", "lab-operations")
    assert suggestions() == []
    assert acts_on(rows[0])[-1] == "barrier-grouped"

    parts = list(systemic.parts.order_by("pk"))
    closed(systemic, by=lead, also=parts[:2])
    assert [Barrier.objects.get(pk=row.pk).state for row in rows] == ["resolved", "resolved", "routed"]
    assert acts_on(rows[1])[-1] == "barrier-closed"


def test_barriers_that_differ_or_are_already_grouped_cannot_be_grouped(ops):
    first, second = at_lab(by=ops), barrier(by=ops)
    assert refused(actions.group_barriers, [first, second], text="One.", by=ops) == {"barriers-not-alike"}
    assert refused(actions.group_barriers, [first], text="One.", by=ops) == {"barriers-not-alike"}


def test_a_barriers_days_are_counted_by_level_and_have_no_price_without_a_daily_cost(ops):
    """EL-74"""
    with days_ago(20):
        row = defined(by=ops, blocks_work=True)
    with days_ago(8):
        row = moved(row, "lab-operations", by=ops)
    waiting = waiting_of(row, list(row.stays.all()), timezone.localdate())
    assert [(line.level, line.days) for line in waiting.lines] == [("The team", 12), ("Lab operations", 8)]
    assert (waiting.days, waiting.daily, waiting.cents) == (20, None, None)


# ── Risks ────────────────────────────────────────────────────────────────────────────────────


def test_a_risk_is_rated_again_after_an_action_and_the_last_rating_counts(ops):
    """EL-73"""
    row, today = risk(by=ops), timezone.localdate()
    facts = {"likelihood": 1, "impact": 4, "next_review_on": today + 60 * DAY, "by": ops}
    assert refused(risks.rate_risk, row, because_of=" ", shown_revision=1, **facts) == {"risk-no-action"}
    risks.rate_risk(row, because_of="A second vendor is under contract.", shown_revision=1, **facts)
    current = Risk.objects.rated().get(pk=row.pk)
    assert (current.likelihood, current.impact, current.score, current.next_review_on) == (1, 4, 4, today + 60 * DAY)
    assert list(row.ratings.values_list("number", "likelihood")) == [(2, 1), (1, 3)]
    with pytest.raises(Stale):
        risks.rate_risk(row, because_of="Again.", shown_revision=1, **facts)


def test_a_review_date_must_be_in_the_future_and_a_closed_risk_stays_closed(ops):
    row, today = risk(by=ops), timezone.localdate()
    assert refused(risk, by=ops, next_review_on=today) == {"risk-review-past"}
    assert refused(risk, by=ops, text=" ") == {"risk-no-text"}
    assert refused(risks.close_risk, row, outcome="", shown_revision=1, by=ops) == {"risk-no-outcome"}
    row = risks.close_risk(row, outcome="The contract was renewed.", shown_revision=1, by=ops)
    assert refused(risks.edit_risk, row, text="Other.", shown_revision=2, by=ops) == {"risk-closed"}


# ── The end, and what it doesn't hold back ───────────────────────────────────────────────────


def test_the_end_of_a_residency_closes_its_barriers_and_risks_and_stops_their_reminders(ops, owner):
    """EL-73, EL-85"""
    of = residency(State.AGREEMENT, kept_by=owner, owner=person(user=ops, email=ops.email).user)
    RoleGrant.objects.update(from_at=timezone.now() - 300 * DAY)
    with days_ago(40):
        raised, open_risk = at_lab(of, by=ops), risk(of, by=ops, next_review_on=timezone.localdate() + 30 * DAY)
    sweep()
    reminders = Message.objects.waiting().filter(stream=of.stream, occasion__in=["barrier-over", "risk-review"])
    assert set(reminders.values_list("occasion", flat=True)) == {"barrier-over", "risk-review"}

    lifecycle_actions.withdraw(of, reason="It was merged.", by=owner)

    raised.refresh_from_db()
    open_risk.refresh_from_db()
    assert (raised.state, raised.outcome, open_risk.closed_on) == ("withdrawn", "The residency has ended.", timezone.localdate())
    assert not BarrierStay.objects.filter(barrier=raised, to_on=None).exists()
    sweep()
    assert not reminders.exists()
    assert refused(actions.raise_barrier, of, text="Another.", by=ops) == {"ended"}


def test_no_barrier_blocks_the_lifecycle():
    """EL-73: the requirements don't make barriers a condition of any step."""
    assert not [gate for move in MOVES for gate in move.gates if gate.startswith("oversight.barriers")]


def test_standard_routes_are_installed_once_and_lead_from_the_team_to_the_sponsor(db):
    """EL-73"""
    levels()
    count = Route.objects.count()
    install_standard_routes(by=SYSTEM)
    where, routes = routes_of("residency")
    assert Route.objects.count() == count
    assert [level.code for level in where.values()] == ["team", "lab-operations", "working-group", "steering-committee", "sponsor"]
    assert [where[routes.entry(scope) or 0].code for scope in ("local", "systemic")] == ["team", "lab-operations"]


def test_the_cost_of_delay_is_working_days_times_the_daily_cost_by_level_and_across_teams(ops):
    """EL-74: if work is waiting and the team has a budget; for a systemic barrier, the sum of its parts."""
    streams = []
    with days_ago(21):
        rows = [defined(of, by=ops, blocks_work=True) for of in (residency(State.IN_RESIDENCE), residency(State.IN_RESIDENCE))]
    for row in rows:
        budget(row.subject, 1_250_000, by=ops)
        streams.append(row.stream_id)
        moved(row, "lab-operations", by=ops)
    today = timezone.localdate()
    daily = daily_costs(streams, today)
    waiting = waiting_of(rows[0], list(rows[0].stays.select_related("level")), today)
    working = sum(is_working_day(today - (number + 1) * DAY) for number in range(21))

    assert (waiting.working_days, waiting.daily, waiting.cents) == (working, daily[streams[0]], working * daily[streams[0]])
    assert sum(line.cents for line in waiting.lines) == waiting.cents > 0
    systemic = actions.group_barriers(rows, text="Only one person signs.", by=ops)
    total = waiting_of(Barrier.objects.whole().get(pk=systemic.pk), list(systemic.stays.select_related("level")), today)
    assert total.cents == 2 * working * daily[streams[0]]
    assert [cents for _part, cents in total.parts] == [waiting.cents] * 2
