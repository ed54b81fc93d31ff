"""What a status report says about a team's sprints (EL-50, EL-51, EL-96)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.subjects import Subject
from oversight.status.facts import Contribution, Figure, Period, named, status_facts
from teams.choices import Came
from teams.models import Sprint
from web.templatetags.portal import day

MOST_AHEAD = 2


@status_facts(place=10)
def sprints(subject: Subject, period: Period) -> Contribution:
    """Return the reviews held and not held in the period with attendance, and the next ones; one query."""
    rows = Sprint.objects.current().filter(team__stream=subject.stream_id, review_on__gte=period.start).order_by("review_on", "pk")
    expected = Count("presences", filter=~Q(presences__came=""))
    sprints = list(rows.annotate(expected=expected, absent=Count("presences", filter=Q(presences__came=Came.MISSED))))
    past = [sprint for sprint in sprints if sprint.review_on <= period.today]
    held = [sprint for sprint in past if sprint.is_held]
    # A review today may still be held.
    missed = [sprint for sprint in past if sprint.is_called_off or (sprint.is_planned and sprint.review_on < period.today)]
    people, absent = sum(sprint.expected for sprint in held), sum(sprint.absent for sprint in held)  # type: ignore[attr-defined]  # annotated
    facts = {"reviews_held": len(held), "reviews_not_held": len(missed), "absent_percent": 100 * absent // people if people else 0}
    ahead = [sprint for sprint in sprints if sprint.review_on > period.today and sprint.is_planned][:MOST_AHEAD]
    figures = (
        Figure("attendance", _("Attendance at sprint reviews"), _("%(came)d of %(all)d") % {"came": people - absent, "all": people}),
    )
    return Contribution(
        facts,
        done=(_held(held, people, absent),) if held else (),
        upcoming=tuple(
            _("Hold the review of sprint %(number)d on %(day)s.") % {"number": row.number, "day": day(row.review_on)} for row in ahead
        ),
        figures=figures if people else (),
    )


def _held(held: Sequence[Sprint], people: int, absent: int) -> str:
    names = named([_("sprint %(number)d") % {"number": sprint.number} for sprint in held])
    sentence = ngettext("Held %(count)d sprint review: %(names)s.", "Held %(count)d sprint reviews: %(names)s.", len(held))
    line = sentence % {"count": len(held), "names": names}
    if people:
        line += " " + _("%(came)d of %(all)d people expected attended.") % {"came": people - absent, "all": people}
    return line
