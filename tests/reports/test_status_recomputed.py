"""A sent status report recomputed from the rows that were kept with it, and the difference to today explained row by row (EL-96, EL-97)."""

import datetime
import hashlib
import json
import random

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import canonical_json
from ledger.compare_records import mismatches
from oversight.choices import Dimension
from oversight.models import Barrier, ChecklistItem, Contract, CountedRows, Document, MoneyLine, Risk, RiskRating, StatusReport
from oversight.models.checklists import LEFT
from oversight.money.actions import correct_entry, remove_entry
from oversight.status import rules
from oversight.status.actions import reports
from oversight.status.differences import Differences
from oversight.status.facts import count, gather, rows_from
from oversight.status.recompute import RowsNotKept, recompute, report_called
from oversight.status.sources import Period, sources
from teams.models import Presence, Seat, Sprint
from tests.clock import NOW, TODAY
from tests.factories import account, person
from tests.ledger.factories import tamper
from tests.oversight import barriers, factories, task_rows
from tests.oversight.status import DAY, draft, edited, group, sent, started
from tests.pages import client_of, text
from tests.teams import factories as teams

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops():
    return account("lab_ops")


@pytest.fixture
def busy(ops):
    """A residency about which every source has something to say, and whose rows all have names of their own."""
    row = started()
    teams.sprinting(row, by=ops)
    for sprint in teams.sprints_of(row)[:2]:
        Sprint.objects.filter(pk=sprint.pk).update(review_on=TODAY - DAY * sprint.number, held_at=timezone.now())
        for number in range(3):
            Presence.objects.create(sprint=sprint, person=person(), came="missed" if number else "came")
    for number in range(4):
        teams.seat(row, person=None if number else person(), from_on=TODAY - 30 * DAY, by=ops)
    factories.budget(row, dollars=20_000, by=ops)
    for number in range(12):
        factories.entry(row, item=f"Item {number}", amount_cents=1_000_00 + number, on=TODAY - number * DAY, by=ops)
    for number in range(3):
        factories.contract(row, vendor=f"Vendor {number}", days_left=20 + 10 * number, by=ops)
    items = task_rows.checklist(row).items.order_by("pk")
    for number, item in enumerate(items):
        items.filter(pk=item.pk).update(text=f"Task {number}", due_on=TODAY + (number - 3) * 5 * DAY)
    for number in range(4):
        with barriers.days_ago(25):
            barriers.barrier(row, text=f"Barrier {number}", blocks_work=number < 2, by=ops)
        barriers.risk(row, text=f"Risk {number}", likelihood=2 + number % 3, by=ops)
    return row


def again(report):
    return StatusReport.objects.select_related("document__stream", "counted_rows", "stream").get(pk=report.pk)


def change_at_random(of, ops, dice):
    """Change, add or remove one row, most of them in place and some behind the acts; return what it's called."""
    today = timezone.localdate()
    match dice.randrange(10):
        case 0 | 1:
            item = dice.choice(ChecklistItem.objects.filter(checklist__stream=of.stream).exclude(code__in=("pia", "stra")))
            state = dice.choice(("open", "doing", "done", "not_applicable"))
            values = {"done_on": today if state == "done" else None, "reason": "Not here." if state == "not_applicable" else ""}
            due_on = today + dice.randrange(-20, 40) * DAY
            ChecklistItem.objects.filter(pk=item.pk).update(state=state, due_on=due_on, **values)
            return item.text
        case 2:
            line = dice.choice(MoneyLine.objects.counting().filter(stream=of.stream))
            values = {name: getattr(line, name) for name in ("kind", "item", "payer", "vendor", "on", "source")}
            amount = dice.randrange(1, 9_000_00)
            correct_entry(line, **values, amount_cents=amount, reason="Counted again.", shown_revision=line.revision, by=ops)
            return line.item
        case 3:
            line = dice.choice(MoneyLine.objects.counting().filter(stream=of.stream))
            if MoneyLine.objects.counting().filter(stream=of.stream).count() > 3:
                remove_entry(line, reason="Entered twice.", shown_revision=line.revision, by=ops)
            return line.item
        case 4:
            name = f"Late item {dice.random()}"
            factories.entry(of, item=name, amount_cents=dice.randrange(1, 9_000_00), on=today - dice.randrange(20) * DAY, by=ops)
            return name
        case 5:
            row = dice.choice(Barrier.objects.filter(stream=of.stream))
            Barrier.objects.filter(pk=row.pk).update(severity=dice.choice(("minor", "critical")), blocks_work=dice.random() < 0.5)
            return row.text
        case 6:
            row = dice.choice(Risk.objects.filter(stream=of.stream))
            number = row.ratings.count() + 1
            values = {"likelihood": dice.randrange(1, 6), "impact": dice.randrange(1, 6), "because_of": "Seen again.", "rated_by": ops}
            RiskRating.objects.create(risk=row, number=number, on=today, **values)
            Risk.objects.filter(pk=row.pk).update(next_review_on=today + dice.randrange(60) * DAY)
            return row.text
        case 7:
            sprint = dice.choice(Sprint.objects.filter(team__stream=of.stream, held_at__isnull=False))
            for presence in sprint.presences.all():
                Presence.objects.filter(pk=presence.pk).update(came=dice.choice(("came", "missed", "")))
            return f"Sprint {sprint.number}"
        case 8:
            row = dice.choice(Seat.objects.filter(team__stream=of.stream))
            to_on = today + dice.randrange(5, 60) * DAY if dice.random() < 0.5 else None
            Seat.objects.filter(pk=row.pk).update(person=dice.choice((None, person())), to_on=to_on)
            return str(row.get_role_display())
        case _:
            row = dice.choice(Contract.objects.filter(stream=of.stream))
            Contract.objects.filter(pk=row.pk).update(to_on=today + dice.randrange(60) * DAY, ends_as_planned=dice.random() < 0.3)
            return row.vendor


