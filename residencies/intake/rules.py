"""When an intake is complete, and how ready a program area is beside the six conditions. Pure: no database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from findings import Finding, Severity, blocking
from residencies.lifecycle.rules import CONDITIONS, condition_name

MOST_WORDS = 300
VERY_SENSITIVE = "very"

# The steps of the form, in order: each is the name of its page.
STEPS = ("intake-area", "intake-problem", *(f"intake-condition-{number}" for number in CONDITIONS), "intake-people")


@dataclass(frozen=True)
class Brief:
    """An intake as plain facts: texts by field, cases and how many pieces of evidence by condition, open questions."""

    texts: Mapping[str, str]
    cases: Mapping[int, str]
    evidence: Mapping[int, int]
    needs: int = 0
    unanswered: Mapping[int | None, int] = field(default_factory=dict)
    yearly_budget_dollars: int | None = None
    government_employees_planned: int | None = None
    devops_planned: bool | None = None
    product_owner_full_time: bool | None = None
    sponsor_up_to_adm: bool | None = None
    sponsor_adm_on: datetime.date | None = None

    def says(self, name: str) -> bool:
        return bool(self.texts.get(name, "").strip())


def word_count(text: str) -> int:
    """How many words `text` has: runs of anything between spaces."""
    return len(text.split())


def missing(brief: Brief) -> Iterator[Finding]:
    """Everything that an intake still needs before it can be sent (EL-10, EL-11, EL-12, EL-14), in the order of the form."""
    yield from _missing_texts(
        brief, "intake-area", {"product": _("The product has no name."), "problem": _("The problem statement is missing.")}
    )
    yield from _missing_brief(brief)
    for number in CONDITIONS:
        yield from _missing_case(brief, number)
    yield from _missing_people(brief)
    yield from _unanswered(brief)


def _missing_texts(brief: Brief, place: str, sentences: Mapping[str, str]) -> Iterator[Finding]:
    for name, sentence in sentences.items():
        if not brief.says(name):
            yield blocking(f"no-{name.replace('_', '-')}", sentence, _("Fill it in."), place)


def _missing_brief(brief: Brief) -> Iterator[Finding]:
    sentences = {
        "description": _("The description of the challenge is missing."),
        "for_whom": _("The intake doesn’t say who has the problem."),
        "looked_into": _("The intake doesn’t say what research you have done."),
        "permission": _("The intake doesn’t say what permission and time you have."),
    }
    yield from _missing_texts(brief, "intake-problem", sentences)
    words = word_count(brief.texts.get("description", ""))
    if words > MOST_WORDS:
        params = {"words": words, "most": MOST_WORDS}
        message = _("The description of the challenge has %(words)d words. The limit is %(most)d.") % params
        over = words - MOST_WORDS
        remedy = ngettext("Cut at least %(over)d word.", "Cut at least %(over)d words.", over) % {"over": over}
        yield blocking("description-too-long", message, remedy, "intake-problem")
    if not brief.needs:
        yield blocking("no-needs", _("No needs are listed."), _("Add at least one need of the people affected."), "intake-problem")


def _missing_case(brief: Brief, number: int) -> Iterator[Finding]:
    params = {"number": number, "name": condition_name(number)}
    place = f"intake-condition-{number}"
    if not brief.cases.get(number, "").strip():
        message = _("Condition %(number)d (%(name)s) has no case yet.") % params
        yield blocking(f"no-case-{number}", message, _("Make the case in your own words."), place)
    if number == 1 and not brief.evidence.get(number):
        yield missing_evidence(number)


def _missing_people(brief: Brief) -> Iterator[Finding]:
    sentences = {
        "funding_source": _("The source of funding is missing."),
        "proposed_team": _("The proposed team is missing."),
        "product_owner_name": _("The product owner is missing."),
        "sponsors": _("No executive sponsors are named."),
        "sensitivity": _("The sensitivity of the data is missing."),
    }
    yield from _missing_texts(brief, "intake-people", sentences)


def _unanswered(brief: Brief) -> Iterator[Finding]:
    count = sum(brief.unanswered.values())
    if count:
        message = ngettext(
            "%(count)d question from the lab has no answer yet.", "%(count)d questions from the lab have no answer yet.", count
        )
        yield blocking(
            "question-unanswered",
            message % {"count": count},
            ngettext("Answer the question.", "Answer the questions.", count),
            "intake-questions",
        )


def steps_done(findings: list[Finding]) -> dict[str, bool]:
    """For each step of the form whether nothing that it needs is missing."""
    open_places = {finding.place for finding in findings if finding.severity >= Severity.BLOCKS}
    return {step: step not in open_places for step in STEPS}


def readiness(brief: Brief, figures: Mapping[str, int]) -> Iterator[Finding]:
    """What would make a good start less likely; each warns, none blocks alone (EL-15). `figures`: the programme's, by name."""
    yield from _people_readiness(brief, figures)
    yield from _money_readiness(brief, figures)
    yield from _evidence_readiness(brief)
    yield from _sensitive_readiness(brief)


