"""The value page, a metric's page and its forms; charts; home, calendar and search (EL-90 to EL-92)."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from metrics.models import Metric, Observation
from metrics.pages.queries import ValueOf
from metrics.readings.actions import correct_observation
from metrics.readings.todo import late_readings
from residencies.models import PhaseSpan, Release, Residency
from residencies.models.states import State
from tests.factories import account, person
from tests.metrics.factories import DAY, RATIO, ago, metric, reading, series
from tests.pages import markup, text
from tests.residencies.pages import at, send
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


@pytest.fixture
def of():
    return residency(State.IN_RESIDENCE, started_on=ago(210))


@pytest.fixture
def star(of):
    row = metric(of, target="15", is_north_star=True)
    series(row, 61, 52, 47, 41, 38, 34)
    return row


# ── The value page ───────────────────────────────────────────────────────────────────────────


def test_an_empty_page_starts_from_examples(of, as_ops):
    page = text(as_ops.get(at("value", of)))
    assert "No metrics yet" in page
    assert "Start from an example" in page
    examples = as_ops.get(at("metric-examples", of))
    assert "Median days to a decision" in text(examples)
    assert "Time to delivery" in text(examples)
    form = as_ops.get(at("metric-add", of) + "?example=days-to-decision")
    assert 'value="Median days to a decision"' in markup(form)
    assert "Started from an example" in text(form)


def test_the_north_star_comes_first_with_its_chart_and_the_others_with_value_target_progress_and_due_day(of, star, as_ops):
    """EL-90, EL-92: all in words, beside the sparkline."""
    other = metric(of, name="Errors", unit="errors", baseline="12", target="0")
    reading(other, "3")
    page = as_ops.get(at("value", of))
    words = text(page)
    assert words.index("North star") < words.index("Median days to a decision") < words.index("Errors")
    for expected in (
        "34 days",
        "from 61 days",
        "59% of the way to the target",
        "3 errors",
        "Target 0 errors by",
        "75% of the way",
        "Next reading due",
    ):
        assert expected in words
    assert markup(page).count('<svg class="chart-') == 2


def test_a_team_that_delivers_without_a_baseline_is_warned(of, as_ops):
    """EL-90"""
    metric(of, baseline=None)
    assert "None of the team’s metrics has a baseline" not in text(as_ops.get(at("value", of)))
    Residency.objects.filter(pk=of.pk).update(phase="deliver")
    page = text(as_ops.get(at("value", of)))
    assert "None of the team’s metrics has a baseline" in page
    assert "hasn’t chosen its north star" in page


@pytest.mark.parametrize("count", [2, 12])
def test_the_page_takes_the_same_queries_however_many_metrics_and_readings_there_are(of, star, as_ops, count):
    for number in range(count):
        row = metric(of, name=f"Metric {number}", owner=person())
        series(row, *range(10, 10 + count))
    as_ops.get(at("value", of))
    with CaptureQueriesContext(connection) as queries:
        as_ops.get(at("value", of))
    assert len(queries) <= 17  # of which the frame takes thirteen
    with CaptureQueriesContext(connection) as own:
        of_subject = ValueOf(of, timezone.localdate())
        assert of_subject.rows
        assert of_subject.chart
        assert of_subject.findings == []
    assert len(own) <= 4


def test_only_the_last_twelve_readings_are_in_a_sparkline(of):
    row = metric(of)
    series(row, *range(40, 20, -1), every=3)
    trend = ValueOf(of, timezone.localdate()).trends[row.pk]
    assert [int(each.value) for each in trend] == list(range(32, 20, -1))


# ── A metric's page ──────────────────────────────────────────────────────────────────────────


def page_of(client, of, row, query=""):
    return client.get(at("metric", of, row.pk) + query)


def test_a_metrics_page_says_its_message_and_has_the_figures_in_a_table(of, star, as_ops):
    """EL-92: the chart's name is its message, and the table beneath describes it."""
    PhaseSpan.objects.filter(residency=of).delete()
    PhaseSpan.objects.create(residency=of, phase="deliver", from_on=ago(80))
    Release.objects.create(residency=of, stage="beta", released_on=ago(45))
    page = page_of(as_ops, of, star)
    drawn = markup(page)
    names = re.findall(r"<title id=\"metric-\d+-(?:640|320)\">([^<]+)</title>", drawn)
    day = star.target_on.strftime("%-d %B %Y")
    assert names == [f"Median days to a decision: 61 days → 34 days; target 15 days by {day}"] * 2
    table = re.search(r'aria-describedby="(readings-\d+)"', drawn)[1]
    assert f'id="{table}"' in drawn
    words = text(page)
    assert "Deliver phase began" in words
    assert "Beta released" in words
    assert all(f"{value} days" in words for value in (61, 52, 47, 41, 38, 34))
    assert "style=" not in drawn.split("<figure")[1].split("</figure>")[0]