def measures(numbers):
    """Every fact and figure in a report's numbers, by what the page calls it: an independent account of what may differ."""
    content = json.loads(numbers)
    labels = {name: str(label) for source in sources() for name, label in source.facts.items()}
    return {**{labels[name]: value for name, value in content["facts"].items()}, **content["figures"]}, content["health"]


def overdue(of, today):
    rows = ChecklistItem.objects.filter(checklist__stream=of.stream, closed=False, state__in=LEFT, due_on__lt=today)
    return set(rows.values_list("text", flat=True))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, pytest.param(97, marks=pytest.mark.thorough)])
def test_after_random_changes_the_report_comes_out_the_same_and_every_difference_is_explained(busy, ops, seed, capsys):
    """EL-97: recomputed = sealed, byte for byte; today's differs; every differing figure names rows that were changed, and no other figure."""
    report = again(sent(draft(busy, by=ops), by=ops))
    sealed = canonical_json(report.document.facts["content"]["numbers"])
    late_then = overdue(busy, TODAY)
    dice, touched = random.Random(seed), set()
    for step in range(60 if seed == 3 else 500):
        with time_machine.travel(NOW + DAY + step * DAY / 200, tick=True):
            touched.add(change_at_random(busy, ops, dice))
    with time_machine.travel(NOW + 5 * DAY, tick=True):
        today = timezone.localdate()
        report = again(report)
        result = recompute(report)
        assert result.is_same
        assert result.now == hashlib.sha256(sealed).hexdigest()
        call_command("recompute_report", report.document.reference)
        assert "byte for byte" in capsys.readouterr().out
        differences = Differences(report, busy, today)
        now = gather(busy, Period(report.from_on, today)).numbers
        late_now = overdue(busy, today)
    assert now != sealed
    (before, health), (after, health_now) = measures(sealed), measures(now)
    by_label = {row.what: row for row in differences.figures}
    labels = {figure["label"] for figure in json.loads(report.figures)["figures"]} | {"Cost of delay so far"}
    expected = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert {name for name in by_label if name not in labels} == {name for name in expected if name[0].isupper()}
    assert len([name for name in by_label if name in labels]) == len([name for name in expected if name[0].islower()])
    assert all(row.why and all(row.why) for row in differences.figures)
    assert len(differences.colours) == sum(health[name]["proposed"] != health_now[name]["proposed"] for name in health)
    # Which tasks make the difference, found independently. A task that became overdue because days passed wasn't touched.
    named = [reason for reason in by_label["Overdue tasks"].why if "Task" in reason]
    for task in touched & (late_then ^ late_now):
        assert any(f"“{task}”" in reason for reason in named), (task, named)
    rows = [reason for row in differences.figures for reason in row.why if "“" in reason]
    assert all(any(f"“{name}" in reason for name in touched) or "Day off" in reason for reason in rows)


