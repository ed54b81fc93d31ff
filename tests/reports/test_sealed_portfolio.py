"""The sealed portfolio: recomputed byte for byte after corrections, and every difference to today explained (EL-94, EL-97)."""

import datetime
import json
import random
import threading
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from acts.act import together
from community.actions import cancel_giving
from community.benefits.actions import fill_quarter
from community.models import BenefitQuarter, Contribution
from findings import Refused
from ledger.actions import append
from ledger.compare_records import mismatches
from ledger.models import Event
from metrics.models import ReuseLink
from metrics.readings.actions import remove_observation
from metrics.savings.actions import remove_reuse
from oversight.documents.pipeline import seal_documents_due
from oversight.models import Document, MoneyLine
from oversight.money.actions import correct_entry, remove_entry
from reports.models import Portfolio, ReportRun
from reports.portfolio.actions import seal_portfolio
from reports.portfolio.differences import Differences
from reports.portfolio.queries import Scope, facts_for, reuse_over
from reports.portfolio.rules import Period
from reports.portfolio.sealed import known, portfolio_from
from reports.runs import recompute
from residencies.graduation.actions import correct_release
from residencies.lifecycle.actions import withdraw
from residencies.lifecycle.phases.actions import enter_phase
from residencies.models import Residency
from residencies.models.states import Phase, State
from residencies.reference_data import set_figure
from sealing.files import sealed_bytes
from teams.models import Presence, Sprint, Training
from teams.sprints.actions import hold_review
from teams.sprints.attendance import note_presence
from teams.training.actions import cancel_training
from tests.agreements.sealing.papers import text_of
from tests.agreements.sealing.ua import breaches
from tests.clock import NOW
from tests.community.factories import accepted, giving
from tests.factories import account
from tests.metrics.factories import ago, metric, reading, reused
from tests.oversight.conftest import sealing  # noqa: F401 - a fixture
from tests.oversight.factories import entry
from tests.pages import text
from tests.reports.test_portfolio import on_record
from tests.teams.factories import champion, seat, sprinting, training

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
PHASES = tuple(each for each in Phase.values if each != "apply")


@pytest.fixture
def ops():
    return account("lab_ops")


def busy(number, state, ops, **fields):
    """A residency with money, training, contributions, and a review that was held."""
    of = on_record(state, product=f"Product {number}", started_on=ago(90), **fields)
    for each in range(3):
        entry(of, item=f"Item {each}", amount_cents=1_000_00 + each, on=ago(each), by=ops)
        training(of, finished_on=ago(10 + each), by=ops)
        giving(of, person=seat(of, by=ops).person, minutes=30 + 15 * each, by=ops)
    somebody = champion(of)
    sprint = sprinting(of, by=ops)[0]
    Sprint.objects.filter(pk=sprint.pk).update(review_on=ago(2))
    sprint.refresh_from_db()
    note_presence(sprint, somebody.person, came="came", by=ops)
    hold_review(sprint, shown_revision=sprint.revision, by=ops)
    return of


@pytest.fixture
def portfolio(ops):
    """Six residencies under way, one of which is live, and one that graduated and whose benefit owner reports."""
    rows = [busy(number, "in_residence", ops) for number in range(5)]
    rows.append(busy(5, "live", ops, live_on=ago(30)))
    reused(rows[0], rows[1], "Address field", by=ops)
    home = on_record("live", product="Tide tables", started_on=ago(300), live_on=ago(200))
    measured = metric(home, name="Days from application to permit", by=ops)
    accepted(home, by=ops)
    row = Residency.objects.get(pk=home.pk)
    append(row.stream, "graduated", by=ops, to_state="graduated")
    row.state, row.ended_on = "graduated", ago(150)
    row.save()
    BenefitQuarter.objects.filter(residency=row, number=1).update(due_on=ago(5))
    return {
        "rows": rows,
        "waiting": on_record("submitted", product="Waiting"),
        "home": row,
        "metric": measured,
        "lead": account("lab_lead"),
    }


