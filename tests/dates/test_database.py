"""Days in queries come from our own zone data, not from the database server's."""

import datetime
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Subquery, Value
from hypothesis import given
from hypothesis import strategies as st

from dates.database import LocalDate, changes, date_sql, end_of, start_of
from dates.zone import PACIFIC
from outbox.models import Message

sys.path.insert(0, str(settings.BASE_DIR / "scripts"))
import local_dates

SECOND = datetime.timedelta(seconds=1)
# Round every change of the clocks, round midnight after the last of them, and on days on which old and new data differ.
MOMENTS = [
    *(instant + step for instant, _offset in changes()[1:] for step in (-SECOND, SECOND * 0)),
    *(
        datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
        for text in (
            "2026-11-02 07:30",
            "2026-12-01 06:59:59",
            "2026-12-01 07:00",
            "2027-03-01 07:30",
            "2028-02-29 07:59",
            "2035-07-01 07:00",
        )
    ),
]


def days_by_the_database(moments):
    """What `LocalDate` makes of each, in one query each way."""
    with connection.cursor() as cursor:
        rows = " UNION ALL ".join(["SELECT %s AS n, %s AS at"] * len(moments))
        values = [value for n, at in enumerate(moments) for value in (n, connection.ops.adapt_datetimefield_value(at))]
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT {date_sql('at::timestamptz')} FROM ({rows}) AS given ORDER BY n", values)  # noqa: S608 - ours
        else:
            sql, params = connection.ops.datetime_cast_date_sql("at", (), "America/Vancouver")
            cursor.execute(f"SELECT {sql} FROM ({rows}) AS given ORDER BY n", [*params, *values])  # noqa: S608 - ours
        return [row[0] if isinstance(row[0], datetime.date) else datetime.date.fromisoformat(row[0]) for row in cursor.fetchall()]


@pytest.mark.django_db
def test_the_database_s_day_of_an_instant_is_ours_around_every_change_of_the_clocks():
    """K1: PostgreSQL's own zone files would answer 10:00 instead of 11:00 in winter, and another day near midnight."""
    assert days_by_the_database(MOMENTS) == [moment.astimezone(PACIFIC).date() for moment in MOMENTS]


@pytest.mark.django_db
def test_a_day_can_be_taken_of_a_field_a_sum_and_a_subquery():
    at = datetime.datetime(2026, 12, 1, 6, 30, tzinfo=datetime.UTC)
    Message.objects.bulk_create([Message(key=f"{n}", occasion="x", due_at=at, to_name="", to_address="") for n in range(2)])
    later = ExpressionWrapper(F("due_at") + datetime.timedelta(hours=1), output_field=DateTimeField())
    row = Message.objects.annotate(
        day=LocalDate("due_at"), next_day=LocalDate(later), same=LocalDate(Subquery(Message.objects.order_by("pk").values("due_at")[:1])),
        none=LocalDate(Value(None, output_field=DateTimeField())),
    ).first()  # fmt: skip
    assert (row.day, row.next_day, row.same, row.none) == (datetime.date(2026, 11, 30), datetime.date(2026, 12, 1), row.day, None)
    assert Message.objects.filter(due_at__gte=start_of(row.day), due_at__lt=end_of(row.day)).count() == 2
    assert Message.objects.aggregate(last=Max(LocalDate("due_at")))["last"] == row.day


@given(st.dates(datetime.date(2011, 1, 1), datetime.date(2060, 1, 1)))
def test_a_day_begins_when_the_one_before_is_over_and_all_of_it_is_that_day(day):
    assert end_of(day) == start_of(day + datetime.timedelta(days=1))
    assert start_of(day).astimezone(PACIFIC).date() == (end_of(day).astimezone(datetime.UTC) - SECOND).astimezone(PACIFIC).date() == day


@given(st.dates())
def test_any_day_that_somebody_types_has_bounds(day):
    assert start_of(day).astimezone(datetime.UTC) <= end_of(day).astimezone(datetime.UTC)


@pytest.mark.parametrize(
    "code",
    [
        "rows.filter(at__date__gte=day)", "rows.filter(at__date=day)", "rows.filter(**{'made_at__year': 2026})", "F('at__month')",
        "from django.db.models.functions import Cast, TruncDate", "from django.db.models.functions import ExtractYear",
        "sql = \"SELECT at AT TIME ZONE 'America/Vancouver'\"", "class A:\n    date_hierarchy = 'made_at'", "DateFilter(lookup_expr='date__lte')",
    ],
)  # fmt: skip
def test_a_day_worked_out_in_sql_is_refused(code):
    import ast

    assert list(local_dates.faults(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["rows.filter(at__gte=start_of(day))", "x = 'the date'", "rows.filter(due_on__lte=day)", "update__date = 1"]
)
def test_what_only_looks_alike_is_not_refused(code):
    import ast

    assert not list(local_dates.faults(ast.parse(code)))


def test_our_own_code_works_no_day_out_in_sql():
    assert local_dates.main() == 0
