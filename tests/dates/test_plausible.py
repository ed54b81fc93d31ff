"""Dates that make no sense are refused, in every form and in the acts behind them, with a sentence that says which do."""

import datetime
import importlib
import inspect
import pkgutil
from functools import partial

import pytest
from django import forms
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from dates.plausible import EARLIEST, farthest, implausible, not_happened
from findings import Refused
from oversight.checklists.actions import complete_task, plan_task
from residencies.conversations.actions import open_conversation
from residencies.graduation.actions import record_release
from residencies.lifecycle.phases.actions import enter_phase
from residencies.models import PhaseSpan
from tests.acts import SCENARIOS
from tests.clock import TODAY
from tests.oversight.task_rows import task
from tests.residencies.rows import residency
from web.forms import DayField
from web.spreadsheets import columns

DAY = datetime.timedelta(days=1)
LONG_AGO, FAR_AHEAD = datetime.date(1999, 1, 1), datetime.date(2099, 1, 1)
# Forms that look for rows, and the styleguide: a date that nobody means finds nothing.
SEARCHES = {"ledger.views.HistoryFilter", "outbox.pages.tables.DaysForm", "demo.styleguide.ExampleForm"}


def form_classes():
    """Every form of our own, from every module that is called forms or holds some."""
    for app in settings.INSTALLED_APPS:
        name = app.split(".")[0]
        if not (settings.BASE_DIR / name).is_dir():
            continue
        for info in pkgutil.walk_packages([str(settings.BASE_DIR / name)], f"{name}."):
            if "forms" in info.name.split(".") or info.name.endswith("_forms"):
                module = importlib.import_module(info.name)
                for value in vars(module).values():
                    if isinstance(value, type) and issubclass(value, forms.BaseForm) and value.__module__ == info.name:
                        yield value


FIELDS = [
    (f"{form.__module__}.{form.__name__}.{name}", field)
    for form in dict.fromkeys(form_classes())
    for name, field in form.base_fields.items()
    if isinstance(field, forms.DateField) and f"{form.__module__}.{form.__name__}" not in SEARCHES
]


def test_there_are_date_fields():
    assert len(FIELDS) > 25


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[name for name, _field in FIELDS])
def test_every_date_field_of_every_form_refuses_what_nobody_can_mean(name, field):
    """K16: a phase from 2099, a release of 1999."""
    assert isinstance(field, DayField), f"{name} takes any date: use web.forms.DayField"
    for typed, words in (
        ("1999-01-01", "1 January 1999 is too long ago. Use a date on or after 1 January 2000."),
        ("2099-01-01", "1 January 2099 is too far ahead. Use a date on or before"),
        ("0001-01-01", "too long ago"),
        ("9999-12-31", "too far ahead"),
        ("28/11/2026", "“28/11/2026” isn’t a valid date. Use YYYY-MM-DD, for example 2026-03-31."),
    ):
        with pytest.raises(forms.ValidationError) as refused:
            field.clean(typed)
        assert words in " ".join(refused.value.messages)
    assert field.clean(str(TODAY)) == TODAY


@given(st.dates(), st.dates(datetime.date(2020, 1, 1), datetime.date(2090, 1, 1)))
def test_a_date_makes_sense_from_2000_to_five_years_ahead(day, today):
    assert bool(list(implausible(day, today))) != (EARLIEST <= day <= farthest(today))
    assert farthest(today).year == today.year + 5
    for finding in implausible(day, today):
        assert finding.remedy.startswith("Use a date")


def test_five_years_after_a_leap_day_is_the_last_of_february():
    assert farthest(datetime.date(2028, 2, 29)) == datetime.date(2033, 2, 28)


@given(st.dates(), st.dates(), st.none() | st.dates())
def test_what_happened_happened_between_the_beginning_and_today(day, today, since):
    codes = [finding.code for finding in not_happened(day, today, since=since)]
    assert codes == (["day-to-come"] if day > today else ["day-too-early"] if since and day < since else [])


def codes(act):
    with pytest.raises(Refused) as refused:
        act()
    return {finding.code for finding in refused.value.findings}


