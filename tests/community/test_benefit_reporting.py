"""After graduation the benefit owner's figure is a reading of a metric: asked for once a quarter, typed without an account (EL-86)."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.benefits import actions, rules
from community.benefits.todo import figures_to_follow_up
from community.models import BenefitOwner, BenefitQuarter
from community.queries import still_reporting
from ledger.models import Event
from metrics.models import Metric, ReadingLink
from metrics.readings.actions import correct_observation, remove_observation
from metrics.readings.links import issue_reading_link
from outbox.delivery.compose import letter_to_read
from outbox.delivery.sweep import sweep
from outbox.models import Message
from reports.portfolio.queries import Scope, facts_for
from reports.portfolio.rules import Period
from residencies.graduation.actions import extend_graduation
from residencies.models import Residency
from tests.acts import SCENARIOS
from tests.community.factories import accepted, live, owner_named
from tests.factories import account, long_standing
from tests.metrics.factories import metric, reading
from tests.pages import text
from tests.residencies.pages import send
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db

FIGURE = "Days from application to permit"
ROWS = Residency.objects.all()
DAY = datetime.timedelta(days=1)


def asked():
    return list(Message.objects.filter(occasion__endswith="reading-due").order_by("pk"))


def _graduated():
    """A residency that has graduated today, with a benefit owner who reports one of its metrics."""
    ops = account("lab_ops", name="Noor Castellane")
    act = SCENARIOS["residencies.lifecycle.actions.graduate"]()
    row = act.args[0]
    metric(row, name=FIGURE, by=ops)
    accepted(row, by=ops)
    act()
    row.refresh_from_db()
    return row, ops


begins_with = made_once(_graduated)


@pytest.fixture
def here(begins_with):
    return mine(begins_with)


@pytest.fixture
def home(here):
    return here[0]


@pytest.fixture
def ops(here):
    return here[1]


@pytest.fixture
def quarter(home, time_machine):
    """Its first quarter, on the working day on which its figure is asked for."""
    first = BenefitQuarter.objects.earliest("number")
    time_machine.move_to(datetime.datetime.combine(first.to_on + 4 * DAY, datetime.time(20), datetime.UTC), tick=False)
    return first


def link_to(reported, due):
    return "/" + issue_reading_link(reported.pk, reported.owner_id, str(due)).split("/", 3)[3]


# ── Which quarter a figure is for ────────────────────────────────────────────────────────────


@given(st.dates(datetime.date(2026, 1, 1), datetime.date(2035, 12, 31)), st.integers(0, 900))
def test_a_figure_is_for_the_quarter_that_ended_last_on_or_before_its_day(day, later):
    """EL-86: a figure from within the first quarter is for none yet."""
    quarters = rules.schedule(day)
    on = day + later * DAY
    quarter = rules.quarter_of(on, quarters)
    over = [each for each in quarters if each.to_on <= on]
    assert quarter == (over[-1] if over and on <= rules.report_until(quarters) else None)
    assert all(rules.quarter_of(each.to_on, quarters) == each for each in quarters)


# ── From the signature on ────────────────────────────────────────────────────────────────────


def test_the_metric_of_a_signed_commitment_is_reported_after_the_end_and_no_other(home, ops):
    """EL-86: its owner is the benefit owner, it is due with the first quarter, and accepts figures for one quarter more than eight."""
    reported, owner = Metric.objects.get(), BenefitOwner.objects.get()
    quarters = BenefitQuarter.objects.order_by("number")
    assert (reported.owner, reported.cadence, owner.metric) == (owner.person, "quarterly", reported)
    assert reported.next_due_on == quarters[0].due_on
    assert reported.after_end_until == rules.report_until(list(quarters))


def test_until_the_team_graduates_it_is_measured_as_the_team_chose(ops):
    """EL-86: the team's own rhythm and owner stay until then."""
    row = live(by=ops)
    before = metric(row, name=FIGURE, cadence="weekly", by=ops)
    accepted(row, by=ops)
    after = Metric.objects.get(stream=row.stream)
    assert (after.cadence, after.next_due_on, after.owner) == ("weekly", before.next_due_on, None)
    assert after.after_end_until


