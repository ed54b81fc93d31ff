"""Reminders of readings that are due, and the one number typed from the mail without an account (EL-60, EL-86, EL-91)."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from ledger.models import Event
from metrics.models import Metric, Observation, ReadingLink
from metrics.readings.actions import remove_observation
from metrics.readings.links import issue_reading_link
from outbox.delivery.compose import NoLongerHolds, letter_to_read, letter_to_send
from outbox.delivery.sweep import sweep
from outbox.models import Message
from residencies.models import Residency
from residencies.models.states import State
from tests.factories import person
from tests.metrics.factories import DAY, RATIO, ago, metric, reading, series
from tests.pages import markup, text
from tests.residencies.pages import send
from tests.residencies.rows import residency
from web.token_pages import digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return residency(State.IN_RESIDENCE, started_on=ago(210))


@pytest.fixture
def due(of):
    """A metric whose reading is due today, with an owner who has no account."""
    row = metric(of, target="15", owner=person(name="Kofi Marchbanks", email="kofi@example.org"))
    series(row, 61, 52, 47, 41)
    Metric.objects.filter(pk=row.pk).update(next_due_on=timezone.localdate(), defined_on=ago(190))
    Observation.objects.filter(metric=row)
    return Metric.objects.get(pk=row.pk)


@pytest.fixture
def url(due):
    return "/" + issue_reading_link(due.pk, due.owner_id, str(due.next_due_on)).split("/", 3)[3]


def messages():
    return list(Message.objects.filter(occasion__endswith="reading-due").order_by("pk"))


# ── Reminders ────────────────────────────────────────────────────────────────────────────────


def test_the_owner_is_reminded_on_the_day_with_the_last_reading_and_a_link(due):
    """EL-60, EL-91: the link is made as the mail leaves, and no row or page ever holds it."""
    sweep(), sweep()
    (message,) = messages()
    assert (message.to_address, message.due_on) == ("kofi@example.org", timezone.localdate())
    shown = letter_to_read(message)
    assert "Last reading: 41 days on" in shown.text
    assert "Target: 15 days by" in shown.text
    assert "/v/" not in shown.text
    assert not ReadingLink.objects.exists()


def test_reminders_are_made_up_after_an_outage_and_stop_once_the_reading_is_in(due, ops):
    """EL-60: never by date equality."""
    Metric.objects.filter(pk=due.pk).update(next_due_on=ago(3))
    sweep()
    (message,) = messages()
    assert "was due on" in letter_to_read(message).text
    remove_observation(due.observations.current().get(on=ago(0)), reason="To enter it again.", by=ops)
    reading(due, "38")
    with pytest.raises(NoLongerHolds):
        letter_to_send(Message.objects.get(pk=message.pk))


@pytest.mark.parametrize("change", [{"owner": None}, {"retired_on": ago(0), "retired_because": "Gone."}, {"next_due_on": None}])
def test_nothing_is_due_without_an_owner_or_for_a_retired_metric(due, change):
    Metric.objects.filter(pk=due.pk).update(**change)
    sweep()
    assert messages() == []


def test_after_the_end_only_a_benefit_that_is_reported_on_is_due(due, of):
    """EL-86"""
    Residency.objects.filter(pk=of.pk).update(
        state=State.GRADUATED, live_on=ago(100), graduation_due_on=ago(1), ended_on=ago(0), end_reason="Done."
    )
    sweep()
    assert messages() == []
    Metric.objects.filter(pk=due.pk).update(after_end_until=ago(-700))
    sweep()
    assert [message.occasion for message in messages()] == ["benefit-reading-due"]


# ── The link ─────────────────────────────────────────────────────────────────────────────────


def test_one_number_is_typed_without_an_account(due, url):
    """EL-91: open, type, send. The last value is shown, and the owner's name is on the reading."""
    browser = Client()
    page = browser.get(url)
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert "Last reading: 41 days on" in text(page)
    assert "Kofi Marchbanks" in text(page)
    assert not Observation.objects.filter(source="link").exists()
    done = send(browser, url, {"value": "38", "on": str(ago(1))}, follow=True)
    assert "Thank you" in text(done)
    assert "38 days" in text(done)
    row = Observation.objects.get(source="link")
    assert (row.value, row.entered_by, row.person.name) == (38, None, "Kofi Marchbanks")
    assert Event.objects.filter(act="reading-recorded").latest("seq").actor_name == "Kofi Marchbanks"


