"""How a schedule is described to the people who set it (EL-60)."""

import pytest

from outbox.reminders.schedule import Schedule, Step, describe_schedule, in_a_sentence, when

AUDIENCES = {"": "everyone concerned", "lead": "the lab lead", "sponsor": "the sponsor"}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(), "on the day"),
        (Step(days=1), "1 day after"),
        (Step(days=-14), "14 days before"),
        (Step(months=-1), "1 month before"),
        (Step(months=-2), "2 months before"),
        (Step(months=3), "3 months after"),
        (Step(months=-1, days=-3), "1 month and 3 days before"),
        (Step(months=1, days=3), "1 month and 3 days after"),
    ],
)
def test_a_step_says_how_long_before_or_after(step, words):
    assert when(step) == words


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (("",), "7 days before"),
        (("", "lead"), "7 days before, also to the lab lead"),
        (("", "lead", "sponsor"), "7 days before, also to the lab lead and the sponsor"),
        (("lead",), "7 days before, only to the lab lead"),
        (("lead", "gone"), "7 days before, only to the lab lead and gone"),
    ],
)
def test_a_step_names_its_recipients_if_they_arent_the_usual_ones(to, words):
    assert describe_schedule(Schedule((Step(days=-7, to=to),)), AUDIENCES) == [words]


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule((Step(days=3), Step(days=7))), "3 days after, 7 days after"),
        (Schedule((Step(days=3),), every_days=1), "3 days after, then every day, for as long as needed"),
        (Schedule((Step(days=3),), every_days=7, most=4), "3 days after, then every 7 days, at most 4 reminders"),
        (Schedule((Step(days=3),), every_days=7, most=1), "3 days after, then every 7 days, at most 1 reminder"),
    ],
)
def test_a_schedule_says_how_it_repeats(schedule, words):
    assert in_a_sentence(schedule, AUDIENCES) == words
