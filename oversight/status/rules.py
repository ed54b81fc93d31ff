"""Rules for status reports: the colour that facts propose, when the next report is due, and how often green turned red (EL-96).

`HEALTH_RULES` is data. The worst colour of the rules that apply is proposed, and every rule that applies says why.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from dates.months import months_after
from findings import Finding, blocking
from oversight.choices import Dimension, Health, ReportCadence

T = TypeVar("T")
PLACE = "status"
CALCULATION = 1  # the version of what the sources count and of the rules, stored with each report's figures
WORST = (Health.RED, Health.AMBER, Health.GREEN)


# ── Health ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class HealthRule:
    """Proposes `colour` for `dimension` if the value of `fact` is `least` or more. `because` explains it, with the value as `count`."""

    dimension: Dimension
    colour: Health
    fact: str
    least: int
    because: Any

    def applies(self, facts: Mapping[str, int]) -> bool:
        return facts.get(self.fact, 0) >= self.least

    def explain(self, facts: Mapping[str, int]) -> str:
        return str(self.because % {"count": facts[self.fact]})


OVERDUE_TASKS = ngettext_lazy("%(count)d task is overdue.", "%(count)d tasks are overdue.", "count")
REVIEWS_NOT_HELD = ngettext_lazy(
    "%(count)d sprint review was cancelled or wasn’t held.", "%(count)d sprint reviews were cancelled or weren’t held.", "count"
)
WORK_WAITING = ngettext_lazy(
    "A barrier has held up the team’s work for %(count)d working day.",
    "A barrier has held up the team’s work for %(count)d working days.",
    "count",
)
ABSENT = gettext_lazy("%(count)d%% of the people expected at sprint reviews missed them.")
OPEN_ROLES = ngettext_lazy(
    "%(count)d planned role on the team isn’t filled.", "%(count)d planned roles on the team aren’t filled.", "count"
)
OVER_BUDGET = gettext_lazy("The forecast to 31 March is %(count)d%% over budget.")
OVERDUE_BARRIERS = ngettext_lazy("%(count)d barrier is overdue at its level.", "%(count)d barriers are overdue at their levels.", "count")

HEALTH_RULES = (
    HealthRule(
        Dimension.SCOPE,
        Health.RED,
        "graduation_days_late",
        1,
        ngettext_lazy("Graduation is %(count)d day late.", "Graduation is %(count)d days late.", "count"),
    ),
    HealthRule(Dimension.SCOPE, Health.RED, "tasks_overdue", 5, OVERDUE_TASKS),
    HealthRule(Dimension.SCOPE, Health.RED, "work_waiting_days", 20, WORK_WAITING),
    HealthRule(Dimension.SCOPE, Health.RED, "reviews_not_held", 2, REVIEWS_NOT_HELD),
    HealthRule(Dimension.SCOPE, Health.AMBER, "tasks_overdue", 1, OVERDUE_TASKS),
    HealthRule(Dimension.SCOPE, Health.AMBER, "work_waiting_days", 5, WORK_WAITING),
    HealthRule(Dimension.SCOPE, Health.AMBER, "reviews_not_held", 1, REVIEWS_NOT_HELD),
    HealthRule(
        Dimension.PEOPLE,
        Health.RED,
        "role_checks_serious",
        1,
        ngettext_lazy(
            "%(count)d role check that a team has to meet from its start isn’t met.",
            "%(count)d role checks that a team has to meet from its start aren’t met.",
            "count",
        ),
    ),
    HealthRule(Dimension.PEOPLE, Health.RED, "roles_open", 3, OPEN_ROLES),
    HealthRule(Dimension.PEOPLE, Health.RED, "absent_percent", 50, ABSENT),
    HealthRule(
        Dimension.PEOPLE,
        Health.AMBER,
        "role_checks_open",
        1,
        ngettext_lazy("%(count)d role check isn’t met.", "%(count)d role checks aren’t met.", "count"),
    ),
    HealthRule(Dimension.PEOPLE, Health.AMBER, "roles_open", 1, OPEN_ROLES),
    HealthRule(Dimension.PEOPLE, Health.AMBER, "absent_percent", 25, ABSENT),
    HealthRule(
        Dimension.PEOPLE,
        Health.AMBER,
        "leaving_without_successor",
        1,
        ngettext_lazy(
            "%(count)d person leaves the team within 30 days and has no successor.",
            "%(count)d people leave the team within 30 days and have no successor.",
            "count",
        ),
    ),
    HealthRule(Dimension.MONEY, Health.RED, "overspent_percent", 1, gettext_lazy("Spending is already %(count)d%% over budget.")),
    HealthRule(Dimension.MONEY, Health.RED, "forecast_over_percent", 10, OVER_BUDGET),
    HealthRule(Dimension.MONEY, Health.AMBER, "forecast_over_percent", 1, OVER_BUDGET),
    HealthRule(Dimension.MONEY, Health.AMBER, "budget_missing", 1, gettext_lazy("There is no budget for this fiscal year yet.")),
    HealthRule(
        Dimension.MONEY,
        Health.AMBER,
        "unconfirmed_percent",
        1,
        gettext_lazy("The program area hasn’t confirmed %(count)d%% of the budget."),
    ),
    HealthRule(
        Dimension.MONEY,
        Health.AMBER,
        "contracts_ending",
        1,
        ngettext_lazy(
            "%(count)d vendor contract ends within 30 days and needs a decision.",
            "%(count)d vendor contracts end within 30 days and need a decision.",
            "count",
        ),
    ),
    HealthRule(
        Dimension.RISK,
        Health.RED,
        "risks_extreme",
        1,
        ngettext_lazy("%(count)d risk is rated extreme.", "%(count)d risks are rated extreme.", "count"),
    ),
    HealthRule(
        Dimension.RISK,
        Health.RED,
        "barriers_critical",
        1,
        ngettext_lazy("%(count)d critical barrier is open.", "%(count)d critical barriers are open.", "count"),
    ),
    HealthRule(Dimension.RISK, Health.RED, "barriers_overdue", 3, OVERDUE_BARRIERS),
    HealthRule(
        Dimension.RISK,
        Health.AMBER,
        "risks_high",
        1,
        ngettext_lazy("%(count)d risk is rated high.", "%(count)d risks are rated high.", "count"),
    ),
    HealthRule(Dimension.RISK, Health.AMBER, "barriers_overdue", 1, OVERDUE_BARRIERS),
    HealthRule(
        Dimension.RISK,
        Health.AMBER,
        "risk_reviews_overdue",
        1,
        ngettext_lazy("The review of %(count)d risk is overdue.", "The reviews of %(count)d risks are overdue.", "count"),
    ),
)

# The rules as they were, by the last calculation that used them: a report that was sent is recomputed by its own rules (EL-97).
EARLIER_RULES: Mapping[int, tuple[HealthRule, ...]] = {}

GREEN_BECAUSE: Mapping[Dimension, Any] = {
    Dimension.SCOPE: gettext_lazy("No task is overdue, sprint reviews were held, and no barrier is holding up the work."),
    Dimension.PEOPLE: gettext_lazy("Role checks are met, planned roles are filled, and people come to sprint reviews."),
    Dimension.MONEY: gettext_lazy("The budget is confirmed and the forecast is within it."),
    Dimension.RISK: gettext_lazy("No risk is rated high, and no barrier is overdue."),
}


@dataclass(frozen=True)
class Proposal:
    """The colour that the facts propose for a dimension, the sentences that explain it, and the facts they are about."""

    colour: Health
    because: tuple[str, ...]
    facts: tuple[str, ...] = ()


def propose(facts: Mapping[str, int], calculation: int = CALCULATION) -> dict[Dimension, Proposal]:
    """Return the proposal for each dimension: the worst colour of the rules that apply, green if none does."""
    rules = in_force(EARLIER_RULES, HEALTH_RULES, calculation)
    return {dimension: _proposal(dimension, facts, rules) for dimension in Dimension}


def _proposal(dimension: Dimension, facts: Mapping[str, int], all_rules: Iterable[HealthRule]) -> Proposal:
    rules = [rule for rule in all_rules if rule.dimension == dimension and rule.applies(facts)]
    if not rules:
        return Proposal(Health.GREEN, (str(GREEN_BECAUSE[dimension]),))
    rules.sort(key=lambda rule: WORST.index(rule.colour))
    # Of two rules on one fact, such as 1 and 5 overdue tasks, only the worse explains it.
    by_fact: dict[str, HealthRule] = {}
    for rule in rules:
        by_fact.setdefault(rule.fact, rule)
    return Proposal(rules[0].colour, tuple(rule.explain(facts) for rule in by_fact.values()), tuple(by_fact))


def in_force(earlier: Mapping[int, T], latest: T, calculation: int) -> T:
    """Return what a calculation uses: the first that was kept for it or a later one, or else the latest."""
    return next((earlier[number] for number in sorted(earlier) if number >= calculation), latest)


# ── Cadence ──────────────────────────────────────────────────────────────────────────────────

FORTNIGHT = datetime.timedelta(days=14)
EARLY = {  # a report sent this early still counts for the due date ahead
    ReportCadence.TWO_WEEKS: datetime.timedelta(days=7),
    ReportCadence.MONTHLY: datetime.timedelta(days=15),
    ReportCadence.QUARTERLY: datetime.timedelta(days=45),
}


def cadence_of(weeks: int) -> ReportCadence:
    """Return the cadence for the lab's usual number of weeks between reports; none for 0."""
    if weeks <= 0:
        return ReportCadence.NONE
    if weeks <= 2:
        return ReportCadence.TWO_WEEKS
    return ReportCadence.MONTHLY if weeks <= 5 else ReportCadence.QUARTERLY


