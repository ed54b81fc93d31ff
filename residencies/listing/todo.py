"""What needs the lab today: each thing a sentence with a verb and one link, the longest waiting first.

Every source looks at a bounded number of rows through an index, so that home costs the same in a small lab
and in a large one. Other apps add their own (`agreements/todo.py`, `teams/todo.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residencies.lifecycle import rules
from residencies.models import Condition, ConditionFinding, Conversation, Residency, Review
from residencies.models.states import UNDER_WAY, State
from web.paging import COUNTED

MOST = 10
CLOCK_DAYS = 60


@dataclass(frozen=True)
class Attention:
    """Something that waits for a person: what to do about which residency, where, and since or until when."""

    sentence: str
    url: str
    since: datetime.date
    late: bool = False


class CountUpTo(Subquery):
    """How many rows a query has: a sliced one is counted no further than the slice goes."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def newest_ids(states: Iterable[str], count: int) -> Any:
    """Key, state and how many are there (`COUNTED` + 1 when more) of the `count` newest residencies at each of `states`."""
    return _first_ids({state: CountUpTo(_at(state).order_by("-pk").values("pk")[: COUNTED + 1]) for state in states}, count, "-pk")


def oldest_ids(states: Iterable[str], count: int) -> Any:
    """Key, state and 0 of the `count` oldest residencies at each of `states`; can be joined to `newest_ids`."""
    return _first_ids(dict.fromkeys(states, Value(0)), count, "pk")


def _first_ids(states: Mapping[str, Any], count: int, order: str) -> Any:
    """One query, which does not grow with the table."""
    branches = [
        Residency.objects.order_by().filter(pk__in=_at(state).order_by(order).values("pk")[:count]).annotate(total=total)
        for state, total in states.items()
    ]
    keys = [branch.values_list("pk", "state", "total") for branch in branches]
    return keys[0].union(*keys[1:], all=True)


def _at(state: str) -> Any:
    return Residency.objects.filter(state=state)


def intakes_to_review() -> int:
    """How many intakes wait for the lab to decide, counted to 99; one query."""
    return Residency.objects.order_by().filter(state__in=(State.SUBMITTED, State.IN_REVIEW))[:99].count()


def open_reviews() -> list[Attention]:
    """Intakes that wait for a review, and reviews that wait for decisions (EL-16); one query."""
    decided = CountUpTo(_decided().values("pk"))
    rows = Review.objects.filter(closed_at=None).select_related("residency").annotate(decided=decided).order_by("opened_at")[:MOST]
    return [
        Attention(_about_review(row), reverse("review", args=[row.residency.reference]), timezone.localdate(row.opened_at)) for row in rows
    ]


def _decided() -> Any:
    """Of a review's residency, the conditions with a finding in that review, or decided earlier on words that still stand (EL-13)."""
    findings = ConditionFinding.objects.filter(condition=OuterRef("pk"))
    latest = findings.filter(sent_at__isnull=False).order_by("-review__number").values("pk")[:1]
    standing = ConditionFinding.objects.filter(
        pk=OuterRef("latest"), case_version=OuterRef("version"), verdict__in=[rules.MET, rules.NOT_MET]
    )
    rows = Condition.objects.order_by().filter(residency=OuterRef("residency")).annotate(latest=Subquery(latest))
    return rows.filter(Exists(findings.filter(review=OuterRef(OuterRef("pk")))) | Exists(standing))


def _about_review(review: Any) -> str:
    left = 6 - review.decided
    params = {"residency": str(review.residency), "count": left}
    if review.residency.state == State.SUBMITTED:
        return _("Start the review of %(residency)s") % params
    if left:
        return ngettext("Decide %(count)d condition for %(residency)s", "Decide %(count)d conditions for %(residency)s", left) % params
    return _("Decide on %(residency)s: all six conditions are drafted, waiting for leadership") % params


def agreements_to_make(qualified: Iterable[Residency]) -> list[Attention]:
    """Qualified residencies without an agreement."""
    return [
        Attention(
            _("Make the agreement for %(residency)s") % {"residency": str(residency)},
            reverse("agreement", args=[residency.reference]),
            since_of(residency),
        )
        for residency in qualified
    ]


def pivots_to_decide() -> list[Attention]:
    """Conversations whose outcome is a pivot, which lab leadership decides; a later one that came to something else settles it (EL-85).

    One query.
    """
    held = Conversation.objects.current().filter(held_on__isnull=False)
    later = held.filter(residency=OuterRef("residency"), pk__gt=OuterRef("pk"))
    rows = Conversation.objects.to_a_pivot().filter(~Exists(later), residency__state__in=UNDER_WAY).select_related("residency")
    return [
        Attention(
            _("Decide about the pivot of %(residency)s") % {"residency": str(row.residency)},
            reverse("residency-move", args=[row.residency.reference, "pivot"]),
            row.held_on or row.opened_on,
        )
        for row in rows.order_by("held_on", "pk")[:MOST]
    ]


def open_conversations(today: datetime.date) -> list[Attention]:
    """Conversations about residencies under way that were opened and not held (EL-84); one query."""
    rows = Conversation.objects.filter(held_on=None, residency__state__in=UNDER_WAY).select_related("residency").order_by("due_on")
    return [
        Attention(
            _("Hold the conversation about %(residency)s") % {"residency": str(row.residency)},
            reverse("conversations", args=[row.residency.reference]),
            row.opened_on,
            row.due_on < today,
        )
        for row in rows[:MOST]
    ]


def clocks(today: datetime.date) -> list[tuple[Residency, int]]:
    """Live residencies that are late or due home within `CLOCK_DAYS`, with the days left, the latest first (EL-83); one query."""
    soon = today + datetime.timedelta(days=CLOCK_DAYS)
    rows = Residency.objects.filter(state=State.LIVE, graduation_due_on__lte=soon).order_by("graduation_due_on", "pk")[:MOST]
    return [(residency, rules.days_left(residency.graduation_due_on, today)) for residency in rows if residency.graduation_due_on]


def since_of(residency: Residency) -> datetime.date:
    return timezone.localdate(residency.state_since)