def correct_at_random(world, ops, dice):
    """Enter, correct or remove one thing that a portfolio counts, as people do."""
    of = Residency.objects.select_related("stream").get(pk=dice.choice(world["rows"]).pk)
    if not of.is_under_way:
        return
    match dice.randrange(13):
        case 0:
            entry(of, item="Late invoice", amount_cents=dice.randrange(1, 9_000_00), on=ago(dice.randrange(40)), by=ops)
        case 1 | 2:
            line = dice.choice(MoneyLine.objects.counting().filter(stream=of.stream))
            values = {name: getattr(line, name) for name in ("kind", "item", "payer", "vendor", "on", "source")}
            amount = {"amount_cents": dice.randrange(1, 9_000_00)}
            correct_entry(line, **values, **amount, reason="Counted again.", shown_revision=line.revision, by=ops)
        case 3:
            if lines := list(MoneyLine.objects.counting().filter(stream=of.stream))[1:]:
                line = dice.choice(lines)
                remove_entry(line, reason="Entered twice.", shown_revision=line.revision, by=ops)
        case 4:
            training(of, finished_on=ago(dice.randrange(60)), by=ops)
        case 5:
            if row := Training.objects.current().filter(team__stream=of.stream).first():
                cancel_training(row, reason="Another team’s.", shown_revision=row.revision, by=ops)
        case 6:
            giving(of, person=seat(of, by=ops).person, minutes=15 * dice.randrange(1, 12), by=ops) if dice.random() < 0.3 else None
        case 7:
            if row := Contribution.objects.current().filter(residency=of).first():
                cancel_giving(row, reason="Another team’s.", shown_revision=row.revision, by=ops)
        case 8 | 9:
            presence = Presence.objects.filter(sprint__team__stream=of.stream, sprint__held_at__isnull=False).first()
            note_presence(presence.sprint, presence.person, came=dice.choice(["came", "missed", "delegate"]), by=ops)
        case 10:
            giver = dice.choice([row for row in world["rows"] if row.pk != of.pk])
            if link := ReuseLink.objects.current().filter(taker=of.stream).first():
                remove_reuse(link, by=ops)
            else:
                reused(of, giver, f"Component {dice.randrange(10**6)}", by=ops)
        case 11:
            if of.state == "live":
                live_on = dice.choice([day for day in (ago(29), ago(35), ago(41)) if day != of.live_on])
                correct_release(of, live_on=live_on, reason="The release note says so.", shown_revision=of.revision, by=world["lead"])
            else:
                enter_phase(of, dice.choice(PHASES), on=timezone.localdate(), note="We learned more.", by=ops)
        case 12:
            current = world["metric"].observations.current().first()
            if current:
                remove_observation(current, reason="Another metric’s.", by=ops)
            else:
                quarter = BenefitQuarter.objects.get(residency=world["home"], number=1)
                row = reading(world["metric"], dice.randrange(1, 90), on=ago(1), by=ops)
                refilled(quarter, row, ops)


def refilled(quarter, row, ops):
    """Let a reading be the figure of a quarter, as the act on the reading does."""
    with together():
        fill_quarter(quarter, reading=f"metrics.observation/{row.pk}", on=timezone.localdate(), by=ops)


def differences_of(run):
    now = timezone.now()
    return Differences(
        run, portfolio_from(run.sealed_figures, run.document.facts["content"]["labels"]), known(Period(timezone.localdate(now)), now)
    )


def keyed(figures):
    """Every figure of each residency by its key and name: an independent account of what may differ."""
    rows = {}
    for row in figures["residencies"]:
        row = dict(row)
        key = row.pop("residency")
        row["attendance"] = (row.pop("attended"), row.pop("expected"))
        rows |= {(key, name): value for name, value in row.items() if name != "stays"}
    return rows