def due_after(day: datetime.date, cadence: ReportCadence) -> datetime.date | None:
    """Return the day one period after `day`, or None without regular reports."""
    match cadence:
        case ReportCadence.TWO_WEEKS:
            return day + FORTNIGHT
        case ReportCadence.MONTHLY:
            return months_after(day, 1)
        case ReportCadence.QUARTERLY:
            return months_after(day, 3)
        case _:
            return None


def next_due(due_on: datetime.date | None, sent_on: datetime.date, cadence: ReportCadence) -> datetime.date | None:
    """Return the day the next report is due after one that was sent on `sent_on`, while `due_on` was the day ahead or missed.

    Days are counted from the due date, so that a late report doesn't shift the later ones. One sent long before its due date is
    an extra report and moves nothing.
    """
    if cadence not in EARLY:
        return None
    day = due_on or due_after(sent_on, cadence)
    if due_on is not None and due_on - sent_on <= EARLY[cadence]:
        day = due_after(due_on, cadence)
    while day is not None and day <= sent_on:
        day = due_after(day, cadence)
    return day


# ── What can't be sent or asked ──────────────────────────────────────────────────────────────


def send_faults(*, done: str, upcoming: str, has_bodies: bool, changed: Iterable[str], outdated: Iterable[str]) -> Iterator[Finding]:
    """Yield everything that keeps a draft from being sent.

    `changed` are dimensions for which another colour is proposed than was shown; `outdated` are those for which the proposal
    changed after a different colour was chosen.
    """
    if not done.strip() and not upcoming.strip():
        yield blocking("report-empty", _("The report doesn’t say what was done or what is next."), _("Write at least one line."), PLACE)
    if not has_bodies:
        yield blocking("report-no-body", _("No group is chosen to receive the report."), _("Choose the groups that get it."), PLACE)
    for dimension in changed:
        message = _("The facts have changed: another colour is now proposed for %(dimension)s.") % {"dimension": dimension}
        yield blocking("report-facts-changed", message, _("Update the facts, check the health, and send again."), PLACE)
    for dimension in outdated:
        message = _("The facts have changed since you chose a colour for %(dimension)s.") % {"dimension": dimension}
        yield blocking(
            "report-choice-outdated",
            message,
            _("Update the facts, choose the colour again if you still see it differently, and send again."),
            PLACE,
        )


