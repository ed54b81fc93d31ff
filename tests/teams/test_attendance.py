"""Who says that they come, who came, and who misses reviews (EL-51, EL-52)."""

import datetime
import re

import pytest
from django.core import mail
from django.utils import timezone

from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message, State
from residencies.models import Residency
from teams.choices import Answer, Came, ChampionRole
from teams.models import AnswerLink, Champion, Presence, Sprint
from teams.sprints.actions import call_off_review, hold_review, move_review
from teams.sprints.attendance import answer_review, note_presence
from teams.sprints.mail import CHAMPION_MISSING, REVIEW_REMINDER
from teams.todo import missed_champions
from teams.training.actions import end_champion, name_champion
from tests.actors import ANYONE
from tests.factories import person
from tests.itip import assert_valid
from tests.teams.factories import champion, residency, seat, sprinting, sprints_of
from web.token_pages import digest

pytestmark = pytest.mark.django_db

FIRST = datetime.date(2026, 12, 4)


def now_is(time_machine, day, hour=23):
    """Three in the afternoon Pacific on a day in winter, after a review at two."""
    time_machine.move_to(datetime.datetime(day.year, day.month, day.day, hour, tzinfo=datetime.UTC), tick=False)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    now_is(time_machine, datetime.date(2026, 11, 23))


@pytest.fixture
def trail(ops):
    return residency(by=ops)


@pytest.fixture
def anneke(trail):
    return champion(trail, name="Anneke Torvald", email="anneke@example.org")


def plan(of):
    return sprinting(of, first_review_on=FIRST)


def held(sprint, time_machine, ops, **came):
    """The review on its day: who came is noted, then it is closed."""
    now_is(time_machine, sprint.review_on)
    for who, how in came.items():
        note_presence(sprint, person_called(who), came=how, by=ops)
    return hold_review(sprint, shown_revision=Sprint.objects.get(pk=sprint.pk).revision, by=ops)


def person_called(name):
    return Champion.objects.get(person__name__startswith=name).person


def missed(of):
    return {c.person.name: c.missed_in_row for c in Champion.objects.filter(team__stream=of.stream_id).select_related("person")}