def test_a_figure_that_nobody_measured_becomes_a_metric_when_the_commitment_is_signed(ops):
    """EL-86: with its unit, and its place in history."""
    row = live(by=ops)
    accepted(row, by=ops, unit="days")
    defined = Metric.objects.get(stream=row.stream)
    assert (defined.name, defined.unit, defined.stream_id) == (FIGURE, "days", row.stream_id)
    assert BenefitOwner.objects.get(residency=row).metric == defined
    assert Event.objects.filter(stream=row.stream, act="benefit-metric-defined").count() == 1


def test_the_metric_is_chosen_where_the_owner_is_named(client, ops):
    """EL-86: a choice of the team's metrics, or a new figure."""
    row = live(by=ops)
    chosen = metric(row, by=ops)
    client.force_login(ops)
    page = reverse("benefit-owner-name", args=[row.reference])
    assert chosen.name in text(client.get(page))
    base = {"who": "new", "name": "Aroha Tennant", "email": "aroha@example.org"}
    assert "Choose a metric above" in text(client.post(page, {**base, "measure": ""}))
    assert "Enter the unit" in text(client.post(page, {**base, "measure": "Calls"}))
    assert client.post(page, {**base, "metric": chosen.pk}).status_code == 302
    assert (BenefitOwner.objects.get(residency=row).metric, BenefitOwner.objects.get(residency=row).measure) == (chosen, chosen.name)


# ── One quarter ──────────────────────────────────────────────────────────────────────────────


def test_one_email_a_quarter_opens_a_page_where_one_number_is_typed_and_the_quarter_is_reported(quarter, client):
    """EL-86, EL-60: the email names the quarter; there is no date to choose, and no account."""
    sweep(), sweep()
    (message,) = asked()
    assert message.occasion == "benefit-reading-due"
    assert str(quarter) in letter_to_read(message).subject
    reported = Metric.objects.get()
    url = link_to(reported, quarter.due_on)
    page = client.get(url)
    assert str(quarter) in text(page)
    assert 'type="hidden" name="on"' in page.content.decode()
    assert "Thank you" in text(send(Client(), url, {"value": "34"}, follow=True))
    quarter.refresh_from_db()
    row = reported.observations.get()
    assert (row.on, row.source) == (quarter.to_on, "link")
    assert (quarter.reported_on, quarter.reading) == (timezone.localdate(), f"metrics.observation/{row.pk}")
    reported.refresh_from_db()
    assert reported.next_due_on == BenefitQuarter.objects.get(number=2).due_on
    sweep()
    assert asked() == [message], "nothing is asked twice"
    assert Event.objects.filter(act="benefit-reported").count() == 1


def test_after_an_outage_the_quarter_is_still_asked_for_once(quarter, time_machine):
    """EL-60, EL-86: never by date equality."""
    time_machine.shift(datetime.timedelta(days=40))
    sweep()
    assert asked()[-1].state == "queued"
    assert "was due on" in letter_to_read(asked()[-1]).text
    assert {mail.state for mail in asked()[:-1]} <= {"stale"}


def test_a_figure_entered_by_staff_counts_too_and_follows_its_correction(quarter, ops):
    """EL-86: a quarter names the reading that is current, and waits again without one."""
    row = reading(Metric.objects.get(), "34", on=quarter.to_on, by=ops)
    quarter.refresh_from_db()
    assert quarter.reading == f"metrics.observation/{row.pk}"
    row = correct_observation(row, value=row.value + 1, reason="A typo.", acknowledged=True, by=ops)
    quarter.refresh_from_db()
    assert quarter.reading == f"metrics.observation/{row.pk}"
    remove_observation(row, reason="Of another product.", by=ops)
    quarter.refresh_from_db()
    assert (quarter.reported_on, quarter.reading) == (None, "")
    assert Metric.objects.get().next_due_on == quarter.due_on
    assert Event.objects.filter(act__startswith="benefit-report").count() == 3