def test_entries_that_were_corrected_added_and_removed_are_named(busy, ops):
    """EL-97"""
    report = again(sent(draft(busy, by=ops), by=ops))
    first, second = MoneyLine.objects.filter(stream=busy.stream, item__in=("Item 0", "Item 1")).order_by("item")
    remove_entry(first, reason="Entered twice.", shown_revision=first.revision, by=ops)
    factories.entry(busy, item="Late invoice", amount_cents=50_00, by=ops)
    task_rows.task(busy, "pia", text="Privacy impact assessment", state="done", done_on=TODAY)
    rows = {row.what: row for row in Differences(again(report), busy, timezone.localdate()).figures}
    spent = rows["Spent this fiscal year"]
    assert (spent.before, spent.after) == ("$12,000.66 of $20,000", "$11,050.66 of $20,000")
    assert spent.why == (
        f"No longer counted: Entry “Item 0” (kind spent, date {TODAY:%-d %B %Y}, amount $1,000).",
        f"New: Entry “Late invoice” (kind spent, date {TODAY:%-d %B %Y}, amount $50).",
    )
    assert any("“Privacy impact assessment”: state was open, is done; completed on was none, is" in why for why in rows["Tasks done"].why)
    assert second.item not in str(rows)


def test_days_that_pass_are_a_reason_of_their_own(busy, ops):
    """EL-97: nothing was edited, and more tasks are overdue."""
    report = again(sent(draft(busy, by=ops), by=ops))
    with time_machine.travel(NOW + 10 * DAY, tick=True):
        rows = {row.what: row for row in Differences(report, busy, timezone.localdate()).figures}
    assert rows["Overdue tasks"].why == ("10 days have passed.",)


def test_a_day_after_sending_with_nothing_changed_nothing_differs_but_what_days_change(ops):
    report = again(sent(draft(started(), by=ops), by=ops))
    assert Differences(report, report.subject, TODAY).figures == []
    assert Differences(report, report.subject, TODAY).colours == []


def test_the_new_fiscal_year_is_explained_by_the_days_that_passed(busy, ops):
    """EL-97: the rows of both years are read, so no row counts as removed."""
    report = again(sent(draft(busy, by=ops), by=ops))
    with time_machine.travel(NOW.replace(year=2027, month=4, day=5), tick=True):
        rows = {row.what: row for row in Differences(report, busy, timezone.localdate()).figures}
    assert rows["Spent this fiscal year"].after == "$0, no budget yet"
    assert all("passed" in why for why in rows["Spent this fiscal year"].why)


# ── What is kept ─────────────────────────────────────────────────────────────────────────────


