"""A residency's history: the ledger in sentences that anybody can read (EL-06, EL-07)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger import history_text
from ledger.actions import append
from ledger.history_text import tell
from residencies.lifecycle import residency as residency_acts
from residencies.models.states import State
from tests.agreements.factories import in_force
from tests.labportal.test_acts import MACHINE
from tests.pages import text
from tests.residencies.factories import draft_residency
from tests.residencies.pages import at
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ops):
    client.force_login(ops)
    return client


def test_the_history_tells_who_did_what_and_when_newest_first(desk, ops, owner):
    trail = draft_residency(by=owner, product="Trail Finder")
    residency_acts.assign(trail, to=ops, by=ops)
    response = desk.get(at("residency-history", trail))
    titles = [event.what for event in response.context["events"]]
    assert titles == [f"{ops.name} changed the lab lead", f"{owner.name} started the intake"]
    shown = text(response)
    assert owner.name in shown
    assert "Pacific" in shown


def test_the_whole_way_of_an_agreement_is_told_in_words():
    """Sending, opening, reading and signing as parties do it."""
    version = in_force()
    for event in version.agreement.stream.events.all():
        display = tell(event)
        assert not MACHINE.search(f"{display.what} {display.detail}"), (event.act, display, event.facts)


def test_lines_about_an_agreement_and_the_community_name_their_actor_once():
    trail = residency(State.LIVE)
    of_version = {"agreement": "XL-2026-014-A1", "version": 1, "role": "Sponsor", "name": "Dana Lee"}
    for act, by, facts, sentence in (
        ("signed", "Dana Lee", of_version, "Dana Lee signed XL-2026-014-A1 as Sponsor"),
        ("agreement-sealed", "system", of_version, "The portal sealed version 1 of XL-2026-014-A1"),
        ("giving-noted", "Noor", {"name": "Ivo", "kind": "mentoring"}, "Noor logged a contribution by Ivo: "),
    ):
        line = tell(append(trail.stream, act, by=by, facts=facts))
        assert line.what.startswith(sentence)
        assert line.names_actor
    # A mail scanner may have opened it: the portal doesn't say who did.
    opened = append(trail.stream, "signing-link-opened", by="system", facts={"party": "Dana Lee", "agreement": "A", "seconds": 2})
    assert tell(opened).what == "The link for Dana Lee to A was opened 2 seconds after it was sent"


def test_what_role_checks_find_who_came_and_a_seal_are_told_without_codes():
    trail = residency(State.LIVE)
    facts = {"opened": ["vendor-share-not-falling"], "resolved": ["no-devops"], "because": "time"}
    checked = append(trail.stream, "findings-changed", by="system", facts=facts)
    assert tell(checked).detail == "Found: Vendors’ share not falling · Resolved: No senior DevOps specialist"
    noted = append(trail.stream, "presence-noted", by="system", facts={"name": "Ivo Brandt", "sprint": 3, "came": "came"})
    assert (tell(noted).what, tell(noted).detail) == ("The portal recorded attendance of Ivo Brandt at the sprint 3 review: Attended", "")
    sealed = append(trail.stream, "agreement-sealed", by="system", facts={"agreement": "A", "shown_revision": 1, "level": "B-B"})
    assert "B-B" not in tell(sealed).detail


def test_a_change_of_words_is_told_from_what_to_what(desk, ops, owner):
    trail = draft_residency(by=owner, product="Trail Finder")
    residency_acts.edit_residency(trail, shown_revision=trail.revision, product="Path Finder", by=ops)
    assert "Product: from “Trail Finder” to “Path Finder”" in text(desk.get(at("residency-history", trail)))


def test_what_people_wrote_is_shown_as_text(desk, ops, owner):
    trail = draft_residency(by=owner, product="Trail Finder")
    residency_acts.edit_residency(trail, shown_revision=trail.revision, product="<b>Bold</b>", by=ops)
    assert b"<b>Bold</b>" not in desk.get(at("residency-history", trail)).content


def test_a_long_history_has_pages_and_every_event_once(desk, ops):
    busy = residency(State.LIVE)
    for n in range(120):
        append(busy.stream, "assigned", by=ops, facts={"from": "", "to": f"Person {n}"})
    pages = [desk.get(at("residency-history", busy), {"page": page}) for page in (1, 2, 3)]
    details = [event.detail for page in pages for event in page.context["events"]]
    assert len(details) == len(set(details)) == 120
    assert details[0] == "To: Person 119"
    assert "?page=2" in pages[0].content.decode()


@pytest.mark.parametrize("page", ["0", "999", "x", "-1"])
def test_an_odd_page_is_a_page(desk, page):
    assert desk.get(at("residency-history", residency(State.LIVE)), {"page": page}).status_code == 200


def test_a_longer_history_costs_no_more(desk, ops):
    busy = residency(State.LIVE)
    append(busy.stream, "assigned", by=ops, facts={"from": "", "to": "Somebody"})
    desk.get(at("residency-history", busy))
    with CaptureQueriesContext(connection) as little:
        desk.get(at("residency-history", busy))
    for _ in range(60):
        append(busy.stream, "assigned", by=ops, facts={"from": "", "to": "Somebody"})
    desk.get(at("residency-history", busy))
    with CaptureQueriesContext(connection) as much:
        desk.get(at("residency-history", busy))
    assert len(much) == len(little) <= 9


def test_the_history_of_others_is_not_found(client, owner):
    client.force_login(owner)
    assert client.get(at("residency-history", residency(State.LIVE))).status_code == 404


def test_a_line_names_its_actor_once_and_a_filter_names_the_act_alone(desk, ops, owner):
    trail = draft_residency(by=owner, product="Trail Finder")
    line = tell(trail.stream.events.get(act="intake-started"))
    assert (line.what, line.names_actor) == (f"{owner.name} started the intake", True)
    assert ("intake-started", "Started the intake") in history_text.acts()
    assert text(desk.get(at("residency-history", trail))).count(owner.name) == 1
