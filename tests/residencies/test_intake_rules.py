"""What an intake must hold, and what readiness warns of: plain facts in, findings out."""

import datetime
from dataclasses import replace

import pytest
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from findings import Severity
from residencies.intake.rules import STEPS, Brief, missing, readiness, readiness_facts, steps_done, word_count
from residencies.reference_data import FIGURES
from spelling.clean import unsafe_link

FIGURES_NOW = {name: known.default for name, known in FIGURES.items()}
TEXTS = (
    "product", "problem", "description", "for_whom", "looked_into", "permission", "funding_source", "proposed_team", "product_owner_name",
    "sponsors", "sensitivity",
)  # fmt: skip
SAID_OF_READINESS = ("sponsor_adm_name", "devops_plan")
COMPLETE = Brief(
    texts=dict.fromkeys([*TEXTS, *SAID_OF_READINESS], "said"),
    cases=dict.fromkeys(range(1, 7), "a case"),
    evidence=dict.fromkeys(range(1, 7), 1),
    needs=1,
    yearly_budget_dollars=1_000_000,
    government_employees_planned=2,
    devops_planned=True,
    product_owner_full_time=True,
    sponsor_up_to_adm=True,
    sponsor_adm_on=datetime.date(2026, 2, 2),
)
words = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8)


def codes(findings):
    return {finding.code for finding in findings}


def test_a_complete_brief_misses_nothing_and_warns_of_nothing():
    """EL-10, EL-15"""
    assert list(missing(COMPLETE)) == []
    assert list(readiness(COMPLETE, FIGURES_NOW)) == []


@given(st.sets(st.sampled_from(TEXTS)), st.sets(st.integers(1, 6)))
def test_everything_that_is_missing_is_named_at_once(blank, no_case):
    """EL-10, EL-11, EL-12: not only the first."""
    brief = replace(
        COMPLETE, texts={**COMPLETE.texts, **dict.fromkeys(blank, " \n")}, cases={**COMPLETE.cases, **dict.fromkeys(no_case, "")}
    )

    expected = {f"no-{name.replace('_', '-')}" for name in blank} | {f"no-case-{number}" for number in no_case}
    assert codes(missing(brief)) == expected


@given(st.lists(words, max_size=400), st.sampled_from([" ", "\n", "  \t", "\r\n"]))
def test_a_word_is_what_stands_between_spaces(listed, between):
    assert word_count(between.join(listed)) == len(listed)


@given(st.integers(280, 330))
def test_three_hundred_words_are_the_most(count):
    """EL-11"""
    brief = replace(COMPLETE, texts={**COMPLETE.texts, "description": "word " * count})

    findings = [finding for finding in missing(brief) if finding.code == "description-too-long"]
    assert codes(missing(brief)) == ({"description-too-long"} if count > 300 else set())
    assert [finding.remedy for finding in findings] == (
        [f"Cut at least {count - 300} word{'' if count == 301 else 's'}."] if findings else []
    )


def test_a_real_problem_is_shown_by_evidence_and_the_other_five_only_gain_by_it():
    """EL-12"""
    brief = replace(COMPLETE, evidence={})

    assert codes(missing(brief)) == {"no-evidence-1"}
    assert codes(readiness(brief, FIGURES_NOW)) == {f"no-evidence-{number}" for number in range(2, 7)}


def test_an_open_question_of_the_lab_keeps_the_intake_back():
    """EL-14"""
    assert codes(missing(replace(COMPLETE, unanswered={None: 1, 3: 2}))) == {"question-unanswered"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sponsor_up_to_adm": False}, "sponsor-below-adm"),
        ({"sponsor_up_to_adm": None}, "sponsor-below-adm"),
        ({"sponsor_adm_on": None}, "sponsor-not-named"),
        ({"texts": {**COMPLETE.texts, "sponsor_adm_name": " "}}, "sponsor-not-named"),
        ({"texts": {**COMPLETE.texts, "devops_plan": ""}}, "devops-not-described"),
        ({"product_owner_full_time": False}, "no-full-time-product-owner"),
        ({"yearly_budget_dollars": 799_999}, "budget-outside-range"),
        ({"yearly_budget_dollars": 1_300_001}, "budget-outside-range"),
        ({"yearly_budget_dollars": None}, "budget-unknown"),
        ({"government_employees_planned": 1}, "few-government-employees"),
        ({"devops_planned": False}, "no-devops-planned"),
        ({"texts": {**COMPLETE.texts, "sensitivity": "very"}}, "very-sensitive"),
    ],
)
def test_readiness_warns_and_never_blocks(change, code):
    """EL-15"""
    findings = list(readiness(replace(COMPLETE, **change), FIGURES_NOW))

    assert codes(findings) == {code}
    assert {finding.severity for finding in findings} == {Severity.WARNS}
    assert list(missing(replace(COMPLETE, **change))) == []


