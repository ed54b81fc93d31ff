"""Waits of a site: imported from its queue system's file, once, by the site's own clock, and shown over time (SP-07, PB-45)."""

import datetime
import math
import random
import statistics

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from acts.act import IMPORT, SYSTEM
from findings import Refused
from ledger.models import Event
from partnerships.models import Site, SiteService, Ticket, WaitDay
from partnerships.sites.services.actions import set_standard
from partnerships.sites.waits.importing import KEPT, forget_tickets, import_waits
from partnerships.sites.waits.queries import by_site, waits_of
from tests.clock import TODAY
from tests.pages import text
from tests.partnerships import factories as make
from tests.partnerships.factories import waits_file
from tests.races import at_once
from web.spreadsheets.reading import TableRefused

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
HEADER = "Ticket,Service,Arrived,Called,Ended,Right organization\n"


@pytest.fixture
def hall(ops):
    """City hall in Ottawa."""
    row = make.partnership(by=ops)
    return make.site(row, name="City hall", community="Ottawa", time_zone="America/Toronto", by=ops)


def page(site):
    return f"{site.partnership.get_absolute_url()}sites/{site.pk}/waits/"


def rows_at_random(count, seed=7):
    """Clients of the last 40 days: service, day, minutes waited, minutes served, right organization."""
    dice = random.Random(seed)
    for _number in range(count):
        waited = dice.choice([None, *range(60)])
        served = dice.choice([None, *range(1, 40)]) if waited is not None else None
        yield dice.choice(["Passports", "Licences"]), TODAY - dice.randint(1, 40) * DAY, waited, served, dice.choice([True, False, None])


def test_figures_on_the_page_equal_plain_arithmetic_over_the_files_rows(hall, ops, as_ops):
    rows = list(rows_at_random(300))
    import_waits(hall, waits_file(rows), by=ops)
    set_standard(SiteService.objects.get(name="Passports"), minutes=12, from_on=TODAY - 60 * DAY, by=ops)
    of = waits_of(hall, "week")
    waits = sorted(waited for _service, _on, waited, _served, _right in rows if waited is not None)
    served = [served for *_row, served, _right in rows if served is not None]
    passports = [served - 12 for service, _on, _waited, served, _right in rows if served is not None and service == "Passports"]
    rights = [right for *_row, right in rows if right is not None]
    assert of.total.clients == 300
    assert of.total.wait == statistics.median(waits)
    assert of.total.wait_90 == waits[math.ceil(0.9 * len(waits)) - 1]
    assert of.total.length == statistics.median(served)
    assert of.total.difference == statistics.median(passports)
    assert of.total.right_rate == 100 * sum(rights) / len(rights)
    for begin, figures in of.by_period:
        of_week = [waited for _service, on, waited, *_rest in rows if waited is not None and on - on.weekday() * DAY == begin]
        assert figures.wait == (statistics.median(of_week) if len(of_week) >= 5 else None)
    shown = text(as_ops.get(page(hall)))
    assert f"{statistics.median(waits):g} min" in shown
    assert "Latest median wait at City hall: " in shown
    assert [(site.pk, figures) for site, figures in by_site([hall], "week")] == [(hall.pk, of.total)]


def test_the_same_file_again_adds_nothing_and_what_is_added_later_is_counted_on(hall, ops):
    first, more = list(rows_at_random(40)), list(rows_at_random(20, seed=8))
    assert import_waits(hall, waits_file(first), by=ops).added == 40
    before = list(WaitDay.objects.order_by("pk").values())
    again = import_waits(hall, waits_file(first), by=ops)
    assert (again.added, again.known) == (0, 40)
    assert list(WaitDay.objects.order_by("pk").values()) == before
    grown = import_waits(hall, waits_file([*first, *more]), by=ops)
    assert (grown.added, grown.known) == (20, 40)
    assert sum(WaitDay.objects.values_list("clients", flat=True)) == Ticket.objects.count() == 60
    assert Event.objects.filter(act="waits-imported").count() == 2