def test_a_past_day_is_shown_as_it_was_known_then(of, star, as_ops, ops, time_machine):
    """EL-91"""
    today = timezone.now()
    time_machine.move_to(today + 3 * DAY, tick=False)
    as_ops.force_login(ops)
    correct_observation(star.observations.current().get(value=34), value=Decimal(43), reason="Late cases.", by=ops)
    now = text(page_of(as_ops, of, star))
    assert "61 days → 43 days" in now
    assert "Late cases." in now
    before = text(page_of(as_ops, of, star, f"?as_of={timezone.localdate(today)}"))
    assert "61 days → 34 days" in before
    assert "This is what was on record at the end of" in before
    assert "Add a reading" not in before
    empty = text(page_of(as_ops, of, star, f"?as_of={timezone.localdate(today) - DAY}"))
    assert "No readings yet" in empty
    for odd in ("2026-99-99", "x", "2099-01-01", ""):
        assert "61 days → 43 days" in text(page_of(as_ops, of, star, f"?as_of={odd}"))


def test_readings_are_paged_and_the_chart_shows_the_last_hundred_and_twenty(of, as_ops):
    row = metric(of)
    Observation.objects.bulk_create(Observation(metric=row, on=ago(number), value=number % 7) for number in range(150))
    with CaptureQueriesContext(connection) as queries:
        page = page_of(as_ops, of, row)
    assert len(queries) <= 20, "\n".join(q["sql"][:130] for q in queries)
    drawn = markup(page)
    assert len(re.search(r'<polyline class="chart-line" points="([^"]+)"', drawn)[1].split()) == 120
    assert drawn.count("Correct<span") == 25
    assert len(re.findall(r"<svg class=\"chart-wide.*?</svg>", drawn)[0]) < 6_000


def test_what_people_type_is_never_markup(of, as_ops):
    row = metric(of, name="<b>Days</b>", unit="<i>", is_north_star=True, target="15")
    reading(row, "34", note="<script>alert(1)</script>")
    for url in (at("value", of), at("metric", of, row.pk)):
        drawn = markup(as_ops.get(url))
        assert "<script>alert" not in drawn
        assert "<b>Days" not in drawn
        assert "<i>" not in drawn.split("<main")[1]


# ── Forms ────────────────────────────────────────────────────────────────────────────────────


DEFINED = {
    "title": "Days to a decision", "kind": "user-value", "unit": "days", "direction": "down", "cadence": "monthly", "method": "Counted.",
    "who": "open", "example": "days-to-decision", "baseline_value": "61", "baseline_on": "2026-06-30", "target_value": "", "target_on": "",
}  # fmt: skip


def test_a_metric_is_defined_on_one_page_with_a_new_owner(of, as_ops):
    data = {**DEFINED, "who": "new", "name": "Kofi Marchbanks", "email": "kofi@example.org", "is_north_star": "on"}
    page = send(as_ops, at("metric-add", of), data, follow=True)
    row = Metric.objects.get()
    assert (row.owner.name, row.example, row.is_north_star, row.baseline_value) == ("Kofi Marchbanks", "days-to-decision", True, 61)
    assert "Metric defined." in text(page)


def test_half_a_goal_and_a_contradiction_are_said_beside_the_field(of, as_ops):
    page = send(as_ops, at("metric-add", of), {**DEFINED, "target_value": "15"})
    assert "Enter the date of the target." in text(page)
    page = send(as_ops, at("metric-add", of), {**DEFINED, "baseline_value": ""})
    assert "Enter the figure of the baseline." in text(page)
    page = send(as_ops, at("metric-add", of), {**DEFINED, "target_value": "99", "target_on": "2027-03-31"})
    assert page.status_code == 409
    assert "Lower is better for this metric" in text(page)
    page = send(as_ops, at("metric-add", of), {**DEFINED, "baseline_value": "sixty"})
    assert "“sixty” isn’t a number." in text(page)
    assert 'value="sixty"' in markup(page)
    assert not Metric.objects.exists()


def test_a_target_is_changed_with_a_reason_and_shown_in_its_history(of, star, as_ops):
    url = at("metric-target", of, star.pk)
    data = {"value": "10", "on": "2027-06-30", "set_on": str(ago(0)), "shown_revision": "1", "reason": ""}
    assert "This field is required" in text(send(as_ops, url, data))
    page = send(as_ops, url, {**data, "reason": "The branch added staff."}, follow=True)
    assert "Target saved." in text(page)
    assert "The branch added staff." in text(page)
    assert "10 days by 30 June 2027" in text(page)
    assert "15 days by" in text(page)
    stale = send(as_ops, url, {**data, "value": "12", "reason": "Mine."})
    assert stale.status_code == 409
    assert "This was changed while you were editing" in text(stale)


def test_a_doubtful_reading_is_asked_about_once_and_taken_when_it_is_sent_again(of, star, as_ops):
    """EL-91: changing the figure asks again."""
    url = at("reading-add", of, star.pk)
    first = send(as_ops, url, {"value": "340", "on": str(ago(1))})
    assert first.status_code == 409
    assert "340 days is a big change from" in text(first)
    assert "Confirm reading" in text(first)
    acknowledged = re.search(r'name="acknowledged" value="([^"]+)"', markup(first))[1]
    other = send(as_ops, url, {"value": "3400", "on": str(ago(1)), "acknowledged": acknowledged})
    assert other.status_code == 409
    done = send(as_ops, url, {"value": "340", "on": str(ago(1)), "acknowledged": acknowledged}, follow=True)
    assert "Reading added." in text(done)


