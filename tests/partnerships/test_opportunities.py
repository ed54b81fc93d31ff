"""Where partners could work together: communities with two or more signals (PB-04)."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dates.months import months_after
from partnerships.choices import SignalKind
from partnerships.lifecycle.actions import end_partnership
from partnerships.models import Arrangement, WaitDay
from partnerships.sites.actions import add_arrangement, edit_site, end_arrangement
from partnerships.sites.counter.actions import TapFacts, record_taps
from partnerships.sites.opportunities.rules import Signal, opportunities
from partnerships.sites.opportunities.views import opportunities_on
from tests.clock import TODAY
from tests.factories import account
from tests.pages import text
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
days = st.dates(datetime.date(2026, 12, 1), datetime.date(2032, 12, 1))


def lease(on, organization, community="Picton", **fields):
    return Signal(SignalKind.LEASE, community, "SP-2026-001", fields.pop("site", 1), f"Office of {organization}", organization, on)


# ── The rule ─────────────────────────────────────────────────────────────────────────────────


@given(days, days)
def test_two_leases_count_exactly_if_they_end_within_twelve_months_of_each_other(ends_on, other):
    """PB-04"""
    first, last = sorted((ends_on, other))
    rows = opportunities([lease(ends_on, "Town"), lease(other, "Province")])
    assert bool(rows) is (last <= months_after(first, 12))


@given(days, st.integers(1, 300))
def test_leases_of_one_organization_are_no_signal_and_neither_is_one_alone(on, apart):
    assert opportunities([lease(on, "Town"), lease(on + apart * DAY, "Town")]) == []
    assert opportunities([lease(on, "Town")]) == []
    assert opportunities([lease(on, "Town"), lease(on, "Province", community="Ottawa")]) == []


@given(st.permutations([lease(datetime.date(2027, 1, 31), "Town", "Picton"), lease(datetime.date(2028, 1, 31), "Province", " picton")]))
def test_a_community_is_one_however_its_name_is_capitalized_and_the_soonest_signal_is_first(signals):
    [row] = opportunities(signals)
    assert [signal.organization for signal in row.signals] == ["Town", "Province"]


def test_a_lease_too_far_from_the_others_isnt_among_the_signals():
    near, far = datetime.date(2027, 5, 1), datetime.date(2029, 5, 1)
    [row] = opportunities([lease(near, "Town"), lease(near + 120 * DAY, "Province"), lease(far, "Agency")])
    assert [signal.organization for signal in row.signals] == ["Town", "Province"]


# ── What is on record ────────────────────────────────────────────────────────────────────────


def site_of(organization, ops, **fields):
    row = make.partnership(by=ops, name=f"Service of {organization}")
    host = make.partner(row, name=organization, by=ops)
    return make.site(row, host=host, by=ops, **{"name": f"Office of {organization}", **fields})


@pytest.mark.django_db
def test_two_sites_of_different_owners_with_leases_four_months_apart_appear_together_with_both_dates(as_ops, ops):
    """PB-04: the check of the playbook. One site alone isn't listed."""
    ends = TODAY + 200 * DAY
    town = site_of("Town of Picton", ops, lease_ends_on=ends)
    page = as_ops.get(reverse("opportunities"))
    assert "No opportunities yet" in text(page)
    province = site_of("Ontario service agency", ops, community="PICTON", lease_ends_on=months_after(ends, 4))
    page = as_ops.get(reverse("opportunities"))
    words = text(page)
    for site, day in ((town, ends), (province, months_after(ends, 4))):
        assert f"The lease at {site.name} ends on {day:%-d %B %Y}." in words
        assert reverse("site", args=[site.partnership.reference, site.pk]) in page.content.decode()
    assert "1 community" in words
    edit_site(town, shown_revision=town.revision, lease_ends_on=TODAY - DAY, by=ops)
    assert "No opportunities yet" in text(as_ops.get(reverse("opportunities")))


