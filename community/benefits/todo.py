"""What benefit owners give people to do (people/todo.py; EL-86)."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from community.models import BenefitOwner
from people.todo import MOST, OPS, TODO, Line, about
from residencies.models import Residency
from residencies.models.states import State

AHEAD = datetime.timedelta(days=45)
AFTER = datetime.timedelta(days=180)


@TODO.add
def owners_to_name(today: datetime.date) -> list[Line]:
    """Return residencies without a benefit owner, from 45 days before graduation is due to half a year after it; one query."""
    named = BenefitOwner.objects.filter(residency=OuterRef("pk"), ended_on=None)
    soon = Q(state=State.LIVE, graduation_due_on__lte=today + AHEAD)
    since = Q(state=State.GRADUATED, ended_on__gte=today - AFTER, before_portal=False)
    rows = Residency.objects.filter(soon | since).exclude(Exists(named)).select_related("owner").order_by("graduation_due_on", "pk")
    return [_to_name(residency) for residency in rows[:MOST]]


def _to_name(residency: Residency) -> Line:
    due_on = residency.graduation_due_on
    return Line(
        key=f"benefit-owner/{residency.pk}",
        title=_("No benefit owner named"),
        verb=_("Name a benefit owner"),
        url=reverse("benefit-owner-name", args=[residency.reference]),
        since=residency.ended_on or residency.live_on or (due_on or datetime.date.min),
        due_on=due_on,
        about=about(residency),
    )


@TODO.add
def commitments_to_send(today: datetime.date) -> list[Line]:
    """Return named owners whose commitment wasn't sent, the longest waiting first; one query."""
    rows = BenefitOwner.objects.waiting().filter(agreement=None).select_related("person", "residency__owner").order_by("named_on", "pk")
    return [
        Line(
            key=f"benefit-send/{owner.pk}",
            title=_("Commitment of %(name)s not sent yet") % {"name": owner.person.name},
            verb=_("Send the commitment"),
            url=reverse("benefit-owner-send", args=[owner.residency.reference, owner.pk]),
            since=owner.named_on,
            roles=OPS,
            about=about(owner.residency),
        )
        for owner in rows[:MOST]
    ]