def test_a_late_quarter_is_asked_for_before_the_next_one(quarter, ops, time_machine):
    """EL-86: what was skipped is still reported, and nothing is due once all eight are."""
    quarters = list(BenefitQuarter.objects.order_by("number"))
    reported = Metric.objects.get()
    time_machine.move_to(datetime.datetime.combine(quarters[-1].to_on + 4 * DAY, datetime.time(20), datetime.UTC), tick=False)
    for each in quarters[1:]:
        reading(reported, "34", on=each.to_on, by=ops)
    assert Metric.objects.get().next_due_on == quarter.due_on
    reading(reported, "35", on=quarter.to_on, by=ops)
    assert Metric.objects.get().next_due_on is None
    assert BenefitQuarter.objects.filter(reported_on=None).count() == 0


# ── What the lab follows up ──────────────────────────────────────────────────────────────────


def test_a_figure_that_is_a_week_overdue_is_on_the_labs_home_until_it_is_reported(quarter, home, ops, client, time_machine):
    """EL-86: with the first quarter that is missing, also after an outage."""
    assert figures_to_follow_up(quarter.due_on + 7 * DAY) == []
    [line] = figures_to_follow_up(quarter.due_on + 8 * DAY)
    assert (line.title, line.due_on, line.about.reference) == (f"Benefit figure overdue: {quarter}", quarter.due_on, home.reference)
    [later] = figures_to_follow_up(quarter.due_on + 200 * DAY)
    assert later.key == line.key, "it is the same thing to do"
    time_machine.move_to(datetime.datetime.combine(quarter.due_on + 8 * DAY, datetime.time(20), datetime.UTC), tick=False)
    client.force_login(ops)
    assert line.title in text(client.get("/"))
    assert client.get(line.url).status_code == 200
    reading(Metric.objects.get(), "34", on=quarter.to_on, by=ops)
    assert figures_to_follow_up(quarter.due_on + 8 * DAY) == []


def without_metric():
    """Make the owner one who accepted before metrics were on record (migration 0007); returns what their metric was."""
    before = Metric.objects.get()
    BenefitOwner.objects.update(metric=None)
    Metric.objects.update(after_end_until=None, next_due_on=None, owner=None)
    return before


def test_lab_operations_choose_the_metric_of_an_owner_who_accepted_before_there_was_one(quarter, home, ops, client):
    """EL-86: home says so, the page leads to it, and the figure is asked for at last."""
    chosen = without_metric()
    [line] = figures_to_follow_up(timezone.localdate())
    client.force_login(ops)
    assert "has no metric yet" in text(client.get(reverse("graduation", args=[home.reference])))
    assert FIGURE in text(client.get(line.url))
    shown = {"shown_revision": BenefitOwner.objects.get().revision}
    assert "The unit is missing." in text(send(client, line.url, {"metric": "", "unit": "", **shown}))
    assert "Metric chosen." in text(send(client, line.url, {"metric": chosen.pk, **shown}, follow=True))
    owner = BenefitOwner.objects.get()
    assert (owner.metric, Metric.objects.get().owner) == (chosen, owner.person)
    assert figures_to_follow_up(timezone.localdate()) == []
    sweep()
    assert [mail.person for mail in asked()] == [owner.person]
    again = {"metric": chosen.pk, "shown_revision": owner.revision}
    assert "The metric has already been chosen." in text(send(client, line.url, again))
    assert Event.objects.filter(act="benefit-metric-chosen").count() == 1


def test_readings_that_are_there_fill_the_quarters_and_a_new_metric_has_the_name_of_the_figure(quarter, home, ops):
    """EL-86: what someone entered on the Value page counts at once; without a metric that fits, one is made."""
    reading(Metric.objects.get(), "34", on=quarter.to_on, by=ops)
    BenefitQuarter.objects.update(reported_on=None, reading="")
    chosen = without_metric()
    owner = BenefitOwner.objects.get()
    actions.choose_metric(owner, metric=chosen, shown_revision=owner.revision, by=ops)
    quarter.refresh_from_db()
    assert quarter.reported_on == timezone.localdate()
    without_metric()
    Metric.objects.update(name="Something else")
    owner.refresh_from_db()
    actions.choose_metric(owner, unit="days", shown_revision=owner.revision, by=ops)
    defined = Metric.objects.get(name=FIGURE)
    assert (defined.unit, defined.owner, defined.next_due_on) == ("days", owner.person, quarter.due_on)


