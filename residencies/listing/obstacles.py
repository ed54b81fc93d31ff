"""What stands most in the way of each residency of a list, found for all of them at once.

It follows from what acts wrote, from the day and from nothing else, and every act is on the ledger: of its residency,
or of the lab for what is everybody's (figures, names). So it is remembered for as long as both chains end where they
ended; an act moves an end, and what was remembered is never asked for again.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db.models import F
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from findings import Finding, Severity
from ledger.models import GENESIS
from residencies import rules
from residencies.lifecycle.gates import verdicts_of
from residencies.models import Question, Residency
from residencies.models.states import State

REMEMBERED_SECONDS = 15 * 60

FindingsByResidency = Mapping[int, list[Finding]]
Asker = Callable[[list[Residency], datetime.date], FindingsByResidency]


@dataclass(frozen=True)
class Obstacle:
    """The gravest of what stands in the way, and how much more there is."""

    message: str
    more: int = 0


WAITS = {
    State.SUBMITTED: gettext_lazy("The review has not begun."),
    State.QUALIFIED: gettext_lazy("The agreement has not been made."),
}
_askers: list[tuple[frozenset[State], Asker]] = []


def register(states: Iterable[State], asker: Asker) -> None:
    """Let another app say what stands in the way at any of `states`; called from an app's `ready()`.

    `asker(residencies, on)` is asked once for all that are at one of them. It returns findings by the
    residency's primary key, in a number of queries that does not depend on how many it is asked about.
    """
    _askers.append((frozenset(states), asker))


def obstacles(residencies: Iterable[Residency], on: datetime.date) -> dict[int, Obstacle]:
    """The main obstacle of each of `residencies` that has one; queries depend on the states present, not on the rows."""
    residencies = list(residencies)
    by_residency: dict[int, list[Finding]] = defaultdict(list)
    for states, asker in (*_OWN, *_askers):
        rows = [residency for residency in residencies if residency.state in states]
        for pk, findings in asker(rows, on).items() if rows else ():
            by_residency[pk] += findings
    return {pk: _main(findings) for pk, findings in by_residency.items() if findings}


def remembered_obstacles(residencies: Iterable[Residency], on: datetime.date) -> dict[int, Obstacle]:
    """As `obstacles`, asking only about those that no list has shown since an act touched them.

    `residencies` were read `at_heads()`: an end read later than its row could make an old row pass for the newest.
    """
    keys = {residency: _key(residency, on) for residency in residencies}
    known = caches["obstacles"].get_many([key for key in keys.values() if key])
    unknown = [residency for residency, key in keys.items() if key not in known]
    by_residency = obstacles(unknown, on)
    if fresh := {key: _cache_entry(by_residency.get(residency.pk)) for residency in unknown if (key := keys[residency])}:
        caches["obstacles"].set_many(fresh, REMEMBERED_SECONDS)
    return by_residency | {residency.pk: Obstacle(*known[key]) for residency, key in keys.items() if known.get(key)}


def _key(residency: Any, on: datetime.date) -> str:
    """What its obstacle follows from; "" for one without a ledger to tell by."""
    if residency.own_head == GENESIS:
        return ""
    return f"{residency.pk}/{residency.own_head}/{residency.lab_head}/{on}/{get_language()}"


def _cache_entry(obstacle: Obstacle | None) -> list[Any]:
    return [obstacle.message, obstacle.more] if obstacle else []


def _main(findings: list[Finding]) -> Obstacle:
    worst = max(findings, key=lambda finding: finding.severity)
    return Obstacle(str(worst.message), len(findings) - 1)


def _says(message: str) -> list[Finding]:
    return [Finding("waits", Severity.NOTE, message)]


def _waits(residencies: list[Residency], on: datetime.date) -> FindingsByResidency:
    return {residency.pk: _says(str(WAITS[State(residency.state)])) for residency in residencies}


def _unsent(residencies: list[Residency], on: datetime.date) -> FindingsByResidency:
    """An intake that is being written, or that was sent back with questions."""
    asked = Question.objects.filter(review__residency__in=residencies, answered_at=None)
    open_questions = set(asked.values_list("review__residency", flat=True))
    sent_back, unfinished = _("The lab's questions have not been answered."), _("The intake has not been sent.")
    return {r.pk: _says(sent_back if r.pk in open_questions else unfinished) for r in residencies}


def _undecided(residencies: list[Residency], on: datetime.date) -> FindingsByResidency:
    """The conditions that aren't met as their cases stand now (EL-13)."""
    return {pk: list(rules.unmet_conditions(verdicts)) for pk, verdicts in verdicts_of(residencies).items()}


def _way_home(residencies: list[Residency], on: datetime.date) -> FindingsByResidency:
    """Before going live the assessments and the plan's parts, after it that the plan is carried out (EL-72, EL-81, EL-82)."""
    parts = {part: F(f"graduation_plan__{part}") for part in rules.PLAN_PARTS}
    rows = Residency.objects.filter(pk__in=[residency.pk for residency in residencies]).order_by()
    plans: dict[int, Any] = {}
    done_on: dict[int, dict[str, datetime.date | None]] = defaultdict(dict)
    for row in rows.values("pk", "assessments__kind", "assessments__done_on", "graduation_plan__carried_out_on", **parts):
        plans[row["pk"]] = row
        done_on[row["pk"]][row["assessments__kind"]] = row["assessments__done_on"]
    by_residency = {pk: list(rules.missing_plan_parts({part: plan[part] or "" for part in parts})) for pk, plan in plans.items()}
    for residency in residencies:
        if residency.state == State.LIVE:
            by_residency[residency.pk] = [*_not_carried_out(plans[residency.pk], on), *by_residency[residency.pk]]
        else:
            by_residency[residency.pk] = [*rules.undone_assessments(done_on[residency.pk], on), *by_residency[residency.pk]]
    return by_residency


def _not_carried_out(plan: dict[str, Any], on: datetime.date) -> list[Finding]:
    carried_out_on = plan["graduation_plan__carried_out_on"]
    return [] if carried_out_on and carried_out_on <= on else _says(_("The graduation plan has not been carried out."))


_OWN: tuple[tuple[frozenset[State], Asker], ...] = (
    (frozenset({State.DRAFT}), _unsent),
    (frozenset(WAITS), _waits),
    (frozenset({State.IN_REVIEW}), _undecided),
    (frozenset({State.IN_RESIDENCE, State.LIVE}), _way_home),
)