def sent_fault() -> Finding:
    message = _("This report isn’t a draft, so it can’t be changed.")
    return blocking("report-not-draft", message, _("Write the next report."), PLACE)


# ── How often green turned red ───────────────────────────────────────────────────────────────

TURN_DAYS = datetime.timedelta(days=30)
ENOUGH = 5


@dataclass(frozen=True)
class Rated:
    """A subject's colour in one dimension, as a report said on a day, and the role of the account that sent it."""

    subject: int
    dimension: str
    colour: str
    on: datetime.date
    role: str


@dataclass(frozen=True)
class Turned:
    """How many green ratings by one role turned red within 30 days. Hidden if there are fewer than five."""

    role: str
    green: int
    red: int

    @property
    def is_shown(self) -> bool:
        return self.green >= ENOUGH

    @property
    def percent(self) -> int:
        return (200 * self.red + self.green) // (2 * self.green)


def until(on: datetime.date) -> datetime.date:
    """Return the last day that counts for a rating: 30 days later, or the same day of the next month so that a monthly report counts."""
    return max(on + TURN_DAYS, months_after(on, 1))


def turned_red(ratings: Iterable[Rated], today: datetime.date) -> list[Turned]:
    """Count green ratings and those followed by a red one in time, by role. A green rating counts once its 30 days are over, or it turned red."""
    by_line: dict[tuple[int, str], list[Rated]] = defaultdict(list)
    for rating in ratings:
        by_line[rating.subject, rating.dimension].append(rating)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in by_line.values():
        line.sort(key=lambda rating: rating.on)
        for number, rating in enumerate(line):
            if rating.colour != Health.GREEN:
                continue
            red = any(later.colour == Health.RED and later.on <= until(rating.on) for later in line[number + 1 :])
            if red or until(rating.on) < today:
                counts[rating.role][0] += 1
                counts[rating.role][1] += red
    return [Turned(role, green, red) for role, (green, red) in sorted(counts.items())]
