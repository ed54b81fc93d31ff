"""The lab's key figures: from dates on record, as of any day, with the rows they come from."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.versions import progress
from dates.months import months_after
from labportal.home import MEASURES
from residencies.listing import key_figures
from residencies.models import Residency
from tests.agreements import factories as agreements
from tests.clock import NOW, TODAY
from tests.pages import text
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


def ago(*, months=0, days=0):
    return months_after(TODAY, -months) - datetime.timedelta(days=days)


def values(figure):
    return [point.text for point in figure.points]


def test_in_residence_counts_what_had_started_and_was_neither_live_nor_ended():
    residency("in_residence", started_on=ago(months=12))
    residency("live", started_on=ago(months=12), live_on=ago(months=2), product="Was here")
    residency("withdrawn", started_on=ago(months=4), ended_on=ago(months=1))
    residency("graduated", before_portal=True, started_on=ago(months=12))
    figure = key_figures.in_residence(TODAY)
    assert (figure.text, figure.label) == ("1", "in residence")
    assert values(figure)[0] == "2"
    assert values(figure)[-1] == "1"
    assert max(values(figure)) == "3"
    assert [row.cells for row in key_figures.in_residence_rows(TODAY)] == [(f"{ago(months=12):%-d %B %Y}",)]


def test_days_to_start_is_the_median_of_twelve_months_of_starts():
    for started_on, days in ((ago(days=3), 10), (ago(months=2), 30), (ago(months=8), 80), (ago(months=16), 500)):
        sent_at = timezone.make_aware(datetime.datetime.combine(started_on - datetime.timedelta(days=days), datetime.time(12)))
        residency("in_residence", started_on=started_on, submitted_at=sent_at)
    figure = key_figures.days_to_start(TODAY)
    assert figure.text == "30 days"
    assert values(figure)[0] == "290 days", "of 80 and 500, half a year ago"
    assert [row.cells[-1] for row in key_figures.days_to_start_rows(TODAY)] == ["10 days", "30 days", "80 days"]


def test_graduated_in_time_holds_teams_to_the_day_that_going_live_set():
    """EL-80, EL-83: an extension changes the clock, not this; one that ended for another reason is not counted."""
    late = residency("live", live_on=ago(months=7), product="Late")
    Residency.objects.filter(pk=late.pk).update(graduation_due_on=TODAY + datetime.timedelta(days=90))
    residency("graduated", live_on=ago(months=8), ended_on=ago(months=3), product="In time")
    residency("graduated", live_on=ago(months=10), ended_on=ago(months=2), product="After it")
    residency("pivoted", live_on=ago(months=8), ended_on=ago(months=6))
    residency("live", live_on=ago(months=2), product="Not due")
    figure = key_figures.graduated_in_time(TODAY)
    assert (figure.text, figure.label) == ("1 of 3", "graduated within 6 months of going live")
    rows = {row.name: row.cells[-1] for row in key_figures.graduated_in_time_rows(TODAY)}
    assert rows == {"In time": "Yes", "After it": "No", "Late": "No"}


def test_signatures_outstanding_are_those_missing_now_and_at_the_end_of_each_month(time_machine):
    time_machine.move_to(NOW - datetime.timedelta(days=70))
    version = agreements.circulated()
    wanted = version.roles.filter(must_sign=True).count()
    time_machine.move_to(NOW)
    agreements.sign(agreements.to_sign(version)[0])
    figure = progress.signatures_outstanding(TODAY)
    assert figure.text == str(wanted - 1)
    assert figure.label == "signatures outstanding, the oldest 70 days"
    assert (values(figure)[0], values(figure)[-1]) == (str(wanted), str(wanted - 1))
    assert len(progress.signatures_outstanding_rows(TODAY)) == wanted - 1
    assert progress.signatures_outstanding(ago(days=1)).text == str(wanted)


def test_each_figure_opens_its_rows_and_an_empty_lab_says_so(client, viewer):
    client.force_login(viewer)
    for slug, measure in MEASURES.items():
        assert reverse("key-figure", args=[slug]) in client.get(reverse("home")).content.decode()
        page = text(client.get(reverse("key-figure", args=[slug])))
        assert str(measure.source) in page
        assert "Nothing to count yet" in page
    agreements.circulated()
    page = client.get(reverse("key-figure", args=["signatures-outstanding"]))
    assert text(page).count("Not yet") or text(page).count("Anneke Torvald")
    assert client.get("/figures/nothing/").status_code == 404
