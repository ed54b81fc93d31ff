"""Health proposed from facts, due dates, and how often green turned red; without a database (EL-96)."""

import datetime
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from oversight.choices import Dimension, Health, ReportCadence
from oversight.status import rules
from oversight.status.facts import summary_of
from oversight.status.rules import GREEN_BECAUSE, HEALTH_RULES, Rated, cadence_of, due_after, next_due, propose, send_faults, turned_red

DAY = datetime.timedelta(days=1)
MONDAY = datetime.date(2026, 11, 2)
FACTS = sorted({rule.fact for rule in HEALTH_RULES})
days = st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31))
REGULAR = (ReportCadence.TWO_WEEKS, ReportCadence.MONTHLY, ReportCadence.QUARTERLY)


@pytest.mark.parametrize("rule", HEALTH_RULES, ids=lambda rule: f"{rule.dimension}-{rule.colour}-{rule.fact}")
def test_each_rule_proposes_its_colour_from_its_limit_on_and_says_why(rule):
    """EL-96: one test for each rule and colour."""
    at_limit = propose({rule.fact: rule.least})[rule.dimension]
    assert at_limit.colour == rule.colour
    assert at_limit.because == (rule.explain({rule.fact: rule.least}),)
    assert str(rule.least) in at_limit.because[0] or "no budget" in at_limit.because[0]
    below = propose({rule.fact: rule.least - 1})[rule.dimension]
    assert rules.WORST.index(below.colour) > rules.WORST.index(rule.colour)


@pytest.mark.parametrize("dimension", Dimension)
def test_a_dimension_to_which_no_rule_applies_is_green_and_says_why(dimension):
    proposal = propose({})[dimension]
    assert (proposal.colour, proposal.because) == (Health.GREEN, (str(GREEN_BECAUSE[dimension]),))


@pytest.mark.parametrize("dimension", Dimension)
def test_every_dimension_can_be_amber_and_red(dimension):
    assert {rule.colour for rule in HEALTH_RULES if rule.dimension == dimension} == {Health.AMBER, Health.RED}


@given(st.dictionaries(st.sampled_from(FACTS), st.integers(0, 100)), st.sampled_from(FACTS), st.integers(1, 50))
def test_a_worse_fact_never_improves_a_colour(facts, fact, more):
    before, after = propose(facts), propose(facts | {fact: facts.get(fact, 0) + more})
    for dimension in Dimension:
        assert rules.WORST.index(after[dimension].colour) <= rules.WORST.index(before[dimension].colour)


def test_all_rules_that_apply_explain_a_colour_the_worst_first_and_each_fact_once():
    because = propose({"tasks_overdue": 6, "reviews_not_held": 1})[Dimension.SCOPE].because
    assert because == ("6 tasks are overdue.", "1 sprint review was cancelled or wasn’t held.")


def test_the_docs_list_every_rule():
    """docs/status-reports.md is for people who want to know why a colour was proposed."""
    text = (Path(settings.BASE_DIR) / "docs/status-reports.md").read_text()
    for rule in HEALTH_RULES:
        sentence = rule.explain({rule.fact: rule.least})
        assert f"| {rule.dimension.label} | {rule.colour.label} | {sentence} |" in text, (
            f"| {rule.dimension.label} | {rule.colour.label} | {sentence} |"
        )


# ── Cadence ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("weeks", "cadence"),
    [(0, "none"), (1, "two-weeks"), (2, "two-weeks"), (3, "monthly"), (4, "monthly"), (5, "monthly"), (6, "quarterly"), (13, "quarterly")],
)
def test_the_labs_usual_number_of_weeks_is_a_cadence(weeks, cadence):
    assert cadence_of(weeks) == cadence


def test_without_regular_reports_nothing_is_due():
    assert due_after(MONDAY, ReportCadence.NONE) is None
    assert next_due(MONDAY, MONDAY, ReportCadence.NONE) is None