# ── Other ends ───────────────────────────────────────────────────────────────────────────────


def test_a_successor_is_asked_instead(quarter, home, ops):
    """EL-86: for the quarters that are left."""
    second = owner_named(home, by=ops)
    actions.send_commitment(second, shown_revision=1, by=long_standing("lab_ops"))
    accepted(home, owner=second)
    assert Metric.objects.get().owner == second.person
    sweep()
    assert [mail.person for mail in asked()] == [second.person]


def test_after_a_void_commitment_nobody_reports(quarter, ops):
    """EL-86"""
    from tests.agreements import factories as make

    make.voiding_of(BenefitOwner.objects.get().agreement, by=ops)
    reported = Metric.objects.get()
    assert (reported.after_end_until, reported.next_due_on) == (None, None)
    sweep()
    assert asked() == []


def test_the_benefits_and_the_portfolio_count_the_same_products_as_still_reporting(quarter, home, ops, client, time_machine):
    """EL-86, EL-94: a product reports as long as no figure is overdue; one of which none has been due doesn't count."""

    def reporting(day):
        facts = list(facts_for(Scope(ops, Period(day))))
        assert {row.pk: row.still_reports for row in facts if row.still_reports is not None} == still_reporting(ROWS, day)
        return list(still_reporting(ROWS, day).values())

    late = quarter.due_on + DAY
    assert reporting(quarter.due_on) == []
    time_machine.move_to(datetime.datetime.combine(late, datetime.time(20), datetime.UTC), tick=False)
    assert reporting(late) == [False]
    client.force_login(ops)
    page = client.get(reverse("benefit-list"))
    assert "0 of 1 products still report" in text(page)
    assert "table-cards" in page.content.decode(), "on a phone each row is a card"
    time_machine.shift(DAY)
    row = reading(Metric.objects.get(), "34", on=quarter.to_on, by=ops)
    assert (reporting(late), reporting(late + DAY)) == ([False], [True]), "it came a day later"
    time_machine.shift(DAY)
    correct_observation(row, value=row.value + 1, reason="A typo.", acknowledged=True, by=ops)
    assert reporting(late + DAY) == [True], "a corrected figure was reported when it was first"
    second = BenefitQuarter.objects.get(number=2)
    time_machine.move_to(datetime.datetime.combine(second.due_on + DAY, datetime.time(20), datetime.UTC), tick=False)
    reading(Metric.objects.get(), "36", on=second.to_on, by=ops)
    remove_observation(Metric.objects.get().observations.current().get(on=quarter.to_on), reason="Of another product.", by=ops)
    assert reporting(second.due_on + DAY) == [False], "the last figure doesn't make up for an earlier one"
    client.force_login(ops)
    assert "1 of 8" in text(client.get(reverse("benefit-list")))
    assert client.get(reverse("benefit-export", args=["csv"])).status_code == 200
    client.force_login(account("product_owner"))
    assert client.get(reverse("benefit-list")).status_code == 403
    assert not ReadingLink.objects.exists()


def test_the_quarters_move_with_the_clock_until_the_team_graduates(ops):
    """EL-83, EL-86: as the page promises."""
    row = live(by=ops)
    metric(row, name=FIGURE, by=ops)
    accepted(row, by=ops)
    first = BenefitQuarter.objects.filter(residency=row).earliest("number")
    extend_graduation(row, to_on=row.graduation_due_on + 200 * DAY, reason="Hiring takes longer.", by=account("lab_lead"))
    moved = BenefitQuarter.objects.filter(residency=row).order_by("number")
    assert moved[0].from_on == rules.first_quarter(row.graduation_due_on + 200 * DAY) > first.from_on
    assert Metric.objects.get(stream=row.stream).after_end_until == rules.report_until(list(moved))
