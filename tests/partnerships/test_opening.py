"""The opening calendars of sites: each partner's own hours and holidays, by the site's own clock (SP-05, PB-35)."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from findings import Refused
from outbox.delivery.sweep import sweep
from outbox.models import Message
from outbox.pages.forecast import coming
from partnerships.models import Closure, OpeningCalendar, Partner, Partnership, Site
from partnerships.sites.actions import add_site, edit_site
from partnerships.sites.opening.actions import add_calendar, add_closure, remove_closure
from partnerships.sites.opening.queries import openings
from partnerships.sites.safety import record_assessment
from people.actions import person_of
from people.models import RoleGrant
from tests.clock import TODAY
from tests.pages import text
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
WEEK = {"monday": "8:30 to 16:30", "tuesday": "08.30-16.30", "thursday": "9:00 – 17:00"}


@pytest.fixture
def hall(ops):
    """City hall in Ottawa, hosted by a municipal partner there, with a federal partner."""
    row = make.partnership(by=ops)
    host = make.partner(row, by=ops, time_zone="America/Toronto", holidays="ON")
    make.partner(row, level="federal", by=ops, time_zone="America/Toronto", holidays="CA")
    return make.site(row, name="City hall", community="Ottawa", host=host, by=ops)


def page(site):
    return f"{site.partnership.get_absolute_url()}sites/{site.pk}/"


def test_a_site_is_in_its_hosts_time_zone_unless_it_has_its_own(hall, ops):
    assert hall.time_zone == "America/Toronto"
    elsewhere = add_site(hall.partnership, name="Whitehorse", community="Whitehorse", place="urban", time_zone="America/Whitehorse", by=ops)
    assert elsewhere.time_zone == "America/Whitehorse"
    moved = edit_site(elsewhere, host=hall.host, time_zone="", shown_revision=elsewhere.revision, by=ops)
    assert moved.time_zone == "America/Toronto"


def test_hours_and_closures_are_entered_on_the_page_and_shown_by_the_sites_clock(hall, as_ops, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 14, 0, tzinfo=datetime.UTC))  # 9:00 on a Tuesday in Ottawa, 7:00 in Victoria
    assert "Hours haven’t been entered yet" in text(as_ops.get(page(hall)))
    answer = as_ops.post(f"{page(hall)}calendars/add/", {"holidays": "ON", **WEEK}, follow=True)
    assert "It is 09:00 on Tuesday 24 November 2026 there" in text(answer)
    assert "Everyone at the site Open until 16:30" in text(answer)
    partner = hall.partnership.partners.last()
    facts = {"partner": partner.pk, "holidays": "CA", "tuesday": "10:00 to 12:00"}
    answer = as_ops.post(f"{page(hall)}calendars/add/", facts, follow=True)
    assert f"{partner.organization} Opens at 10:00" in text(answer)
    assert "National Day for Truth and Reconciliation" in text(answer)
    answer = as_ops.post(f"{page(hall)}closures/add/", {"from_on": "2026-11-24", "reason": "No power"}, follow=True)
    assert text(answer).count("Closed: No power") == 2
    as_ops.post(f"{page(hall)}closures/{Closure.objects.get().pk}/remove/", {"next": ""})
    assert "No power" not in text(as_ops.get(page(hall)))
    assert "removed a closure at “City hall”: No power" in text(as_ops.get(f"{hall.partnership.get_absolute_url()}history/"))


@pytest.mark.parametrize(("words", "complaint"), [
    ("half past eight", "isn’t a valid range of times"), ("16:30 to 8:30", "can’t close before it opens"), ("8:30 to 25:00", "isn’t a valid range of times"),
])  # fmt: skip
def test_what_is_no_pair_of_times_is_named(hall, as_ops, words, complaint):
    answer = as_ops.post(f"{page(hall)}calendars/add/", {"holidays": "ON", "monday": words})
    assert complaint in text(answer)
    assert not OpeningCalendar.objects.exists()


def test_the_acts_refuse_what_makes_no_calendar(hall, ops):
    partner = make.partner(hall.partnership, by=ops)
    make.calendar(hall, by=ops)
    removed = make.closure(hall, by=ops)
    remove_closure(removed, by=ops)
    Partner.objects.filter(pk=partner.pk).update(left_on=TODAY)
    for act, code in (
        (lambda: make.calendar(hall, by=ops), "calendar-known"),
        (lambda: make.calendar(hall, partner=partner, by=ops), "partner-left"),
        (lambda: add_calendar(hall, partner=hall.host, holidays="ON", by=ops), "calendar-empty"),
        (lambda: add_closure(hall, from_on=TODAY, to_on=TODAY - DAY, reason="Training", by=ops), "closure-dates"),
        (lambda: add_closure(hall, from_on=TODAY, reason=" ", by=ops), "no-reason"),
        (lambda: remove_closure(removed, by=ops), "closure-removed"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.codes == {code}


def test_the_database_holds_what_hours_are(hall):
    for hours in ("8:30-16:30", "16:30-08:30", "08:30-24:30", "08:30-08:30"):
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningCalendar.objects.create(site=hall, holidays="ON", sunday=hours)
    OpeningCalendar.objects.create(site=hall, holidays="ON", sunday="08:30-16:30")


def test_a_closure_of_the_site_closes_a_partners_counter_and_not_the_other_way_round(hall, ops):
    _host, partner = hall.partnership.partners.order_by("pk")
    make.calendar(hall, by=ops)
    make.calendar(hall, partner=partner, holidays="CA", by=ops)
    monday = datetime.date(2026, 12, 7)
    make.closure(hall, from_on=monday, by=ops)
    make.closure(hall, from_on=monday + DAY, partner=partner, by=ops)
    everyone, federal = (row.opening for row in openings(hall))
    assert [opening.is_open_on(monday) for opening in (everyone, federal)] == [False, False]
    assert [opening.is_open_on(monday + DAY) for opening in (everyone, federal)] == [True, False]
    assert [opening.is_open_on(datetime.date(2026, 11, 11)) for opening in (everyone, federal)] == [True, False]


def test_today_is_the_day_at_the_site(hall, ops, time_machine):
    """PB-38: after midnight in Ottawa an assessment of that day isn't from the future, though it is still yesterday in Victoria."""
    time_machine.move_to(datetime.datetime(2026, 11, 25, 5, 30, tzinfo=datetime.UTC))
    assert timezone.localdate() == datetime.date(2026, 11, 24)
    record_assessment(hall, on=datetime.date(2026, 11, 25), outcome="safe", note="Two ways out.", by=ops)
    Site.objects.filter(pk=hall.pk).update(time_zone="America/Vancouver")
    hall.refresh_from_db()
    with pytest.raises(Refused):
        record_assessment(hall, on=datetime.date(2026, 11, 25), outcome="safe", note="Two ways out.", by=ops)


