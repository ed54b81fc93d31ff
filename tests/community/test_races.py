"""Many hands on one expert's hour and on the last desks; only PostgreSQL's row locks can prove it."""

import datetime

import pytest

from community.actions import allocate_desks, set_desk_count
from community.experts.actions import match_session
from community.models import DeskAllocation, DeskCount, ExpertSession
from tests.community.factories import asked, expert, working_day
from tests.factories import account
from tests.races import at_once
from tests.teams.factories import residency

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

HANDS = 20


def test_of_twenty_who_give_away_one_hour_of_an_expert_one_does():
    """EL-48, R13: each for another team, none of them at quite the same time."""
    ops, noor, day = account("lab_ops"), expert(), working_day()
    sessions = [asked(residency(by=ops, product=f"Product {n}"), by=ops) for n in range(HANDS)]

    def give(n):
        fields = {"expert": noor, "on": day, "at": datetime.time(10, n), "minutes": 60}
        return match_session(sessions[n], **fields, shown_revision=1, by=ops)

    answers = at_once(give, HANDS)

    assert sum(isinstance(answer, ExpertSession) for answer in answers) == 1
    assert [answer for answer in answers if not isinstance(answer, ExpertSession)] == [{"expert-busy"}] * (HANDS - 1)
    assert ExpertSession.objects.booked().count() == 1


def test_of_twenty_teams_that_are_given_the_last_desks_no_more_get_some_than_there_are():
    """EL-49, R13: also while somebody else lowers their number."""
    ops, day = account("lab_ops"), working_day()
    set_desk_count(from_on=day, desks=7, by=ops)
    teams = [residency(by=ops, product=f"Product {n}") for n in range(HANDS)]

    def give(n):
        if n == 0:
            return set_desk_count(from_on=day + datetime.timedelta(days=2), desks=3, by=ops)
        return allocate_desks(teams[n], desks=1, from_on=day, to_on=day + datetime.timedelta(days=9), by=ops)

    answers = at_once(give, HANDS)

    given = sum(isinstance(answer, DeskAllocation) for answer in answers)
    assert given == DeskAllocation.objects.count()
    assert given == (3 if isinstance(answers[0], DeskCount) else 7)
    assert {code for answer in answers if isinstance(answer, set) for code in answer} <= {"desks-full", "desks-taken"}
