"""What alumni and mentors give people to do (people/todo.py; EL-54)."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Alumnus, Mentoring
from people.todo import MOST, OPS, TODO, Line, about

ANSWER_DAYS = 10


@TODO.add
def waiting_for_mentor(today: datetime.date) -> list[Line]:
    """Return requests without a mentor, the longest waiting first; one query."""
    return [_waiting_line(mentoring) for mentoring in Mentoring.objects.waiting().for_list()[:MOST]]


def _waiting_line(mentoring: Mentoring) -> Line:
    since = localdate(mentoring.requested_at)
    return Line(
        key=f"mentor-wanted/{mentoring.pk}",
        title=_("Mentor requested: %(topic)s") % {"topic": mentoring.get_topic_display()},
        verb=_("Match a mentor"),
        url=reverse("mentoring-match", args=[mentoring.pk]),
        since=since,
        due_on=since + datetime.timedelta(days=ANSWER_DAYS),
        about=about(mentoring.residency),
    )


@TODO.add
def quiet_mentorings(today: datetime.date) -> list[Line]:
    """Return mentorings without a meeting for 30 days, the longest first; one query."""
    return [_quiet_line(mentoring) for mentoring in Mentoring.objects.quiet(today).for_list()[:MOST]]


def _quiet_line(mentoring: Mentoring) -> Line:
    last = mentoring.last_met_on
    assert last is not None  # noqa: S101 - it has a mentor
    params = {"mentor": mentoring.mentor.name if mentoring.mentor else "", "day": date_format(last, "j F")}
    return Line(
        key=f"mentor-quiet/{mentoring.pk}/{last}",
        title=_("No meeting with %(mentor)s since %(day)s") % params,
        verb=_("Follow up"),
        url=mentoring.get_absolute_url(),
        since=last,
        about=about(mentoring.residency),
    )


@TODO.add
def alumni_to_check(today: datetime.date) -> list[Line]:
    """Return one line about all alumni without an email address or with details that nobody confirmed for long; one query."""
    rows = list(Alumnus.objects.to_check(today).order_by("checked_on", "pk")[: MOST + 1])
    if not rows:
        return []
    count = len(rows)
    title = ngettext("%(count)d alum may be unreachable", "%(count)d alumni may be unreachable", count)
    since = rows[0].checked_on
    url = f"{reverse('alumni')}?check=on"
    return [Line(key="alumni-check", title=title % {"count": count}, verb=_("Check contact details"), url=url, since=since, roles=OPS)]
