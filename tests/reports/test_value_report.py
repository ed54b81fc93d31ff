"""The sealed value report: recomputed byte for byte after corrections, and every difference to today explained (EL-94, EL-97)."""

import json
import random
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from dates.zone import PACIFIC
from ledger.compare_records import mismatches
from metrics.choices import Goal
from metrics.definition.actions import set_goal
from metrics.models import Metric, Observation, SavingRevision
from metrics.readings.actions import correct_observation, remove_observation
from metrics.savings.actions import remove_saving, set_part
from oversight.documents.pipeline import seal_documents_due
from oversight.models import Document, MoneyLine
from oversight.money.actions import correct_entry, remove_entry
from reports.models import ReportRun
from reports.runs import recompute
from reports.value.actions import seal_value_report
from reports.value.differences import Differences
from reports.value.figures import CALCULATION, bytes_of
from sealing.files import sealed_bytes
from tests.agreements.sealing.papers import pages_of, text_of
from tests.agreements.sealing.ua import alternatives, breaches
from tests.clock import NOW
from tests.factories import account
from tests.metrics.factories import DAY, ago, corrected, goal, metric, offset, reading, saving
from tests.oversight.conftest import sealing  # noqa: F401 - a fixture
from tests.oversight.factories import entry
from tests.teams.factories import residency

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops():
    return account("lab_ops")


@pytest.fixture
def measured(ops):
    """A residency with thirty entries, ten savings, an offset it takes a part of, and three metrics with readings."""
    giver = residency(by=ops, product="Address lookup")
    of = residency(by=ops, product="Shoreline Permits")
    for number in range(30):
        entry(of, item=f"Item {number}", amount_cents=1_000_00 + number, on=ago(number), source=f"Invoice {number}", by=ops)
    for number in range(10):
        kind = ("cashable", "capacity", "avoided")[number % 3]
        saving(of, name=f"Saving {number}", kind=kind, from_on=ago(50 + number), by=ops)
    shared = offset(giver, by=ops).saving
    set_part(shared, giver, share=40_00, reason="Others reuse it.", by=ops)
    set_part(shared, of, share=35_00, by=ops)
    for number in range(3):
        row = metric(of, name=f"Metric {number}", target=15, is_north_star=number == 0, by=ops)
        for back in range(4):
            reading(row, 60 - back - number, on=ago(80 - 10 * back), by=ops)
    return of


def correct_at_random(of, ops, dice):
    """Correct, remove or add one row of money, savings, parts, goals or readings, as people do."""
    match dice.randrange(9):
        case 0 | 1:
            line = dice.choice(MoneyLine.objects.counting().filter(stream=of.stream))
            values = {name: getattr(line, name) for name in ("kind", "item", "payer", "vendor", "on", "source")}
            amount = {"amount_cents": dice.randrange(1, 9_000_00)}
            correct_entry(line, **values, **amount, reason="Counted again.", shown_revision=line.revision, by=ops)
        case 2:
            line = dice.choice(MoneyLine.objects.counting().filter(stream=of.stream))
            remove_entry(line, reason="Entered twice.", shown_revision=line.revision, by=ops)
        case 3:
            entry(of, item="Late invoice", amount_cents=dice.randrange(1, 9_000_00), on=ago(dice.randrange(40)), by=ops)
        case 4:
            row = dice.choice(SavingRevision.objects.current().filter(removed=False))
            low, likely, high = sorted(dice.randrange(90_000_00) for _each in range(3))
            kind = dice.choice(("cashable", "capacity", "avoided"))
            corrected(row, kind=kind, low_cents=low, likely_cents=likely, high_cents=high, from_on=ago(dice.randrange(100)), by=ops)
        case 5:
            own = SavingRevision.objects.current().filter(removed=False, saving__stream=of.stream)
            if own.count() > 3:
                remove_saving(dice.choice(own), reason="Recorded twice.", by=ops)
            saving(of, name="Found later", by=ops)
        case 6:
            shared = SavingRevision.objects.current().get(saving__is_reuse=True).saving
            set_part(shared, of, share=dice.randrange(60_00), reason="Shared again.", by=ops)
        case 7:
            row = dice.choice(Observation.objects.current().filter(metric__stream=of.stream))
            if dice.random() < 0.2 and row.metric.observations.current().count() > 1:
                remove_observation(row, reason="Another metric’s.", by=ops)
            else:
                correct_observation(row, value=Decimal(dice.randrange(90)), reason="Counted again.", acknowledged=True, by=ops)
        case 8:
            row = dice.choice(Metric.objects.filter(stream=of.stream))
            change = {"goal": Goal.TARGET, "value": goal(dice.randrange(1, 50), -dice.randrange(100, 200)), "set_on": timezone.localdate()}
            set_goal(row, **change, reason="The committee asked.", shown_revision=row.revision, by=ops)


