"""Every gate between the start and home, tried from its page, in administration, by its act and from a shell, as everyone (EL-04 to EL-96).

Each gate is here with who may pass it, written down once and held against all four ways. That an act refuses every other caller,
and writes nothing before it does, is tried with the acts' own scenarios in tests/labportal/test_acts.py.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from acts.act import IMPORT, SYSTEM, declaration_of
from ledger.adoption import adopt_all
from ledger.compare_records import Comparison, compare
from ledger.lifecycle import MoveRefused
from oversight.models import BarrierStay, Level, StatusReport
from people.models import User
from residencies.lifecycle.moves import LIFECYCLE
from residencies.lifecycle.rules import graduation_due
from residencies.models import Conversation, Release, Residency
from residencies.models.states import State
from tests.acts import SCENARIOS
from tests.clock import TODAY
from tests.security.expected import PERMISSIONS
from tests.security.roles import ADMINS, LAB, LEAD, OPS, OWNER, Visitor
from tests.security.test_matrix import OURS, Writes, undone
from tests.security.world import World
from web.admin import ReadOnlyAdmin

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = datetime.timedelta(days=1)
REASON = {"reason": "It came to that."}


@dataclass(frozen=True)
class Gate:
    """Who may pass, the page and what its form takes, the act behind it, and the models that administration shows of it.

    `state` is where the residency is when it is tried; `verb` the move, for the gates of the lifecycle table.
    """

    page: str
    may: frozenset[Visitor]
    act: str
    sent: dict[str, Any] = field(default_factory=dict)
    state: str = State.IN_RESIDENCE
    verb: str = ""
    query: str = ""
    models: tuple[str, ...] = ()


def move(verb: str, may: frozenset[Visitor], state: str, *models: str, **sent: Any) -> Gate:
    act = f"residencies.lifecycle.actions.{verb}"
    return Gate("residency-move", may, act, {"on": TODAY, **sent}, state, verb, models=("residencies.Residency", *models))


def conversation(page: str, act: str, /, *models: str, **sent: Any) -> Gate:
    shown = ("residencies.Conversation", *models)
    return Gate(f"conversation-{page}", LAB | OWNER, f"residencies.conversations.{act}", sent, models=shown)


def benefit(page: str, may: frozenset[Visitor], act: str, /, **sent: Any) -> Gate:
    return Gate(f"benefit-owner-{page}", may, f"community.benefits.actions.{act}", sent, State.LIVE, models=("community.BenefitOwner",))


def report(page: str, act: str, **sent: Any) -> Gate:
    return Gate(f"status-{page}", LAB | OWNER, f"oversight.status.actions.{act}", sent, models=("oversight.StatusReport",))


GRADUATION = "residencies.graduation.actions"
GATES = {
    "going live": move("go_live", OPS, State.IN_RESIDENCE, "residencies.Release"),
    "graduating": move("graduate", OPS, State.LIVE, "residencies.Graduation", reintegrated_into="Digital branch"),
    "pivoting": move("pivot", LEAD, State.IN_RESIDENCE, "residencies.Pivot", **REASON),
    "extending": Gate(
        "graduation-extend", LEAD, f"{GRADUATION}.extend_graduation", {"to_on": TODAY + 99 * DAY, **REASON}, State.LIVE,
        models=("residencies.Extension",),
    ),
    "correcting the release": Gate(
        "release-correct", LEAD, f"{GRADUATION}.correct_release", {"live_on": TODAY - 9 * DAY, **REASON}, State.LIVE,
        models=("residencies.Release",),
    ),
    "starting a phase": Gate(
        "phase-enter", OPS, "residencies.lifecycle.phases.actions.enter_phase", {"on": TODAY, "note": "They are ready."},
        query="?phase=deliver", models=("residencies.PhaseSpan",),
    ),
    "settling a task": Gate(
        "task-done", OPS | OWNER, "oversight.checklists.actions.complete_task", {"done_on": TODAY}, models=("oversight.ChecklistItem",)
    ),
    "saying that a task does not apply": Gate(
        "task-dismiss", OPS | OWNER, "oversight.checklists.actions.dismiss_task", REASON, models=("oversight.ChecklistItem",)
    ),
    "planning the way home": Gate(
        "graduation-part", OPS | OWNER, "oversight.checklists.actions.plan_task", {"note": "A branch."}, models=("oversight.ChecklistItem",)
    ),
    "deciding where someone goes": Gate(
        "destination", OPS | OWNER, "teams.destinations.actions.decide_destination", {"goes": "stays"}, State.LIVE,
        models=("teams.Destination",),
    ),
    "moving a barrier": Gate(
        "barrier-move", LAB | OWNER, "oversight.barriers.actions.move_barrier", {"recommendation": "Sign it.", **REASON},
        models=("oversight.Barrier",),
    ),
    "closing a barrier": Gate(
        "barrier-close", LAB | OWNER, "oversight.barriers.actions.close_barrier", {"state": "resolved", "outcome": "It is signed."},
        models=("oversight.Barrier",),
    ),
    "drafting a status report": report("write", "reports.draft_report"),
    "sending a status report": report("send", "reports.send_report"),
    "answering a decision": Gate(
        "decision-answer", LAB, "oversight.status.actions.decisions.answer_decision",
        {"outcome": "accepted", "text": "Agreed.", "answered_on": TODAY}, models=("oversight.DecisionWanted",),
    ),
    "opening a conversation": conversation("open", "actions.open_conversation", expectation="Time", raised_by="The lab"),
    "setting its time": conversation(
        "plan", "meetings.plan_meeting", "residencies.ConversationMeeting", on=TODAY + 7 * DAY, at="10:00", minutes=60
    ),
    "inviting to it": conversation(
        "invite", "meetings.invite", "residencies.ConversationInvitee", who="new", name="Kofi", email="kofi@example.org", group="partners"
    ),
    "recording what came of it": conversation("hold", "actions.hold_conversation", held_on=TODAY, outcome="pivot", who="open"),
    "correcting what came of it": conversation("correct", "actions.correct_conversation", held_on=TODAY, outcome="pivot", who="open", **REASON),
    "naming a benefit owner": benefit("name", LAB | OWNER, "name_owner", who="new", name="Kofi", email="k@example.org", measure="Days", unit="days"),
    "asking a benefit owner to sign": benefit("send", OPS, "send_commitment"),
    "choosing what a benefit owner reports": benefit("metric", OPS, "choose_metric", unit="days"),
    "withdrawing a benefit owner": benefit("withdraw", LAB | OWNER, "withdraw_owner", **REASON),
    "answering a follow-up": Gate(
        "follow-up-enter", OPS | OWNER, "oversight.followups.actions.answer_follow_up", {"in_use": "yes"}, models=("oversight.FollowUp",)
    ),
}  # fmt: skip
MOVES = sorted(name for name, gate in GATES.items() if gate.verb)


def come_to(state: str, world: World) -> Residency:
    """The owner's residency in `state`, as far as its own row tells; what else its gates ask is missing."""
    live_on = TODAY - 100 * DAY if state == State.LIVE else None
    days = {"started_on": TODAY - 200 * DAY, "live_on": live_on, "graduation_due_on": live_on and graduation_due(live_on, 6)}
    Residency.objects.filter(pk=world.residencies["own"].pk).update(state=state, **days)
    return Residency.objects.select_related("stream").get(pk=world.residencies["own"].pk)


