"""What a status report says about a team's sprints (EL-50, EL-51, EL-96)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ledger.subjects import Subject
from oversight.status.facts import named
from oversight.status.sources import Contribution, Figure, Period, Rows, Source, SourceRow, SourceTable, status_source
from teams.choices import Came
from teams.models import Sprint
from web.templatetags.portal import day

MOST_AHEAD = 2
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"


def read(subject: Subject, period: Period) -> Iterator[SourceRow]:
    """Yield the sprints whose reviews are in the period or ahead, with how many people were expected and missed them; one query."""
    rows = Sprint.objects.current().filter(team__stream=subject.stream_id, review_on__gte=period.start).order_by("review_on", "pk")
    expected = Count("presences", filter=~Q(presences__came=""))
    for row in rows.annotate(expected=expected, absent=Count("presences", filter=Q(presences__came=Came.MISSED))):
        counts = {"expected": row.expected, "absent": row.absent}
        values = {"number": row.number, "review_on": row.review_on, "state": _state(row), **counts}
        yield SourceRow("sprint", row.pk, _("Sprint %(number)d") % {"number": row.number}, values)


def _state(row: Sprint) -> str:
    return HELD if row.is_held else CANCELLED if row.is_called_off else PLANNED


def count(rows: Rows, period: Period) -> Contribution:
    """Return the reviews held and not held in the period with attendance, and the next ones."""
    sprints = [(row.day("review_on") or period.today, row.values) for row in rows["sprint"]]
    held = [values for on, values in sprints if on <= period.today and values["state"] == HELD]
    # A review today may still be held.
    missed = [
        values for on, values in sprints
        if (on <= period.today and values["state"] == CANCELLED) or (on < period.today and values["state"] == PLANNED)
    ]  # fmt: skip
    people, absent = sum(values["expected"] for values in held), sum(values["absent"] for values in held)
    facts = {"reviews_held": len(held), "reviews_not_held": len(missed), "absent_percent": 100 * absent // people if people else 0}
    ahead = [(on, values["number"]) for on, values in sprints if on > period.today and values["state"] == PLANNED][:MOST_AHEAD]
    numbers = {"came": people - absent, "all": people}
    figures = (Figure("attendance", _("Attendance at sprint reviews"), _("%(came)d of %(all)d") % numbers, numbers),)
    return Contribution(
        facts,
        done=(_held([values["number"] for values in held], people, absent),) if held else (),
        upcoming=tuple(_("Hold the review of sprint %(number)d on %(day)s.") % {"number": number, "day": day(on)} for on, number in ahead),
        figures=figures if people else (),
    )


def _held(numbers: Sequence[int], people: int, absent: int) -> str:
    names = named([_("sprint %(number)d") % {"number": number} for number in numbers])
    sentence = ngettext("Held %(count)d sprint review: %(names)s.", "Held %(count)d sprint reviews: %(names)s.", len(numbers))
    line = sentence % {"count": len(numbers), "names": names}
    if people:
        line += " " + _("%(came)d of %(all)d people expected attended.") % {"came": people - absent, "all": people}
    return line


SPRINT = SourceTable(
    gettext_lazy("Sprint review"),
    {
        "review_on": gettext_lazy("date"),
        "state": gettext_lazy("state"),
        "expected": gettext_lazy("people expected"),
        "absent": gettext_lazy("people who missed it"),
        "number": gettext_lazy("number"),
    },
    {"state": {PLANNED: gettext_lazy("planned"), HELD: gettext_lazy("held"), CANCELLED: gettext_lazy("cancelled")}},
)
FACTS = {
    "reviews_held": gettext_lazy("Sprint reviews held"),
    "reviews_not_held": gettext_lazy("Sprint reviews cancelled or not held"),
    "absent_percent": gettext_lazy("People who missed sprint reviews, in percent"),
}
status_source(Source("sprints", 10, {"sprint": SPRINT}, FACTS, read, count))