@pytest.mark.django_db
def test_a_phase_begins_neither_in_2099_nor_before_the_residency_nor_before_the_phase_it_follows(ops):
    """K16: one entered from 2099 bent every later phase."""
    row = residency("in_residence", owner=ops)
    enter = lambda on: enter_phase(row, "sustain", on=on, note="It is live.", by=ops)
    assert codes(lambda: enter(FAR_AHEAD)) == {"day-implausible"}
    assert codes(lambda: enter(TODAY + DAY)) == {"day-to-come"}
    assert codes(lambda: enter(TODAY - 400 * DAY)) == {"day-too-early"}
    PhaseSpan.objects.filter(residency=row).update(from_on=TODAY)
    type(row).objects.filter(pk=row.pk).update(started_on=TODAY - 30 * DAY)
    assert codes(lambda: enter(TODAY - DAY)) == {"day-too-early"}
    assert enter(TODAY).phase == "sustain"
    assert [span.from_on for span in row.phase_spans.order_by("pk")] == [TODAY, TODAY]


@pytest.mark.django_db
def test_a_release_is_of_a_day_since_the_residency_began(ops):
    """K16: a draft took a release of 1999."""
    row = residency("draft", owner=ops)
    record = lambda on: record_release(row, stage="alpha", released_on=on, note="", by=ops)
    assert codes(lambda: record(LONG_AGO)) == {"day-implausible"}
    assert codes(lambda: record(TODAY - 400 * DAY)) == {"day-too-early"}
    assert codes(lambda: record(TODAY + DAY)) == {"day-to-come"}
    assert record(TODAY).released_on == TODAY


@pytest.mark.django_db
def test_tasks_and_conversations_take_no_day_that_nobody_can_mean(ops):
    row = residency("live", owner=ops)
    item = task(row)
    plan_it = lambda due_on: plan_task(item, owner=None, due_on=due_on, note="", shown_revision=item.revision, by=ops)
    assert codes(lambda: plan_it(FAR_AHEAD)) == {"day-implausible"}
    assert codes(lambda: complete_task(item, done_on=TODAY + DAY, shown_revision=item.revision, by=ops)) == {"day-to-come"}
    assert codes(lambda: open_conversation(row, expectation="x", raised_by="y", by=ops, on=TODAY + DAY)) == {"day-to-come"}


def takes_dates(name):
    """Whether the act called `name` has an argument that is a date, as its signature says."""
    module, _dot, function = name.rpartition(".")
    act = getattr(importlib.import_module(module), function, None)
    return act is not None and any("datetime.date" in str(parameter.annotation) for parameter in inspect.signature(act).parameters.values())


DATED = sorted(name for name in SCENARIOS if takes_dates(name))


def test_there_are_acts_that_take_dates():
    assert len(DATED) >= 20


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", DATED)
def test_no_act_takes_a_date_that_nobody_can_mean(name):
    """K16: each date that its scenario gives; nothing is changed then."""
    act = SCENARIOS[name]()
    for argument, value in getattr(act, "keywords", {}).items():
        if isinstance(value, datetime.date):
            for day in (LONG_AGO, FAR_AHEAD):
                assert codes(partial(act, **{argument: day})) == {"day-implausible"}, argument


@pytest.mark.django_db
def test_what_happened_on_an_earlier_day_stands_under_that_day_in_history(ops, as_ops):
    """K16: a release of 20 November, recorded on the 28th, stood under the 28th."""
    row = residency("in_residence", owner=ops)
    type(row).objects.filter(pk=row.pk).update(started_on=TODAY - 30 * DAY)
    row.refresh_from_db()
    released_on = TODAY - 8 * DAY
    record_release(row, stage="beta", released_on=released_on, note="", by=ops)
    page = as_ops.get(f"/residencies/{row.reference}/history/").content.decode()
    assert f'<time datetime="{released_on}">' in page
    assert "recorded" in page


@pytest.mark.parametrize("cell", ["1999-01-01", "2099-01-01", "1 January 2099"])
def test_no_import_takes_a_date_that_nobody_can_mean(cell):
    with pytest.raises(columns.Unfit, match="Use a date"):
        columns.day(cell)


def test_the_first_and_the_farthest_day_are_plausible_and_the_days_outside_are_not():
    for day in (EARLIEST, farthest(TODAY)):
        assert list(implausible(day, TODAY)) == []
    for day in (EARLIEST - DAY, farthest(TODAY) + DAY):
        assert [finding.code for finding in implausible(day, TODAY)] == ["day-implausible"]
    assert farthest(datetime.date(2024, 2, 29)) == datetime.date(2029, 2, 28)