@pytest.mark.slow
def test_after_500_random_corrections_the_portfolio_comes_out_the_same_and_every_difference_is_explained(portfolio, ops):
    """EL-97: recomputed = sealed, byte for byte; today's differs; each figure that differs has a reason, and amounts add up."""
    run, count = seal_portfolio(by=ops), 500
    sealed = json.loads(run.figures)
    dice = random.Random(94)
    for step in range(count):
        with time_machine.travel(NOW + DAY + step * DAY / 20, tick=True):
            correct_at_random(portfolio, ops, dice)
    with time_machine.travel(NOW + 2 * DAY + count * DAY / 20, tick=True):
        withdraw(portfolio["waiting"], reason="The program area closed.", by=ops)
        on_record("submitted", act="submitted", product="Sent later")
        set_figure("months_to_graduation", 7, valid_from=ago(400), reason="The agreement says so.", by=account("admin"))
        run = ReportRun.objects.get(pk=run.pk)
        result = recompute(run)
        assert result.is_same
        assert result.sealed == run.figures_sha256
        call_command("recompute_report", "PORTFOLIO-D1")
        differences = differences_of(run)
        rows, totals = differences.rows, differences.totals
        today = json.loads(seal_portfolio(by=ops).figures)
    assert today["residencies"] != sealed["residencies"]
    assert totals
    assert all(row.why and all(row.why) for row in (*rows, *totals)), [row for row in rows if not row.why]
    # Which figures differ, found independently from the two canonical JSONs.
    before, after = keyed(sealed), keyed(today)
    here = {key for key, _name in before}
    expected = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    assert {row.key for row in rows if row.key[0] in here and row.key[1] != "stays"} == expected
    assert {row.key for row in rows if row.key[1] == "residency"} == {(key, "residency") for key, _name in after if key not in here}
    for name in ("spent_cents", "minutes_given", "components_taken"):
        assert sum(row.amount for row in rows if row.key[1] == name) == today["totals"][name] - sealed["totals"][name]
    hours = [Decimal(figures["totals"]["training_hours"]) for figures in (sealed, today)]
    assert sum(row.amount for row in rows if row.key[1] == "training_hours") == hours[1] - hours[0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_figures_of_a_random_world_equal_plain_python_over_its_rows_also_on_past_days(portfolio, ops, seed):
    """EL-94: states, sums and reuse of every residency, as of past days and in a fiscal year, by loops over all rows."""
    dice = random.Random(seed)
    for step in range(60):
        with time_machine.travel(NOW + DAY + step * DAY / 3, tick=True):
            correct_at_random(portfolio, ops, dice)
    with time_machine.travel(NOW + 22 * DAY, tick=True):
        last = timezone.localdate()
        for period in (
            Period(last), Period(last - 4 * DAY), Period(last - 11 * DAY), Period(ago(1)), Period(last - 7 * DAY, ago(6)), Period(last, ago(9)),
        ):  # fmt: skip
            counted = {facts.pk: facts for facts in facts_for(Scope(None, period))}
            by_hand = plainly(period)
            assert counted.keys() == by_hand.keys()
            for key, expected in by_hand.items():
                facts = counted[key]
                shown = (
                    facts.state, facts.training_hours, facts.expected, facts.attended, facts.minutes_given, facts.spent_cents,
                    facts.components_taken, facts.components_given,
                )  # fmt: skip
                assert shown == expected, (period, facts.reference)


def plainly(period):
    """The figures of each residency in plain Python: every row of every table, and no query that counts."""

    def within(day):
        return day <= period.last and (period.first is None or day >= period.first)

    events = [row for row in Event.objects.order_by("seq") if row.to_state in State.values and timezone.localdate(row.at) <= period.last]
    corrected = {row.corrects_id for row in MoneyLine.objects.all() if row.corrects_id}
    lines = [
        row for row in MoneyLine.objects.all() if row.pk not in corrected and not row.removed and row.kind == "spent" and within(row.on)
    ]
    trainings = [row for row in Training.objects.select_related("team") if row.struck_at is None and within(row.finished_on)]
    given = [row for row in Contribution.objects.all() if row.struck_at is None and within(row.given_on)]
    noted = [
        row for row in Presence.objects.select_related("sprint__team")
        if row.came and row.sprint.held_at and within(row.sprint.review_on)
    ]  # fmt: skip
    links = [row for row in ReuseLink.objects.all() if row.removed_at is None and within(row.on)]
    figures = {}
    for row in Residency.objects.all():
        states = [event.to_state for event in events if event.stream_id == row.stream_id]
        if not states or (period.first and row.ended_on and row.ended_on < period.first):
            continue
        here = [each for each in noted if each.sprint.team.stream_id == row.stream_id]
        figures[row.pk] = (
            states[-1],
            sum(each.hours for each in trainings if each.team.stream_id == row.stream_id),
            len(here),
            len([each for each in here if each.came != "missed"]),
            sum(each.minutes for each in given if each.residency_id == row.pk),
            sum(each.amount_cents for each in lines if each.stream_id == row.stream_id),
            len([each for each in links if each.taker_id == row.stream_id]),
            len([each for each in links if each.giver_id == row.stream_id]),
        )
    return figures


def test_what_is_sealed_is_what_the_page_shows(portfolio, ops):
    """EL-97: at its moment, the reading of what was known is the reading of what is on record."""
    run = seal_portfolio(by=ops)
    scope = Scope(ops, Period(run.on))
    then = known(Period(run.on), run.as_of)
    assert (list(then.facts), list(then.reuse)) == (list(facts_for(scope)), reuse_over(scope))
    sealed = portfolio_from(run.sealed_figures, run.document.facts["content"]["labels"])
    assert sealed.facts == then.facts
    assert sealed.tiles == then.tiles
    assert sealed.states == then.states


def test_a_sealed_portfolio_is_a_document_on_record(portfolio, ops):
    """EL-94, EL-97: with its figures, their hash, and one event; numbered, in a stream of its own."""
    run = seal_portfolio(by=ops)
    content = run.document.facts["content"]
    assert (content["figures"], content["figures_sha256"]) == (json.loads(run.figures), run.figures_sha256)
    assert (run.document.reference, run.number) == ("PORTFOLIO-D1", 1)
    [event] = run.stream.events.filter(act="portfolio-sealed")
    assert event.facts["sha256"] == run.figures_sha256
    with time_machine.travel(NOW + DAY, tick=True):
        assert seal_portfolio(first=datetime.date(2026, 4, 1), by=ops).number == 2
    assert Portfolio.objects.count() == 1
    assert not list(mismatches(run.stream, ("reports.reportrun", "oversight.document")))


def test_a_period_without_residencies_and_an_account_without_the_permission_are_refused(ops):
    with pytest.raises(Refused) as refused:
        seal_portfolio(by=ops)
    assert refused.value.codes == {"portfolio-empty"}
    for role in ("viewer", "product_owner", "admin"):
        with pytest.raises(PermissionDenied):
            seal_portfolio(by=account(role))
    assert not ReportRun.objects.exists()


def test_recomputing_fails_when_a_row_was_backdated_behind_the_portal(portfolio, ops, capsys):
    """EL-97: the command exits with 0 only for the sealed hash, and the page of changes can't explain the row."""
    run = seal_portfolio(by=ops)
    call_command("recompute_report", "PORTFOLIO-D1")
    assert "byte for byte" in capsys.readouterr().out
    stream = portfolio["rows"][0].stream
    MoneyLine.objects.create(stream=stream, kind="spent", payer="lab", on=ago(9), amount_cents=1, entered_at=run.as_of - DAY)
    with pytest.raises(CommandError, match="differ from the sealed"):
        call_command("recompute_report", "PORTFOLIO-D1")
    with time_machine.travel(NOW + DAY, tick=True):
        assert [row.why for row in differences_of(run).rows] == [()]


def test_the_pages_show_what_is_sealed_its_rows_and_what_differs(client, portfolio, ops, django_assert_max_num_queries):
    """EL-94, EL-97: in 15 queries at most."""
    client.force_login(ops)
    page = reverse("portfolio-reports")
    with django_assert_max_num_queries(15):
        assert "No portfolio has been sealed yet" in text(client.get(page))
    sealed = client.post(page, {"year": ""}, follow=True)
    assert sealed.redirect_chain[-1][0] == reverse("portfolio-sealed", args=[1])
    with time_machine.travel(NOW + DAY, tick=True):
        line = MoneyLine.objects.filter(stream=portfolio["rows"][0].stream).latest("pk")
        remove_entry(line, reason="Entered twice.", shown_revision=line.revision, by=ops)
        client.force_login(ops)
        with django_assert_max_num_queries(15):
            assert "these figures are the same" in text(client.get(reverse("portfolio-sealed", args=[1]), {"check": 1}))
        with django_assert_max_num_queries(15):
            assert "Item 0" not in text(client.get(reverse("portfolio-sealed-rows", args=[1, "spent"])))
        with django_assert_max_num_queries(20):
            changes = text(client.get(reverse("portfolio-changes", args=[1])))
        document = client.get(reverse("document", args=["PORTFOLIO", 1]))
    assert "$3,000" in text(client.get(reverse("portfolio-sealed-rows", args=[1, "spent"])))
    assert f"removed an entry that was added by mistake: {line.item}" in changes
    assert "Entered twice." in changes
    assert document.status_code == 200
    assert f"{ops.name} sealed portfolio 1" in text(client.get(reverse("lab-history")))
    verified = client.get(reverse("verify-fingerprint", args=[ReportRun.objects.get().document.content_sha256]))
    assert "content of one of the lab’s documents" in text(verified)
    assert client.get(reverse("portfolio-sealed", args=[2])).status_code == 404
    assert client.get("/reports/PORTFOLIO/value/report/").status_code == 404
    client.force_login(account("product_owner"))
    assert client.get(reverse("document", args=["PORTFOLIO", 1])).status_code == 404


def test_the_sealed_pdf_is_tagged_and_has_the_figures(portfolio, ops, sealing):  # noqa: F811
    """EL-94"""
    run = seal_portfolio(by=ops)
    assert seal_documents_due() == 1
    data = sealed_bytes(Document.objects.with_progress().get(pk=run.document_id).sealed_file)
    assert breaches(data) == [], "PDF/UA-1"
    words = text_of(data)
    for figure in ("Time in each state", "By ministry", "Address field", run.figures_sha256[:16]):
        assert figure in words


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sealing_waits_for_an_act_that_is_still_being_written(ops):
    """EL-97: its rows are dated before the report's moment, so they are in it, and it is recomputed the same."""
    with transaction.atomic():
        of = on_record("in_residence", product="Product", started_on=ago(9))
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            entry(of, amount_cents=500_00, on=ago(1), by=ops)
            begun.set()
            go_on.wait(5)
        connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    begun.wait(5)
    threading.Timer(0.5, go_on.set).start()
    run = seal_portfolio(by=ops)
    writer.join()
    assert json.loads(run.figures)["totals"]["spent_cents"] == 500_00
    assert recompute(run).is_same
