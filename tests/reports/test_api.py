"""The API's answers: pages, problems, and its OpenAPI document (issue: API)."""

import json
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from labportal.wsgi import application
from reports.api.paging import MOST
from reports.api.version1 import schema
from reports.models import Scope
from tests.clock import TODAY
from tests.reports.breaking import breaking_changes
from tests.reports.factories import program, token_for
from tests.residencies.rows import many, residency
from tests.teams.factories import ready_team

LIST = "/api/v1/residencies"
COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture
def reader(ops):
    return program(token_for(ops)[1])


@pytest.mark.django_db
def test_walking_the_pages_shows_each_residency_once(reader):
    many(23)
    references, after = [], ""
    while after is not None:
        page = reader.get(LIST, {"limit": 5, **({"after": after} if after else {})}).json()
        assert len(page["items"]) <= 5
        references += [item["reference"] for item in page["items"]]
        after = page["next"]
    assert len(references) == len(set(references)) == 23


@pytest.mark.django_db
def test_a_residency_added_while_someone_walks_the_pages_moves_no_row(reader):
    many(6)
    first = reader.get(LIST, {"limit": 3}).json()
    added = residency()
    rest = reader.get(LIST, {"limit": 50, "after": first["next"]}).json()
    references = [item["reference"] for item in first["items"] + rest["items"]]
    assert len(references) == len(set(references)) == 7
    assert references[-1] == added.reference


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["x", "azE", "azk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "a" * 39])
def test_a_page_that_no_answer_named_is_a_problem_with_the_remedy(reader, after):
    response = reader.get(LIST, {"after": after})
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        assert response["Content-Type"] == "application/problem+json"
        assert "Leave it out" in response.json()["detail"]


@pytest.mark.django_db
def test_a_problem_lists_every_fault_and_repeats_nothing_that_was_sent(reader):
    response = reader.get(LIST, {"state": "<script>", "limit": MOST + 1})
    body = response.json()
    assert response.status_code == body["status"] == 422
    assert {fault["field"] for fault in body["faults"]} == {"query.state", "query.limit"}
    assert "<script>" not in response.content.decode()


@pytest.mark.django_db
def test_the_team_is_shown_as_it_was_on_a_day(reader):
    row = residency("in_residence")
    ready_team(row)
    today = reader.get(f"{LIST}/{row.reference}/team").json()
    assert today["on"] == TODAY.isoformat()
    assert len(today["seats"]) >= 2
    long_ago = reader.get(f"{LIST}/{row.reference}/team", {"on": "2020-01-01"}).json()
    assert long_ago["seats"] == []


@pytest.mark.django_db
def test_the_number_of_queries_doesnt_grow_with_the_list(reader):
    reader.get(LIST)  # stores that the token was used
    many(3)
    counts = []
    for more in (0, 30):
        many(more)
        with CaptureQueriesContext(connection) as asked:
            reader.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


# ── The document ─────────────────────────────────────────────────────────────────────────────


def test_the_committed_document_is_what_the_api_says_of_itself():
    """Write it again with `make docs`, and read the difference: programs rely on it."""
    assert json.loads(COMMITTED.read_text()) == schema()


def test_a_breaking_change_is_named():
    """What programs rely on may grow, but not shrink."""
    before = schema()
    assert breaking_changes(before, before) == []
    for change, expected in BREAKING.items():
        after = json.loads(json.dumps(before))
        change(after)
        assert any(expected in each for each in breaking_changes(before, after)), expected
        assert breaking_changes(after, before) == [] or expected in {"required", "type"}, expected


def _operation(document):
    return document["paths"]["/api/v1/residencies"]["get"]


def _summary(document):
    return document["components"]["schemas"]["ResidencySummary"]


BREAKING = {
    lambda document: document["paths"].pop("/api/v1/residencies"): "gone",
    lambda document: _operation(document)["responses"].pop("200"): "gone",
    lambda document: _operation(document)["parameters"].pop(0): "gone",
    lambda document: _summary(document)["properties"].pop("product"): "gone",
    lambda document: _summary(document)["properties"]["product"].update(type="integer"): "type",
    lambda document: _operation(document)["parameters"][0].update(required=True): "required",
}


# ── Anything that can be sent ────────────────────────────────────────────────────────────────

document = schemathesis.openapi.from_dict(schema())


@pytest.fixture
def _one_connection():
    """Requests leave the test's connection open, as those of Django's own client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
@document.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_gets_an_answer_that_the_document_describes(case, ops):
    """No server error, no undocumented status, no answer of another shape."""
    text = token_for(ops, scope=Scope.OBSERVATIONS)[1] if not hasattr(ops, "api_text") else ops.api_text
    ops.api_text = text
    response = case.call(app=application, headers={"Authorization": f"Bearer {text}", "Accept-Encoding": "identity"})
    case.validate_response(
        response,
        checks=(
            not_a_server_error,
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_schema_conformance,
            checks.response_headers_conformance,
        ),
    )