def _sensitive_readiness(brief: Brief) -> Iterator[Finding]:
    if brief.texts.get("sensitivity") == VERY_SENSITIVE and not brief.says("openness_plan"):
        yield _warning(
            "very-sensitive",
            _("The data is very sensitive, and the intake doesn’t say how the team could still work in the open."),
            _("Say what could be open (code, backlog, research) and what has to stay closed."),
        )


def _warning(code: str, message: str, remedy: str, place: str = "intake-people") -> Finding:
    return Finding(code, Severity.WARNS, message, remedy, place)


def _people_readiness(brief: Brief, figures: Mapping[str, int]) -> Iterator[Finding]:
    if not brief.sponsor_up_to_adm:
        message = _("Support up to the assistant deputy minister is not confirmed.")
        yield _warning("sponsor-below-adm", message, _("Get the sponsors on board, then record it here."))
    elif not (brief.says("sponsor_adm_name") and brief.sponsor_adm_on):
        message = _("The intake doesn’t say who supports this as assistant deputy minister, or since when.")
        yield _warning("sponsor-not-named", message, _("Add the name and the date."))
    if not (brief.says("product_owner_name") and brief.product_owner_full_time):
        message = _("There is no full-time product owner.")
        yield _warning("no-full-time-product-owner", message, _("Name one, and release them from other duties."))
    least = figures["government_employees"]
    if (brief.government_employees_planned or 0) < least:
        message = _("Fewer than %(least)d government employees are planned for the team.") % {"least": least}
        yield _warning("few-government-employees", message, _("Plan for people who will stay with the product."))
    if not brief.devops_planned:
        message = _("No DevOps specialist or site reliability engineer is planned.")
        yield _warning("no-devops-planned", message, _("Plan to hire or borrow one before the product goes live."))
    elif not brief.says("devops_plan"):
        message = _("The intake doesn’t say how the team will get a DevOps specialist or site reliability engineer.")
        yield _warning("devops-not-described", message, _("Say who or how, and by when."))


def _money_readiness(brief: Brief, figures: Mapping[str, int]) -> Iterator[Finding]:
    least, most = figures["cost_least_dollars"], figures["cost_most_dollars"]
    params = {"least": f"{least:,}", "most": f"{most:,}"}
    remedy = _("A team usually costs $%(least)s to $%(most)s a year.") % params
    if brief.yearly_budget_dollars is None:
        yield _warning("budget-unknown", _("The yearly budget is missing."), remedy)
    elif not least <= brief.yearly_budget_dollars <= most:
        message = _("The yearly budget of $%(budget)s is outside the usual range.") % {"budget": f"{brief.yearly_budget_dollars:,}"}
        yield _warning("budget-outside-range", message, remedy)


def _evidence_readiness(brief: Brief) -> Iterator[Finding]:
    for number in CONDITIONS:
        if number == 1 or brief.evidence.get(number):
            continue
        yield missing_evidence(number)


def missing_evidence(number: int) -> Finding:
    """What is said of a condition without evidence: the first can't be sent so, the others are warned of (EL-12)."""
    place = f"intake-condition-{number}"
    if number == 1:
        message = _("There is no evidence that the problem is real.")
        return blocking("no-evidence-1", message, _("Add service analytics or user research, as a link or a file."), place)
    message = _("Condition %(number)d (%(name)s) has no evidence.") % {"number": number, "name": condition_name(number)}
    return _warning(f"no-evidence-{number}", message, _("A link or a file makes the case stronger."), place)


class Fact(NamedTuple):
    """One thing that makes for a good start: what is recorded of it, and what is still missing."""

    label: str
    value: str
    missing: tuple[Finding, ...] = ()


def readiness_facts(brief: Brief, figures: Mapping[str, int]) -> list[Fact]:
    """What is recorded of each part of readiness, beside what it lacks (EL-15); nothing of it blocks."""
    findings = [*_people_readiness(brief, figures), *_money_readiness(brief, figures), *_sensitive_readiness(brief)]

    def fact(label: str, parts: list[str], *codes: str) -> Fact:
        return Fact(label, ", ".join(part for part in parts if part), tuple(finding for finding in findings if finding.code in codes))

    texts = {name: text.strip() for name, text in brief.texts.items()}
    on = date_format(brief.sponsor_adm_on) if brief.sponsor_adm_on else ""
    full_time = _("full time") if brief.product_owner_full_time else ""
    owner = [texts.get("product_owner_name", ""), texts.get("product_owner_title", ""), full_time]
    budget = "" if brief.yearly_budget_dollars is None else _("$%(dollars)s a year") % {"dollars": f"{brief.yearly_budget_dollars:,}"}
    people = "" if brief.government_employees_planned is None else str(brief.government_employees_planned)
    return [
        fact(
            _("Support up to the assistant deputy minister"),
            [texts.get("sponsor_adm_name", ""), on],
            "sponsor-below-adm",
            "sponsor-not-named",
        ),
        fact(_("Product owner"), owner, "no-full-time-product-owner"),
        fact(_("Budget"), [budget], "budget-unknown", "budget-outside-range"),
        fact(_("Government employees planned"), [people], "few-government-employees"),
        fact(
            _("DevOps specialist or site reliability engineer"), [texts.get("devops_plan", "")], "no-devops-planned", "devops-not-described"
        ),
        fact(_("Working in the open"), [texts.get("openness_plan", "")], "very-sensitive"),
    ]
