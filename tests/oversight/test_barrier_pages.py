"""The pages of barriers and risks, their lines on home, and the calendar (EL-73, EL-74)."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from oversight.barriers import actions, todo
from oversight.models import Barrier, Level, Risk
from people.models import Body, BodySeat
from people.todo import Scope
from residencies.models.states import State
from tests.factories import account, person
from tests.oversight.barriers import at_lab, barrier, category, closed, days_ago, levels, moved, risk
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def page(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_a_barrier_is_raised_from_any_page_in_three_interactions(owner):
    """EL-73: the link at the top, one sentence, and the button."""
    levels()
    of = residency(State.IN_RESIDENCE, kept_by=owner)
    client = browser(owner)
    link = reverse("barrier-raise", args=[of.reference])
    assert f'href="{link}"' in page(client, "sprints", of.reference).content.decode()

    form = page(client, "barrier-raise", of.reference).context["form"]
    fields = {name: form[name].value() or "" for name in form.fields if name != "blocks_work"} | {"text": "No one may sign."}
    response = client.post(link, fields, follow=True)

    row = Barrier.objects.get()
    assert response.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "Barrier raised." in response.content.decode()
    assert (row.text, row.stream_id, row.raised_by) == ("No one may sign.", of.stream_id, owner)


def test_what_was_typed_survives_a_refusal(owner):
    """EL-73: without a route nothing is raised, and what was typed is still in the form."""
    of = residency(State.IN_RESIDENCE, kept_by=owner)
    response = browser(owner).post(
        reverse("barrier-raise", args=[of.reference]), {"text": "No one may sign.", "severity": "major", "scope": "local"}
    )
    assert response.status_code == 409
    assert "No one may sign." in response.content.decode()


def test_a_subjects_page_and_the_lists_run_the_same_queries_however_many_barriers_there_are(ops):
    """OP-07: a fixed number of queries."""
    of = residency(State.IN_RESIDENCE, owner=ops)
    at_lab(of, by=ops), risk(of, by=ops)
    client = browser(ops)
    addresses = [
        reverse("barriers", args=[of.reference]), reverse("barrier-list"), reverse("barrier-tray", args=[Level.objects.get(code="lab-operations").pk]),
        reverse("barriers-systemic"), reverse("risk-list"), reverse("barrier-levels"), reverse("bodies"),
    ]  # fmt: skip
    for url in addresses:
        client.get(url)
    before = {url: queries(client, url) for url in addresses}
    for other in (of, residency(State.IN_RESIDENCE, owner=ops), residency(State.IN_RESIDENCE, owner=ops)):
        at_lab(other, by=ops), closed(barrier(other, by=ops), by=ops), risk(other, by=ops)
    BodySeat.objects.create(body=Body.objects.all()[0], person=person(), from_on=timezone.localdate())
    for url in addresses:
        client.get(url)
    after = {url: queries(client, url) for url in addresses}
    assert {url: (before[url], after[url]) for url in addresses if after[url] != before[url]} == {}
    assert after[addresses[0]] <= 12


def test_the_heat_map_has_words_in_every_cell(ops):
    """EL-73: a table with words, not only shades."""
    of = residency(State.IN_RESIDENCE)
    risk(of, by=ops, likelihood=5, impact=5, text="The only developer leaves.")
    text = page(browser(ops), "barriers", of.reference).content.decode()
    assert text.count('class="heat-band"') == 25
    assert text.count("Extreme</span>") >= 6
    assert "The only developer leaves." in text


def test_home_proposes_a_move_when_a_barrier_is_overdue_and_nothing_moves_by_itself(ops):
    """EL-73"""
    of = residency(State.IN_RESIDENCE, owner=ops)
    with days_ago(30):
        row = at_lab(of, by=ops)
    today = timezone.localdate()
    (line,) = todo.barriers_at_levels(today)
    assert (line.title, line.is_overdue(today)) == (
        "Barrier overdue at Lab operations: No one may sign for access to the data.",
        True,
    )
    row.refresh_from_db()
    assert row.level.code == "lab-operations"
    text = page(browser(ops), "barrier", row.pk).content.decode()
    assert "Next on the route: Working group." in text
    assert "30" in text
    moved(row, "working-group", by=ops)
    (line,) = todo.barriers_at_levels(today)
    assert (line.title, line.waits) == ("Barrier at Working group: No one may sign for access to the data.", True)


def test_home_lists_risk_reviews_ended_acceptances_and_similar_barriers(ops, lead):
    """EL-73"""
    of, today = residency(State.IN_RESIDENCE, owner=ops), timezone.localdate()
    owner = person(name="Idris Tidewell", user=account(name="Idris Tidewell"))
    with days_ago(40):
        row = risk(of, by=ops, next_review_on=today)
        actions.assign_owner(row, person=owner, shown_revision=1, by=ops)
        lived_with = closed(barrier(of, by=ops), "accepted", by=lead, accepted_until=today)
    (review,) = todo.risk_reviews(today)
    (again,) = todo.acceptances(today)
    assert (review.assignee_name, review.due_on, review.url) == ("Idris Tidewell", today, reverse("risk-rate", args=[row.pk]))
    assert (again.url, again.due_on) == (lived_with.get_absolute_url(), today)
    assert todo.repeats(today) == []
    for _number in range(3):
        at_lab(by=ops)
    assert [line.title for line in todo.repeats(today)] == ["3 barriers at Lab operations about Data and access"]
    entries = [*todo.dated_risks(today, today, Scope()), *todo.dated_barriers(today, today + 30 * DAY, Scope())]
    assert [entry.kind for entry in entries] == ["risk", "barrier", "barrier", "barrier"]


def test_a_suggestion_names_its_first_barriers_and_counts_the_rest(ops):
    """OP-07: the page stays short, however many barriers are alike."""
    for _number in range(7):
        at_lab(by=ops)
    text = page(browser(ops), "barriers-systemic").content.decode()
    assert '<span class="count">7</span>' in text
    assert text.count("and 2 more") == 1


def test_three_similar_barriers_can_be_grouped_under_a_systemic_one(ops, viewer):
    """EL-73"""
    rows = [at_lab(by=ops) for _number in range(3)]
    client = browser(ops)
    url = reverse("barriers-group", args=[rows[0].category_id, rows[0].level_id])
    assert url in page(client, "barriers-systemic").content.decode()
    assert url not in page(browser(viewer), "barriers-systemic").content.decode(), "what is remembered for one isn't shown to another"
    assert browser(viewer).get(url).status_code == 403
    response = client.post(url, {"text": "Only one person signs.", "barriers": [row.pk for row in rows]}, follow=True)
    systemic = Barrier.objects.get(scope="systemic")
    assert response.redirect_chain[-1][0] == systemic.get_absolute_url()
    assert "Affected teams" in response.content.decode()
    assert client.get(url).status_code == 404
    assert url not in page(client, "barriers-systemic").content.decode()
    assert "Only one person signs." in page(client, "barrier", rows[0].pk).content.decode()
    assert client.get(reverse("barrier-export", args=["csv"])).status_code == 200


def test_a_product_owner_sees_only_the_barriers_of_their_own_residency(owner, ops):
    """EL-73"""
    mine, other = at_lab(residency(State.IN_RESIDENCE, kept_by=owner), by=ops), at_lab(by=ops)
    client = browser(owner)
    text = page(client, "barrier", mine.pk).content.decode()
    assert reverse("barrier-move", args=[mine.pk]) not in text, "from lab operations the lab moves it"
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(reverse("barrier-list")).status_code == 403


def test_barriers_of_a_residency_that_has_ended_are_read_only(ops):
    """EL-85"""
    of = residency(State.IN_RESIDENCE)
    row, open_risk = barrier(of, by=ops), risk(of, by=ops)
    type(of).objects.filter(pk=of.pk).update(state=State.WITHDRAWN, ended_on=timezone.localdate(), end_reason="Merged.")
    client = browser(ops)
    for name, key in (("barriers", of.reference), ("barrier", row.pk), ("risk", open_risk.pk)):
        text = page(client, name, key).content.decode()
        assert "Raise a barrier" not in text
        assert "Actions</h3>" not in text


def test_a_barrier_goes_through_every_form(ops, lead):
    """EL-73: described, assigned, moved, accepted and reopened; a risk is rated and closed."""
    row = barrier(residency(State.IN_RESIDENCE, owner=ops), by=ops)
    client, target = browser(lead), levels()["lab-operations"]
    solicitor = person()

    def send(name, **fields):
        current = Barrier.objects.get(pk=row.pk)
        response = client.post(reverse(name, args=[row.pk]), {"shown_revision": current.revision, **fields})
        assert response.status_code == 302, response.content.decode()

    words = {"text": row.text, "severity": "major", "scope": "local", "cause": "Law.", "proposed_solution": "Change it."}
    send("barrier-describe", **words, category=category().pk)
    send("barrier-assign", who="known", person=solicitor.pk)
    send("barrier-move", to=target.pk, recommendation="Ask.", reason="Stuck.")
    send("barrier-close", state="accepted", outcome="Wait.", accepted_until=(timezone.localdate() + 30 * DAY).isoformat())
    send("barrier-reopen", reason="The law changed.")
    current = Barrier.objects.get(pk=row.pk)
    assert (current.state, current.level, current.owner, current.stays.count()) == ("routed", target, solicitor, 3)

    rated = risk(residency(State.IN_RESIDENCE), by=ops)
    later = (timezone.localdate() + 50 * DAY).isoformat()
    facts = {"likelihood": 1, "impact": 1, "because_of": "Renewed.", "next_review_on": later, "shown_revision": 1}
    assert client.post(reverse("risk-rate", args=[rated.pk]), facts).status_code == 302
    assert client.post(reverse("risk-close", args=[rated.pk]), {"outcome": "Over.", "shown_revision": 2}).status_code == 302
    assert not Risk.objects.get(pk=rated.pk).is_open


def test_an_administrator_sets_the_allowance_of_a_level(administrator):
    """EL-73: routes and levels are data."""
    level = levels()["working-group"]
    client = browser(administrator)
    url = reverse("admin:oversight_level_change", args=[level.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"name": "Working group", "allowed_days": 12, "body": level.body_id, "shown_revision": 1})
    assert Level.objects.get(pk=level.pk).allowed_days == 12


def test_overdue_barriers_and_risks_say_so_in_every_list(ops):
    """EL-73: over all teams and on a residency's own page."""
    of = residency(State.IN_RESIDENCE)
    with days_ago(40):
        barrier(of, by=ops)
        risk(of, by=ops, next_review_on=timezone.localdate() + 5 * DAY)
    client = browser(ops)
    for name, args, words in (
        ("barrier-list", [], ["Overdue since"]),
        ("risk-list", [], [", overdue"]),
        ("barriers", [of.reference], ["Overdue since", ", overdue"]),
    ):
        shown = page(client, name, *args).content.decode()
        assert [each for each in words if each not in shown] == [], name


def test_a_barrier_is_in_the_area_of_its_residency_and_a_shared_one_in_reports(ops):
    """Their addresses are alike; the navigation says where the reader is."""
    levels()
    parts = [barrier(category=category()) for _ in range(2)]
    shared = actions.group_barriers(parts, text="Several teams wait for the same data.", by=ops)
    client = browser(ops)
    for row, area in ((parts[0], "Residencies"), (shared, "Reports")):
        items = page(client, "barrier", row.pk).context["navigation"]
        assert [str(item.label) for item in items if item.current] == [area]