def codes(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


# ── Who came ─────────────────────────────────────────────────────────────────────────────────


def test_two_misses_in_a_row_are_raised_to_lab_operations_once(trail, anneke, ops, time_machine):
    """EL-51"""
    champion(trail, name="Dominic Achterberg", role=ChampionRole.ED)
    first, second, third = plan(trail)[:3]
    held(first, time_machine, ops, Dominic=Came.CAME)
    assert missed(trail) == {"Anneke Torvald": 1, "Dominic Achterberg": 0}
    assert not Message.objects.filter(occasion=CHAMPION_MISSING.key).exists()
    held(second, time_machine, ops, Dominic=Came.CAME, Anneke=Came.MISSED)
    assert missed(trail)["Anneke Torvald"] == 2
    message = Message.objects.get(occasion=CHAMPION_MISSING.key, to_name=ops.name)
    assert "Anneke Torvald (Assistant deputy minister) has missed 2 sprint reviews" in message.text
    assert Event.objects.get(stream=trail.stream, act="champion-missing").facts["name"] == "Anneke Torvald"
    [line] = missed_champions(timezone.localdate())
    assert (line.about.name, line.title) == (trail.product, "Anneke Torvald missed 2 reviews in a row")
    held(third, time_machine, ops, Dominic=Came.CAME)
    assert Message.objects.filter(occasion=CHAMPION_MISSING.key, to_name=ops.name).count() == 1


def test_somebody_sent_is_no_miss_and_neither_is_the_time_before_one_was_champion(trail, anneke, ops, time_machine):
    """EL-51"""
    first, second, third = plan(trail)[:3]
    held(first, time_machine, ops, Anneke=Came.MISSED)
    held(second, time_machine, ops, Anneke=Came.DELEGATE)
    champion(trail, name="Dominic Achterberg", from_on=second.review_on + datetime.timedelta(days=1))
    held(third, time_machine, ops)
    assert missed(trail) == {"Anneke Torvald": 1, "Dominic Achterberg": 1}


def test_having_said_so_before_explains_a_miss_and_is_one(trail, anneke, ops, time_machine):
    """EL-51"""
    first, second = plan(trail)[:2]
    for sprint in (first, second):
        now_is(time_machine, sprint.review_on - datetime.timedelta(days=1))
        answer_review(sprint, anneke.person, answer=Answer.CANNOT, by=ANYONE)
        held(sprint, time_machine, ops)
    assert missed(trail) == {"Anneke Torvald": 2}


def test_mending_what_was_noted_mends_the_count_and_settles_it(trail, anneke, ops, time_machine):
    """EL-51"""
    first, second = plan(trail)[:2]
    held(first, time_machine, ops)
    held(second, time_machine, ops)
    note_presence(second, anneke.person, came=Came.CAME, by=ops)
    assert missed(trail) == {"Anneke Torvald": 0}
    assert missed_champions(timezone.localdate()) == []
    note_presence(second, anneke.person, came=Came.CAME, by=ops)
    assert Event.objects.filter(stream=trail.stream, act="presence-noted").count() == 1, "the same again is nothing new"


def test_a_champion_who_ended_is_raised_no_more(trail, anneke, ops, time_machine):
    """EL-44, EL-51"""
    for sprint in plan(trail)[:2]:
        held(sprint, time_machine, ops)
    anneke.refresh_from_db()
    end_champion(anneke, on=timezone.localdate(), shown_revision=anneke.revision, by=ops)
    assert missed_champions(timezone.localdate()) == []


def test_nobody_is_noted_before_the_day_or_who_is_not_expected(trail, anneke, ops, time_machine):
    """EL-51"""
    first = plan(trail)[0]
    assert codes(lambda: note_presence(first, anneke.person, came=Came.CAME, by=ops)) == {"review-ahead"}
    now_is(time_machine, first.review_on)
    assert codes(lambda: note_presence(first, person(), came=Came.CAME, by=ops)) == {"not-expected"}
    off = call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    assert codes(lambda: note_presence(off, anneke.person, came=Came.CAME, by=ops)) == {"review-over"}


# ── What was said before ─────────────────────────────────────────────────────────────────────


def test_the_last_answer_counts_and_each_is_on_record(trail, anneke, ops):
    """EL-51"""
    first = plan(trail)[0]
    assert codes(lambda: answer_review(first, anneke.person, answer=Answer.DELEGATE, delegate=" ", by=ANYONE)) == {"delegate-unnamed"}
    answer_review(first, anneke.person, answer=Answer.CANNOT, by=ANYONE)
    answer_review(first, anneke.person, answer=Answer.DELEGATE, delegate=" Yuki  Penhallow ", by=ANYONE)
    presence = Presence.objects.get()
    assert (presence.answer, presence.delegate) == (Answer.DELEGATE, "Yuki Penhallow")
    assert Event.objects.filter(stream=trail.stream, act="review-answered").count() == 2


def test_it_is_too_late_to_answer_once_the_review_began_or_is_off(trail, anneke, ops, time_machine):
    """EL-51"""
    first, second = plan(trail)[:2]
    call_off_review(second, reason="A storm", shown_revision=1, by=ops)
    assert codes(lambda: answer_review(second, anneke.person, answer=Answer.COMES, by=ANYONE)) == {"review-over"}
    now_is(time_machine, first.review_on)
    assert codes(lambda: answer_review(first, anneke.person, answer=Answer.COMES, by=ANYONE)) == {"review-over"}


# ── Reminders ────────────────────────────────────────────────────────────────────────────────


def reminders(*states):
    rows = Message.objects.filter(occasion=REVIEW_REMINDER.key, **({"state__in": states} if states else {}))
    return sorted(rows.values_list("to_name", flat=True))


def test_everybody_expected_is_reminded_a_week_and_a_day_before_and_never_twice(trail, anneke, ops, time_machine):
    """EL-52, EL-61"""
    seat(trail, name="Kofi Marchbanks", email="kofi@example.org")
    first = plan(trail)[0]
    now_is(time_machine, first.review_on - datetime.timedelta(days=8))
    sweep()
    assert reminders() == []
    for days in (7, 7, 5, 2):
        now_is(time_machine, first.review_on - datetime.timedelta(days=days))
        sweep()
        assert reminders() == ["Anneke Torvald", "Kofi Marchbanks"]
    for hour in (18, 23):
        now_is(time_machine, first.review_on - datetime.timedelta(days=1), hour)
        sweep()
        assert reminders() == sorted(["Anneke Torvald", "Kofi Marchbanks"] * 2)


def test_somebody_in_two_parts_is_reminded_once_and_may_answer_as_a_champion(trail, anneke, ops, time_machine):
    """EL-51, EL-61"""
    seat(trail, person=anneke.person)
    first = plan(trail)[0]
    Message.objects.all().delete()
    now_is(time_machine, first.review_on - datetime.timedelta(days=7))
    sweep()
    deliver_due()
    [sent] = mail.outbox
    assert "/r/" in sent.body


@pytest.mark.parametrize(("hour", "wanted"), [(16, ["Anneke Torvald"]), (23, [])])
def test_a_day_without_a_sweep_is_made_up_for_but_not_after_the_review(trail, anneke, ops, time_machine, hour, wanted):
    """EL-52, EL-65: on the day of the review at eight in the morning, and after it began."""
    now_is(time_machine, plan(trail)[0].review_on, hour=hour)
    sweep()
    assert reminders(State.QUEUED) == wanted


def test_who_was_told_of_a_new_day_is_not_told_late_of_the_old_one(trail, anneke, ops, time_machine):
    """EL-52: five days ahead everybody hears of the new day by the mail that tells it."""
    first = plan(trail)[0]
    fields = {"at": first.review_at, "minutes": 60, "place": "", "by": ops}
    now_is(time_machine, first.review_on - datetime.timedelta(days=8))
    move_review(first, on=first.review_on - datetime.timedelta(days=3), shown_revision=1, **fields)
    now_is(time_machine, first.review_on - datetime.timedelta(days=7))
    sweep()
    assert reminders() == []


def test_a_move_takes_back_the_reminder_that_waits_and_the_new_day_gets_its_own(trail, anneke, ops, time_machine):
    """EL-52, EL-65"""
    first = plan(trail)[0]
    now_is(time_machine, first.review_on - datetime.timedelta(days=7))
    sweep()
    fields = {"on": first.review_on + datetime.timedelta(days=3), "at": first.review_at, "minutes": 60, "place": ""}
    move_review(first, **fields, shown_revision=1, by=ops)
    assert Message.objects.get(occasion=REVIEW_REMINDER.key).state == State.CANCELLED
    now_is(time_machine, first.review_on)
    Message.objects.exclude(occasion=REVIEW_REMINDER.key).delete()
    sweep()
    deliver_due()
    [sent] = mail.outbox
    assert "Monday 7 December 2026" in sent.body


def test_a_review_that_moves_away_and_back_within_the_morning_is_still_told(trail, anneke, ops, time_machine):
    """EL-52, EL-61: withdrawn twice, sent once."""
    first = plan(trail)[0]
    now_is(time_machine, first.review_on - datetime.timedelta(days=7))
    sweep()
    fields = {"at": first.review_at, "minutes": 60, "place": "", "by": ops}
    moved = move_review(first, on=first.review_on + datetime.timedelta(days=3), shown_revision=1, **fields)
    move_review(moved, on=first.review_on, shown_revision=moved.revision, **fields)
    sweep()
    sweep()
    assert (reminders(State.CANCELLED), reminders(State.QUEUED)) == (["Anneke Torvald"], ["Anneke Torvald"])


def test_nobody_is_reminded_of_a_review_that_is_off_or_of_a_residency_that_ended(trail, anneke, ops, time_machine):
    """EL-52, EL-65"""
    first, second = plan(trail)[:2]
    call_off_review(first, reason="A storm", shown_revision=1, by=ops)
    now_is(time_machine, first.review_on - datetime.timedelta(days=7))
    sweep()
    Residency.objects.filter(pk=trail.pk).update(state="withdrawn", ended_on=first.review_on, end_reason="x")
    now_is(time_machine, second.review_on - datetime.timedelta(days=7))
    sweep()
    assert reminders() == []


def test_the_link_in_a_reminder_is_made_as_the_mail_leaves_and_is_kept_nowhere(trail, anneke, ops, time_machine):
    """EL-51, EL-28"""
    first = plan(trail)[0]
    Message.objects.all().delete()
    now_is(time_machine, first.review_on - datetime.timedelta(days=7))
    sweep()
    assert not AnswerLink.objects.exists()
    deliver_due()
    [sent] = mail.outbox
    token = re.search(r"/r/([\w-]{43})", sent.body)[1]
    assert AnswerLink.objects.get().sha256 == digest(token)
    assert token not in str(list(Message.objects.values()))
    [(_name, content, kind)] = sent.attachments
    assert kind == "application/ics"
    assert_valid(content.decode(), "REQUEST")


def test_a_reminder_that_lost_its_review_before_it_left_is_withdrawn(trail, anneke, ops, time_machine):
    """EL-65"""
    first = plan(trail)[0]
    Message.objects.all().delete()
    now_is(time_machine, first.review_on - datetime.timedelta(days=1))
    sweep()
    now_is(time_machine, first.review_on)
    deliver_due()
    assert mail.outbox == []
    assert set(Message.objects.filter(occasion=REVIEW_REMINDER.key).values_list("state", flat=True)) <= {State.CANCELLED, State.STALE}


# ── Champions ────────────────────────────────────────────────────────────────────────────────


def test_one_champion_is_named_once_and_one_leads_the_alliance_team(trail, anneke, ops):
    """EL-44"""
    fields = {"role": ChampionRole.CFO, "from_on": FIRST, "by": ops}
    assert codes(lambda: name_champion(trail, person=anneke.person, **fields)) == {"champion-already"}
    assert codes(lambda: name_champion(trail, **fields)) == {"nobody-named"}
    champion(trail, name="Dominic Achterberg", is_lead=True)
    assert codes(lambda: name_champion(trail, name="Yuki Penhallow", is_lead=True, **fields)) == {"lead-already"}


def test_somebody_who_is_on_the_team_and_a_champion_is_expected_once(trail, anneke, ops):
    """EL-51"""
    seat(trail, person=anneke.person)
    sprint = plan(trail)[0]
    assert Message.objects.filter(occasion="review-dates").count() == 1
    assert sprints_of(trail)[0] == sprint