def address_of(gate: Gate, world: World) -> str:
    parts = world.parts(OURS[gate.page], "own")
    return reverse(gate.page, kwargs=parts | ({"verb": gate.verb} if gate.verb else {})) + gate.query


# ── From its page ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", GATES)
def test_only_those_who_may_pass_from_the_page(world, name):
    """Everyone else is turned away before anything is written, with a form that is filled in."""
    gate = GATES[name]
    with undone():
        before = come_to(gate.state, world).state
        address = address_of(gate, world)
        for visitor, client in world.clients.items():
            cache.clear()
            with undone():
                writes = Writes()
                with connection.execute_wrapper(writes):
                    response = client.post(address, {"shown_revision": 1, **gate.sent})
                cell = f"{visitor}, {name}: {response.status_code}"
                refused = response.status_code in {403, 404} or "/accounts/login/" in response.get("Location", "")
                assert refused != (visitor in gate.may), cell
                assert not refused or not writes, f"{cell} wrote {writes[0] if writes else ''}"
                if gate.verb:  # nothing that the move needs is there
                    assert refused or response.status_code == 409, cell
                    assert Residency.objects.get(pk=world.residencies["own"].pk).state == before, cell


# ── In administration ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("label", sorted({label for gate in GATES.values() for label in gate.models}))
def test_no_one_passes_in_administration(world, label):
    """Evidence is looked up there, by administrators, and never added, changed or removed: not by a superuser either."""
    model = apps.get_model(label)
    page = admin.site._registry.get(model)
    assert page is None or isinstance(page, ReadOnlyAdmin)
    stem = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    row = model._default_manager.order_by("pk").first()
    key = row.pk if row else 1
    sent = {"state": "graduated", "outcome": "pivot", "to_on": TODAY, "phase": "sustain", "_save": "Save"}
    chosen = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
    change, rest = (f"{key}/change/", sent), [("add/", sent), (f"{key}/delete/", {"post": "yes"}), ("", chosen)]
    for visitor, client in world.clients.items():
        for place, data in [change, *rest] if visitor in ADMINS else [change]:
            writes = Writes()
            with undone(), connection.execute_wrapper(writes):
                response = client.post(f"{stem}{place}", data)
            assert response.status_code in {302, 403, 404} or (response.status_code == 200 and not place), f"{visitor} {place}"
            assert not writes, f"{visitor} {place}: {writes[0]}"