@pytest.mark.django_db
def test_an_office_that_closes_and_clients_at_the_wrong_place_are_two_signals(as_ops, ops):
    """PB-04: an ending with another arrangement after it is none, and neither are four clients."""
    row = make.operating(by=ops)
    site = make.site(row, name="Library", by=ops)
    arrangement = make.arrangement(row, site=site, by=ops)
    service = make.service(site)
    taps = [TapFacts(uuid.uuid4(), service.pk, "wrong", timezone.now()) for _number in range(5)]
    record_taps(site, taps[:4], by=ops)
    end_arrangement(arrangement, to_on=TODAY + 90 * DAY, by=ops)
    assert opportunities_on(TODAY) == []
    record_taps(site, taps, by=ops)
    [shown] = opportunities_on(TODAY)
    assert [signal.kind for signal in shown.signals] == [SignalKind.CLOSING, SignalKind.WRONG_PLACE]
    words = text(as_ops.get(reverse("opportunities")))
    assert f"Service at Library ends on {TODAY + 90 * DAY:%-d %B %Y}." in words
    assert "came to the wrong organization in the last 90 days: Passports (5)." in words
    assert opportunities_on(TODAY + 91 * DAY) == []  # the taps are older than 90 days
    add_arrangement(row, leaf="colocation_counter", site=site, from_on=TODAY + 91 * DAY, reason="It goes on.", by=ops)
    assert opportunities_on(TODAY) == []


@pytest.mark.django_db
def test_five_comments_that_miss_the_same_service_are_a_signal_that_opens_the_comments(as_ops, ops):
    """PB-04: however the service is capitalized; four aren't one, and neither are those of more than a year ago."""
    town, province = (site_of(name, ops, lease_ends_on=TODAY + 30 * DAY) for name in ("Town", "Province"))
    edit_site(town, shown_revision=town.revision, lease_ends_on=None, by=ops)
    facts = {"contact": "", "consent": False}
    make.comment(town, by=ops, missed="Passports", received_on=months_after(TODAY, -12) - DAY, **facts)
    for number in range(4):
        make.comment(town, by=ops, missed="passports" if number else "Passports", **facts)
    make.comment(town, by=ops, missed="Pensions", **facts)
    make.operating(by=ops)
    arrangement = make.arrangement(make.fresh(province.partnership), site=province, by=ops)
    type(province.partnership).objects.filter(pk=province.partnership_id).update(state="operating")
    end_arrangement(arrangement, to_on=TODAY + 20 * DAY, by=ops)
    assert opportunities_on(TODAY) == []
    make.comment(town, by=ops, missed="PASSPORTS", **facts)
    page = as_ops.get(reverse("opportunities"), {"signal": "missed"})
    assert "asked for services that aren’t offered: " in text(page)
    assert "(5)." in text(page)
    assert "Pensions" not in text(page)
    assert reverse("site-comments", args=[town.partnership.reference, town.pk]) in page.content.decode()


@pytest.mark.django_db
def test_what_is_remembered_of_opportunities_ends_with_the_next_act_and_no_page_reads_it_before(as_ops, ops):
    """PB-04, OP-07"""
    sites = [site_of(name, ops, lease_ends_on=TODAY + 30 * DAY) for name in ("Town", "Province")]
    url = reverse("opportunities")
    assert "1 community" in text(as_ops.get(url))
    with CaptureQueriesContext(connection) as captured:
        as_ops.get(url)
    assert not [query["sql"] for query in captured if "partnerships_" in query["sql"]]
    assert as_ops.get(url, {"q": "pict"}).context["rows"] == as_ops.get(url).context["rows"]
    edit_site(sites[0], shown_revision=sites[0].revision, community="Bloomfield", by=ops)
    assert "No opportunities yet" in text(as_ops.get(url))


