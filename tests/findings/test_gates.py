import datetime

import pytest

from findings import Finding, Refused, Severity, refuse
from findings.gates import ask

TODAY = datetime.date(2026, 3, 3)


def blocking_gate(subject: str, on: datetime.date) -> list[Finding]:
    return [Finding("one", Severity.BLOCKS, f"{subject} on {on}")]


def two(subject: str, on: datetime.date) -> list[Finding]:
    return [Finding("two", Severity.WARNS, "second"), Finding("three", Severity.NOTE, "third")]


def broken(subject: str, on: datetime.date) -> list[Finding]:
    raise LookupError("a rule that fails")


HERE = "tests.findings.test_gates"


def test_every_finding_of_every_gate_is_told_in_order():
    """EL-04: not only the first."""
    findings = ask([f"{HERE}.blocking_gate", f"{HERE}.two"], "it", TODAY)
    assert [finding.code for finding in findings] == ["one", "two", "three"]
    assert findings[0].message == "it on 2026-03-03"


def test_a_gate_that_raises_never_lets_through():
    """D3-45: a rule that raises refuses, never passes."""
    with pytest.raises(LookupError):
        ask([f"{HERE}.blocking_gate", f"{HERE}.broken"], "it", TODAY)


def test_a_gate_that_is_not_there_never_lets_through():
    with pytest.raises(ImportError):
        ask([f"{HERE}.gone"], "it", TODAY)


def test_no_gates_no_findings():
    assert ask([], "it", TODAY) == []


def test_a_refusal_knows_its_codes_and_says_its_sentences():
    refused = Refused([Finding("a", Severity.BLOCKS, "First."), Finding("b", Severity.BLOCKS, "Second.")])
    assert refused.codes == {"a", "b"}
    assert str(refused) == "First. Second."
    assert refuse("x", "No.", "Do this.", "home").findings[0] == Finding("x", Severity.BLOCKS, "No.", "Do this.", "home")


@pytest.mark.parametrize("severity", list(Severity))
def test_every_severity_has_words(severity):
    assert severity.label