def test_a_ratio_asks_for_its_two_numbers(of, as_ops):
    row = metric(of, **RATIO, baseline=None)
    url = at("reading-add", of, row.pk)
    page = text(as_ops.get(url))
    assert "People who finished" in page
    assert "People who started" in page
    assert "Value in" not in page
    send(as_ops, url, {"numerator": "30", "denominator": "80", "on": str(ago(1))})
    shown = text(page_of(as_ops, of, row))
    assert "37.5% (30 of 80)" in shown
    assert send(as_ops, url, {"numerator": "0", "denominator": "0", "on": str(ago(0))}).status_code == 409


def test_a_reading_is_corrected_and_removed_on_its_pages(of, star, as_ops):
    last = star.observations.current().get(value=34)
    page = send(
        as_ops, at("reading-correct", of, star.pk, last.pk), {"value": "35", "on": str(last.on), "reason": "Late cases."}, follow=True
    )
    assert "Reading corrected." in text(page)
    assert "34 days 35 days Late cases." in text(page)
    again = send(as_ops, at("reading-correct", of, star.pk, last.pk), {"value": "36", "on": str(last.on), "reason": "Mine."})
    assert again.status_code == 409
    assert "already corrected or removed" in text(again)
    now = star.observations.current().get(value=35)
    page = send(as_ops, at("reading-remove", of, star.pk, now.pk), {"reason": "Wrong metric."}, follow=True)
    assert "Reading removed." in text(page)
    assert "removed Wrong metric." in text(page)


def test_the_north_star_retiring_and_restoring_are_single_presses(of, star, as_ops):
    other = metric(of, name="Errors", unit="errors")
    assert "“Errors” is the north star now." in text(send(as_ops, at("metric-star", of, other.pk), follow=True))
    other.refresh_from_db()
    send(as_ops, at("metric-retire", of, other.pk), {"reason": "Measured elsewhere.", "shown_revision": other.revision})
    assert "Retired on" in text(page_of(as_ops, of, other))
    assert "1 retired metric" in text(as_ops.get(at("value", of)))
    assert "Metric restored." in text(send(as_ops, at("metric-restore", of, other.pk), follow=True))


def test_an_ended_residency_shows_its_value_and_takes_no_more(of, star, as_ops):
    Residency.objects.filter(pk=of.pk).update(state=State.PIVOTED, ended_on=ago(0), end_reason="It pivoted.")
    for url in (at("value", of), at("metric", of, star.pk)):
        page = text(as_ops.get(url))
        assert "34 days" in page
        assert "Add a reading" not in page
        assert "Define a metric" not in page


def test_metrics_of_another_residency_are_not_found(of, star, as_ops):
    other = residency(State.IN_RESIDENCE)
    assert as_ops.get(at("metric", other, star.pk)).status_code == 404
    assert as_ops.get(at("reading-correct", other, star.pk, star.observations.first().pk)).status_code == 404


# ── Home ─────────────────────────────────────────────────────────────────────────────────────


def test_an_overdue_reading_is_on_home_once_a_week_has_passed(of):
    """EL-91: waiting for its owner, or for the lab if that's where the owner is or there is none."""
    today = timezone.localdate()
    rows = {name: metric(of, name=name, owner=who) for name, who in (("Theirs", person()), ("Ours", None), ("Soon", None))}
    Metric.objects.filter(pk__in=[rows["Theirs"].pk, rows["Ours"].pk]).update(next_due_on=today - 8 * DAY)
    Metric.objects.filter(pk=rows["Soon"].pk).update(next_due_on=today - 7 * DAY)
    lines = {line.title: line for line in late_readings(today)}
    assert set(lines) == {"Reading overdue: Theirs", "Reading overdue: Ours"}
    assert (lines["Reading overdue: Theirs"].waits, lines["Reading overdue: Ours"].verb) == (True, "Choose an owner")
    Residency.objects.filter(pk=of.pk).update(state=State.PIVOTED, ended_on=today, end_reason="Over.")
    assert late_readings(today) == []


def test_a_metric_is_found_by_the_quick_jump(of, as_ops):
    assert "Metrics for" in text(as_ops.get("/search/", {"q": f"metrics {of.reference}"}))


def test_the_overdue_reading_of_a_metric_is_in_red_on_its_page(of, as_ops):
    row = metric(of)
    Metric.objects.filter(pk=row.pk).update(next_due_on=timezone.localdate() - datetime.timedelta(days=3))
    assert "Reading overdue since" in text(as_ops.get(at("value", of)))


def test_viewers_read_and_change_nothing(of, star, client):
    client.force_login(account("viewer"))
    assert "34 days" in text(client.get(at("value", of)))
    assert client.get(at("metric-add", of)).status_code == 403
    assert send(client, at("reading-add", of, star.pk), {"value": "1", "on": str(ago(0))}).status_code == 403
