import datetime
from types import SimpleNamespace

import pytest

from findings import Finding, Refused, Severity, refuse
from findings.gates import ask, ask_each, gate

TODAY = datetime.date(2026, 3, 3)
FIRST, SECOND = SimpleNamespace(stream_id=1, name="first"), SimpleNamespace(stream_id=2, name="second")
READS = []


def names(subjects, on):
    READS.append([subject.name for subject in subjects])
    return {subject.stream_id: subject.name for subject in subjects}


def breaks(subjects, on):
    raise LookupError("a reader that fails")


@gate(reads=names, holds="It is open.")
def blocking_gate(name, on):
    yield Finding("one", Severity.BLOCKS, f"{name} on {on}")


@gate(reads=names, holds="There are two.")
def two(name, on):
    return [Finding("two", Severity.WARNS, "second"), Finding("three", Severity.NOTE, "third")]


@gate(reads=names, holds=lambda name: f"The {name} holds.")
def only_the_first(name, on):
    return [] if name == "first" else [Finding("not-first", Severity.BLOCKS, name)]


@gate(reads=names, holds="")
def broken(name, on):
    raise LookupError("a rule that fails")


@gate(reads=breaks, holds="")
def unread(name, on):
    return []


@gate(reads=lambda subjects, on: {}, holds="")
def forgotten(name, on):
    return []


HERE = "tests.findings.test_gates"


def test_every_finding_of_every_gate_is_told_in_order_and_of_every_subject():
    """EL-04: not only the first."""
    findings = ask([f"{HERE}.blocking_gate", f"{HERE}.two"], [FIRST, SECOND], TODAY)
    assert [finding.code for finding in findings[1]] == ["one", "two", "three"]
    assert [finding.message for finding in findings[2]] == ["second on 2026-03-03", "second", "third"]


def test_facts_are_read_once_for_all_gates_and_subjects_that_need_them():
    READS.clear()
    ask_each([(FIRST, [f"{HERE}.two"]), (SECOND, [f"{HERE}.two", f"{HERE}.only_the_first"])], TODAY)
    assert READS == [["first", "second"]]


def test_a_gate_that_holds_says_its_own_sentence_of_the_subject():
    answers = ask_each([(FIRST, [f"{HERE}.only_the_first"]), (SECOND, [f"{HERE}.only_the_first"])], TODAY)
    assert [(answer.findings, answer.holds) for answer in answers[1]] == [([], "The first holds.")]
    assert [(len(answer.findings), answer.holds) for answer in answers[2]] == [(1, "")]


def test_one_subject_is_a_list_of_one():
    assert only_the_first([FIRST, SECOND], TODAY) == only_the_first([FIRST], TODAY) | only_the_first([SECOND], TODAY)


@pytest.mark.parametrize("fault", ["broken", "unread", "forgotten"])
def test_a_gate_that_raises_never_lets_through(fault):
    """D3-45: a rule that raises refuses, never passes; nor does one whose facts are missing."""
    with pytest.raises(LookupError):
        ask([f"{HERE}.blocking_gate", f"{HERE}.{fault}"], [FIRST], TODAY)


def test_a_gate_that_is_not_there_never_lets_through():
    with pytest.raises(ImportError):
        ask([f"{HERE}.gone"], [FIRST], TODAY)


def test_no_gates_no_findings():
    assert ask([], [FIRST], TODAY) == {1: []}


def test_a_refusal_knows_its_codes_and_says_its_sentences():
    refused = Refused([Finding("a", Severity.BLOCKS, "First."), Finding("b", Severity.BLOCKS, "Second.")])
    assert refused.codes == {"a", "b"}
    assert str(refused) == "First. Second."
    assert refuse("x", "No.", "Do this.", "home").findings[0] == Finding("x", Severity.BLOCKS, "No.", "Do this.", "home")


@pytest.mark.parametrize("severity", list(Severity))
def test_every_severity_has_words(severity):
    assert severity.label
