"""A subject's money: acts, constraints, pages, spreadsheets, reminders and dates (EL-70, EL-71)."""

import datetime
import io
import random

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.choices import BudgetKind, CostItem, LineKind, Payer
from oversight.models import Budget, Contract, FundingConfirmation, MoneyLine
from oversight.money import actions, importing
from oversight.money.mail import CONTRACT_ENDS
from oversight.money.queries import MoneyOf, daily_costs
from oversight.money.rules import daily_cost
from oversight.money.todo import ending_contracts
from people.models import RoleGrant
from people.todo import DateKind, Scope, entries
from residencies.models import Membership, Residency
from residencies.models.states import State
from residencies.reference_data import set_figure
from tests.factories import account
from tests.oversight.factories import a_contract_that_ends, budget, contract, entry, this_year
from tests.pages import text
from tests.residencies.pages import at
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def of():
    return residency(State.IN_RESIDENCE)


def today():
    return timezone.localdate()


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_is_a_new_row_that_refers_to_the_old_one(of, ops):
    """EL-70: no row is updated, and only the latest counts."""
    first = budget(of, 900_000)
    second = budget(of, 1_000_000, reason="Two more people.", shown_revision=1)
    assert (second.corrects, second.revision) == (first, 2)
    assert [row.amount_cents for row in Budget.objects.order_by("pk")] == [90_000_000, 100_000_000]
    assert MoneyOf(of, this_year(), today()).sums.budget == 100_000_000
    with pytest.raises(Refused) as refused:
        budget(of, 1_100_000, shown_revision=2)
    assert refused.value.codes == {"no-reason"}
    with pytest.raises(Stale):
        budget(of, 1_100_000, reason="Late.", shown_revision=1)
    assert budget(of, 1_000_000, shown_revision=2).pk == second.pk  # saved twice, written once


@pytest.mark.parametrize("model", [Budget, MoneyLine, FundingConfirmation])
def test_the_database_refuses_changes_to_rows(of, model):
    """EL-70, EL-07"""
    budget(of), entry(of)
    actions.confirm_funding(
        of, fiscal_year=this_year(), amount_cents=5, confirmed_by="Kofi Marchbanks", confirmed_on=today(), by=account("lab_ops")
    )
    for change in (lambda rows: rows.update(amount_cents=7), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(model.objects.all())


def test_an_entry_is_corrected_and_removed_with_a_reason_and_stays_on_record(of, ops):
    """EL-70"""
    line = entry(of)
    values = {"kind": "spent", "item": "Research", "payer": "lab", "on": today(), "amount_cents": 100, "vendor": "", "source": ""}
    corrected = actions.correct_entry(line, **values, reason="A tenth of it.", shown_revision=1, by=ops)
    with pytest.raises(Stale):
        actions.remove_entry(line, reason="Twice.", shown_revision=1, by=ops)
    actions.remove_entry(line, reason="Twice.", shown_revision=2, by=ops)
    for act in (actions.remove_entry, lambda *a, **k: actions.correct_entry(*a, **values, **k)):
        with pytest.raises(Refused) as refused:
            act(corrected, reason="Again.", shown_revision=3, by=ops)
        assert refused.value.codes == {"money-removed"}
    assert MoneyLine.objects.filter(stream=of.stream).count() == 3
    assert not MoneyLine.objects.counting().exists()
    acts = list(Event.objects.filter(stream=of.stream).values_list("act", flat=True))
    assert acts == ["money-entered", "money-corrected", "money-removed"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount_cents": 0}, "money-amount"),
        ({"amount_cents": 10**12}, "money-amount"),
        ({"on": datetime.date(2099, 1, 1)}, "day-implausible"),
    ],
)
def test_an_impossible_amount_is_refused(of, fields, code):
    with pytest.raises(Refused) as refused:
        entry(of, **fields)
    assert code in refused.value.codes
    assert not MoneyLine.objects.exists()


