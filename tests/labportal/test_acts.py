"""What holds of every act: whole or not at all, and always on the ledger."""

import contextlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from acts.act import declaration_of
from acts.revisions import Stale
from findings import Refused
from ledger import history_text
from ledger.adoption import adopt_all
from ledger.compare_records import Comparison, compare
from ledger.models import Event
from ledger.verification import verify
from tests.acts import SCENARIOS, Act
from tests.labportal.test_after_the_end import assert_refused_on_what_has_ended
from tests.labportal.test_house import APPS
from tests.security.acting import called_by, declared, tries
from tests.worlds import mine, there_first

# Besides every module called `actions`.
WITH_SCENARIO = {name.rpartition(".")[0] for name in SCENARIOS}
NO_ROOMS = {"migrations", "management", "verification"}  # made by a command, call acts, checks files


def modules() -> Iterator[ModuleType]:
    """Every module of the product."""
    for app in set(APPS) - {"demo"}:
        for info in pkgutil.walk_packages(import_module(app).__path__, f"{app}."):
            if not NO_ROOMS & set(info.name.split(".")):
                yield import_module(info.name)


def functions_of(module: ModuleType) -> dict[str, Any]:
    """The functions that `module` itself defines."""
    own = {name: value for name, value in vars(module).items() if inspect.isfunction(value)}
    return {name: value for name, value in own.items() if inspect.unwrap(value).__module__ == module.__name__}


def is_room(module: ModuleType) -> bool:
    """Whether acts live here: it is called so, holds one, or a scenario says so."""
    return (
        module.__name__ in WITH_SCENARIO
        or "actions" in module.__name__.split(".")
        or any(declaration_of(value) for value in functions_of(module).values())
    )


def is_part(function: Any) -> bool:
    """Whether `function` refuses to run outside an act, which was asked for permission (acts.act.part)."""
    return getattr(function, "part_of_acts", False)


@cache
def acts() -> frozenset[str]:
    """The public functions of every room of acts that lead to a change, wherever in the product they are."""
    public = {(module.__name__, name): value for module in modules() if is_room(module) for name, value in functions_of(module).items()}
    return frozenset(f"{room}.{name}" for (room, name), value in public.items() if not name.startswith("_") and not is_part(value))


# What belongs to machines: JSON, an enum's or a field's name, a hash or a token, None.
PLACE = re.compile(r"\{[a-z_]+\}")  # where an edited text of a mail has a fact put in
MACHINE = re.compile(r"[{}\[\]]|\b[a-z]+_[a-z_]+\b|\b[0-9a-f]{32,}\b|\bNone\b|\bTrue\b|\bFalse\b|%\(|\b[A-Za-z0-9_-]{43}\b")

