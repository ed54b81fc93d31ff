"""Planning sprints, moving and calling off their reviews, pauses (EL-50, EL-52)."""

import datetime
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from acts.act import SYSTEM
from acts.revisions import Stale
from dates.working_days import is_working_day
from findings import Refused
from ledger.models import Event
from outbox.models import Message
from residencies.lifecycle.actions import withdraw
from residencies.models import Residency
from teams.models import Cadence, Sprint
from teams.sprints.actions import call_off_review, hold_review, keep_sprints, move_review, pause_sprints, set_cadence, write_review
from teams.sprints.mail import REVIEW_CHANGED, REVIEWS_PLANNED
from tests.teams.factories import champion, residency, seat, sprinting, sprints_of

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 23)
FIRST = datetime.date(2026, 12, 4)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 23, 17, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops):
    return residency(by=ops)


def plan(of, **facts):
    return sprinting(of, first_review_on=FIRST, **facts)


def moving(sprint, **facts):
    return {
        "on": sprint.review_on,
        "at": sprint.review_at,
        "minutes": sprint.minutes,
        "place": sprint.place,
        "shown_revision": sprint.revision,
        **facts,
    }


def acts(of):
    return list(Event.objects.filter(stream=of.stream).order_by("seq").values_list("act", flat=True))[1:]


def codes(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_half_a_year_of_sprints_is_planned_around_the_holidays(trail, ops):
    """EL-50: Christmas and New Year's Day 2026/27 and Good Friday 2027 are Fridays."""
    sprints = plan(trail, weeks=1)
    assert [s.number for s in sprints] == list(range(1, len(sprints) + 1))
    assert (sprints[0].starts_on, sprints[0].ends_on, sprints[0].review_on) == (datetime.date(2026, 11, 28), FIRST, FIRST)
    assert sprints[-1].ends_on == datetime.date(2027, 5, 21)
    days = {s.ends_on: s.review_on for s in sprints}
    assert days[datetime.date(2026, 12, 25)] == datetime.date(2026, 12, 24)
    assert days[datetime.date(2027, 1, 1)] == datetime.date(2026, 12, 31)
    assert days[datetime.date(2027, 3, 26)] == datetime.date(2027, 3, 25)
    assert all(is_working_day(s.review_on) for s in sprints)
    assert acts(trail) == ["sprints-planned"]


def test_everything_wrong_with_a_cadence_is_said_at_once_and_nothing_is_planned(trail, ops):
    """EL-50"""
    fields = {"weeks": 5, "first_review_on": datetime.date(2026, 11, 11), "at": datetime.time(23), "minutes": 1}
    assert codes(lambda: set_cadence(trail, **fields, by=ops)) == {
        "cadence-weeks", "review-past", "review-not-working-day", "review-hours", "review-minutes",
    }  # fmt: skip
    assert not Sprint.objects.exists()
    assert not Cadence.objects.exists()


def test_sprints_are_planned_ahead_as_time_goes_on_and_only_once(trail, time_machine):
    """EL-50"""
    before = len(plan(trail))
    assert keep_sprints(by=SYSTEM) == 0
    time_machine.move_to(datetime.datetime(2027, 1, 25, 17, tzinfo=datetime.UTC), tick=False)
    assert keep_sprints(by=SYSTEM) == 1
    assert keep_sprints(by=SYSTEM) == 0
    after = sprints_of(trail)
    assert len(after) > before
    assert all(b.starts_on == a.ends_on + datetime.timedelta(days=1) for a, b in pairwise(after))
    assert [s.number for s in after] == list(range(1, len(after) + 1))


def test_a_live_team_sprints_until_it_is_due_home(trail):
    """EL-50, EL-80"""
    Residency.objects.filter(pk=trail.pk).update(graduation_due_on=datetime.date(2027, 2, 1))
    assert plan(trail)[-1].ends_on <= datetime.date(2027, 2, 1)


def test_one_review_moves_and_the_others_stay(trail, ops):
    """EL-50"""
    before = plan(trail)
    moved = move_review(before[1], **moving(before[1], on=datetime.date(2026, 12, 16), at=datetime.time(9), place="Online"), by=ops)
    assert (moved.review_on, moved.review_at, moved.place, moved.sequence) == (datetime.date(2026, 12, 16), datetime.time(9), "Online", 1)
    assert (moved.starts_on, moved.ends_on) == (before[1].starts_on, before[1].ends_on)
    after = sprints_of(trail)
    assert [(s.review_on, s.sequence) for s in after[2:]] == [(s.review_on, 0) for s in before[2:]]
    assert acts(trail) == ["sprints-planned", "review-moved"]


def test_moving_a_review_to_where_it_is_writes_nothing_and_tells_nobody(trail, ops):
    """EL-50, EL-52: alone, and with all that follow."""
    before = plan(trail)
    message_count = Message.objects.count()
    for following in (False, True):
        same = move_review(before[1], **moving(before[1], on=before[1].review_on), following=following, by=ops)
        assert (same.sequence, same.revision) == (0, before[1].revision)
    assert acts(trail) == ["sprints-planned"]
    assert Message.objects.count() == message_count


def test_one_review_and_all_that_follow_move_together_and_so_does_what_is_planned_later(trail, ops, time_machine):
    """EL-50: from Fridays to Wednesdays; holidays are gone round again."""
    before = plan(trail)
    wednesday = before[1].review_on + datetime.timedelta(days=5)
    move_review(before[1], **moving(before[1], on=wednesday, at=datetime.time(10), following=True), by=ops)
    after = sprints_of(trail)
    assert after[0].review_on == before[0].review_on
    assert after[0].review_at == datetime.time(14)
    assert {s.review_at for s in after[1:]} == {datetime.time(10)}
    assert {s.ends_on.strftime("%A") for s in after[1:]} == {"Wednesday"}
    assert all(is_working_day(s.review_on) for s in after)
    assert all(b.starts_on == a.ends_on + datetime.timedelta(days=1) for a, b in pairwise(after))
    assert {s.sequence for s in after[1:]} == {1}
    time_machine.move_to(datetime.datetime(2027, 2, 1, 17, tzinfo=datetime.UTC), tick=False)
    keep_sprints(by=SYSTEM)
    assert sprints_of(trail)[-1].review_at == datetime.time(10)
    assert sprints_of(trail)[-1].ends_on.strftime("%A") == "Wednesday"


def test_a_review_that_was_moved_by_itself_keeps_its_distance_when_all_move(trail, ops):
    """EL-50"""
    before = plan(trail)
    move_review(before[1], **moving(before[1], on=before[1].review_on - datetime.timedelta(days=2)), by=ops)
    first = Sprint.objects.get(pk=before[0].pk)
    move_review(first, **moving(first, on=first.review_on - datetime.timedelta(days=1), following=True), by=ops)
    moved = Sprint.objects.get(pk=before[1].pk)
    assert moved.ends_on == before[1].ends_on - datetime.timedelta(days=1)
    assert moved.ends_on - moved.review_on == datetime.timedelta(days=2)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"on": datetime.date(2026, 12, 25)}, {"review-not-working-day"}),
        ({"on": datetime.date(2027, 1, 1)}, {"review-not-working-day", "review-out-of-order"}),
        ({"on": datetime.date(2027, 1, 4)}, {"review-out-of-order"}),
        ({"on": FIRST}, {"review-out-of-order"}),
        ({"at": datetime.time(3)}, {"review-hours"}),
        ({"minutes": 5}, {"review-minutes"}),
    ],
)
def test_a_review_does_not_move_where_none_can_be(trail, ops, facts, expected):
    """EL-50"""
    second = plan(trail)[1]
    assert codes(lambda: move_review(second, **moving(second, **facts), by=ops)) == expected
    second.refresh_from_db()
    assert second.sequence == 0


