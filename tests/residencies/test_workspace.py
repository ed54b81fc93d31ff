"""A residency's own pages: where it stands, what is edited in its head, its coaching phases (EL-05, EL-06)."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from findings import blocking
from findings.tasks import tasks
from ledger.actions import append
from ledger.lifecycle import MoveCheck
from oversight.models import ChecklistItem
from residencies.lifecycle import residency as residency_acts
from residencies.lifecycle.journey import journey
from residencies.lifecycle.phases.checklists import SIGNS
from residencies.models import Conversation, Residency
from residencies.models.states import ENDED, State
from tests.clock import TODAY
from tests.factories import account
from tests.oversight.task_rows import task, tick
from tests.pages import client_of, text
from tests.residencies import rows
from tests.residencies.factories import draft_residency, qualified_residency
from tests.residencies.pages import at, links, send
from tests.teams.factories import ready_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(ops):
    return client_of(ops)


@pytest.fixture
def trail(owner):
    return draft_residency(by=owner, product="Trail Finder")


# ── Overview ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("role", ["lab_ops", "lab_lead", "viewer", "product_owner"])
def test_every_state_has_an_overview_for_everybody_who_may_see_it(state, role):
    """EL-06"""
    user = account(role)
    residency = rows.residency(state, kept_by=user)
    response = client_of(user).get(residency.get_absolute_url())
    assert response.status_code == 200
    shown = text(response)
    assert residency.reference in shown
    assert residency.product in shown
    assert str(State(state).label) in shown


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.DRAFT, "Send to the lab"),
        (State.SUBMITTED, "Start the review"),
        (State.IN_REVIEW, "Qualify"),
        (State.QUALIFIED, "Prepare the agreement"),
        (State.AGREEMENT, "Start the residency"),
        (State.IN_RESIDENCE, "Go live"),
        (State.LIVE, "Graduate"),
    ],
)
def test_the_overview_says_what_stands_before_the_next_step(desk, state, step):
    """EL-06"""
    assert f"{step}: what’s left" in text(desk.get(rows.residency(state).get_absolute_url()))


@pytest.mark.parametrize("state", ENDED)
def test_a_residency_that_has_ended_says_how_and_offers_no_step(desk, state):
    response = desk.get(rows.residency(state).get_absolute_url())
    assert ": what’s left" not in text(response)
    assert "It was decided." in text(response)
    assert not [link for link in links(response) if "/move/" in link]


def test_everything_open_is_said_with_the_way_to_mend_it(desk):
    residency = rows.residency(State.IN_RESIDENCE)
    response = desk.get(residency.get_absolute_url())
    assert "The privacy impact assessment is not done." in text(response)
    assert f"{at('tasks', residency)}?next={residency.get_absolute_url().replace('/', '%2F')}" in links(response)


def test_the_next_dates_stand_in_order_and_late_ones_say_so(desk):
    residency = rows.residency(State.LIVE)
    Residency.objects.filter(pk=residency.pk).update(graduation_due_on=TODAY - datetime.timedelta(days=2))
    Conversation.objects.create(residency=residency, expectation="Time", raised_by="The lab", opened_on=TODAY, due_on=TODAY)
    for code, days in (("pia", 3), ("stra", 9)):
        task(residency, code, due_on=TODAY + datetime.timedelta(days=days))
    ChecklistItem.objects.exclude(code__in=("pia", "stra")).update(due_on=None)
    dates = desk.get(residency.get_absolute_url()).context["dates"]
    assert [date.what for date in dates] == ["Graduation due", "Conversation due", "Privacy impact assessment"]
    assert "late" in text(desk.get(residency.get_absolute_url()))


@pytest.mark.parametrize("state", ENDED)
def test_nothing_is_due_any_more_once_it_has_ended(desk, state):
    residency = rows.residency(state)
    task(residency, "pia", due_on=TODAY)
    assert desk.get(residency.get_absolute_url()).context["dates"] == []


def test_whom_to_call_names_the_lab_and_the_program_side(desk, ops, owner, trail):
    residency_acts.assign(trail, to=ops, by=ops)
    shown = text(desk.get(trail.get_absolute_url()))
    assert ops.email in shown
    assert owner.email in shown


def test_the_way_from_application_to_home_shows_days_reached(desk, ops):
    residency = qualified_residency(reviewer=ops)
    steps = {str(stop.label): stop for stop in journey(residency)}
    assert [stop.status for stop in steps.values()] == ["done"] * 3 + ["current"] + ["next"] * 4
    assert steps["Submitted"].date == TODAY


def twice(desk, residency) -> list[int]:
    """How many queries the overview takes after an act, and again."""
    counts = []
    for _number in range(2):
        with CaptureQueriesContext(connection) as queries:
            desk.get(residency.get_absolute_url())
        counts.append(len(queries))
    return counts


def test_the_overview_costs_the_same_however_much_has_happened(desk, ops):
    residency = rows.residency(State.IN_RESIDENCE, owner=ops)
    append(residency.stream, "assigned", by=ops, facts={"from": "", "to": ops.name})
    little, little_again = twice(desk, residency)
    ready_team(residency)
    for template in SIGNS.values():
        tick(residency, template, template.items[0].code, by=ops)
    for _number in range(20):
        residency_acts.add_member(residency, account("product_owner"), by=ops)
    much, much_again = twice(desk, residency)
    assert much == little <= 24
    assert much_again == little_again <= 8


def head_of(response):
    return response.content.decode().split('class="page-actions subject-actions"')[1].split('class="subject-tabs"')[0]


def test_the_primary_button_is_what_can_be_done_now_and_a_blocked_act_is_said_with_its_count(desk):
    """EL-06: never an act that would be refused."""
    residency = rows.residency(State.AGREEMENT)
    head = head_of(desk.get(residency.get_absolute_url()))
    primary = re.findall(r'<a class="btn btn-primary" href="([^"]+)">([^<]+)</a>', head)
    assert [label for _url, label in primary] == ["Review 6 conditions"]
    assert re.search(r"Start the residency: \d+ things left", head)
    assert "/move/start/" in head.split("btn-primary")[0]


def test_an_act_that_nothing_blocks_is_the_primary_button(desk, monkeypatch):
    monkeypatch.setattr("ledger.lifecycle.Lifecycle.check", lambda *asked: MoveCheck([], []))
    head = head_of(desk.get(rows.residency(State.AGREEMENT).get_absolute_url()))
    assert "Start the residency</a>" in head.split("btn-primary")[1]
    assert "left" not in head


def test_a_reader_is_offered_no_act(viewer):
    head = head_of(client_of(viewer).get(rows.residency(State.AGREEMENT).get_absolute_url()))
    assert "btn-primary" not in head
    assert "/move/" not in head


def test_seven_lines_that_are_fixed_in_one_place_are_one_task():
    unsigned = [blocking("not-signed", f"Party {n} has not signed the agreement.", "", "agreement") for n in range(7)]
    grouped = tasks([*unsigned, blocking("no-pia", "The privacy impact assessment is not done.", "", "graduation")])
    assert [(task.area, task.title, len(task.findings)) for task in grouped] == [
        ("Agreement", "Follow up on 7 signatures", 7),
        ("Assessments", "Complete 1 assessment", 1),
    ]


@pytest.mark.parametrize(
    ("state", "tabs"),
    [
        (State.DRAFT, ["Overview", "Application", "History"]),
        (State.QUALIFIED, ["Overview", "Application", "Agreement", "Team", "History"]),
        (State.AGREEMENT, ["Overview", "Application", "Agreement", "Team", "Delivery", "Value", "History"]),
        (State.LIVE, ["Overview", "Application", "Agreement", "Team", "Delivery", "Value", "Money and risk", "Graduation", "History"]),
    ],
)
def test_a_tab_without_content_is_not_shown(desk, state, tabs):
    page = desk.get(rows.residency(state).get_absolute_url()).content.decode().split('class="subject-tabs"')[1].split("</nav>")[0]
    assert re.findall(r'class="tabs-link"[^>]*>([^<]+)', page) == tabs


def test_an_unknown_reference_is_not_found(desk):
    assert desk.get("/residencies/XL-1999-001/").status_code == 404


# ── Product and problem ──────────────────────────────────────────────────────────────────────


def edit(residency):
    return at("residency-edit", residency)


def test_product_and_problem_are_changed_and_the_change_is_on_record(desk, trail):
    response = send(
        desk, edit(trail), {"product": "Path Finder", "problem": "Nobody finds it.", "shown_revision": trail.revision}, follow=True
    )
    assert response.redirect_chain
    assert "Path Finder" in text(response)
    event = trail.stream.events.latest("seq")
    assert event.facts["changes"]["product"] == {"from": "Trail Finder", "to": "Path Finder"}


def test_saving_what_is_there_writes_nothing(desk, trail):
    before = trail.stream.events.count()
    assert (
        send(desk, edit(trail), {"product": trail.product, "problem": trail.problem, "shown_revision": trail.revision}).status_code == 302
    )
    assert trail.stream.events.count() == before


def test_a_second_edit_keeps_what_was_typed_and_shows_both(desk, trail, ops):
    """R14"""
    residency_acts.edit_residency(trail, shown_revision=trail.revision, product="Their name", by=ops)
    response = send(desk, edit(trail), {"product": "My name", "problem": trail.problem, "shown_revision": trail.revision})
    shown = response.content.decode()
    assert "Their name" in shown
    assert 'value="My name"' in shown
    assert Residency.objects.get(pk=trail.pk).product == "Their name"
    again = send(desk, edit(trail), {"product": "My name", "problem": trail.problem, "shown_revision": trail.revision + 1})
    assert again.status_code == 302
    assert Residency.objects.get(pk=trail.pk).product == "My name"


@pytest.mark.parametrize("field", ["product", "problem"])
def test_neither_may_be_empty(desk, trail, field):
    response = send(desk, edit(trail), {"product": "A", "problem": "B", field: "  ", "shown_revision": trail.revision})
    assert response.status_code == 422
    assert field in response.context["form"].errors


@pytest.mark.parametrize(("field", "most"), [("product", 150), ("problem", 400)])
def test_too_long_is_said_beside_the_field(desk, trail, field, most):
    response = send(desk, edit(trail), {"product": "A", "problem": "B", field: "x" * (most + 1), "shown_revision": trail.revision})
    assert response.status_code == 422
    assert f"at most {most} characters" in text(response)


# ── Whose it is ──────────────────────────────────────────────────────────────────────────────


def test_a_residency_is_given_to_somebody_and_taken_back(desk, trail, ops, lead):
    """EL-16"""
    response = send(desk, at("residency-assign", trail), {"to": lead.pk}, follow=True)
    assert f"{lead.name} is now the lab lead for Trail Finder" in text(response)
    assert Residency.objects.get(pk=trail.pk).owner == lead
    send(desk, at("residency-assign", trail), {"to": ""})
    assert Residency.objects.get(pk=trail.pk).owner is None
    assert [event.facts["to"] for event in trail.stream.events.filter(act="assigned").order_by("seq")] == [lead.name, ""]


def test_only_the_lab_is_offered(desk, trail, owner, viewer):
    """An account that may not review can't be given an intake, offered or not."""
    gone = account("lab_ops", name="Gone Away", is_active=False)
    shown = text(desk.get(at("residency-assign", trail)))
    assert gone.name not in shown
    assert viewer.name not in shown
    for user in (owner, viewer, gone):
        assert send(desk, at("residency-assign", trail), {"to": user.pk}).status_code == 422
    assert Residency.objects.get(pk=trail.pk).owner is None


def test_a_reader_is_told_what_is_missing_without_links_that_stay_shut(client):
    """EL-06: a link is shown to those alone who may open the page it leads to."""
    draft = draft_residency()
    page, step = draft.get_absolute_url(), f"/residencies/{draft.reference}/intake/problem/"
    client.force_login(account("viewer"))
    shown = client.get(page).content.decode()
    assert "The description of the challenge is missing." in shown
    assert step not in shown
    client.force_login(draft.memberships.get().user)
    assert step in client.get(page).content.decode()