def test_money_can_be_committed_in_the_future_but_not_spent_or_confirmed(of, ops):
    with pytest.raises(Refused) as refused:
        entry(of, on=today() + DAY)
    assert refused.value.codes == {"money-ahead"}
    with pytest.raises(Refused) as refused:
        actions.confirm_funding(
            of, fiscal_year=this_year(), amount_cents=5, confirmed_by="Kofi Marchbanks", confirmed_on=today() + DAY, by=ops
        )
    assert refused.value.codes == {"money-ahead"}
    assert entry(of, kind=LineKind.COMMITTED, on=today() + DAY).pk


def test_the_database_refuses_two_first_budgets_for_a_year(of):
    row = budget(of)
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.create(stream=of.stream, fiscal_year=row.fiscal_year, kind=row.kind, amount_cents=1)
    second = budget(of, 1_100_000, reason="More.", shown_revision=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.create(
            stream=of.stream, fiscal_year=row.fiscal_year, kind=row.kind, amount_cents=1, corrects=row, reason="A fork.", revision=2
        )
    assert second.corrects_id == row.pk


def test_money_of_a_residency_that_has_ended_cannot_be_changed(of):
    """EL-85"""
    Residency.objects.filter(pk=of.pk).update(state=State.WITHDRAWN, ended_on=today(), end_reason="It ended.")
    for act in (budget, entry, contract):
        with pytest.raises(Refused) as refused:
            act(of)
        assert refused.value.codes == {"ended"}
    assert not MoneyLine.objects.exists()


# ── The page ─────────────────────────────────────────────────────────────────────────────────


def test_the_sums_of_each_year_match_plain_addition(of):
    """EL-70: 300 random entries over five years, some corrected or removed, recomputed here in plain Python."""
    dice = random.Random(70)
    rows = [
        MoneyLine(
            stream=of.stream, kind=dice.choice(LineKind.values), item="Item", payer=dice.choice(Payer.values),
            on=today() - dice.randrange(-400, 1400) * DAY, amount_cents=dice.choice((-1, 1)) * dice.randrange(1, 10**8),
        )
        for _ in range(300)
    ]  # fmt: skip
    rows = MoneyLine.objects.bulk_create(rows)
    gone = dice.sample(rows, 60)
    later = [
        MoneyLine(
            stream=of.stream, kind=row.kind, item="Item", payer=row.payer, on=row.on, amount_cents=row.amount_cents + 7 or 1, corrects=row,
            reason="Wrong.", removed=dice.random() < 0.5,
        )
        for row in gone
    ]  # fmt: skip
    MoneyLine.objects.bulk_create(later)
    counting = [row for row in rows if row not in gone] + [row for row in later if not row.removed]
    for sums in MoneyOf(of, this_year(), today()).years:
        starts, ends = datetime.date(sums.year, 4, 1), datetime.date(sums.year + 1, 3, 31)
        for kind in ("committed", "spent"):
            by_hand = sum(row.amount_cents for row in counting if row.kind == kind and starts <= row.on <= ends)
            assert getattr(sums, kind) == by_hand, (sums.year, kind)


def test_the_page_shows_sums_warnings_and_both_forecasts_with_their_arithmetic(as_ops, of):
    """EL-70"""
    budget(of, 700_000)
    entry(of, amount_cents=60_000_000)
    entry(of, kind=LineKind.COMMITTED, amount_cents=80_000_000)
    entry(of, kind=LineKind.FORECAST, amount_cents=5_000_000, on=today() + 3 * DAY)
    page = text(as_ops.get(at("money", of)))
    assert "A team usually costs $800,000 to $1,300,000" in page
    assert "$100,000 more than the budget of $700,000" in page
    assert "hasn’t confirmed that it can pay" in page
    assert "$600,000 spent + $50,000 forecast" in page
    assert f"$600,000 + $600,000 ÷ {today().day} ×" in page
    set_figure("cost_least_dollars", 600_000, valid_from=today(), by=account("admin"))
    assert "A team usually costs" not in text(as_ops.get(at("money", of)))


def test_who_pays_for_what_follows_the_agreement_until_it_is_set(as_ops, of, ops):
    """EL-71: eight rows."""
    of_money = MoneyOf(of, this_year(), today())
    assert [(row.item, row.payer) for row in of_money.shares[:4]] == [(item, Payer.LAB) for item in list(CostItem)[:4]]
    assert {row.payer for row in of_money.shares[4:]} == {Payer.MINISTRY}
    assert len(of_money.shares) == 8
    answer = as_ops.post(at("money-payer", of, "software"), {"payer": "lab", "note": "Shared licences", "shown_revision": 0})
    assert answer.status_code == 302
    row = next(row for row in MoneyOf(of, this_year(), today()).shares if row.item == CostItem.SOFTWARE)
    assert (row.payer, row.share.note) == (Payer.LAB, "Shared licences")
    assert "Shared licences" in text(as_ops.get(at("money", of)))


def test_amounts_can_be_typed_as_people_write_them(as_ops, of):
    sent = {"kind": "spent", "item": "Licences", "payer": "ministry", "on": today().isoformat(), "amount_cents": "$1,250.50"}
    assert as_ops.post(at("money-add", of), sent).status_code == 302
    assert MoneyLine.objects.get().amount_cents == 125_050
    answer = as_ops.post(at("money-add", of), {**sent, "amount_cents": "1250.505"})
    assert "“1250.505” has more than two decimals" in text(answer)
    assert "Licences" in answer.content.decode()
    assert MoneyLine.objects.count() == 1


def test_more_entries_run_no_more_queries(as_ops, of):
    """OP-07"""

    def queries():
        with CaptureQueriesContext(connection) as captured:
            as_ops.get(at("money", of))
        return len(captured)

    budget(of), entry(of), contract(of)
    queries()
    few = queries()
    MoneyLine.objects.bulk_create(
        MoneyLine(stream=of.stream, kind="spent", item=f"Item {n}", payer="lab", on=today() - n * DAY, amount_cents=n + 1)
        for n in range(80)
    )
    for _ in range(4):
        contract(of)
    queries()
    assert queries() == few <= 14


def test_the_entries_of_a_year_are_filtered_paged_and_exported_as_shown(as_ops, of):
    """EL-70"""
    budget(of)
    MoneyLine.objects.bulk_create(
        MoneyLine(stream=of.stream, kind="committed", item=f"Item {n}", payer="lab", on=today(), amount_cents=n + 1) for n in range(60)
    )
    entry(of, item="Licences", vendor="Saltbox Software")
    entry(of, item="Last year", on=datetime.date(this_year(), 3, 31))
    shown = as_ops.get(at("money", of))
    assert (shown.context["table"].paginator.count, len(shown.context["table"].page)) == (61, 25)
    narrowed = text(as_ops.get(at("money", of), {"q": "saltbox", "kind": "spent"}))
    assert "Licences" in narrowed
    assert "Item 5" not in narrowed
    assert "No entries match these filters" in text(as_ops.get(at("money", of), {"payer": "partner"}))
    lines = lambda **query: len(as_ops.get(at("money-export", of, "csv"), query).content.decode().splitlines())
    assert [lines(), lines(year=this_year()), lines(q="saltbox"), lines(kind="committed")] == [64, 63, 2, 61]


def test_an_invalid_year_shows_this_one(as_ops, of):
    for year in ("x", "1066", "99999", "²026", ""):
        assert as_ops.get(at("money", of), {"year": year}).status_code == 200
    assert "Money in 2024/25" in text(as_ops.get(at("money", of), {"year": "2024"}))
    assert as_ops.get(at("money-budget", of, 1066)).status_code == 404


def test_a_product_owner_can_change_money_and_a_viewer_can_only_read_it(client, viewer):
    """OP-03"""
    owner = account("product_owner")
    of = residency(State.IN_RESIDENCE, kept_by=owner)
    entry(of)
    client.force_login(owner)
    assert "Add entry" in text(client.get(at("money", of)))
    client.force_login(viewer)
    assert "Add entry" not in text(client.get(at("money", of)))
    assert client.get(at("money-add", of)).status_code == 403


# ── The price of a day ───────────────────────────────────────────────────────────────────────


def test_the_daily_costs_of_many_teams_take_one_query(of, django_assert_num_queries):
    """EL-74"""
    other = residency(State.LIVE)
    budget(of, 1_000_000)
    budget(of, 5_000_000, kind=BudgetKind.FUND)
    with django_assert_num_queries(1):
        costs = daily_costs([of.stream_id, other.stream_id], today())
    assert costs == {of.stream_id: daily_cost(100_000_000, this_year())}


# ── Spreadsheets ─────────────────────────────────────────────────────────────────────────────

HEAD = "Kind,Date,Amount,Item,Payer,Vendor,Source\n"


def rows(*lines):
    return HEAD + "\n".join(lines) + "\n"


def first_day():
    return datetime.date(this_year(), 4, 1)


def test_importing_an_export_adds_nothing(as_ops, of, ops):
    """EL-70: in both formats."""
    budget(of), budget(of, 50_000, kind=BudgetKind.FUND)
    entry(of), entry(of), entry(of, vendor="=Cedar", amount_cents=-500)
    for file_format in ("csv", "xlsx"):
        file = as_ops.get(at("money-export", of, file_format)).content
        plan = importing.import_money(of, file, by=ops)
        assert (plan.added, plan.known) == (0, 5)
        assert importing.import_money(residency(State.IN_RESIDENCE), file, by=ops).added == 5
    assert not Event.objects.filter(stream=of.stream, act="money-imported").exists()


def test_importing_the_same_file_again_does_not_bring_back_a_corrected_mistake(of, ops):
    sheet = rows(f"Spent,{today()},100,Licences,The ministry,,")
    importing.import_money(of, sheet, by=ops)
    actions.remove_entry(MoneyLine.objects.get(), reason="Wrong.", shown_revision=1, by=ops)
    assert importing.import_money(of, sheet, by=ops).added == 0


def test_two_equal_rows_are_two_entries(of, ops):
    line = f"Committed,{today()},100,Licences,The ministry,,"
    assert importing.import_money(of, rows(line, line), by=ops).added == 2
    assert importing.import_money(of, rows(line, line, line), by=ops).added == 1


def test_all_faults_are_listed_at_once_and_nothing_is_half_imported(as_ops, of):
    """EL-70"""
    budget(of, 900_000)
    sheet = rows(
        f"Spent,{today()},100,Licences,The ministry,,",
        "Paid,someday,ten,Licences,Nobody,,",
        f"Spent,{today() + DAY},100,Licences,The ministry,,",
        f"Committed,{today()},100,,,,",
        f"Budget,{first_day()},800000,,,,",
        f"Other funding,{first_day()},-5,,,,",
        f"Committed,{today()},1.005,Licences,The lab,,",
    )
    answer = as_ops.post(at("money-import", of), {"text": sheet})
    assert answer.status_code == 409
    page = text(answer)
    for words in (
        "isn’t one of", "isn’t a valid date", "isn’t a number", "That date is in the future", "needs a value", "differs from the budget of $900,000",
        "can’t be below zero", "more than two decimals",
    ):  # fmt: skip
        assert words in page, words
    assert {fault.row for fault in answer.context["table"].faults} == {3, 4, 5, 6, 7, 8}
    assert not MoneyLine.objects.exists()
    download = as_ops.post(at("money-import", of), {"text": sheet, "download": "csv"})
    assert len(download.content.decode().splitlines()) == 7


def test_a_workbook_is_imported_on_the_page(as_ops, of):
    book = Workbook()
    book.active.append(["Type", "Day", "Dollars", "Description", "Paid by"])
    book.active.append(["Spent", today(), 1250.5, "Design research", "The ministry"])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "money.xlsx"
    assert as_ops.post(at("money-import", of), {"file": file}).status_code == 302
    assert MoneyLine.objects.get().amount_cents == 125_050


def command(path, of, **options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_budget", str(path), residency=of, stdout=out, stderr=err, **options)
    except CommandError as error:
        return error.returncode, err.getvalue() + str(error)
    return 0, out.getvalue()


def test_the_command_imports_and_its_dry_run_writes_nothing(of, tmp_path):
    """EL-70: `manage.py import_budget FILE --residency REF [--dry-run]`"""
    file = tmp_path / "money.csv"
    file.write_text(rows(f'Budget,{first_day()},"1,000,000",,,,', f"Spent,{today()},(1250.50),Credit,The ministry,,"))
    assert command(file, of.reference, dry_run=True) == (
        0, "Would import 1 budgets and 1 entries. Already on record: 0.\nThis was a dry run: nothing was written.\n",
    )  # fmt: skip
    assert not Budget.objects.exists()
    assert not Event.objects.filter(act="money-imported").exists()
    assert command(file, of.reference)[0] == 0
    assert (Budget.objects.get().amount_cents, MoneyLine.objects.get().amount_cents) == (100_000_000, -125_050)
    assert "Already on record: 2" in command(file, of.reference)[1]
    assert Event.objects.get(act="money-imported").facts["file"] == "money.csv"


def test_the_command_says_what_is_wrong(of, tmp_path):
    file = tmp_path / "money.csv"
    file.write_text(rows("Spent,someday,ten,,,,"))
    code, output = command(file, of.reference)
    assert code == 1
    assert [place in output for place in ("Row 2, Date", "Row 2, Amount")] == [True, True]
    assert command(file, "XL-1900-001")[0] == 2
    assert command(tmp_path / "none.csv", of.reference)[0] == 2
    file.write_text("a,b\n1,2\n")
    assert "Columns are missing" in command(file, of.reference)[1]


# ── Contracts ────────────────────────────────────────────────────────────────────────────────


def recipients():
    return sorted(Message.objects.waiting().filter(occasion=CONTRACT_ENDS.key).values_list("to_name", flat=True))


def led_by(ops, **fields):
    RoleGrant.objects.update(from_at=timezone.now() - 400 * DAY)
    return residency(State.IN_RESIDENCE, owner=ops, **fields)


def test_the_lab_lead_and_the_program_contacts_get_reminders_before_a_contract_ends(ops):
    """EL-60, EL-70: also after days on which the sweep didn't run."""
    owner = account("product_owner", name="Priya Wenlock")
    of = led_by(ops, kept_by=owner)
    Membership.objects.update(from_at=timezone.now() - 400 * DAY)
    a_contract_that_ends(of, days=27)  # 30 days before was three days ago
    sweep(), sweep()
    assert recipients() == ["Noor Castellane", "Priya Wenlock"]


def test_no_reminder_is_due_if_a_contract_ends_as_planned_or_much_later_or_its_residency_has_ended(ops):
    """EL-60, EL-85"""
    of, ended = led_by(ops), led_by(ops)
    a_contract_that_ends(of, days=30, ends_as_planned=True)
    a_contract_that_ends(of, days=90)
    a_contract_that_ends(of, days=-1)
    a_contract_that_ends(ended, days=30)
    Residency.objects.filter(pk=ended.pk).update(state=State.WITHDRAWN, ended_on=today(), end_reason="It ended.")
    sweep()
    assert recipients() == []
    assert [line.key for line in ending_contracts(today())] == [
        f"contract/{row.pk}/{row.to_on}" for row in Contract.objects.filter(to_on=today() - DAY)
    ]


def test_the_last_days_of_contracts_are_on_the_calendar(of, ops):
    """EL-70"""
    row, mistake = contract(of, days_left=5), contract(of, days_left=5)
    actions.remove_contract(mistake, reason="Twice.", shown_revision=1, by=ops)
    shown = entries(today(), today() + 10 * DAY, Scope(), [DateKind.CONTRACT])
    assert [(entry.key, entry.on, entry.url) for entry in shown] == [(f"contract-{row.pk}", row.to_on, at("money", of))]
    with pytest.raises(Refused) as refused:
        actions.edit_contract(mistake, to_on=today(), shown_revision=2, by=ops)
    assert refused.value.codes == {"contract-removed"}
    with pytest.raises(Refused) as refused:
        actions.edit_contract(row, to_on=row.from_on - DAY, shown_revision=1, by=ops)
    assert refused.value.codes == {"contract-dates"}
