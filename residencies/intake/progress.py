"""Where an intake stands: its steps, what is done, where whoever writes it left off (EL-10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from findings import Finding
from residencies.intake.conditions import CONDITIONS
from residencies.intake.gates import intake_complete
from residencies.intake.rules import STEPS, steps_done
from residencies.models import Residency

# Which control a finding is mended at; a finding that is not here leads to the top of its step.
_FIELDS = ("description", "for_whom", "looked_into", "permission", "funding_source", "proposed_team", "product_owner_name", "sponsors")
_ANCHORS = {
    **{f"no-{name.replace('_', '-')}": f"id_{name}" for name in (*_FIELDS, "product", "problem")},
    **{f"no-case-{number}": "id_case" for number in CONDITIONS},
    "no-sensitivity": "id_sensitivity_0",
    "description-too-long": "id_description",
    "no-needs": "needs",
    "no-evidence-1": "evidence",
}


@dataclass(frozen=True)
class Step:
    """A page of the form: `name` is its URL name."""

    name: str
    label: Any
    url: str
    done: bool
    current: bool


@dataclass(frozen=True)
class Missing:
    """Something to fill in, and the address of the very field."""

    finding: Finding
    url: str


@dataclass(frozen=True)
class Sitting:
    steps: list[Step]
    missing: list[Missing]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def resume(self) -> Step | None:
        """The first step that still misses something."""
        return next((step for step in self.steps if not step.done), None)

    def neighbour(self, name: str, distance: int) -> Step | None:
        index = STEPS.index(name) + distance
        return self.steps[index] if 0 <= index < len(self.steps) else None


def step_label(name: str) -> Any:
    """What the step is called in lists: "The problem", "1. A real problem"."""
    if name.startswith("intake-condition-"):
        number = int(name.rsplit("-", 1)[1])
        return f"{number}. {CONDITIONS[number].title}"
    return {"intake-area": _("Program area"), "intake-problem": _("The problem"), "intake-people": _("Capacity and people")}[name]


def sitting(residency: Residency, current: str = "") -> Sitting:
    """The steps of this intake with what is done, and everything missing with where to mend it."""
    findings = intake_complete([residency], timezone.localdate())[residency.stream_id]
    done = steps_done(findings)
    steps = [Step(name, step_label(name), reverse(name, args=[residency.reference]), done[name], name == current) for name in STEPS]
    return Sitting(steps, [Missing(finding, _address(finding, residency)) for finding in findings])


def _address(finding: Finding, residency: Residency) -> str:
    anchor = _ANCHORS.get(finding.code, "")
    return reverse(finding.place, args=[residency.reference]) + (f"#{anchor}" if anchor else "")
