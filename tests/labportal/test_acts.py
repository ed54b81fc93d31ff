"""What holds of every act: whole or not at all, and always on the ledger."""

import contextlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from acts.act import declaration_of
from acts.revisions import Stale
from findings import Refused
from ledger.adoption import adopt_all
from ledger.compare_records import Comparison, compare
from ledger.models import Event
from ledger.verification import verify
from tests.acts import SCENARIOS, Act
from tests.labportal.test_house import APPS, ROOT
from tests.security.acting import called_by, declared, tries

# Besides every module called `actions`.
ROOMS = [
    "people.actions",
    "people.addresses",
    "people.leaving",
    "people.merging",
    "outbox.queue",
    "outbox.pages.actions",
    "outbox.preferences.actions",
    "residencies.lifecycle.residency",
    "agreements.amendments.actions",
    "agreements.amendments.next_version",
    "agreements.amendments.voiding",
    "agreements.discussion.actions",
    "agreements.drafting.actions",
    "agreements.drafting.copy_from_void",
    "agreements.drafting.sending",
    "agreements.drafting.signing_order",
    "agreements.drafting.templates",
    "agreements.invitations.actions",
    "agreements.paper.actions",
    "agreements.sealing.actions",
    "agreements.signing.actions",
    "agreements.signing.codes",
    "agreements.signing.delegation",
    "agreements.versions.locks",
    "residencies.reference_data",
    "teams.locks",
    "teams.roster.importing",
    "teams.sprints.attendance",
    "teams.training.catalogue",
    "community.actions",
]


def rooms() -> set[str]:
    """Where acts may live: a module called `actions` is found in whatever package it is. The ledger's write what acts did."""
    paths = [path for app in APPS if app != "ledger" for path in (ROOT / app).rglob("actions.py")]
    return {*ROOMS, *(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)}


def acts() -> set[str]:
    """The public functions of every room of acts that lead to a change."""
    names = set()
    for room in sorted(rooms()):
        module = import_module(room)
        modules = [module]
        if hasattr(module, "__path__"):
            modules += [import_module(f"{room}.{info.name}") for info in pkgutil.iter_modules(module.__path__)]
        for part in modules:
            for name, value in vars(part).items():
                if inspect.isfunction(value) and inspect.unwrap(value).__module__ == part.__name__ and not name.startswith("_"):
                    names.add(f"{part.__name__}.{name}")
    return names


