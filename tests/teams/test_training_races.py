"""Many hands at one moment: one lead, one entry a course and day (EL-44). Proven on PostgreSQL alone."""

import datetime

import pytest

from teams.models import Champion, Training
from teams.training.actions import hand_lead, log_training
from tests.factories import account, person
from tests.races import at_once
from tests.teams.factories import champion, course, residency

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_ten_who_hand_on_the_lead_at_once_leave_one_lead():
    """EL-44"""
    trail, ops = residency(), account("lab_ops")
    everybody = [champion(trail) for _ in range(10)]

    at_once(lambda n: hand_lead(everybody[n], shown_revision=1, by=ops), hands=10)

    assert Champion.objects.filter(team__stream=trail.stream_id, is_lead=True).count() == 1


def test_ten_teams_that_log_the_same_course_of_one_person_at_once_log_it_once():
    """EL-44: whoever came second is told who has it."""
    teams, ops, learner, leaders = [residency() for _ in range(10)], account("lab_ops"), person(), course()
    fields = {"course": leaders, "finished_on": datetime.date(2026, 3, 2), "people": [learner], "by": ops}

    answers = at_once(lambda n: log_training(teams[n], **fields), hands=10)

    assert [answer for answer in answers if not isinstance(answer, list)] == [{"training-already"}] * 9
    assert Training.objects.count() == 1
