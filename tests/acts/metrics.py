"""Acts on metrics and readings."""

from decimal import Decimal
from functools import partial

from django.utils import timezone

from metrics.choices import Goal
from metrics.definition import actions
from metrics.readings import actions as readings
from metrics.readings import importing
from metrics.savings import actions as savings
from tests.acts import Act, scenario
from tests.factories import account
from tests.metrics.factories import FIELDS, SAVING, ago, goal, metric, offset, reading, reused, saving
from tests.teams.factories import residency


@scenario("metrics.definition.actions.define_metric")
def define_metric() -> Act:
    goals = {"baseline": goal(61, 30), "target": goal(15, -90)}
    return partial(actions.define_metric, residency(), **FIELDS, **goals, owner=None, is_north_star=True, by=account("lab_ops"))


@scenario("metrics.definition.actions.edit_metric")
def edit_metric() -> Act:
    row = metric(residency())
    return partial(
        actions.edit_metric, row, **{**FIELDS, "cadence": "weekly"}, owner=None, shown_revision=row.revision, by=account("lab_ops")
    )


@scenario("metrics.definition.actions.set_goal")
def set_goal() -> Act:
    row = metric(residency(), target="20")
    change = {"goal": Goal.TARGET, "value": goal(15, -90), "set_on": ago(0), "reason": "More staff."}
    return partial(actions.set_goal, row, **change, shown_revision=row.revision, by=account("lab_ops"))


@scenario("metrics.definition.actions.choose_north_star")
def choose_north_star() -> Act:
    of = residency()
    metric(of, is_north_star=True)
    return partial(actions.choose_north_star, metric(of, name="Errors", unit="errors"), by=account("lab_ops"))


@scenario("metrics.definition.actions.retire_metric")
def retire_metric() -> Act:
    row = metric(residency())
    return partial(actions.retire_metric, row, reason="Measured elsewhere.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("metrics.definition.actions.restore_metric")
def restore_metric() -> Act:
    row = metric(residency())
    row = actions.retire_metric(row, reason="Measured elsewhere.", shown_revision=row.revision, by=account("lab_ops"))
    return partial(actions.restore_metric, row, shown_revision=row.revision, by=account("lab_ops"))


@scenario("metrics.readings.actions.record_observation")
def record_observation() -> Act:
    return partial(readings.record_observation, metric(residency()), on=timezone.localdate(), value=Decimal(34), by=account("lab_ops"))


@scenario("metrics.readings.actions.correct_observation")
def correct_observation() -> Act:
    row = reading(metric(residency()), "43")
    return partial(readings.correct_observation, row, value=Decimal(34), reason="Digits swapped.", by=account("lab_ops"))


@scenario("metrics.readings.actions.remove_observation")
def remove_observation() -> Act:
    return partial(readings.remove_observation, reading(metric(residency())), reason="Wrong metric.", by=account("lab_ops"))


@scenario("metrics.readings.importing.import_observations")
def import_observations() -> Act:
    row = metric(residency())
    return partial(importing.import_observations, row.subject, f"Metric,Date,Value\n{row.name},2026-06-30,58\n", by=account("lab_ops"))


@scenario("metrics.savings.actions.record_saving")
def record_saving() -> Act:
    return partial(savings.record_saving, residency(), **SAVING, from_on=ago(100), to_on=ago(-264), by=account("lab_ops"))


@scenario("metrics.savings.actions.correct_saving")
def correct_saving() -> Act:
    row = saving(residency())
    values = {name: getattr(row, name) for name in savings.CONTENT} | {"likely_cents": 45_000_00}
    return partial(savings.correct_saving, row, **values, reason="Counted again.", by=account("lab_ops"))


@scenario("metrics.savings.actions.remove_saving")
def remove_saving() -> Act:
    return partial(savings.remove_saving, saving(residency()), reason="Recorded twice.", by=account("lab_ops"))


@scenario("metrics.savings.actions.set_part")
def set_part() -> Act:
    of = residency()
    return partial(savings.set_part, offset(of).saving, of, share=60_00, reason="Others reuse it too.", by=account("lab_ops"))


@scenario("metrics.savings.actions.record_reuse")
def record_reuse() -> Act:
    fields = {"component": "Address lookup", "on": timezone.localdate()}
    return partial(savings.record_reuse, residency(), residency(), **fields, by=account("lab_ops"))


@scenario("metrics.savings.actions.remove_reuse")
def remove_reuse() -> Act:
    return partial(savings.remove_reuse, reused(residency(), residency()), by=account("lab_ops"))
