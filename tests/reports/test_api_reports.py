"""Sealed reports through the API, and the examples in its documentation (issue: API)."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from ledger.actions import append
from ledger.canonical import canonical_json
from reports.models import Scope
from reports.portfolio.actions import seal_portfolio
from reports.value.actions import seal_value_report
from tests.factories import account
from tests.metrics.factories import metric, reading
from tests.reports.factories import program, token_for
from tests.reports.showcasing import published
from tests.teams.factories import ready_team, residency

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/reports"
PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


@pytest.fixture
def mine(ops):
    """A residency of a product owner with a sealed value report; a portfolio is sealed, too."""
    owner = account("product_owner")
    of = residency(by=ops, kept_by=owner)
    append(of.stream, "moved", by=ops, to_state="in_residence")
    reading(metric(of, by=ops), by=ops)
    seal_value_report(of, by=ops)
    seal_portfolio(by=ops)
    return of, owner


def test_a_program_reads_the_figures_that_were_sealed_and_can_check_their_hash(ops, mine):
    """EL-94, EL-97"""
    of, _owner = mine
    reader = program(token_for(ops)[1])
    items = reader.get(REPORTS).json()["items"]
    assert [(item["kind"], item["residency"]) for item in items] == [("value-report", of.reference), ("portfolio", None)]
    for item in items:
        report = reader.get(f"{REPORTS}/{item['reference']}").json()
        assert hashlib.sha256(canonical_json(report["figures"])).hexdigest() == item["figures_sha256"] == report["figures_sha256"]


@pytest.mark.parametrize("limited", [False, True])
def test_a_product_owner_and_a_token_for_one_residency_read_its_reports_only(ops, mine, limited):
    of, owner = mine
    other = residency(by=ops, product="Other")
    seal_value_report(other, by=ops)
    reader = program(token_for(ops, subject=of)[1] if limited else token_for(owner)[1])
    assert [item["residency"] for item in reader.get(REPORTS).json()["items"]] == [of.reference]
    assert reader.get(f"{REPORTS}/{of.reference}-D1").status_code == 200
    for reference in (f"{other.reference}-D1", "PORTFOLIO-D1", f"{of.reference}-D9", "XL-1999-001-D1", "x"):
        assert reader.get(f"{REPORTS}/{reference}").status_code == 404, reference


def test_the_list_of_reports_takes_the_same_queries_however_many_there_are(ops, mine, django_assert_max_num_queries):
    reader = program(token_for(ops)[1])
    for number in range(4):
        seal_value_report(residency(by=ops, product=f"More {number}"), by=ops)
    with django_assert_max_num_queries(5):
        assert len(reader.get(REPORTS).json()["items"]) == 6


def requests_in(page):
    """Every address in the tables of the page, and every request in its blocks, with body if there is one."""
    for address in re.findall(r"^\| `(/api/v1/[^`]*)` \|", page, re.M):
        yield "GET", address, {}, None
    for block in re.findall(r"^```\n((?:GET|POST) .*?)^```", page, re.M | re.S):
        head, _gap, body = block.partition("\n\n")
        first, *headers = head.splitlines()
        yield *first.split(" "), dict(line.split(": ", 1) for line in headers), json.loads(body) if body.strip() else None


def test_every_example_in_the_documentation_does_what_it_says(ops):
    """Issue: docs with examples that a test runs; with a residency, a metric and a reading of ours in the places of the examples."""
    of = published(ops=ops).subject
    ready_team(of)
    row = metric(of, by=ops)
    reading(row, by=ops)
    run = seal_value_report(of, by=ops)
    client, count = program(token_for(ops, scope=Scope.OBSERVATIONS)[1]), 0
    for method, example, headers, body in requests_in(PAGE):
        address = example.replace("XL-2026-014-D1", run.document.reference).replace("XL-2026-014", of.reference)
        address = address.replace("metrics/12", f"metrics/{row.pk}")
        extra = {name: value for name, value in headers.items() if name not in ("Authorization", "Content-Type")}
        body = body and {**body, "value": "59", "acknowledged": True}
        answer = client.get(address, headers=extra) if method == "GET" else client.post(address, body, "application/json", headers=extra)
        assert answer.status_code in (200, 201), (address, answer.content)
        count += 1
    assert count >= 13
    # The example of an error is what the API answers to it.
    example = json.loads(re.search(r"^```\n(\{\"type\".*?)^```", PAGE, re.M | re.S)[1])
    assert client.get("/api/v1/residencies", {"limit": 201}).json() == example
