"""Volumes of a site: the year's total is the sum, and problems name their row (PB-46)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from findings import Refused
from partnerships.models import SiteVolume
from partnerships.sites.volumes.importing import import_volumes, month, set_volume
from partnerships.sites.volumes.views import _sums
from tests.partnerships import factories as make
from web.spreadsheets.reading import TableRefused

db = pytest.mark.django_db
HEAD = "Service,Month,Services,Clients\n"


@given(
    st.lists(
        st.tuples(st.sampled_from(["Passports", "Pensions"]), st.integers(1, 12), st.integers(0, 500), st.integers(0, 500)), max_size=20
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_years_total_equals_the_sum_by_month_and_by_service(rows):
    """PB-46."""
    volumes = [
        (name, SiteVolume(month=datetime.date(2026, number, 1), services=services, clients=clients))
        for name, number, services, clients in rows
    ]
    expected = (sum(row[2] for row in rows), sum(row[3] for row in rows))
    for sums in (_sums((row.month, row) for _name, row in volumes), _sums(volumes), _sums(("", row) for _name, row in volumes)):
        assert (sum(each[1] for each in sums), sum(each[2] for each in sums)) == expected


def test_a_month_is_read_from_its_number_or_any_day():
    assert month("2026-05") == month("2026-05-17") == datetime.date(2026, 5, 1)


@db
def test_a_pasted_table_is_added_once_and_its_year_adds_up(ops, client):
    """PB-46."""
    site = make.site(make.partnership(by=ops), by=ops)
    client.force_login(ops)
    page = reverse("volumes-import", args=[site.partnership.reference, site.pk])
    text = f"{HEAD}Passports,2026-01,40,31\nPassports,2026-02,10,9\nPensions,2026-02,5,4\nPassports,2025-12,99,99\n"
    shown = client.post(page, {"text": text}, follow=True).content.decode()
    assert "4 rows added." in shown
    assert "All of 2026" in shown
    assert '<td class="numbers">55</td><td class="numbers">44</td>' in shown
    assert "4 were already on record." in client.post(page, {"text": text}, follow=True).content.decode()
    assert SiteVolume.objects.count() == 4


@db
def test_every_problem_names_its_row_and_nothing_is_added(ops, client):
    """PB-46."""
    site = make.site(make.partnership(by=ops), by=ops)
    import_volumes(site, f"{HEAD}Passports,2026-01,40,31\n", by=ops)
    text = f"{HEAD}Passports,2026-01,41,31\nPensions,2026-02,many,4\nPensions,2031-02,5,4\nPassports,2026-03,1,1\npassports,2026-03,1,1\n"
    with pytest.raises(TableRefused) as refused:
        import_volumes(site, text, by=ops)
    assert sorted(fault.row for fault in refused.value.table.faults) == [2, 3, 4, 6]
    assert SiteVolume.objects.count() == 1
    client.force_login(ops)
    answer = client.post(reverse("volumes-import", args=[site.partnership.reference, site.pk]), {"text": text})
    assert answer.status_code == 422
    assert "is on record with other numbers" in answer.content.decode()


@db
def test_a_month_is_entered_and_corrected_by_hand(ops, client):
    """PB-46."""
    service = make.service(make.site(make.partnership(by=ops), by=ops), by=ops)
    client.force_login(ops)
    page = reverse("volume-enter", args=[service.site.partnership.reference, service.site_id])
    for clients in (31, 33):
        facts = {"service": service.pk, "month": timezone.localdate(), "services": 40, "clients": clients}
        assert client.post(page, facts).status_code == 302
    assert SiteVolume.objects.get().clients == 33
    for fields, code in (
        ({"month": timezone.localdate() + datetime.timedelta(days=40)}, "volume-ahead"),
        ({"clients": -1}, "volume-amount"),
    ):
        with pytest.raises(Refused) as refused:
            set_volume(service, **{"month": timezone.localdate(), "services": 1, "clients": 1, **fields}, by=ops)
        assert refused.value.codes == {code}


@db
def test_a_month_begins_by_the_sites_own_clock(ops, time_machine):
    """PB-46: it is December in Toronto while it is still November in Victoria."""
    site = make.site(make.partnership(by=ops), by=ops, time_zone="America/Toronto")
    service = make.service(site, by=ops)
    time_machine.move_to(datetime.datetime(2026, 12, 1, 6, 30, tzinfo=datetime.UTC))
    assert timezone.localdate() == datetime.date(2026, 11, 30)
    row = set_volume(service, month=site.today, services=1, clients=1, by=ops)
    assert row.month == datetime.date(2026, 12, 1)
    assert len(import_volumes(site, f"{HEAD}Pensions,2026-12,3,2\n", by=ops).rows) == 1


@db
def test_the_page_takes_the_same_queries_whatever_the_number_of_months(ops, client, django_assert_max_num_queries):
    site = make.site(make.partnership(by=ops), by=ops)
    import_volumes(site, HEAD + "".join(f"Passports,20{year}-{number:02d},4,3\n" for year in (24, 25) for number in range(1, 13)), by=ops)
    client.force_login(ops)
    page = reverse("volumes", args=[site.partnership.reference, site.pk])
    client.get(page)
    with django_assert_max_num_queries(15):
        assert "<svg" in client.get(page).content.decode()