def test_the_rows_of_a_sent_report_are_on_record_and_never_change(busy, ops):
    """EL-97: append-only by the database, and their hash is in the sealed document and in the ledger."""
    report = again(sent(draft(busy, by=ops), by=ops))
    kept, content = report.counted_rows, report.document.facts["content"]
    assert kept.rows_sha256 == hashlib.sha256(kept.rows.encode()).hexdigest() == content["rows_sha256"]
    assert content["numbers_sha256"] in json.dumps(report.document.seal.printed["parts"])
    assert "oversight.countedrows" in report.stream.events.get(act="report-sent").facts["records"]
    assert not list(mismatches(busy.stream, ("oversight.countedrows", "oversight.statusreport", "oversight.document")))
    for change in (lambda rows: rows.update(rows="{}"), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(CountedRows.objects.filter(pk=kept.pk))


def test_kept_rows_name_no_one_and_the_figures_have_no_words(busy, ops):
    """EL-97: people are in the rows by key; words that may be edited are not part of what is recomputed."""
    somebody = person(name="Tamsin Vellacott-Quill")
    teams.seat(busy, person=somebody, from_on=TODAY - DAY, by=ops)
    report = again(sent(draft(busy, by=ops), by=ops))
    assert any(row["values"]["person"] == somebody.pk for row in json.loads(report.counted_rows.rows)["people"]["seat"])
    assert somebody.name not in report.counted_rows.rows
    numbers = report.document.facts["content"]["numbers"]
    assert numbers["figures"]["spent"] == {"budget_cents": 20_000_00, "cents": 12_000_66}
    assert numbers["health"]["money"]["proposed"] in ("green", "amber", "red")


def test_the_colours_on_the_form_in_the_report_and_recomputed_are_of_one_function(busy, ops, django_assert_num_queries):
    """EL-96, EL-97"""
    report = edited(draft(busy, by=ops), by=ops)
    form = {rating.dimension: (rating.proposed, rating.because_lines) for rating in report.ratings.all()}
    report = again(reports.send_report(report, shown_revision=report.revision, by=ops))
    rows, period = report.counted_rows.rows, Period(report.from_on, report.to_on)
    with django_assert_num_queries(0):
        proposals = count(rows_from(rows), period).proposals
    assert form == {name: (proposals[name].colour, list(proposals[name].because)) for name in Dimension}
    assert form == {rating.dimension: (rating.proposed, rating.because_lines) for rating in report.ratings.all()}
    sealed = report.document.facts["content"]["numbers"]["health"]
    assert {name: row["proposed"] for name, row in sealed.items()} == {name: colour for name, (colour, _why) in form.items()}


def swapped(report, content):
    """Swap the rows that were kept, with the database's own password, and their hash beside them."""
    rows = canonical_json(content)
    values = (rows.decode(), hashlib.sha256(rows).hexdigest(), report.counted_rows.pk)
    tamper("UPDATE oversight_countedrows SET rows = %s, rows_sha256 = %s WHERE id = %s", *values)
    return again(report)


def test_recomputing_fails_if_the_kept_rows_were_swapped_behind_the_portal(busy, ops):
    """EL-97: also when the figures would come out the same, because the hash of the rows is sealed."""
    report = again(sent(draft(busy, by=ops), by=ops))
    content = json.loads(report.counted_rows.rows)
    content["tasks"]["task"][0]["label"] = "Something else"
    report = swapped(report, content)
    result = recompute(report)
    assert result.sealed == result.now
    assert not result.is_same
    content["tasks"]["task"][-1]["values"] |= {"state": "open", "due_on": "2020-01-01"}
    report = swapped(report, content)
    assert recompute(report).sealed != recompute(report).now
    with pytest.raises(CommandError, match="differ from the sealed"):
        call_command("recompute_report", report.document.reference)
    assert list(mismatches(busy.stream, ("oversight.countedrows",)))
    assert "aren’t the same" in text(client_of(ops).get(f"{report.get_absolute_url()}changes/"))


def test_a_report_of_before_says_that_its_rows_were_not_kept(ops, capsys):
    """EL-97: it stays open to its readers."""
    report = again(sent(draft(started(), by=ops), by=ops))
    facts = report.document.facts
    content = {
        name: value for name, value in facts["content"].items() if "numbers" not in name and name not in ("rows_sha256", "calculation")
    }
    words = b"document/1\n" + canonical_json({**facts, "content": content})
    earlier = Document.objects.create(
        stream=report.stream, number=9, kind="status-report", title="Status report 9", content=words,
        content_sha256=hashlib.sha256(words).hexdigest(), issued_by=ops,
    )  # fmt: skip
    values = {name: getattr(report, name) for name in ("stream", "state", "from_on", "to_on", "figures", "facts_at", "sent_at", "sent_as")}
    before = StatusReport.objects.create(**values, number=9, written_by=ops, sent_by=ops, document=earlier)
    with pytest.raises(RowsNotKept):
        recompute(before)
    with pytest.raises(CommandError, match="before the portal kept the rows"):
        call_command("recompute_report", f"{report.subject.reference}-D9")
    page = text(client_of(ops).get(f"{before.get_absolute_url()}changes/"))
    assert "can’t be recalculated or compared" in page
    assert client_of(ops).get(before.get_absolute_url()).status_code == 200
    assert report_called("XL-2026-999-D1") is None
    with pytest.raises(CommandError, match="no sealed report"):
        call_command("recompute_report", "XL-2026-999-D1")


# ── The calculation ──────────────────────────────────────────────────────────────────────────


KEPT = {
    "sprints": {"sprint": [["Sprint 1", {"number": 1, "review_on": "2026-11-10", "state": "held", "expected": 5, "absent": 2}]]},
    "graduation": {"residency": [["XL-1", {"graduation_due_on": "2026-11-20"}]], "release": []},
    "agreements": {"version": [["Partnership agreement", {"in_force_on": None, "is_open": True}]]},
    "tasks": {"task": [["A", {"state": "open", "due_on": "2026-11-01", "done_on": None}], ["B", {"state": "done", "due_on": None, "done_on": "2026-11-12"}]]},
    "people": {
        "seat": [
            ["Developer", {"role": "developer", "person": 7, "from_on": "2026-10-01", "to_on": "2026-12-01", "has_successor": False}],
            ["DevOps", {"role": "devops", "person": None, "from_on": "2026-10-01", "to_on": None, "has_successor": False}],
        ],
        "check": [["No one runs it.", {"severity": 30}]],
    },
    "money": {
        "budget": [["2026–27, Team", {"kind": "team", "fiscal_year": 2026, "amount_cents": 1_000_00}]],
        "confirmation": [["2026–27", {"fiscal_year": 2026, "amount_cents": 400_00}]],
        "entry": [["Research", {"kind": "spent", "on": "2026-11-03", "amount_cents": 900_00}]],
        "contract": [["Cedar & Tide", {"to_on": "2026-12-10"}]],
    },
    "barriers": {
        "barrier": [["Access", {"state": "routed", "severity": "critical", "level": "Team", "due_on": "2026-11-05", "blocks_work": True, "raised_on": "2026-10-20", "closed_on": None}]],
        "stay": [["Access, at Team", {"barrier": 1, "from_on": "2026-10-20", "to_on": None}]],
        "budget": [["2026–27", {"fiscal_year": 2026, "amount_cents": 1_000_00}]],
        "day-off": [["Remembrance Day", {"on": "2026-11-11"}]],
    },
    "risks": {"risk": [["Leak", {"closed_on": None, "next_review_on": "2026-11-01"}]], "rating": [["Leak", {"risk": 1, "number": 1, "on": "2026-10-20", "band": "high"}]]},
}  # fmt: skip


def kept_rows():
    numbered = {
        source: {
            table: [{"key": key, "label": label, "values": values} for key, (label, values) in enumerate(rows, start=1)]
            for table, rows in tables.items()
        }
        for source, tables in KEPT.items()
    }
    return rows_from(json.dumps(numbered))


def test_calculation_1_gives_the_bytes_it_always_gave():
    """EL-97: if this fails, reports that were sent can't be recomputed. Give the change a new number, and keep the earlier function."""
    counted = count(kept_rows(), Period(datetime.date(2026, 10, 25), datetime.date(2026, 11, 24)), 1)
    assert {source.code for source in sources()} == KEPT.keys()
    assert counted.facts["work_waiting_days"] == 24
    assert hashlib.sha256(counted.numbers).hexdigest() == "4fc20b1675863e52d79d6d8ce6de2d96287534ed077e5471775946267b49f791"


@given(st.integers(0, 400))
def test_days_alone_change_figures_without_the_clock_or_the_database(days):
    """EL-97: a count depends on its rows and its period alone."""
    start = datetime.date(2026, 10, 25)
    period = Period(start, start + days * DAY)
    assert count(kept_rows(), period).numbers == count(kept_rows(), period).numbers
    assert count(kept_rows(), period).calculation == rules.CALCULATION


# ── The page ─────────────────────────────────────────────────────────────────────────────────


def test_what_has_changed_since_is_shown_to_those_who_see_the_residency(busy, ops, django_assert_max_num_queries):
    """EL-97: not to a member of the group it was sent to, who sees nothing else of the residency."""
    user = account()
    body = group(person(user=user), by=ops)
    report = sent(draft(busy, by=ops), body, by=ops)
    url = f"{report.get_absolute_url()}changes/"
    desk = client_of(ops)
    assert f'href="{url}"' in desk.get(report.get_absolute_url()).content.decode()
    page = desk.get(url)
    assert "the figures are the same" in text(page)
    assert "Nothing has changed. Today’s figures match the report." in text(page)
    task_rows.task(busy, "pia", text="Privacy impact assessment", state="done", done_on=TODAY)
    with django_assert_max_num_queries(40):
        page = text(desk.get(url))
    assert "“Privacy impact assessment”" in page
    reader = client_of(user)
    shown = reader.get(report.get_absolute_url())
    assert shown.status_code == 200
    assert url not in shown.content.decode()
    assert reader.get(url).status_code == 404
    assert desk.get(f"{draft(busy, by=ops).get_absolute_url()}changes/").status_code == 404