def test_rows_without_ticket_numbers_that_are_equal_are_two_clients_and_still_known_again(hall, ops):
    file = "Service,Arrived,Called\n" + f"Passports,{TODAY - DAY} 09:00,{TODAY - DAY} 09:04\n" * 2
    assert import_waits(hall, file, by=ops).added == 2
    assert import_waits(hall, file, by=ops).known == 2


def test_times_are_by_the_clock_at_the_site_unless_they_have_an_offset(hall, ops):
    file = f"{HEADER}A1,Passports,{TODAY - DAY} 23:50,,,\nA2,Passports,{TODAY - DAY}T23:50:00Z,,,\nA3,Passports,{TODAY - DAY} 1:05 PM,,,\n"
    import_waits(hall, file, by=ops)
    times = [row.arrived_at.astimezone(datetime.UTC).strftime("%d %H:%M") for row in Ticket.objects.order_by("pk")]
    assert times == [f"{TODAY:%d} 04:50", f"{TODAY - DAY:%d} 23:50", f"{TODAY - DAY:%d} 18:05"]
    assert set(Ticket.objects.values_list("on", flat=True)) == {TODAY - DAY}


def test_every_fault_is_named_with_its_row_and_nothing_is_added(hall, ops, as_ops):
    day, ahead, old = TODAY - DAY, TODAY + 2 * DAY, TODAY - KEPT - 2 * DAY
    file = HEADER + "\n".join([
        f"A1,Passports,{day} 9:00,{day} 8:00,,",
        f"A2,Passports,{day} 9:00,{day} 9:05,{day} 9:01,",
        f"A3,Passports,{day} 9:00,,{day} 9:05,",
        f"A4,Passports,{ahead} 9:00,,,",
        f"A5,Passports,{old} 9:00,,,",
        f"A6,Passports,{day} 9:00,{day} 22:00,,",
        f"A7,,{day} 9:00,,,",
        f"A8,Passports,{day},,,",
        f"A9,Passports,{day} 9:00,,,perhaps",
        f"B1,Passports,{day} 9:00,,,",
        f"b1,Passports,{day} 10:00,,,",
        "B2,Passports,2026-03-08 02:30,,,",
    ])  # fmt: skip
    with pytest.raises(TableRefused) as refused:
        import_waits(hall, file, by=ops)
    assert [fault.row for fault in sorted(refused.value.table.faults, key=lambda fault: fault.row)] == [*range(2, 11), 12, 13]
    assert not Ticket.objects.exists()
    answer = as_ops.post(f"{page(hall)}import/", {"text": file})
    assert answer.status_code == 422
    assert "11 problems to correct" in text(answer)
    assert as_ops.post(f"{page(hall)}import/", {"text": file, "download": "csv"})["Content-Type"].startswith("text/csv")


def test_a_ticket_that_comes_again_with_other_times_is_a_fault(hall, ops):
    import_waits(hall, f"{HEADER}A1,Passports,{TODAY - DAY} 9:00,,,\n", by=ops)
    with pytest.raises(TableRefused) as refused:
        import_waits(hall, f"{HEADER}A1,Passports,{TODAY - DAY} 9:00,{TODAY - DAY} 9:30,,\n", by=ops)
    assert "is on record with other times" in refused.value.table.faults[0].sentence


def test_the_page_shows_what_would_be_added_before_it_is(hall, as_ops):
    file = waits_file(rows_at_random(30))
    preview = as_ops.post(f"{page(hall)}import/", {"text": file})
    assert "30 clients to add" in text(preview)
    assert "New services: " in text(preview)
    assert not Ticket.objects.exists()
    done = as_ops.post(f"{page(hall)}import/", {"text": file, "confirm": "yes"}, follow=True)
    assert "30 clients added." in text(done)
    again = as_ops.post(f"{page(hall)}import/", {"text": file})
    assert "Nothing to add" in text(again)


