"""Everything that happened in the lab, to be found again (EL-07)."""

import html

import pytest
from django.urls import reverse

from ledger.actions import checkpoint
from ledger.models import Event
from residencies.intake import actions
from tests.residencies import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(client, viewer):
    client.force_login(viewer)
    return make.draft_residency(product="Farm Relief"), make.qualified_residency(product="Dock Permits")


def page(client, **query) -> str:
    return client.get(reverse("lab-history"), query).content.decode()


def test_it_tells_what_happened_to_which_residency_and_leads_there(client, two):
    shown = page(client)
    assert " qualified the intake" in shown
    assert f'href="{two[1].get_absolute_url()}"' in shown


@pytest.mark.parametrize(
    ("query", "present", "gone"),
    [
        ({"act": "qualified"}, " qualified the intake", "started the intake"),
        ({"reference": "XL-2026-001"}, "Farm Relief", "Dock Permits"),
        ({"who": "nobody of that name"}, "No events match these filters", "started the intake"),
        ({"since": "2090-01-01"}, "No events match these filters", "started the intake"),
    ],
)
def test_it_is_filtered_by_act_residency_person_and_day(client, two, query, present, gone):
    query = {name: two[0].reference if name == "reference" else value for name, value in query.items()}
    shown = page(client, **query).partition('id="events"')[2]
    assert present in shown
    assert gone not in shown


def test_older_events_follow_without_a_gap(client, two, ops):
    for number in range(60):
        actions.add_need(two[0], statement=f"Need {number:03d}", by=two[0].memberships.get().user)
    first = client.get(reverse("lab-history"))
    second = client.get(reverse("lab-history"), {"before": first.context["older"]})
    shown = [event.at for event in (*first.context["events"], *second.context["events"])]
    assert shown == list(Event.objects.order_by("-pk").values_list("at", flat=True)[: len(shown)])
    assert len(shown) > 50


def test_the_file_holds_what_is_filtered(client, two):
    body = client.get(reverse("lab-history-export", args=["csv"]), {"act": "qualified"}).content.decode("utf-8-sig")
    lines = body.strip().splitlines()
    assert len(lines) == 2
    assert two[1].reference in lines[1]


def test_a_checkpoints_signature_is_in_the_file_and_not_on_the_page(client, two, settings, tmp_path):
    settings.VAR_DIR, settings.SEAL_ALLOW_DEVELOPMENT = tmp_path, True
    checkpoint()
    value = Event.objects.get(act="checkpoint").facts["signature"]["value"]

    shown = page(client, act="checkpoint").partition('id="events"')[2]
    assert "recorded the ledger’s state" in shown
    assert "Signature:" not in shown
    assert value[:40] not in html.unescape(shown)
    body = client.get(reverse("lab-history-export", args=["csv"]), {"act": "checkpoint"}).content.decode("utf-8-sig")
    assert value[:40] in body


def test_it_costs_the_same_for_many_events(client, two, django_assert_num_queries):
    keeper = two[0].memberships.get().user
    page(client)
    with django_assert_num_queries(3):
        page(client)
    for number in range(20):
        actions.add_need(two[0], statement=f"Need {number}", by=keeper)
    with django_assert_num_queries(3):
        page(client)