@pytest.mark.django_db
@pytest.mark.parametrize("leaf", ["outreach_targeted", "outreach_rapid"])
def test_outreach_to_an_event_or_an_emergency_ends_without_being_a_signal(leaf, ops):
    row = make.operating(by=ops)
    site = make.site(row, name="Library", by=ops)
    make.arrangement(row, site=site, leaf=leaf, to_on=TODAY + DAY, by=ops)
    WaitDay.objects.create(service=make.service(site), on=TODAY, clients=9, left=0, right=0, wrong=9, waits={}, lengths={})
    assert opportunities_on(TODAY) == []
    make.arrangement(row, site=site, to_on=TODAY + DAY, by=ops)
    assert len(opportunities_on(TODAY)) == 1


@pytest.mark.django_db
def test_a_partnership_that_ended_closed_its_sites_that_day(ops):
    row = make.wound_up(by=ops)
    site = make.site(row, name="Library", by=ops)
    make.arrangement(row, site=site, by=ops)
    WaitDay.objects.create(service=make.service(site), on=TODAY, clients=9, left=0, right=0, wrong=9, waits={}, lengths={})
    assert opportunities_on(TODAY) == []
    end_partnership(make.fresh(row), on=TODAY, reason="The lease has ended.", by=ops)
    [shown] = opportunities_on(TODAY)
    assert shown.signals[0].on == TODAY
    Arrangement.objects.filter(partnership=row).update(to_on=None)
    assert opportunities_on(months_after(TODAY, 12) + DAY) == []


@pytest.mark.django_db
def test_the_filters_narrow_the_list_and_say_when_nothing_matches(as_ops, ops):
    for community in ("Picton", "Bloomfield"):
        for name in ("Town", "Province"):
            site_of(f"{name} in {community}", ops, community=community, lease_ends_on=TODAY + 30 * DAY)
    url = reverse("opportunities")
    assert "2 communities" in text(as_ops.get(url))
    for query in ({"q": "pict"}, {"organization": "Town in Picton"}, {"q": "picton", "signal": "lease"}):
        words = text(as_ops.get(url, query))
        assert "1 community" in words
        assert "Office of Town in Bloomfield" not in words
    assert "No communities match" in text(as_ops.get(url, {"signal": "closing"}))
    assert as_ops.get(url, {"organization": "Nowhere", "signal": "x", "page": "-4"}).status_code == 200


@pytest.mark.django_db
def test_the_number_of_queries_doesnt_grow_with_communities_and_they_are_paged(as_ops, ops):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert as_ops.get(reverse("opportunities")).status_code == 200
        return len(captured)

    def open_in(community):
        for name in ("Town", "Province"):
            site_of(f"{name} of {community}", ops, community=community, lease_ends_on=TODAY + 30 * DAY)

    open_in("Picton")
    queries()
    few = queries()
    for number in range(26):
        open_in(f"Community {number:02d}")
    queries()
    assert queries() == few
    words = text(as_ops.get(reverse("opportunities")))
    assert "27 communities" in words
    assert "Next" in words
    assert "Office of Town of Community 25" not in words
    assert "Office of Town of Picton" in text(as_ops.get(reverse("opportunities"), {"page": 2}))


@pytest.mark.django_db
def test_a_partnership_starts_with_the_community_and_its_signals(client, as_ops, ops):
    """PB-04: what was found is the opportunity that it begins with. Readers see the page without the button."""
    for name in ("Town", "Province"):
        site_of(name, ops, lease_ends_on=TODAY + 30 * DAY)
    page = as_ops.get(reverse("opportunities")).content.decode()
    start = f"{reverse('partnership-start')}?community=Picton"
    assert start in page
    assert "Partnerships here:" in page
    form = as_ops.get(start).context["form"]
    assert form["name"].value() == "Partnership in Picton"
    assert form["problem"].value().count("The lease at ") == 2
    assert as_ops.get(f"{reverse('partnership-start')}?community=Nowhere").context["form"]["name"].value() is None
    client.force_login(account("viewer"))
    assert start not in client.get(reverse("opportunities")).content.decode()