def figures_now(of):
    now = timezone.now()
    return json.loads(bytes_of(CALCULATION, of.stream_id, timezone.localdate(now), now))


def keyed(figures):
    """Every figure of a report by key, without the keys of the rows it is made of: an independent account of what may differ."""
    costs = {("cost", row["entry"]): (row["cents"], row["on"]) for row in figures["costs"]}
    savings = {
        ("saving", row["saving"]): {k: v for k, v in row.items() if k not in ("revision", "part", "saving")} for row in figures["savings"]
    }
    metrics = {
        ("metric", row["metric"], name): row[name] and (row[name]["value"], row[name]["on"])
        for row in figures["metrics"]
        for name in ("baseline", "target", "latest")
    }
    latest = {row["metric"]: row["latest"] and row["latest"]["on"] for row in figures["metrics"]}
    readings = {("reading", row["metric"], on): value for row in figures["metrics"] for on, value in row["readings"]}
    return costs, savings, metrics, readings, latest


@pytest.mark.slow
@pytest.mark.parametrize("count", [200, pytest.param(500, marks=pytest.mark.thorough)])
def test_after_random_corrections_the_report_comes_out_the_same_and_every_difference_is_explained(measured, ops, count):
    """EL-97: recomputed = sealed, byte for byte; today's differs; each differing row has a reason, and the rows add up to the totals."""
    run = seal_value_report(measured, by=ops)
    sealed = json.loads(run.figures)
    dice = random.Random(97)
    for step in range(count):
        with time_machine.travel(NOW + DAY + step * DAY / 20, tick=True):
            correct_at_random(measured, ops, dice)
    with time_machine.travel(NOW + 2 * DAY + count * DAY / 20, tick=True):
        run = ReportRun.objects.get(pk=run.pk)
        result = recompute(run)
        assert result.is_same
        assert result.sealed == run.figures_sha256
        call_command("recompute_report", run.document.reference)
        today = figures_now(measured)
        differences = Differences(run, sealed, today)
        rows = differences.rows
    assert today != sealed
    assert all(row.why and all(row.why) for row in rows)
    # Which rows differ, found independently: costs by the row each was corrected from, savings and metrics by their keys.
    (costs, savings, metrics, readings, latest), (costs_now, savings_now, metrics_now, readings_now, latest_now) = (
        keyed(sealed),
        keyed(today),
    )
    origins = dict(MoneyLine.objects.values_list("pk", "corrects"))

    def first_known(key):
        while key not in {entry for _kind, entry in costs} and origins[key]:
            key = origins[key]
        return key

    costs_now = {("cost", first_known(key)): value for (_kind, key), value in costs_now.items()}
    # The latest reading is a figure of its own.
    shown = {("reading", metric, on) for days in (latest, latest_now) for metric, on in days.items()}
    readings, readings_now = ({key: value for key, value in each.items() if key not in shown} for each in (readings, readings_now))
    for before, after in ((costs, costs_now), (savings, savings_now), (metrics, metrics_now), (readings, readings_now)):
        expected = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        kinds = {key[0] for key in before.keys() | after.keys()}
        assert {row.key for row in rows if row.key[0] in kinds} == expected
    assert sum(row.amount for row in rows if row.key[0] == "cost") == today["cost_cents"] - sealed["cost_cents"]
    likely = [sum(row["likely_cents"] for row in figures["savings"]) for figures in (sealed, today)]
    assert sum(row.amount for row in rows if row.key[0] == "saving") == likely[1] - likely[0]


def test_a_sealed_report_is_a_document_with_its_figures_and_is_on_record(measured, ops):
    """EL-94, EL-97"""
    run = seal_value_report(measured, by=ops)
    content = run.document.facts["content"]
    assert (content["figures"], content["figures_sha256"]) == (json.loads(run.figures), run.figures_sha256)
    assert content["calculation"] == CALCULATION == run.calculation
    assert run.on == run.as_of.astimezone(PACIFIC).date()
    texts = json.dumps(run.document.seal.printed["parts"], ensure_ascii=False)
    assert all(text in texts for text in ("Metric 0 (north star)", "$50,000 × 51 ÷", "× 35%", run.figures_sha256))
    assert seal_value_report(measured, by=ops).number == 2
    assert not list(mismatches(measured.stream, ("reports.reportrun", "oversight.document")))