@pytest.mark.parametrize(
    ("due", "sent", "following"),
    [
        (datetime.date(2026, 11, 1), datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)),
        (datetime.date(2026, 11, 1), datetime.date(2026, 11, 9), datetime.date(2026, 12, 1)),  # late: later ones don't shift
        (datetime.date(2026, 11, 1), datetime.date(2026, 10, 25), datetime.date(2026, 12, 1)),  # a week early still counts
        (datetime.date(2026, 11, 30), datetime.date(2026, 11, 5), datetime.date(2026, 11, 30)),  # an extra report moves nothing
        (datetime.date(2026, 8, 1), datetime.date(2026, 11, 9), datetime.date(2026, 12, 1)),  # several missed: one is due next
        (None, datetime.date(2026, 11, 9), datetime.date(2026, 12, 9)),
    ],
)
def test_the_next_monthly_report_is_counted_from_the_due_date(due, sent, following):
    assert next_due(due, sent, ReportCadence.MONTHLY) == following


@given(days, st.integers(-60, 400), st.sampled_from(REGULAR))
def test_after_sending_the_next_report_is_due_later_and_within_two_periods(due, late, cadence):
    sent = due + late * DAY
    following = next_due(due, sent, cadence)
    assert following > sent
    assert following <= max(due_after(due_after(sent, cadence), cadence), due)


# ── Sending ──────────────────────────────────────────────────────────────────────────────────


def test_everything_that_keeps_a_report_from_being_sent_is_said_at_once():
    codes = {finding.code for finding in send_faults(done=" ", upcoming="", has_bodies=False, changed=["Money"], outdated=["Scope"])}
    assert codes == {"report-empty", "report-no-body", "report-facts-changed", "report-choice-outdated"}
    assert not list(send_faults(done="", upcoming="A line", has_bodies=True, changed=[], outdated=[]))


# ── How often green turned red ───────────────────────────────────────────────────────────────


def line(*colours, role="lab_ops", apart=28, subject=1):
    return [Rated(subject, "money", colour, MONDAY + number * apart * DAY, role) for number, colour in enumerate(colours)]


def test_green_that_is_red_in_the_next_monthly_report_has_turned():
    (turned,) = turned_red(line("green", "red"), MONDAY + 365 * DAY)
    assert (turned.role, turned.green, turned.red) == ("lab_ops", 1, 1)


@pytest.mark.parametrize(("apart", "red"), [(29, 1), (30, 1), (31, 0), (60, 0)])
def test_only_red_within_30_days_counts(apart, red):
    (turned,) = turned_red(line("green", "red", apart=apart), MONDAY + 365 * DAY)
    assert turned.red == red


def test_a_monthly_report_after_a_month_of_31_days_counts():
    ratings = [Rated(1, "money", "green", datetime.date(2026, 10, 1), "x"), Rated(1, "money", "red", datetime.date(2026, 11, 1), "x")]
    assert turned_red(ratings, MONDAY + 365 * DAY)[0].red == 1


def test_a_green_rating_counts_once_its_30_days_are_over():
    assert turned_red(line("green"), MONDAY + 20 * DAY) == []
    assert turned_red(line("green"), MONDAY + 40 * DAY)[0].green == 1


def test_another_subject_or_dimension_turning_red_counts_nothing():
    others = [*line("green"), *line("amber", "red", subject=2), Rated(1, "risk", "red", MONDAY + DAY, "lab_ops")]
    assert [turned.red for turned in turned_red(others, MONDAY + 365 * DAY)] == [0]


@pytest.mark.parametrize(("green", "shown"), [(4, False), (5, True)])
def test_a_share_of_fewer_than_five_ratings_is_hidden(green, shown):
    ratings = [rating for number in range(green) for rating in line("green", "red", subject=number)]
    (turned,) = turned_red(ratings, MONDAY + 365 * DAY)
    assert turned.is_shown is shown
    assert turned.percent == 100


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(list(Health)), st.integers(0, 300), st.sampled_from("ab"))))
def test_no_more_turned_red_than_were_green(rows):
    ratings = [Rated(subject, "money", colour, MONDAY + offset * DAY, role) for subject, colour, offset, role in rows]
    for turned in turned_red(ratings, MONDAY + 400 * DAY):
        assert 0 <= turned.red <= turned.green <= sum(rating.colour == Health.GREEN and rating.role == turned.role for rating in ratings)


# ── The first sentence ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "Everything is green."),
        ({"tasks_overdue": 1}, "Scope is amber, people, money and risk are green."),
        ({"risks_extreme": 1, "roles_open": 1, "budget_missing": 1}, "Risk is red, people and money are amber, scope is green."),
    ],
)
def test_a_draft_begins_with_its_colours_the_worst_first(facts, sentence):
    assert summary_of(propose(facts)) == sentence
