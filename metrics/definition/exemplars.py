"""Example metrics to start from, at least two for each kind (EL-90). Codes are data: metrics keep the one they were made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from metrics.choices import Cadence, Direction, MetricKind

UP, DOWN = Direction.UP, Direction.DOWN


@dataclass(frozen=True)
class Exemplar:
    """A metric that suits many products: what it tells, and every field with what is usual."""

    code: str
    kind: MetricKind
    name: Any
    unit: str
    direction: Direction
    cadence: Cadence
    tells: Any
    method: Any
    numerator: Any = ""
    denominator: Any = ""

    @property
    def initial(self) -> dict[str, Any]:
        """Return the values with which the form for a new metric starts."""
        fields = {"name": self.name, "unit": self.unit, "method": self.method}
        fields |= {"numerator_label": self.numerator, "denominator_label": self.denominator}
        codes = {"kind": self.kind.value, "direction": self.direction.value, "cadence": self.cadence.value}
        return {name: str(value) for name, value in fields.items()} | codes | {"example": self.code}


EXEMPLARS = (
    # ── User value ──
    Exemplar(
        "days-to-decision", MetricKind.USER_VALUE, _("Median days to a decision"), "days", DOWN, Cadence.MONTHLY,
        _("How long people wait for an answer. Half get theirs sooner than this."),
        _("For every application decided in the month, count the calendar days from submission to decision. Report the median, not the average."),
    ),
    Exemplar(
        "task-completion", MetricKind.USER_VALUE, _("People who finish what they came for"), "%", UP, Cadence.MONTHLY,
        _("Whether the service works the first time, without a phone call."),
        _("From the service’s own analytics. Count each person once. Leave out staff and tests."),
        _("People who reached the confirmation page"), _("People who started the form"),
    ),
    Exemplar(
        "satisfaction", MetricKind.USER_VALUE, _("People who found it easy"), "%", UP, Cadence.MONTHLY,
        _("How people rate the service right after using it."),
        _("The one-question survey on the last page: “How easy was this?” Count “easy” and “very easy”."),
        _("Answers of “easy” or “very easy”"), _("All answers"),
    ),
    Exemplar(
        "accessibility-barriers", MetricKind.USER_VALUE, _("Open accessibility barriers"), "barriers", DOWN, Cadence.BIWEEKLY,
        _("What still keeps people with disabilities from using the service."),
        _("Count the unresolved WCAG 2.2 AA failures in the team’s backlog, from audits, tests and reports by users."),
    ),
    # ── Cost saving ──
    Exemplar(
        "cost-per-transaction", MetricKind.COST_SAVING, _("Cost of one transaction"), "$", DOWN, Cadence.QUARTERLY,
        _("What one completed request costs the program area."),
        _("Staff time, licences and postage for the quarter, divided by the requests completed in it."),
    ),
    Exemplar(
        "staff-hours", MetricKind.COST_SAVING, _("Staff hours on manual processing"), "hours", DOWN, Cadence.MONTHLY,
        _("Time that staff could spend on people instead of paper."),
        _("Time a sample of 20 cases from start to end and multiply by the number of cases in the month. Time again every quarter."),
    ),
    Exemplar(
        "legacy-cost", MetricKind.COST_SAVING, _("Yearly cost of the system being replaced"), "$", DOWN, Cadence.QUARTERLY,
        _("Licences and support that end when the old system is switched off."),
        _("Contract value for the current fiscal year, from the ministry’s contract system. Count a contract until the day it ends."),
    ),
    # ── Process improvement ──
    Exemplar(
        "first-contact", MetricKind.PROCESS, _("Requests resolved at first contact"), "%", UP, Cadence.MONTHLY,
        _("How many people don’t have to call again."),
        _("From the case system: requests closed without a second contact from the same person within 14 days."),
        _("Requests resolved at first contact"), _("All requests"),
    ),
    Exemplar(
        "backlog", MetricKind.PROCESS, _("Applications waiting longer than the standard"), "applications", DOWN, Cadence.WEEKLY,
        _("How far the program falls short of its own standard."),
        _("On Monday morning, count the open applications that are older than the published service standard."),
    ),
    Exemplar(
        "error-rate", MetricKind.PROCESS, _("Applications sent back for missing information"), "%", DOWN, Cadence.MONTHLY,
        _("Whether the form asks what is needed, in words people understand."),
        _("Count each application once, however often it was sent back."),
        _("Applications sent back"), _("Applications received"),
    ),
    Exemplar(
        "calls", MetricKind.PROCESS, _("Calls about “where is my application?”"), "calls", DOWN, Cadence.MONTHLY,
        _("People call when the service doesn’t tell them what happens next."),
        _("Calls with this reason in the contact centre’s monthly report."),
    ),
    # ── Reuse ──
    Exemplar(
        "components-given", MetricKind.REUSE, _("Teams that use our components"), "teams", UP, Cadence.QUARTERLY,
        _("What other teams no longer have to build."),
        _("Count teams outside this one with a component of ours in production. Ask each once a quarter."),
    ),
    Exemplar(
        "components-taken", MetricKind.REUSE, _("Components reused instead of built"), "components", UP, Cadence.QUARTERLY,
        _("What this team didn’t have to build, such as common services for sign-in, notification or documents."),
        _("Count shared components in production. List them in the note."),
    ),
    Exemplar(
        "reuse-offset", MetricKind.REUSE, _("Cost avoided by reusing components"), "$", UP, Cadence.QUARTERLY,
        _("What building the same would have cost."),
        _("For each component reused, the estimate the team would have budgeted. Keep the estimate as evidence."),
    ),
    # ── Time to delivery ──
    Exemplar(
        "lead-time", MetricKind.DELIVERY, _("Days from idea to production"), "days", DOWN, Cadence.BIWEEKLY,
        _("How fast the team turns what it learns into something people can use."),
        _("For each change released in the sprint, days from being chosen to being in production. Report the median."),
    ),
    Exemplar(
        "release-frequency", MetricKind.DELIVERY, _("Releases to production"), "releases", UP, Cadence.MONTHLY,
        _("Small and frequent releases are safer than large ones."),
        _("Count deployments to production in the month that people could notice, from the pipeline’s log."),
    ),
    Exemplar(
        "time-to-restore", MetricKind.DELIVERY, _("Hours to restore service"), "hours", DOWN, Cadence.MONTHLY,
        _("How soon the service is back after it fails."),
        _("For each incident in the month, hours from the first alert until people can use the service again. Report the longest."),
    ),
    # ── Other ──
    Exemplar(
        "uptake", MetricKind.OTHER, _("Requests made online"), "%", UP, Cadence.MONTHLY,
        _("Whether people choose the new way over paper and phone."),
        _("Requests made through the new service, divided by all requests to the program, whatever the channel."),
        _("Requests made online"), _("All requests"),
    ),
    Exemplar(
        "team-health", MetricKind.OTHER, _("People on the team who would recommend working here"), "%", UP, Cadence.QUARTERLY,
        _("A worn-out team can’t keep delivering."),
        _("One anonymous question at a retrospective. Report it only if at least five people answered."),
        _("People who would"), _("People who answered"),
    ),
)  # fmt: skip
BY_CODE = {exemplar.code: exemplar for exemplar in EXEMPLARS}


def by_kind() -> Iterator[tuple[str, list[Exemplar]]]:
    """Yield each kind's label with its examples."""
    for kind in MetricKind:
        yield str(kind.label), [exemplar for exemplar in EXEMPLARS if exemplar.kind == kind]