# Functions beside the acts: they read, or they are part of an act and never its whole.
PARTS = {
    "sealing.actions.is_claimed_by",  # a question, which changes nothing
    "partnerships.workspace.incidents.actions.not_then",
    # the ledger itself: an act is what writes to it
    "ledger.actions.append",
    "ledger.actions.checkpoint",
    "ledger.actions.lab_stream",
    "ledger.actions.revise",
    "agreements.drafting.signing_order.in_words",
    "agreements.drafting.actions.lab_roles",
    "agreements.amendments.voiding.void_with_review",
    "agreements.paper.actions.withdraw_scan",
    "agreements.signing.codes.code_on_its_way",
    "ledger.actions.cancel",
    "outbox.queue.withdraw_all",
    "outbox.reminders.due.anchored",
    "outbox.reminders.due.asked_together",
    "outbox.reminders.due.compiled",
    "outbox.reminders.due.due",
    "outbox.reminders.due.due_from",
    "outbox.reminders.due.holding",
    "outbox.reminders.due.insert_due",
    "outbox.reminders.due.still_holds",
    "partnerships.cases.starting.pattern_of",
    "partnerships.cases.starting.starting_point_of",
    "residencies.reference_data.figures_read_once",
    "metrics.definition.actions.due_with",
    "metrics.definition.actions.goals_of",
    "metrics.definition.actions.keep_due",
    "metrics.readings.importing.columns",
    "metrics.readings.importing.headers",
    "metrics.readings.importing.plan_import",
    "metrics.readings.importing.read",
    "metrics.readings.importing.rows_of",
    "oversight.money.importing.cents",
    "oversight.money.importing.columns",
    "oversight.money.importing.headers",
    "oversight.money.importing.plan_import",
    "oversight.money.importing.read",
    "oversight.money.importing.rows_of",
    "teams.roster.importing.columns",
    "teams.roster.importing.entries",
    "teams.roster.importing.headers",
    "teams.roster.importing.turning_days",
    "labportal.accounts.follow_address_change",
    "labportal.accounts.mint_password_link",
    "labportal.set_up.checklist",
    "labportal.set_up.is_first_run",
    "residencies.ministries.actions.columns",
    "people.leaving.held_by",
    "people.merging.findings_before_merging",
    "people.merging.preview",
    "people.addresses.asked_for",
    "people.addresses.asked_to_sign",
    "people.addresses.changed",
    "people.addresses.reached_at",
    "people.addresses.findings_before_confirming",
    "outbox.queue.readdress",
    "outbox.queue.announcement",
    "outbox.queue.note_queued",
    "outbox.queue.nudge",
    "outbox.queue.nudge_on_commit",
    "outbox.queue.recipients",
    "outbox.queue.wake",
    "outbox.queue.workers_listen",
    "agreements.amendments.voiding.close_agreement",
    "agreements.amendments.voiding.close_open_matters",
    "agreements.amendments.voiding.mark_void",
    "agreements.amendments.voiding.void_versions",
    "agreements.signing.codes.why_not",
    "agreements.amendments.actions.findings_before_accepting",
    "agreements.amendments.actions.plain_words",
    "agreements.amendments.actions.what_happened",
    "agreements.signing.delegation.answer_facts",
    "agreements.drafting.actions.other_roles",
    "agreements.signing.delegation.findings_before_deciding",
    "agreements.signing.delegation.handed_over",
    "agreements.signing.delegation.needs_confirmation",
    "agreements.paper.actions.findings_before_confirming_paper",
    "agreements.invitations.actions.end_links",
    "agreements.drafting.signing_order.at_once",
    "agreements.drafting.signing_order.side_by_side",
    "agreements.drafting.sending.findings_before_circulating",
    "agreements.drafting.sending.findings_on_new_signers",
    "agreements.signing.actions.findings_before_signing",
    "agreements.invitations.actions.whose_turn_it_is",
    "agreements.amendments.voiding.standing_of",
    "agreements.amendments.voiding.told_of_void",
    "residencies.importing.actions.plan_import",
    "residencies.intake.actions.drafted",
    "residencies.lifecycle.actions.close_review",
    "residencies.lifecycle.actions.follow_agreement_voided",
    "residencies.lifecycle.residency.area_busy",
    "residencies.lifecycle.residency.next_reference",
    "partnerships.lifecycle.actions.next_reference",
    "partnerships.sites.volumes.importing.columns",
    "partnerships.sites.volumes.importing.month",
    "partnerships.sites.volumes.importing.plan_volumes",
    "partnerships.sites.volumes.importing.read",
    "partnerships.sites.waits.importing.columns",
    "partnerships.sites.waits.importing.headers",
    "partnerships.sites.waits.importing.plan_import",
    "partnerships.sites.waits.importing.read",
    "partnerships.sites.emergencies.scenarios_of",
    "partnerships.sites.emergencies.tests_of",
    "partnerships.sites.emergencies.warnings",
    "partnerships.sites.safety.assessment_due",
    "partnerships.sites.safety.due_among",
    "partnerships.sites.safety.due_at",
    "partnerships.sites.safety.is_due",
    "partnerships.sites.safety.warnings",
    "residencies.reference_data.all_figures",
    "residencies.reference_data.figure_history",
    "residencies.reference_data.figure",
    "residencies.reference_data.figures_over",
    "residencies.reference_data.report_weeks",
    "residencies.reference_data.yearly_cost",
    "teams.sprints.attendance.recount",
    "teams.roster.actions.recheck",
    "teams.roster.actions.recheck_later",
    "teams.sprints.actions.end_sprints",
    "community.actions.free_desks",
    "community.actions.locked",
    "community.actions.locked_anyhow",
    "community.alumni.actions.labels",
    "community.benefits.actions.accept",
    "community.benefits.actions.end_owner",
    "community.benefits.actions.figures",
    "community.benefits.actions.owner_of",
    "community.benefits.actions.plan_quarters",
    "community.benefits.actions.template",
    "community.alumni.actions.offer_facts",
    "community.experts.actions.end_sessions",
    "community.experts.actions.sessions_to_come",
    "community.mentors.actions.end_mentorings",
    "community.mentors.actions.open_mentorings",
}
# A message is queued and withdrawn within the act that causes it, and that act is on the ledger; a reminder is in the outbox alone.
WITHIN_ANOTHER = {
    "outbox.queue.put",
    "outbox.queue.queue",
    "outbox.queue.withdraw",
    "outbox.reminders.due.withdraw_reminders",
}


def function(name: str) -> Any:
    module, _dot, last = name.rpartition(".")
    return getattr(import_module(module), last)


def test_every_act_declares_who_may_carry_it_out():
    """K4: a function that changes something and asks nobody can't be added by oversight."""
    silent = {name for name in acts() - PARTS - WITHIN_ANOTHER if declaration_of(function(name)) is None}
    assert silent == set()
    assert {name for name in PARTS if declaration_of(function(name))} == set(), "an act is no part of another"