def test_a_review_called_off_leaves_the_sprint_and_cannot_move_any_more(trail, ops):
    """EL-52"""
    first = plan(trail)[0]
    assert codes(lambda: call_off_review(first, reason=" ", shown_revision=1, by=ops)) == {"no-reason"}
    off = call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    assert (off.is_called_off, off.withdrawn, off.sequence) == (True, False, 1)
    assert codes(lambda: move_review(off, **moving(off), by=ops)) == {"review-over"}
    assert codes(lambda: call_off_review(off, reason="Again", shown_revision=2, by=ops)) == {"review-over"}


def test_a_pause_takes_back_what_lies_in_it_and_the_team_goes_on_as_before(trail, ops):
    """EL-50"""
    plan(trail)
    pause = {"from_on": datetime.date(2026, 12, 7), "resume_on": datetime.date(2027, 1, 11), "reason": "Winter break"}
    back = pause_sprints(trail, **pause, by=ops)
    assert all(s.withdrawn and s.called_off_reason == "Winter break" and s.sequence == 1 for s in back)
    after = sprints_of(trail)
    assert [s.number for s in after] == list(range(1, len(after) + 1))
    assert after[0].review_on == FIRST
    assert (after[1].starts_on, after[1].ends_on) == (datetime.date(2027, 1, 11), datetime.date(2027, 1, 24))
    assert after[1].review_on == datetime.date(2027, 1, 22)
    assert not [s for s in after if datetime.date(2026, 12, 7) <= s.review_on < datetime.date(2027, 1, 11)]


def test_a_pause_without_an_end_leaves_nothing_planned_until_sprints_are_planned_again(trail, ops):
    """EL-50"""
    plan(trail)
    pause_sprints(trail, from_on=TODAY, reason="The product owner left", by=ops)
    assert sprints_of(trail) == []
    assert keep_sprints(by=SYSTEM) == 0
    assert plan(trail)[0].number == 1


