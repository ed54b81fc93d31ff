"""Trips to a site: a checklist by the way of travelling, worked through on a phone and signed off by a manager (PB-40)."""

import datetime
import tomllib

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.guidance.actions import LIBRARY
from partnerships.guidance.queries import trip_lists
from partnerships.guidance.rules import ON_TRIPS
from partnerships.models import Practice, Trip
from partnerships.sites.trips import actions
from partnerships.sites.trips.checklist import checklist_of
from tests.factories import account, person
from tests.pages import client_of, text
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def guidance():
    """The practices of the library that apply on trips, without the rest of it."""
    outreach = tomllib.loads(LIBRARY.read_text(encoding="utf-8"))["practices"]["outreach"]["items"]
    for item in outreach:
        if item.get("only_if") in ON_TRIPS:
            Practice.objects.create(**{name: item[name] for name in ("code", "theme", "only_if", "text")})


@pytest.fixture
def site(ops):
    return make.site(make.case(by=ops), by=ops)


@pytest.fixture
def manager():
    return account("lab_lead")


@pytest.fixture
def trip(guidance, site, manager, ops):
    """A trip by car, tomorrow."""
    return make.trip(site, manager=manager, by=ops)


def refused(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.codes


def at(name, trip):
    return reverse(name, args=[trip.partnership.reference, trip.site_id, trip.pk])


def test_a_trip_by_car_has_ten_items_in_its_kit_and_five_numbers(trip, as_ops):
    """PB-40, O7: and licence, inspection, weather gear, roadside help, maps and routes before leaving."""
    lists = {each.code: each for each in checklist_of(trip).lists}
    assert [item.text for item in lists["kit"].items] == [
        "Flares", "Flashlight", "Batteries", "Matches", "Candles", "Booster cables", "Chocolate", "Water", "Wool blanket", "Cones",
    ]  # fmt: skip
    assert len(lists["before"].items) == 6
    assert [item.code for item in lists["rules"].items] == ["O7"]
    shown = text(as_ops.get(at("trip", trip)))
    for words in ("Police", "Ambulance", "Fire", "Automobile association", "Host site", "Wool blanket", "locked trunk"):
        assert words in shown


@pytest.mark.parametrize(("mode", "rule"), [("plane", "O8"), ("train", "O8"), ("transit", "O14")])
def test_a_trip_without_a_car_shows_the_rule_for_it_and_hides_what_is_for_cars(guidance, site, ops, as_ops, mode, rule):
    """PB-40, O8, O14."""
    trip = make.trip(site, mode=mode, by=ops)
    checklist = checklist_of(trip)
    assert [item.code for each in checklist.lists for item in each.items] == [rule]
    assert [item.code for item, _number in checklist.numbers] == ["police", "ambulance", "fire", "host"]
    for name in ("trip", "trip-checklist"):
        shown = text(as_ops.get(at(name, trip)))
        assert Practice.objects.get(code=rule).text in shown
        assert "Wool blanket" not in shown
        assert "Walk around" not in shown
        assert "Automobile" not in shown


def test_a_trip_is_planned_ticked_and_signed_off_on_its_pages(guidance, site, ops, as_ops, manager):
    """PB-40: the manager signs once everything is ticked and every number is there; then the checklist stays as it is."""
    traveller = person(name="Ines Abernathy")
    plan = reverse("trip-plan", args=[site.partnership.reference, site.pk])
    data = {"who": "known", "person": traveller.pk, "on": str(site.today + DAY), "mode": "car", "manager": manager.pk}
    page = as_ops.post(plan, data).url
    trip = Trip.objects.get()
    assert page == trip.get_absolute_url()

    as_manager = client_of(manager)
    assert "Not checked yet: Driver’s licence" in text(as_manager.post(at("trip-sign-off", trip)))
    form = make.ticked_form(trip)
    assert as_ops.post(at("trip-checklist", trip), form).status_code == 302
    assert "250-555-0104" in text(as_ops.get(page))
    assert as_ops.post(at("trip-sign-off", trip)).status_code == 403
    as_manager.post(at("trip-sign-off", trip))
    trip.refresh_from_db()
    assert trip.signed_off_at is not None
    assert "Signed off" in text(as_ops.get(page))
    assert as_ops.post(at("trip-checklist", trip), {**form, "shown_revision": trip.revision}).status_code == 409


def test_what_is_missing_is_named_before_a_trip_is_signed_off(trip, manager, ops):
    """PB-40: one item, one number."""
    codes = make.trip_codes(trip)
    numbers = make.trip_numbers(trip)
    row = actions.tick_trip(trip, codes=codes[1:], numbers={**numbers, "host": ""}, shown_revision=trip.revision, by=ops)
    assert refused(lambda: actions.sign_off_trip(row, by=manager)) == {"trip-unchecked", "trip-number"}
    row = actions.tick_trip(row, codes=codes, numbers=numbers, shown_revision=row.revision, by=ops)
    actions.sign_off_trip(row, by=manager)
    assert refused(lambda: actions.sign_off_trip(row, by=manager)) == {"trip-signed-off"}
    assert refused(lambda: actions.tick_trip(row, codes=[], numbers={}, shown_revision=3, by=ops)) == {"trip-signed-off"}


def test_only_the_manager_named_signs_a_trip_off(trip, ops):
    """PB-40: not lab operations, not another lead, not the traveller."""
    make.ready(trip, by=ops)
    for by in (ops, account("lab_lead"), account("admin")):
        with pytest.raises(PermissionDenied):
            actions.sign_off_trip(trip, by=by)


def test_nobody_signs_off_their_own_trip(guidance, site, ops, manager):
    """PB-40, OP-03."""
    traveller = person(user=manager)
    assert refused(lambda: make.trip(site, person=traveller, manager=manager, by=ops)) == {"trip-manager"}
    stranger = account("product_owner")
    assert refused(lambda: make.trip(site, manager=stranger, by=ops)) == {"trip-manager"}


def test_a_trip_is_not_planned_for_a_past_day_or_without_a_traveller(site, ops):
    assert refused(lambda: make.trip(site, on=site.today - DAY, by=ops)) == {"trip-past"}
    assert refused(lambda: make.trip(site, person=None, by=ops)) == {"trip-traveller"}


def test_the_next_trip_has_the_numbers_of_the_last(trip, site, ops):
    """PB-40: nothing is ticked yet, but nobody looks the numbers up again."""
    make.ready(trip, by=ops)
    following = make.trip(site, mode="plane", by=ops)
    assert following.numbers["host"] == "250-555-0104"
    assert following.ticks == {}


def test_an_item_that_was_reworded_is_checked_again_unless_the_trip_was_signed_off(guidance, site, ops, manager):
    """PB-40: a tick is kept with the words that it was for."""
    signed, still_open = (make.trip(site, mode="plane", manager=manager, by=ops) for _number in range(2))
    for row in (signed, still_open):
        make.ready(row, by=ops)
    actions.sign_off_trip(signed, by=manager)
    before = Practice.objects.get(code="O8").text
    Practice.objects.filter(code="O8").update(text="Check documents in.")
    signed, still_open = Trip.objects.get(pk=signed.pk), Trip.objects.get(pk=still_open.pk)
    assert [item.text for item in checklist_of(signed).lists[0].items] == [before]
    assert checklist_of(signed).ticked == {"O8"}
    assert checklist_of(still_open).ticked == set()
    assert refused(lambda: actions.sign_off_trip(make.fresh_trip(still_open), by=manager)) == {"trip-unchecked"}
    Practice.objects.filter(code="O8").update(retired_on=timezone.localdate())
    assert [item.text for each in checklist_of(signed).lists for item in each.items] == [before]


def test_two_who_save_a_checklist_do_not_overwrite_each_other(trip, ops):
    make.ready(trip, by=ops)
    with pytest.raises(Stale) as stale:
        actions.tick_trip(trip, codes=[], numbers={"police": "911"}, shown_revision=trip.revision, by=ops)
    assert stale.value.differing["number_police"] == ("250-555-0101", "911")


def test_a_cancelled_trip_says_why_and_stays_cancelled(trip, ops, manager):
    assert refused(lambda: actions.cancel_trip(trip, reason=" ", by=ops)) == {"no-reason"}
    actions.cancel_trip(trip, reason="Snow.", by=ops)
    assert refused(lambda: actions.cancel_trip(trip, reason="Snow.", by=ops)) == {"trip-cancelled"}
    assert refused(lambda: actions.sign_off_trip(trip, by=manager)) == {"trip-cancelled"}
    assert "Snow." in text(client_of(ops).get(at("trip", trip)))


def test_the_traveller_works_through_the_checklist_without_seeing_the_partnership(guidance, site, ops, manager):
    """PB-40: on a phone, from a link; others who aren't on the partnership see nothing."""
    traveller = account("product_owner")
    trip = make.trip(site, person=person(user=traveller), manager=manager, by=ops)
    browser = client_of(traveller)
    assert "Work through the checklist" in text(browser.get(at("trip", trip)))
    assert browser.post(at("trip-checklist", trip), make.ticked_form(trip)).status_code == 302
    assert browser.get(reverse("trips", args=[site.partnership.reference, site.pk])).status_code == 404
    assert client_of(account("product_owner")).get(at("trip", trip)).status_code == 404
    assert client_of(account("viewer")).get(at("trip", trip)).status_code == 200


def test_no_event_names_the_traveller(trip, ops, manager):
    """EL-66: the ledger can't forget."""
    make.ready(trip, by=ops)
    actions.sign_off_trip(make.fresh_trip(trip), by=manager)
    events = Event.objects.filter(act__startswith="trip-")
    assert {event.act for event in events} == {"trip-planned", "trip-checked", "trip-signed-off"}
    assert not any(trip.traveller.name in str(event.facts) for event in events)


def reminders():
    return Message.objects.filter(occasion="trip-unsigned")


def sweep_on(day, time_machine):
    time_machine.move_to(timezone.make_aware(datetime.datetime.combine(day, datetime.time(9))))
    sweep()


def test_the_manager_gets_one_reminder_the_day_before(guidance, site, ops, manager, time_machine):
    """PB-40, EL-60: once, on a weekend too; nothing about a trip that is signed off, cancelled or over."""
    monday = site.today + (7 - site.today.weekday()) % 7 * DAY + 7 * DAY
    waiting, signed, cancelled = (make.trip(site, on=monday, mode="plane", manager=manager, by=ops) for _number in range(3))
    make.ready(signed, by=ops)
    actions.sign_off_trip(make.fresh_trip(signed), by=manager)
    actions.cancel_trip(cancelled, reason="Snow.", by=ops)
    sweep_on(monday - 2 * DAY, time_machine)
    assert not reminders().filter(due_on__lt=monday - DAY).exists()
    for day in (monday - DAY, monday, monday + DAY, monday + 7 * DAY):
        sweep_on(day, time_machine)
    message = reminders().get()
    assert (message.due_on, message.person.user, message.facts["trip"]) == (monday - DAY, manager, waiting.pk)


def test_a_reminder_missed_in_an_outage_goes_on_the_day_and_not_after_it(guidance, site, ops, manager, time_machine):
    """PB-40, EL-60."""
    late, over = (make.trip(site, on=site.today + days * DAY, mode="plane", manager=manager, by=ops) for days in (5, 4))
    sweep_on(late.on, time_machine)
    assert [message.facts["trip"] for message in reminders().filter(state="queued")] == [late.pk]
    assert over.on < late.on


def test_the_kit_is_data_with_codes_of_its_own():
    """PB-40: ten items, five numbers, each code once."""
    lists = {each.code: each.items for each in trip_lists()}
    assert {code: len(items) for code, items in lists.items()} == {"before": 6, "kit": 10, "numbers": 5}
    codes = [item.code for items in lists.values() for item in items]
    assert len(codes) == len(set(codes))


def test_the_pages_of_trips_read_the_same_for_one_trip_and_many(guidance, site, ops, as_ops, django_assert_max_num_queries):
    page = reverse("trips", args=[site.partnership.reference, site.pk])
    make.trip(site, by=ops)
    as_ops.get(page)
    with django_assert_max_num_queries(40) as queries:
        as_ops.get(page)
    count = len(queries)
    for _number in range(5):
        make.trip(site, by=ops)
    as_ops.get(page)
    with django_assert_max_num_queries(count):
        as_ops.get(page)