def test_acts_are_found_wherever_they_are():
    """Also those that no module of acts holds."""
    rooms = {name.partition(".")[0] for name in acts() - PARTS}
    assert rooms >= {"people", "outbox", "residencies", "agreements", "teams", "community", "labportal"}
    assert {"labportal.accounts.send_password_link", "labportal.accounts.invite_to_account"} <= acts()
    assert PARTS - acts() == set(), "these are gone, or refuse outside an act by themselves"


def test_every_act_has_a_scenario():
    assert acts() - PARTS - set(SCENARIOS) == set()
    assert set(SCENARIOS) <= acts(), "a scenario names an act that is gone"


def everything() -> dict[str, list]:
    """Every row of every table of ours."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in APPS
    }


class Fault(Exception):
    pass


class Undone(Exception):
    pass


class FaultAfter:
    """Lets the first `count` statements that write through and fails after the next: reads between two of them change nothing."""

    def __init__(self, count: int) -> None:
        self.left = count

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            return result
        self.left -= 1
        if self.left < 0:
            raise Fault(sql)
        return result


def outcomes_that_differ(act: partial[Any]) -> list[str]:
    """Who is let through though the tables say no, or refused though they say yes; what they did is undone."""
    if declared(act).bearer:
        return [] if refuses_unknown_links(act) else ["whoever shows a link that nobody was sent"]
    return [each.who for each in tries(act) if is_allowed(called_by(act, each.actor), writes=each.may) != each.may]


def is_allowed(call: Callable[[], Any], *, writes: bool) -> bool:
    """Whether the act asks no more than it was asked to; one that refuses fails at once when it writes first."""
    with contextlib.suppress(Undone), transaction.atomic():
        try:
            with contextlib.nullcontext() if writes else connection.execute_wrapper(only_reads):
                call()
        except PermissionDenied:
            return False
        except (Refused, Stale):  # it may, but not now
            return True
        raise Undone
    return True


def only_reads(execute, sql, params, many, context):
    assert sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")), f"written before it was refused: {sql}"
    return execute(sql, params, many, context)


def refuses_unknown_links(act: partial[Any]) -> bool:
    with connection.execute_wrapper(only_reads):
        return not act.func("nobody-was-ever-sent-this")


@pytest.fixture(scope="module", params=sorted(SCENARIOS))
def set_up(request, django_db_setup, django_db_blocker):
    """An act with what it needs, for both tests of it."""
    with there_first(SCENARIOS[request.param], django_db_blocker) as act:
        yield request.param, act


@pytest.mark.slow
@pytest.mark.django_db
def test_an_act_broken_off_after_any_write_leaves_nothing_and_few_pass_on_what_has_ended(set_up):
    """R10, D3-11: state, ledger and outbox, all or nothing. EL-85: after the end only what is declared to go on (test_after_the_end.py).

    Every table is read once, after all the faults: what any of them left is still there then.
    """
    name, act = mine(set_up)
    before = everything()
    writes = 0
    while not (whole := broken_off(act, after=writes)):
        writes += 1
    assert whole != before, f"{name} changes nothing"
    assert everything() == before, f"{name} left something when it was broken off after one of {writes} writes"
    assert_refused_on_what_has_ended(act, name)


def broken_off(act: Act, *, after: int) -> dict[str, list]:
    """Carry out `act` and break it off; what it leaves stays. If it ended before that: every table then, and it is undone."""
    whole: dict[str, list] = {}
    with contextlib.suppress(Undone), transaction.atomic():
        try:
            with connection.execute_wrapper(FaultAfter(after)):
                act()
        except Fault:
            return whole
        whole = everything()
        raise Undone
    return whole


@pytest.mark.slow
@pytest.mark.django_db
def test_an_act_refuses_all_who_may_not_before_it_writes_and_is_on_the_ledger(set_up):
    """EL-07, K4: whoever calls it, from a page, an import, a task or a shell. K2: with the hash of every evidence row that it
    wrote, made, changed or removed (ledger/records.py). Every event that it writes is told in words."""
    name, act = mine(set_up)
    if name in WITHIN_ANOTHER:
        assert declaration_of(function(name)) is None, "the act that calls it asks who may, and is tried"
        return
    otherwise = outcomes_that_differ(act)
    assert otherwise == []
    adopt_all()  # what the scenario set up by rows alone
    before = Event.objects.count()
    act()
    written = Event.objects.order_by("pk")[before:]
    assert written
    assert verify().broken is None
    assert [str(mismatch) for mismatch in compare(Comparison())] == []
    for event in written:
        assert_told_in_words(event)


def assert_told_in_words(event: Event) -> None:
    """A sentence of its own, and nothing that only a machine can read."""
    display = history_text.tell(event)
    assert event.act in history_text._sentences, f"nobody told how to say {event.act}"
    assert display.what != event.act.replace("-", " ").capitalize(), f"a fact that {event.act} names is missing from {event.facts}"
    for words in (display.what, display.detail):
        match = MACHINE.search(PLACE.sub("", words))
        assert not match, f"{event.act}: {match[0]!r} in {words!r} of {event.facts}"
