"""Whatever stands after the question mark, a page answers (D3-3)."""

from __future__ import annotations

import tomllib

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.security.addresses import addresses
from tests.security.expected import FOREIGN_PREFIXES
from tests.security.roles import Visitor
from tests.security.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# What our pages read, and what the libraries under them do.
NAMES = (
    "q", "state", "ministry", "phase", "owner", "overdue", "page", "per_page", "sort", "occasion", "who", "next", "on", "before", "act",
    "by", "person", "role", "since", "until", "from", "to", "stream", "kind", "blocked",
    "month", "view", "day", "code", "severity", "history", "course", "year", "certificate", "missing",
    "lacks", "discipline", "start", "payer", "level", "category", "late", "due", "colour", "body", "topic", "residency", "mentors", "check", "signal", "organization", "community", "leaf", "partner",
)  # fmt: skip
NASTY = (
    "", "NaN", "-1", "0", "1e9", "9" * 30, "9" * 5000, "\x00", "a\x00b", ";drop", "-reference,product", "--", "'\"", "%", "_%_", "\\", "NULL",
    "2026-02-31", "0000-00-00", "9999-12-31", "10000-01-01", "٣", "²", "True", "draft", "under_way", "nobody", "//evil.example", "\ud7ff", "🜁", "x" * 9000,
)  # fmt: skip
PLACES = (
    "residency-list", "residency-export", "review-queue", "people", "outbox", "residency-history", "lab-history", "lab-history-export",
    "team", "team-export", "team-add", "sprints", "calendar", "calendar-download", "calendar-address", "checks", "lab-services", "lab-services-export", "services", "champion-add",
    "lab-training", "lab-training-export", "lab-leaders", "lab-leaders-export", "agreement-parties", "graduation",
    "community", "lab-community", "lab-community-export", "lab-given", "lab-given-export", "sessions", "sessions-export", "sessions-calendar",
    "experts", "expert-add", "desks", "search", "money", "money-export", "barrier-list", "risk-list", "status", "status-list", "decision-list",
    "graduate-list", "graduate-export", "benefit-list", "benefit-export",
    "alumni", "alumni-export", "mentors", "mentors-export", "mentor-offers", "mentor-offer",
    "partnership-list", "partnership-export", "opportunities",
)  # fmt: skip
OURS = {address.name: address for address in addresses() if not address.name.startswith(FOREIGN_PREFIXES)}

anything = st.sampled_from(NASTY) | st.text(max_size=40) | st.integers().map(str) | st.dates().map(str)
queries = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), anything), max_size=6)


def look(world: World, name: str, query: list[tuple[str, str]]) -> int:
    address = OURS[name]
    url = reverse(name, kwargs=world.parts(address, "own"))
    client = world.clients[Visitor.OPS]
    with transaction.atomic():
        answer = client.get(url, query_params=dict(query))
        b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer.status_code


@pytest.mark.parametrize("name", PLACES)
def test_no_value_breaks_a_list(world, name):
    """D3-3: NaN, -1, `;drop`, very long, NUL, in every parameter: found, led on, refused or not there, and never a fault."""
    for value in NASTY:
        assert look(world, name, [(key, value) for key in NAMES]) in {200, 302, 400, 403, 404}, f"{name}: {value[:40]!r}"


@pytest.mark.parametrize("name", PLACES)
def test_no_query_breaks_a_list(world, name):
    """D3-3"""

    @given(queries)
    @example([("state", "'; DROP TABLE residencies_residency; --"), ("sort", "state;drop")])
    @examples(max_examples=20, suppress_health_check=list(HealthCheck))
    def holds(query):
        assert look(world, name, query) in {200, 302, 400, 403, 404}

    holds()


def test_every_page_that_is_looked_at_answers_without_a_query(world):
    """A page that refuses everybody would pass the two above."""
    assert {name: look(world, name, []) for name in PLACES} == dict.fromkeys(PLACES, 200)


def test_sql_is_never_put_together_from_text():
    """D3-3: ruff's S608 is on for everything that is shipped."""
    lint = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert not {"S", "S608"} & set(lint["ignore"])
    exempt = {folder for folder, rules in lint["per-file-ignores"].items() if {"S", "S608"} & set(rules)}
    assert exempt <= {"benchmarks/**"}