# ── Reminders ──


@pytest.fixture
def reviewed(ops):
    """A partnership with coordinators in Ottawa and St. John's, whose review is 30 days after a day that differs between them."""

    def make_it(review_on):
        row = make.operating(by=ops)
        long_ago = timezone.localdate() - 900 * DAY
        Partner.objects.update(joined_on=long_ago)
        RoleGrant.objects.update(from_at=timezone.now() - 900 * DAY)
        Partnership.objects.filter(pk=row.pk).update(started_on=long_ago, review_on=review_on)
        ottawa, island = row.partners.select_related("organization").order_by("pk")
        for partner, zone, holidays in ((ottawa, "America/Toronto", "ON"), (island, "America/St_Johns", "CA")):
            type(partner.organization).objects.filter(pk=partner.organization_id).update(time_zone=zone, holidays=holidays)
        return row, ottawa.coordinator, island.coordinator

    return make_it


def test_reminders_leave_at_eight_where_the_partner_is_on_a_day_that_is_no_holiday_there(reviewed, ops, time_machine):
    """SP-06: 11 November is a holiday of the Government of Canada and of British Columbia, and none of Ontario."""
    holiday = datetime.date(2027, 11, 11)
    time_machine.move_to(datetime.datetime(2027, 11, 11, 8, 1, tzinfo=datetime.UTC))  # one minute past midnight, Pacific
    _row, ottawa, island = reviewed(holiday + 30 * DAY)
    person_of(ops, by=ops)
    ahead = {
        day: sum(entry.people for entry in coming(day, day) if entry.occasion == "partnership-review-ahead")
        for day in (holiday, holiday + DAY)
    }
    sweep()
    leaves = dict(Message.objects.filter(occasion="partnership-review-ahead").values_list("person__name", "due_at"))
    utc = lambda day, *time: datetime.datetime.combine(day, datetime.time(*time), tzinfo=datetime.UTC)
    assert leaves == {ottawa.name: utc(holiday, 13), island.name: utc(holiday + DAY, 11, 30), ops.name: utc(holiday + DAY, 15)}
    assert set(Message.objects.filter(occasion="partnership-review-ahead").values_list("due_on", flat=True)) == {holiday}
    assert ahead == {holiday: 1, holiday + DAY: 2}