# Functions beside the acts: they read, or they are part of an act and never its whole.
PARTS = {
    "people.leaving.held_by",
    "people.leaving.register",
    "people.merging.declare",
    "people.merging.fates",
    "people.merging.findings_before_merging",
    "people.merging.preview",
    "people.addresses.findings_before_confirming",
    "people.addresses.asked_for",
    "people.addresses.asked_to_sign",
    "people.addresses.changed",
    "people.addresses.follow",
    "people.addresses.guard",
    "people.addresses.reached_at",
    "people.addresses.watch",
    "outbox.queue.readdress",
    "outbox.queue.announcement",
    "outbox.queue.note_queued",
    "outbox.queue.nudge",
    "outbox.queue.nudge_on_commit",
    "outbox.queue.recipients",
    "outbox.queue.wake",
    "agreements.amendments.voiding.close_agreement",
    "agreements.amendments.voiding.close_open_matters",
    "agreements.amendments.voiding.mark_void",
    "agreements.amendments.voiding.void_versions",
    "people.actions.known_or_new",
    "agreements.signing.codes.why_not",
    "agreements.amendments.actions.findings_before_accepting",
    "agreements.amendments.actions.plain_words",
    "agreements.amendments.actions.what_happened",
    "agreements.amendments.next_version.make_next_version",
    "agreements.signing.delegation.answer_facts",
    "agreements.drafting.actions.other_roles",
    "agreements.signing.delegation.findings_before_deciding",
    "agreements.signing.delegation.handed_over",
    "agreements.signing.delegation.needs_confirmation",
    "agreements.paper.actions.findings_before_confirming_paper",
    "agreements.invitations.actions.end_links",
    "agreements.versions.locks.locked_draft",
    "agreements.versions.locks.locked_invitation",
    "agreements.versions.locks.locked_to_answer",
    "agreements.versions.locks.locked_version",
    "agreements.versions.locks.newest_locked",
    "agreements.drafting.signing_order.at_once",
    "agreements.drafting.signing_order.side_by_side",
    "agreements.sealing.actions.want_seal",
    "agreements.drafting.sending.findings_before_circulating",
    "agreements.invitations.actions.invite_whose_turn_it_is",
    "agreements.versions.locks.version_facts",
    "agreements.drafting.sending.freeze_and_invite",
    "agreements.invitations.actions.queue_link",
    "agreements.signing.actions.findings_before_signing",
    "agreements.drafting.copy_from_void.take_over",
    "agreements.invitations.actions.whose_turn_it_is",
    "agreements.amendments.voiding.standing_of",
    "agreements.amendments.voiding.told_of_void",
    "residencies.lifecycle.residency.changed",
    "residencies.importing.actions.plan_import",
    "residencies.intake.actions.drafted",
    "residencies.lifecycle.actions.close_review",
    "residencies.lifecycle.actions.follow_agreement_voided",
    "residencies.lifecycle.residency.area_busy",
    "residencies.lifecycle.residency.begin",
    "residencies.lifecycle.residency.next_reference",
    "residencies.mail.members",
    "residencies.mail.tell_agreement_void",
    "residencies.mail.tell_declined",
    "residencies.mail.tell_ended",
    "residencies.mail.tell_lab",
    "residencies.mail.tell_leadership",
    "residencies.mail.tell_more_asked",
    "residencies.mail.tell_qualified",
    "residencies.reference_data.all_figures",
    "residencies.reference_data.figure",
    "residencies.reference_data.figures_over",
    "teams.sprints.attendance.recount",
    "teams.roster.actions.recheck",
    "teams.roster.actions.recheck_later",
    "teams.locks.locked",
    "teams.sprints.actions.end_sprints",
    "community.actions.desks.free_desks",
    "community.actions.locking.locked",
    "community.actions.locking.locked_anyhow",
    "community.actions.sessions.end_sessions",
    "community.actions.sessions.sessions_to_come",
    "teams.roster.actions.seated",
    "teams.locks.locked_anyhow",
}
# A message is queued and withdrawn within the act that causes it, and that act is on the ledger; a reminder is in the outbox alone.
WITHIN_ANOTHER = {
    "outbox.queue.put",
    "outbox.queue.queue",
    "outbox.queue.withdraw",
    "outbox.queue.withdraw_reminders",
}


def function(name: str) -> Any:
    module, _dot, last = name.rpartition(".")
    return getattr(import_module(module), last)


def test_every_act_declares_who_may_carry_it_out():
    """K4: a function that changes something and asks nobody can't be added by oversight."""
    silent = {name for name in acts() - PARTS - WITHIN_ANOTHER if declaration_of(function(name)) is None}
    assert silent == set()
    assert {name for name in PARTS if declaration_of(function(name))} == set(), "an act is no part of another"


def test_every_act_has_a_scenario():
    assert acts() - PARTS - set(SCENARIOS) == set()
    assert set(SCENARIOS) <= acts(), "a scenario names an act that is gone"


def everything() -> dict[str, list]:
    """Every row of every table of ours."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in {"ledger", "people", "outbox", "residencies", "agreements", "teams", "community"}
    }


class Fault(Exception):
    pass


class Undone(Exception):
    pass


class FaultAfter:
    """Lets the first `count` statements through and fails after the next one was executed."""

    def __init__(self, count: int) -> None:
        self.left = count

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
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


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_an_act_broken_off_after_any_statement_leaves_nothing(name):
    """R10, D3-11: state, ledger and outbox, all or nothing.

    Every table is read once, after all the faults: what any of them left is still there then.
    """
    act = SCENARIOS[name]()
    before = everything()
    statements = 0
    while not (whole := broken_off(act, after=statements)):
        statements += 1
    assert whole != before, f"{name} changes nothing"
    assert everything() == before, f"{name} left something when it was broken off after one of {statements} statements"


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


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - WITHIN_ANOTHER))
def test_an_act_refuses_all_who_may_not_before_it_writes_and_is_on_the_ledger(name):
    """EL-07, K4: whoever calls it, from a page, an import, a task or a shell. K2: with the hash of every evidence row that it
    wrote, made, changed or removed (ledger/records.py)."""
    act = SCENARIOS[name]()
    otherwise = outcomes_that_differ(act)
    assert otherwise == []
    adopt_all()  # what the scenario set up by rows alone
    before = Event.objects.count()
    act()
    assert Event.objects.count() > before
    assert verify().broken is None
    assert [str(mismatch) for mismatch in compare(Comparison())] == []
