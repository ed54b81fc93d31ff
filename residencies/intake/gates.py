"""What the lifecycle asks of intakes: reads facts, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding, blocking
from findings.gates import gate
from residencies.intake import rules
from residencies.models import Condition, Intake, Question, Residency
from residencies.reference_data import all_figures

TEXTS = (
    "description", "for_whom", "looked_into", "permission", "funding_source", "proposed_team", "product_owner_name", "sponsors",
    "sensitivity", "openness_plan", "product_owner_title", "devops_plan", "sponsor_adm_name",
)  # fmt: skip
PLAIN = (
    "yearly_budget_dollars",
    "government_employees_planned",
    "devops_planned",
    "product_owner_full_time",
    "sponsor_up_to_adm",
    "sponsor_adm_on",
)


def brief_of(residency: Residency) -> rules.Brief:
    """The intake of one residency as the facts that rules read; see `briefs_of`."""
    return briefs_of([residency])[residency.stream_id]


def briefs_of(residencies: Sequence[Residency], on: datetime.date | None = None) -> dict[int, rules.Brief]:
    """Intakes as the facts that rules read, by stream, in three queries."""
    rows = Intake.objects.filter(residency__in=residencies).annotate(need_count=Count("needs"))
    intakes = {intake.residency_id: intake for intake in rows}
    cases: dict[int, dict[int, str]] = defaultdict(dict)
    evidence: dict[int, dict[int, int]] = defaultdict(dict)
    held = Condition.objects.filter(residency__in=residencies).annotate(held=Count("evidence", filter=Q(evidence__withdrawn_at=None)))
    for pk, number, case, count in held.values_list("residency", "number", "case", "held"):
        cases[pk][number], evidence[pk][number] = case, count
    unanswered: dict[int, dict[int | None, int]] = defaultdict(dict)
    questions = Question.objects.filter(review__residency__in=residencies, answer="").order_by()
    asked = questions.values("review__residency", "condition__number").annotate(count=Count("pk"))
    for pk, number, count in asked.values_list("review__residency", "condition__number", "count"):
        unanswered[pk][number] = count
    return {
        residency.stream_id: rules.Brief(
            texts={"product": residency.product, "problem": residency.problem}
            | {name: getattr(intakes[residency.pk], name) for name in TEXTS},
            cases=cases[residency.pk],
            evidence=evidence[residency.pk],
            needs=intakes[residency.pk].need_count,
            unanswered=unanswered[residency.pk],
            **{name: getattr(intakes[residency.pk], name) for name in PLAIN},
        )
        for residency in residencies
    }


@gate(reads=briefs_of, holds=gettext_lazy("The intake is complete."))
def intake_complete(brief: rules.Brief, on: datetime.date) -> Iterator[Finding]:
    """Everything that the intake holds has been filled in, and every question of the lab answered (EL-10, EL-14)."""
    return rules.missing(brief)


def readiness(residency: Residency, on: datetime.date) -> list[Finding]:
    """What beside the six conditions would make a good start less likely: warns, never blocks alone (EL-15)."""
    return list(rules.readiness(brief_of(residency), all_figures(on)))


def readiness_facts(residency: Residency, on: datetime.date) -> list[rules.Fact]:
    """What the intake says of readiness, each with whether it is enough (EL-15)."""
    return rules.readiness_facts(brief_of(residency), all_figures(on))


def _asked(residencies: Sequence[Residency], on: datetime.date) -> dict[int, bool]:
    """Whether the open review of each of `residencies` asks anything; one query."""
    rows = Question.objects.filter(review__residency__in=residencies, review__closed_at=None)
    asked = set(rows.values_list("review__residency", flat=True))
    return {residency.stream_id: residency.pk in asked for residency in residencies}


@gate(reads=_asked, holds=gettext_lazy("There is a question for the program area."))
def questions_asked(any_asked: bool, on: datetime.date) -> Iterator[Finding]:
    """The open review asks the program area at least one thing (EL-14)."""
    if not any_asked:
        message = _("There are no questions to send yet.")
        remedy = _("Mark a condition “More needed” and say what is missing, or add a question.")
        yield blocking("no-question", message, remedy, "review")
