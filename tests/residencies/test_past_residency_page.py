"""What the page of an imported residency shows."""

from __future__ import annotations

import pytest

from residencies.importing.actions import add_repository, record_past
from residencies.lifecycle.residency import program_area_for
from residencies.models import Ministry

pytestmark = pytest.mark.django_db


def test_a_past_residency_says_that_it_is_from_before_the_portal_and_where_its_code_is(client, ops):
    area = program_area_for(Ministry.objects.create(name="Forests"), "Recreation Sites", by=ops)
    residency = record_past(program_area=area, product="Trail Finder", problem="Hikers get lost.", by=ops)
    add_repository(residency, "https://example.org/trails", by=ops)
    client.force_login(ops)

    page = client.get(residency.get_absolute_url()).content.decode()

    assert "Graduated before the portal" in page
    assert 'href="https://example.org/trails"' in page
    assert "None" not in page


def test_every_tab_of_a_past_residency_opens(client, ops):
    area = program_area_for(Ministry.objects.create(name="Forests"), "Recreation Sites", by=ops)
    residency = record_past(program_area=area, product="Trail Finder", problem="Hikers get lost.", by=ops)
    client.force_login(ops)
    for tab in ("", "intake/", "team/", "graduation/", "conversations/", "history/", "phases/", "agreement/"):
        assert client.get(f"{residency.get_absolute_url()}{tab}").status_code == 200, tab
