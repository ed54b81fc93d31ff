"""Taps at the counter: one for each client, counted once however often they are sent, without names (SP-07, PB-47)."""

import datetime
import json
import random
import uuid
from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from findings import Refused
from ledger.models import Event
from partnerships.models import Tap, TapDay
from partnerships.sites.counter.actions import TapFacts, add_service, forget_taps, record_taps
from partnerships.sites.counter.figures import counts_of, tapped
from tests.clock import TODAY
from tests.factories import account, person
from tests.pages import text
from tests.partnerships import factories as make
from tests.races import at_once

DAY = datetime.timedelta(days=1)
KINDS = st.sampled_from([("right", 0), ("wrong", 0), ("served", 0), *(("quality", score) for score in range(1, 6))])


@given(st.lists(KINDS, max_size=60))
def test_figures_equal_plain_arithmetic_over_the_taps(taps):
    figures = tapped(Counter(taps))
    arrived = [kind for kind, _score in taps if kind in ("right", "wrong")]
    scores = [score for kind, score in taps if kind == "quality"]
    assert figures.arrived == len(arrived)
    assert figures.served == sum(kind == "served" for kind, _score in taps)
    assert figures.right_rate == (100 * arrived.count("right") / len(arrived) if len(arrived) >= 5 else None)
    assert figures.quality == (sum(scores) / len(scores) if len(scores) >= 5 else None)


def test_twenty_clients_of_whom_three_are_wrong_make_85_percent():
    """PB-47"""
    assert tapped({("right", 0): 17, ("wrong", 0): 3}).right_rate == 85


@pytest.fixture
def passports(db, ops):
    site = make.site(make.partnership(by=ops), name="City hall", time_zone="America/Toronto", by=ops)
    return add_service(site, name="Passports", by=ops)


def tap(service, kind="right", score=None, ago=datetime.timedelta(minutes=1)):
    return TapFacts(uuid.uuid4(), service.pk, kind, timezone.now() - ago, score)


def page(service):
    return f"{service.site.partnership.get_absolute_url()}sites/{service.site_id}/counter/"


def sent(client, service, taps):
    rows = [
        {
            "key": str(each.key),
            "service": each.service,
            "kind": each.kind,
            "score": each.score,
            "ago": (timezone.now() - each.at).total_seconds(),
        }
        for each in taps
    ]
    return client.post(f"{page(service)}taps/", json.dumps(rows), content_type="application/json")


def test_taps_that_are_sent_again_are_confirmed_and_count_once(passports, as_ops):
    taps = [tap(passports), tap(passports, "wrong"), tap(passports, "quality", 4)]
    for _time in range(3):
        assert set(sent(as_ops, passports, taps).json()["counted"]) == {str(each.key) for each in taps}
    assert Tap.objects.count() == 3
    assert Event.objects.filter(act="counter-opened").count() == 1
    sent(as_ops, passports, [*taps, tap(passports, "served")])
    shown = text(as_ops.get(page(passports)))
    assert "Today: 2 arrived, 1 served." in shown
    assert Event.objects.filter(act="counter-opened").count() == 1


def test_what_is_no_tap_never_counts_and_keeps_no_other_from_counting(passports, as_ops, ops):
    elsewhere = add_service(make.site(passports.site.partnership, name="Library", by=ops), name="Licences", by=ops)
    good = tap(passports)
    wrong = [
        tap(passports, "greeted"), tap(passports, "quality"), tap(passports, "quality", 6), tap(passports, "right", 3), tap(elsewhere),
        tap(passports, ago=8 * DAY),
    ]  # fmt: skip
    assert sent(as_ops, passports, [*wrong, good]).json() == {"counted": [str(good.key)]}
    for body in (
        "no json",
        "{}",
        '[{"key": "no", "service": 1}, 7, null]',
        json.dumps([{"key": str(uuid.uuid4()), "service": passports.pk}]),
    ):
        assert as_ops.post(f"{page(passports)}taps/", body, content_type="application/json").json() == {"counted": []}
    assert Tap.objects.count() == 1


def test_without_javascript_a_button_counts_and_a_second_press_of_it_does_not(passports, as_ops):
    facts = {"key": str(uuid.uuid4()), "service": passports.pk, "kind": "wrong"}
    for _press in range(2):
        assert "Counted." in text(as_ops.post(f"{page(passports)}taps/", facts, follow=True))
    assert Tap.objects.count() == 1


def test_a_tap_just_after_midnight_is_on_the_day_at_the_site(passports, ops, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 25, 5, 30, tzinfo=datetime.UTC))
    record_taps(passports.site, [tap(passports)], by=ops)
    assert Tap.objects.get().on == datetime.date(2026, 11, 25)