# ── By its act, from a shell ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", GATES)
def test_the_act_asks_for_what_the_page_asks_and_is_tried_as_everyone(name):
    """Also from a shell, where no page stands before it: tests/labportal/test_acts.py calls it as each of them."""
    gate = GATES[name]
    declaration = declaration_of(import_string(gate.act))
    assert declaration
    assert frozenset[Visitor]().union(*(PERMISSIONS[permission] for permission in declaration.permissions)) == gate.may
    assert declaration.system == ()
    assert gate.act in SCENARIOS


@pytest.mark.parametrize("name", MOVES)
def test_only_those_who_may_move_a_residency_from_a_shell_and_its_gates_hold_there_too(world, name):
    """Past the act, by the table's own function."""
    gate = GATES[name]
    with undone():
        residency = come_to(gate.state, world)
        accounts = {visitor: User.objects.get(pk=account.pk) for visitor, account in world.accounts.items()}
        callers = accounts | {"nobody": AnonymousUser(), "the system": SYSTEM, "the import": IMPORT}
        for who, by in callers.items():
            with pytest.raises(MoveRefused if who in gate.may else PermissionDenied):
                LIFECYCLE.move(gate.verb, residency, by=by, on=TODAY, reason="It came to that.")
            assert Residency.objects.get(pk=residency.pk).state == gate.state, who


def held(world: World) -> Conversation:
    return Conversation.objects.create(
        residency=world.residencies["own"], expectation="Time", raised_by="The lab", opened_on=TODAY, due_on=TODAY, held_on=TODAY, outcome="resolved"
    )  # fmt: skip


PAST_EVERY_ACT: dict[str, Callable[[World, Residency], object]] = {
    "a state": lambda world, row: Residency.objects.filter(pk=row.pk).update(state=State.PIVOTED, ended_on=TODAY, end_reason="So."),
    "the clock": lambda world, row: Residency.objects.filter(pk=row.pk).update(graduation_due_on=TODAY + 900 * DAY),
    "a final release": lambda world, row: Release.objects.create(residency=row, stage="live", released_on=TODAY, is_final=True),
    "a barrier's level": lambda world, row: BarrierStay.objects.filter(barrier__stream=row.stream).update(level=Level.objects.latest("pk")),
    "a sent report": lambda world, row: StatusReport.objects.filter(stream=row.stream, number=1).update(summary="All is well."),
    "a draft that was never sent": lambda world, row: StatusReport.objects.filter(stream=row.stream, number=2).update(state="discarded"),
    "what came of a conversation": lambda world, row: Conversation.objects.filter(pk=held(world).pk).update(outcome="pivot"),
}


@pytest.mark.parametrize("what", PAST_EVERY_ACT)
def test_what_a_shell_writes_past_every_act_is_refused_by_the_database_or_named_by_verify_records(world, what):
    """EL-07: a row that no event tells of doesn't pass for one that an act wrote."""
    with undone():
        row = come_to(State.LIVE, world)
        adopt_all()
        assert not [mismatch for mismatch in compare(Comparison()) if mismatch.stream == row.stream_id]
        write = partial(PAST_EVERY_ACT[what], world, row)
        try:
            with transaction.atomic():
                write()
        except DatabaseError:
            return
        assert [mismatch for mismatch in compare(Comparison()) if mismatch.stream == row.stream_id]