def test_a_jump_is_asked_about_once_and_then_taken(due, url):
    """EL-91: four interactions at most, and only if the figure is unusual."""
    browser = Client()
    first = send(browser, url, {"value": "380", "on": str(ago(1))})
    assert first.status_code == 409
    assert "380 days is a big change from 47 days" in text(first)
    acknowledged = re.search(r'name="acknowledged" value="([^"]+)"', markup(first))[1]
    assert "380 days" in text(send(browser, url, {"value": "380", "on": str(ago(1)), "acknowledged": acknowledged}, follow=True))


def test_a_second_press_counts_once_and_a_later_visit_changes_that_reading(due, url):
    browser = Client()
    data = {"value": "38", "on": str(ago(1)), "submission": "0b7a2a31-0f5c-4d9c-8e0c-1c1a1c1a1c1a"}
    browser.post(url, data), browser.post(url, data)
    assert Observation.objects.filter(source="link").count() == 1
    assert "Change it here if it was wrong" in text(browser.get(url))
    send(browser, url, {"value": "39", "on": str(ago(1))})
    assert [row.value for row in Observation.objects.filter(source="link").current()] == [39]
    assert Observation.objects.filter(source="link").count() == 2


def test_a_ratio_is_typed_as_two_numbers(of):
    row = metric(of, **RATIO, baseline=None, owner=person())
    url = "/" + issue_reading_link(row.pk, row.owner_id, str(row.next_due_on)).split("/", 3)[3]
    done = send(Client(), url, {"numerator": "30", "denominator": "80", "on": str(ago(0))}, follow=True)
    assert "37.5%" in text(done)


def test_a_link_reaches_its_own_metric_alone_and_expires(due, url, of, ops, time_machine):
    """EL-91: for 45 days, known by its hash, and gone with the metric or the residency."""
    link = ReadingLink.objects.get()
    assert link.sha256 == digest(url.split("/")[2])
    assert url.split("/")[2] not in str(ReadingLink.objects.values())
    browser = Client()
    for odd in ("/v/short/", f"/v/{'t' * 43}/", f"{url}done/"):
        assert browser.get(odd).status_code == 404
    assert send(browser, url, {"value": "38", "on": str(ago(-1))}).status_code == 409
    remember = timezone.now()
    time_machine.move_to(remember + 46 * DAY, tick=False)
    assert browser.get(url).status_code == 404
    time_machine.move_to(remember, tick=False)
    Metric.objects.filter(pk=due.pk).update(retired_on=ago(0), retired_because="Gone.")
    assert send(browser, url, {"value": "38", "on": str(ago(1))}).status_code == 404
    assert not Observation.objects.filter(source="link").exists()


def test_a_link_works_after_the_end_only_for_a_benefit(due, url, of):
    """EL-86"""
    Residency.objects.filter(pk=of.pk).update(state=State.PIVOTED, ended_on=ago(0), end_reason="Over.")
    browser = Client()
    assert browser.get(url).status_code == 404
    Metric.objects.filter(pk=due.pk).update(after_end_until=ago(-700))
    assert "Thank you" in text(send(browser, url, {"value": "38", "on": str(ago(1))}, follow=True))
    assert Event.objects.latest("pk").act == "benefit-reading-recorded"


def test_a_mail_about_a_metric_that_is_no_longer_measured_is_withdrawn(due):
    Metric.objects.filter(pk=due.pk).update(retired_on=ago(0), retired_because="Gone.")
    with pytest.raises(NoLongerHolds):
        issue_reading_link(due.pk, due.owner_id, str(due.next_due_on))
