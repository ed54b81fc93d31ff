"""Rules of the model chooser (SP-02). No database."""

import json
import random

import pytest

from partnerships.chooser.rules import INTEGRATED, LEAVES, PAYMENTS, QUESTIONS, RAPID, RULES, THRESHOLD, VIRTUAL, choose, complete, faults
from tests.partnerships.chooser_cases import CASES, changes_by_hand, points_by_hand, random_answers


def test_there_are_twelve_questions_and_eleven_models_and_twenty_two_rules():
    assert (len(QUESTIONS), len(LEAVES)) == (12, 11)
    assert list(dict.fromkeys(rule.code for rule in RULES)) == [f"R{number}" for number in range(1, 23)]
    assert {question.default in question.options for question in QUESTIONS} == {True}


@pytest.mark.parametrize("name", CASES)
def test_each_worked_case_has_the_first_place_and_points_that_are_on_record(name):
    """SP-02, PB-20"""
    answers, first, points, others = CASES[name]
    choice = choose(answers)
    assert (choice.first, choice.ranking[0].points) == ((first,), points)
    assert {fit.leaf: fit.points for fit in choice.ranking if fit.leaf in others} == others
    assert choice.fits_strongly is (points >= THRESHOLD)


def test_the_islands_second_place_is_scheduled_visits():
    assert [fit.leaf for fit in choose(CASES["island with a ferry"][0]).ranking[:2]] == ["outreach_virtual", "outreach_scheduled"]


def test_nothing_fits_a_busy_city_hall_strongly():
    choice = choose(CASES["busy city hall"][0])
    assert max(fit.points for fit in choice.ranking) == 2
    assert not choice.fits_strongly


def test_reasons_add_up_to_the_points_and_are_whole_sentences():
    for answers, *_rest in CASES.values():
        for fit in choose(answers).ranking:
            assert fit.points == sum(reason.points for reason in fit.reasons)
            assert len(fit.reasons_for) + len(fit.reasons_against) == len(fit.reasons)
            assert all(reason.text[0].isupper() and reason.text.endswith(".") for reason in fit.reasons)


def test_equals_are_shown_as_equals_the_looser_model_first():
    choice = choose({"need": "know"})
    assert choice.first == ("promotion_informal", "promotion_formal")
    assert [fit.points for fit in choice.ranking[:2]] == [3, 3]


def test_the_same_answers_always_give_the_same_choice_whatever_their_order():
    answers = CASES["territorial pilot"][0]
    assert choose(answers) == choose(dict(reversed(answers.items()))) == choose(complete(answers))


def check(answers):
    """Assert what holds for all answers; returns the models in first place."""
    choice = choose(answers)
    by_hand = points_by_hand(answers)
    assert {fit.leaf: fit.points for fit in choice.ranking} == by_hand
    assert [fit.leaf for fit in choice.ranking] == sorted(LEAVES, key=lambda leaf: (-by_hand[leaf], LEAVES.index(leaf)))
    assert choice.as_json["would_change"] == changes_by_hand(answers)
    if answers["urgency"] != "ordinary":
        assert choice.first == (RAPID,)
    if answers["connection"] == "poor" and VIRTUAL in choice.first:
        assert choice.ranking[0].points < THRESHOLD
    return choice.first


def check_many(count, seed):
    source = random.Random(seed)
    return {leaf for _turn in range(count) for leaf in check(random_answers(source))}


def test_two_thousand_random_answer_sets_keep_every_promise():
    """SP-02: urgency always first, a poor line never, all one-answer changes equal to trying each, and every model comes first somewhere."""
    assert check_many(2_000, seed=17) == set(LEAVES)


@pytest.mark.thorough
def test_four_hundred_thousand_random_answer_sets_keep_every_promise():
    assert check_many(400_000, seed=4_600) == set(LEAVES)


def test_faults_are_named_one_by_one_with_what_would_be_right():
    assert list(faults({"place": "rural", "queue": "one"})) == []
    assert list(faults({"town": "rural", "queue": "two", "travel": None})) == [
        "“town” isn’t a question. Use place, volume, presence, need, urgency, rhythm, clients, connection, travel, server, queue or formal.",
        "“two” isn’t an answer to “queue”. Use one or separate.",
        "“None” isn’t an answer to “travel”. Use reliable or unreliable.",
    ]


def test_the_choice_is_plain_json_with_a_reason_for_every_point():
    shown = json.loads(json.dumps(choose(CASES["bills paid at a partner’s desk"][0]).as_json))
    assert list(shown) == ["ranking", "fits_strongly", "would_change"]
    assert [each["leaf"] for each in shown["ranking"][:2]] == [PAYMENTS, INTEGRATED[0]]
    assert shown["ranking"][0]["reasons"] == [{"rule": "R21", "points": 10, "text": "One partner’s staff take payments for the other."}]