def test_a_renamed_or_retired_metric_changes_no_sealed_figure(measured, ops):
    """EL-97: figures name no one and nothing that can be edited."""
    run = seal_value_report(measured, by=ops)
    Metric.objects.filter(stream=measured.stream).update(name="Renamed", retired_on=ago(0), retired_because="No longer measured.")
    assert recompute(run).is_same


def test_recomputing_fails_when_a_row_was_backdated_behind_the_portal(measured, ops, capsys):
    """EL-97: the command exits with 0 only for the sealed hash."""
    run = seal_value_report(measured, by=ops)
    call_command("recompute_report", str(run.pk))
    assert "byte for byte" in capsys.readouterr().out
    Metric.objects.update(last_value=1)  # what lists repeat isn't what a report is made of
    call_command("recompute_report", str(run.pk))
    MoneyLine.objects.create(stream=measured.stream, kind="spent", payer="lab", on=ago(9), amount_cents=1, entered_at=run.as_of - DAY)
    with pytest.raises(CommandError, match="differ from the sealed"):
        call_command("recompute_report", run.document.reference)
    with pytest.raises(CommandError, match="no sealed report"):
        call_command("recompute_report", "XL-1999-001-D1")


def test_the_pages_show_the_report_and_what_differs_in_15_queries_at_most(client, measured, ops, django_assert_max_num_queries):
    """EL-94, EL-97"""
    client.force_login(ops)
    base = f"/residencies/{measured.reference}/value/report/"
    with django_assert_max_num_queries(15):
        assert "No report has been sealed yet" in client.get(base).content.decode()
    assert client.post(base, follow=True).status_code == 200
    assert Document.objects.get().kind == "value-report"
    line = MoneyLine.objects.filter(stream=measured.stream).latest("pk")
    with time_machine.travel(NOW + DAY, tick=True):
        remove_entry(line, reason="Entered twice.", shown_revision=line.revision, by=ops)
        client.force_login(ops)
        with django_assert_max_num_queries(15):
            assert "these figures are the same" in client.get(f"{base}1/").content.decode()
        with django_assert_max_num_queries(15):
            html = client.get(f"{base}1/changes/").content.decode()
    assert f"Removed on {timezone.localdate(NOW + DAY).strftime('%-d %B %Y')} by {ops.name}: Entered twice." in html
    assert "1 more day of its period has begun." in html


def test_the_sealed_pdf_is_tagged_and_has_every_figure(ops, sealing):  # noqa: F811
    """EL-94: for a usual residency, with three metrics and three savings."""
    of = residency(by=ops, product="Shoreline Permits")
    for number in range(3):
        reading(metric(of, name=f"Metric {number}", target=15, is_north_star=number == 0, by=ops), 41, on=ago(3), by=ops)
        saving(of, name=f"Saving {number}", kind=("cashable", "capacity", "avoided")[number], from_on=ago(60), by=ops)
    entry(of, amount_cents=90_000_00, on=ago(9), by=ops)
    for number in range(3):
        reading(Metric.objects.get(stream=of.stream, name=f"Metric {number}"), 47, on=ago(40), by=ops)
    run = seal_value_report(of, by=ops)
    assert seal_documents_due() == 1
    data = sealed_bytes(Document.objects.with_progress().get(pk=run.document_id).sealed_file)
    assert breaches(data) == [], "PDF/UA-1"
    assert len(pages_of(data)) == 3, "one page, the charts, and the certificate"
    words = text_of(data)
    for figure in ("Metric 0 (north star)", "Saving 2", "$90,000", "41 days", run.figures_sha256[:16]):
        assert figure in words
    assert run.figures_sha256 in pages_of(data)[0].replace(" ", "")
    # The charts, each with what it shows as alternative text (EL-92).
    texts = [text for text in alternatives(data) if text.startswith("Metric")]
    assert [text[:8] for text in texts] == ["Metric 0", "Metric 1", "Metric 2"]
    assert all("41 days" in text and "target 15 days" in text for text in texts)


def test_a_report_sealed_by_the_first_calculation_is_recomputed_by_it(measured, ops, monkeypatch):
    """EL-97: what a calculation returns never changes."""
    monkeypatch.setattr("reports.value.actions.CALCULATION", 1)
    run = seal_value_report(measured, by=ops)
    assert run.calculation == 1
    assert "readings" not in run.sealed_figures["metrics"][0]
    assert recompute(run).is_same
    assert Differences(run, run.sealed_figures, json.loads(bytes_of(1, measured.stream_id, run.on, run.as_of))).rows == []