def test_the_coordinator_of_a_partner_taps_and_a_viewer_does_not(passports, ops):
    make.partner(passports.site.partnership, person=person(user=account()), by=ops)
    partner = passports.site.partnership.partners.latest("pk")
    assert len(record_taps(passports.site, [tap(passports)], by=partner.coordinator.user)) == 1
    with pytest.raises(PermissionDenied):
        record_taps(passports.site, [tap(passports)], by=account("viewer"))


def test_a_partnership_that_has_ended_and_too_many_taps_are_refused(passports, ops):
    with pytest.raises(Refused) as refused:
        record_taps(passports.site, [tap(passports) for _n in range(501)], by=ops)
    assert refused.value.codes == {"too-many-taps"}
    for name, code in (("passports", "service-known"), (" ", "service-unnamed")):
        with pytest.raises(Refused) as refused:
            add_service(passports.site, name=name, by=ops)
        assert refused.value.codes == {code}


def test_taps_are_counted_by_day_as_they_come_and_the_counts_stay_when_the_taps_go(passports, ops, time_machine):
    """SP-07: whatever is sent twice, late or to another day, the counts are those of plain arithmetic; pages read no tap."""
    dice, start, taps = random.Random(3), timezone.now(), []
    for day in range(8):
        time_machine.move_to(start + day * DAY)
        kinds = [("right", None), ("wrong", None), ("served", None), ("quality", dice.randint(1, 5))]
        new = [tap(passports, *dice.choice(kinds), ago=dice.choice([0, 1, 3]) * DAY) for _n in range(9)]
        record_taps(passports.site, [*new, *dice.sample(taps, min(4, len(taps)))], by=ops)
        taps += new
    plain = Counter((passports.site.day_of(each.at), each.kind, each.score or 0) for each in taps)
    counted = lambda: {
        (on, kind, score): count for _s, on, kind, score, count in counts_of(passports.site, TODAY - 9 * DAY, TODAY + 9 * DAY)
    }
    assert counted() == plain
    assert Tap.objects.count() == len(taps)

    time_machine.move_to(start + 98 * DAY)
    last = passports.site.day_of(start) + 8 * DAY
    old = Tap.objects.filter(on__lt=last).count()
    assert forget_taps(by=SYSTEM) == old > 0
    assert counted() == plain
    time_machine.move_to(start + 120 * DAY)
    assert forget_taps(by=SYSTEM) == len(taps) - old
    assert forget_taps(by=SYSTEM) == 0
    assert counted() == plain


def test_the_counter_reads_no_tap_however_many_there_are(passports, as_ops, ops):
    """SP-07, OP-07"""
    record_taps(passports.site, [tap(passports) for _n in range(30)], by=ops)
    with CaptureQueriesContext(connection) as queries:
        assert "30 arrived" in text(as_ops.get(page(passports)))
    assert not [query["sql"] for query in queries if '"partnerships_tap"' in query["sql"]]


def test_ratings_and_rates_of_fewer_than_five_are_not_shown(passports, as_ops, ops):
    record_taps(passports.site, [tap(passports, "quality", 2) for _n in range(4)] + [tap(passports, "wrong") for _n in range(4)], by=ops)
    shown = text(as_ops.get(page(passports)))
    assert "0%" not in shown
    assert "2 of 5" not in shown
    record_taps(passports.site, [tap(passports, "quality", 2), tap(passports, "right")], by=ops)
    shown = text(as_ops.get(page(passports)))
    assert "20%" in shown
    assert "2 of 5" in shown


def test_the_database_holds_what_a_tap_is(passports):
    facts = {"service": passports, "at": timezone.now(), "on": TODAY}
    for kind, score in (("quality", None), ("quality", 6), ("right", 3), ("greeted", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tap.objects.create(key=uuid.uuid4(), kind=kind, score=score, **facts)
    key = uuid.uuid4()
    Tap.objects.create(key=key, kind="right", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tap.objects.create(key=key, kind="wrong", **facts)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_twelve_that_send_the_same_taps_at_once_each_is_told_that_they_count_and_they_count_once():
    ops = account("lab_ops")
    service = add_service(make.site(make.partnership(by=ops), by=ops), name="Passports", by=ops)
    taps = [tap(service) for _n in range(20)]
    answers = at_once(lambda n: len(record_taps(service.site, taps, by=ops)), 12)
    assert answers == [20] * 12
    assert Tap.objects.count() == 20
    assert TapDay.objects.get().count == 20