def test_figures_of_fewer_than_five_clients_are_not_shown(hall, ops, as_ops):
    rows = [("Passports", TODAY - DAY, 17, 23, True)] * 4
    import_waits(hall, waits_file(rows), by=ops)
    shown = text(as_ops.get(f"{page(hall)}?by=day"))
    assert "fewer than 5" in shown
    assert "17 min" not in shown
    assert "23 min" not in shown
    import_waits(hall, waits_file([*rows, ("Passports", TODAY - DAY, 17, 23, True)]), by=ops)
    assert "17 min" in text(as_ops.get(f"{page(hall)}?by=day"))


def test_days_on_which_the_site_was_open_without_figures_are_counted(hall, ops, as_ops):
    make.calendar(hall, by=ops)
    monday = TODAY - TODAY.weekday() * DAY - 7 * DAY
    make.closure(hall, from_on=monday + DAY, by=ops)
    import_waits(hall, waits_file([("Passports", monday, 3, 5, None), ("Passports", monday + 4 * DAY, 3, 5, None)]), by=ops)
    assert "There are no figures for 2 days when the site was open." in text(as_ops.get(page(hall)))


def test_a_standard_is_set_on_the_page_and_only_once_from_a_day(hall, ops, as_ops):
    import_waits(hall, waits_file([("Passports", TODAY - DAY, 3, 12, None)] * 5), by=ops)
    service = SiteService.objects.get()
    answer = as_ops.post(f"{page(hall)}services/{service.pk}/standard/", {"minutes": "10", "from_on": str(TODAY - 9 * DAY)}, follow=True)
    assert "2 min over" in text(answer)
    for minutes, code in ((10, "standard-known"), (0, "standard-length")):
        with pytest.raises(Refused) as refused:
            set_standard(service, minutes=minutes, from_on=TODAY - 9 * DAY, by=ops)
        assert refused.value.codes == {code}


def test_tickets_are_forgotten_after_400_days_and_their_days_stay(hall, ops):
    import_waits(hall, waits_file(rows_at_random(10)), by=ops)
    Ticket.objects.filter(pk=Ticket.objects.earliest("pk").pk).update(on=TODAY - KEPT - 2 * DAY)
    assert forget_tickets(by=SYSTEM) == 1
    assert sum(WaitDay.objects.values_list("clients", flat=True)) == 10


def test_the_command_imports_and_tries_out(hall, tmp_path, capsys):
    file = tmp_path / "waits.csv"
    file.write_text(waits_file(rows_at_random(12)))
    call_command("import_waits", str(file), f"--site={hall.pk}", "--dry-run")
    assert "Would import 12 clients" in capsys.readouterr().out
    assert not Ticket.objects.exists()
    call_command("import_waits", str(file), f"--site={hall.pk}")
    assert Ticket.objects.count() == 12
    call_command("import_waits", str(file), f"--site={hall.pk}")
    assert "Already on record: 12" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no site"):
        call_command("import_waits", str(file), "--site=0")


def test_a_partnership_that_has_ended_takes_no_waits(ops):
    row = make.wound_up(by=ops)
    site = Site.objects.select_related("partnership__stream").get(partnership=row)
    from partnerships.lifecycle.actions import end_partnership

    end_partnership(row, on=TODAY, reason="The lease has ended.", by=ops)
    with pytest.raises(Refused):
        import_waits(site, waits_file(rows_at_random(5)), by=IMPORT)


def test_an_import_takes_as_many_queries_for_a_thousand_rows_as_for_ten(hall, ops):
    counts = []
    for count in (10, 1000):
        with CaptureQueriesContext(connection) as queries:
            import_waits(hall, waits_file(rows_at_random(count, seed=count), first=count * 10), by=ops)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + (2 if connection.vendor == "postgresql" else 40)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_six_imports_of_one_file_at_once_one_adds_it():
    site = make.site(make.partnership())
    file = waits_file(rows_at_random(50))
    answers = at_once(lambda n: import_waits(site, file, by=IMPORT).added, 6)
    assert sorted(answers) == [0] * 5 + [50]
    assert sum(WaitDay.objects.values_list("clients", flat=True)) == Ticket.objects.count() == 50