def test_what_cannot_be_paused_is_said(trail, ops):
    later = datetime.date(2027, 1, 4)
    assert codes(lambda: pause_sprints(trail, from_on=later, reason="x", by=ops)) == {"no-cadence"}
    plan(trail)
    assert codes(lambda: pause_sprints(trail, from_on=later, reason=" ", by=ops)) == {"no-reason"}
    assert codes(lambda: pause_sprints(trail, from_on=TODAY - datetime.timedelta(days=1), reason="x", by=ops)) == {"pause-past"}
    assert codes(lambda: pause_sprints(trail, from_on=later, resume_on=later, reason="x", by=ops)) == {"pause-order"}


def test_another_cadence_replaces_what_was_planned_for_the_same_weeks(trail, ops):
    """EL-50"""
    plan(trail)
    set_cadence(trail, weeks=3, first_review_on=datetime.date(2027, 1, 8), at=datetime.time(10), by=ops)
    after = sprints_of(trail)
    assert after[0].review_on == FIRST
    assert [(s.ends_on - s.starts_on).days for s in after[:3]] == [13, 13, 20]
    assert after[2].starts_on == datetime.date(2026, 12, 19)
    assert len({s.number for s in after}) == len(after)
    assert Cadence.objects.filter(ended_on=None).count() == 1


def test_a_residency_that_ends_takes_its_reviews_back(trail, ops):
    """EL-50, EL-52"""
    sprints = plan(trail)
    withdraw(trail, reason="No money this year", by=ops)
    assert keep_sprints(by=SYSTEM) == 0, "nothing is left for the sweep"
    assert sprints_of(trail) == []
    assert Sprint.objects.filter(withdrawn=True, sequence=1).count() == len(sprints)
    assert codes(lambda: plan(trail)) == {"residency-ended"}


def test_a_review_is_closed_when_it_has_begun(trail, ops, time_machine):
    """EL-51"""
    first = plan(trail)[0]
    assert codes(lambda: hold_review(first, shown_revision=1, by=ops)) == {"review-ahead"}
    time_machine.move_to(datetime.datetime(2026, 12, 4, 22, 1, tzinfo=datetime.UTC), tick=False)
    assert hold_review(first, shown_revision=1, by=ops).is_held
    assert codes(lambda: hold_review(first, shown_revision=2, by=ops)) == {"review-over"}


def test_goal_demo_and_decisions_are_written_and_kept(trail, ops):
    """EL-51"""
    first = plan(trail)[0]
    written = write_review(first, goal="A first form", demo="The form", decisions="Ask for less", shown_revision=1, by=ops)
    assert (written.goal, written.demo, written.decisions, written.sequence) == ("A first form", "The form", "Ask for less", 0)
    assert acts(trail)[-1] == "review-written"


@pytest.mark.parametrize(
    "act",
    [
        lambda sprint, ops: move_review(sprint, **moving(sprint, at=datetime.time(9), shown_revision=1), by=ops),
        lambda sprint, ops: call_off_review(sprint, reason="A storm", shown_revision=1, by=ops),
        lambda sprint, ops: write_review(sprint, goal="Mine", shown_revision=1, by=ops),
    ],
)
def test_nothing_is_done_on_what_somebody_changed_unseen(trail, ops, act):
    """R14"""
    sprint = plan(trail)[0]
    write_review(sprint, goal="Theirs", shown_revision=1, by=ops)
    with pytest.raises(Stale):
        act(sprint, ops)
    sprint.refresh_from_db()
    assert (sprint.goal, sprint.sequence, sprint.called_off_at) == ("Theirs", 0, None)


def test_whoever_is_expected_is_told_of_plans_moves_and_endings_once(trail, ops):
    """EL-52: team and champions by mail, with a file for the calendar; who has no address is left out."""
    seat(trail, name="Kofi Marchbanks", email="kofi@example.org")
    seat(trail, name="Without Address")
    champion(trail, name="Anneke Torvald", email="anneke@example.org")
    first = plan(trail)[0]
    recipients = lambda: sorted(
        Message.objects.filter(occasion__in=[REVIEWS_PLANNED.key, REVIEW_CHANGED.key]).values_list("to_name", flat=True)
    )
    assert recipients() == ["Anneke Torvald", "Kofi Marchbanks"]
    moved = move_review(first, **moving(first, at=datetime.time(9)), by=ops)
    call_off_review(moved, reason="A storm", shown_revision=moved.revision, by=ops)
    assert recipients() == ["Anneke Torvald"] * 3 + ["Kofi Marchbanks"] * 3
    last = Message.objects.filter(occasion=REVIEW_CHANGED.key).latest("pk")
    assert "Why: A storm" in last.text
    assert "This is cancelled:\n- Sprint 1: Friday 4 December 2026, 9:00 a.m. Pacific" in last.text
    assert list(last.mint) == ["file:reviews.ics"]


@pytest.mark.parametrize(
    "facts",
    [
        {"ends_on": datetime.date(2020, 1, 1)},
        {"number": 2},
        {"called_off_at": datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)},
        {"withdrawn": True},
    ],
)
def test_the_database_holds_the_same(trail, facts):
    """EL-50"""
    first = plan(trail)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Sprint.objects.filter(pk=first.pk).update(**facts)