def test_each_part_of_readiness_is_a_fact_with_what_it_lacks():
    """EL-15: who, when and how much, not a tick."""
    facts = {fact.label: fact for fact in readiness_facts(replace(COMPLETE, yearly_budget_dollars=700_000), FIGURES_NOW)}

    assert len(facts) == 6
    assert facts["Support up to the assistant deputy minister"].value == f"said, {date_format(COMPLETE.sponsor_adm_on)}"
    assert facts["Budget"].value == "$700,000 a year"
    assert {label for label, fact in facts.items() if fact.missing} == {"Budget"}
    assert facts["Product owner"].value == "said, full time"
    assert facts["Government employees planned"].value == "2"


def test_a_part_of_readiness_that_isnt_answered_is_empty():
    brief = replace(
        COMPLETE, product_owner_full_time=False, government_employees_planned=None, yearly_budget_dollars=None, sponsor_adm_on=None
    )
    facts = {fact.label: fact.value for fact in readiness_facts(brief, FIGURES_NOW)}
    assert facts["Product owner"] == "said"
    assert facts["Government employees planned"] == facts["Budget"] == ""
    assert facts["Support up to the assistant deputy minister"] == "said"


def test_an_intake_lists_at_least_one_need():
    assert codes(missing(replace(COMPLETE, needs=0))) == {"no-needs"}


@pytest.mark.parametrize("number", range(1, 7))
def test_evidence_is_asked_for_each_condition_and_missing_only_keeps_the_first_back(number):
    """EL-12"""
    brief = replace(COMPLETE, evidence={**COMPLETE.evidence, number: 0})
    findings = {finding.code: finding for finding in [*missing(brief), *readiness(brief, FIGURES_NOW)]}

    assert set(findings) == {f"no-evidence-{number}"}
    assert findings[f"no-evidence-{number}"].severity == (Severity.BLOCKS if number == 1 else Severity.WARNS)


@pytest.mark.parametrize("budget", [800_000, 1_300_000])
def test_the_ends_of_the_cost_range_are_inside_it(budget):
    assert list(readiness(replace(COMPLETE, yearly_budget_dollars=budget), FIGURES_NOW)) == []


def test_a_plan_for_the_open_answers_very_sensitive_data():
    """EL-15"""
    brief = replace(COMPLETE, texts={**COMPLETE.texts, "sensitivity": "very", "openness_plan": "Code and backlog are open."})
    assert list(readiness(brief, FIGURES_NOW)) == []


def test_a_step_is_done_when_nothing_of_it_is_missing():
    brief = replace(COMPLETE, cases={**COMPLETE.cases, 4: ""}, texts={**COMPLETE.texts, "sponsors": ""})

    done = steps_done(list(missing(brief)))

    assert list(done) == list(STEPS)
    assert [step for step, is_done in done.items() if not is_done] == ["intake-condition-4", "intake-people"]


@pytest.mark.parametrize("url", ["https://example.org/a?b=1#c", "http://localhost:8000/x", "HTTPS://EXAMPLE.ORG", "https://exämple.org/ä"])
def test_a_web_address_is_taken_as_a_link(url):
    assert unsafe_link(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "ftp://example.org", "//example.org", "example.org", "https://", "http://", "", "https://user:secret@example.org",
        "https://example.org\\@evil.example", "https://example.org/\njavascript:x", "https://exa mple.org", "https://example.org:port/",
        "https://example.org/\u202egpj", "https://[::1", "https://example.org/" + "a" * 1000,
    ],
)  # fmt: skip
def test_nothing_but_a_web_address_is_taken_as_a_link(url):
    """D3-2: `javascript:`, `data:` and their disguises are refused with a sentence."""
    fault = unsafe_link(url)

    assert fault.code == "unsafe-link"
    assert fault.message
    assert fault.remedy


@given(st.text(max_size=40))
def test_no_text_passes_as_a_link_without_its_scheme(text):
    """D3-2"""
    assert unsafe_link(text) is not None or text.strip().lower().startswith(("http://", "https://"))
