"""What the lab gave its teams (EL-53)."""

import csv
import datetime
import io

import pytest
from django.urls import reverse

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from residencies.lifecycle.actions import withdraw
from teams.choices import ServiceKind
from teams.lab.actions import cancel_service, log_service
from teams.models import Service
from tests.factories import account
from tests.pages import markup
from tests.teams.factories import residency, service

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops, owner):
    return residency(by=ops, kept_by=owner)


def logging(**facts):
    return {"kind": "policy", "given_on": "2026-03-03", "given_by": "", "result": "The firewall is open.", **facts}


def test_a_service_is_logged_from_the_page_of_the_residency_in_one_press(as_ops, trail, ops):
    """EL-53: kind and day are enough; whoever logs it gave it, unless they say otherwise."""
    page = reverse("services", args=[trail.reference])
    assert 'value="2026-03-03"' in markup(as_ops.get(page))
    assert as_ops.post(reverse("service-log", args=[trail.reference]), logging()).url == page
    row = Service.objects.get()
    assert (row.kind, row.given_by, row.result, row.logged_by) == (ServiceKind.POLICY, ops.name, "The firewall is open.", ops)
    assert Event.objects.filter(stream=trail.stream, act="service-logged").count() == 1
    shown = markup(as_ops.get(page))
    assert "Getting through corporate policies" in shown
    assert "The firewall is open." in shown


def test_what_is_still_to_come_is_not_logged_and_what_was_written_stays(as_ops, trail):
    """EL-53"""
    response = as_ops.post(reverse("service-log", args=[trail.reference]), logging(given_on="2026-03-04"))
    assert response.status_code == 409
    assert "That date is in the future." in markup(response)
    assert "The firewall is open." in markup(response)
    assert not Service.objects.exists()


def test_an_entry_that_was_a_mistake_is_taken_out_and_stays_on_record(as_ops, trail, ops):
    """EL-53, R14"""
    row = service(trail)
    with pytest.raises(Refused):
        cancel_service(row, reason=" ", shown_revision=1, by=ops)
    assert (
        as_ops.post(reverse("service-strike", args=[trail.reference, row.pk]), {"reason": "Twice", "shown_revision": 1}).status_code == 302
    )
    assert not Service.objects.current().exists()
    assert Event.objects.filter(stream=trail.stream).last().facts["reason"] == "Twice"
    with pytest.raises(Stale):
        cancel_service(row, reason="Again", shown_revision=1, by=ops)


def test_the_last_help_is_logged_of_a_residency_that_has_ended_too(trail, ops):
    """EL-53"""
    withdraw(trail, reason="No money this year", by=ops)
    assert log_service(trail, kind=ServiceKind.TEAM, given_on=TODAY, by=ops).pk


def test_the_lab_sees_services_by_kind_month_and_team(as_ops, trail, ops):
    """EL-53"""
    other = residency(by=ops, product="Herring Counts")
    service(trail)
    service(trail, given_on=datetime.date(2026, 1, 15))
    service(other, kind=ServiceKind.TEAM, given_on=datetime.date(2026, 1, 31))
    service(other, kind=ServiceKind.TEAM, given_on=datetime.date(2025, 9, 30))
    page = reverse("lab-services")
    counts = as_ops.get(page).context["counts"]
    assert [month.month for month in counts.months] == [10, 11, 12, 1, 2, 3]
    assert {kind: (by_month, together) for kind, _label, by_month, together in counts.rows if together} == {
        "procurement": ([0, 0, 0, 1, 0, 1], 2), "team": ([0, 0, 0, 1, 0, 0], 1),
    }  # fmt: skip
    rows = lambda **asked: sorted(s.pk for s in as_ops.get(page, asked).context["table"].data.data)
    assert len(rows()) == 4
    assert len(rows(kind="team")) == 2
    assert len(rows(month="2026-01")) == 2
    assert len(rows(month="2026-01", q="herring")) == 1
    assert len(rows(month="soon")) == 4


def test_what_is_filtered_leaves_as_a_spreadsheet(as_ops, trail):
    """EL-53"""
    service(trail, result="=1+1")
    service(trail, kind=ServiceKind.TEAM)
    response = as_ops.get(reverse("lab-services-export", args=["csv"]), {"kind": "procurement"})
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1:] == [[trail.reference, trail.product, "2026-03-03", "Agile procurement", rows[1][4], "'=1+1"]]
    assert as_ops.get(reverse("lab-services-export", args=["exe"])).status_code == 404


@pytest.mark.parametrize("size", [1, 60])
@pytest.mark.parametrize(("name", "asked"), [("services", 5), ("lab-services", 7)])
def test_more_entries_cost_no_more_queries(as_ops, trail, ops, name, asked, size, django_assert_num_queries):
    """EL-53"""
    for _ in range(size):
        service(trail, by=ops)
    url = reverse(name, args=[trail.reference] if name == "services" else [])
    as_ops.get(url)
    with django_assert_num_queries(asked):
        as_ops.get(url)


@pytest.mark.parametrize(("role", "may"), [("lab_lead", True), ("viewer", False)])
def test_the_lab_logs_and_others_read(client, trail, role, may):
    service(trail)
    client.force_login(account(role))
    assert ("Log a service" in markup(client.get(reverse("services", args=[trail.reference])))) == may
    assert client.post(reverse("service-log", args=[trail.reference]), logging()).status_code == (302 if may else 403)
