"""What benefit owners give people to do (people/todo.py; EL-86)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from community.models import BenefitOwner, BenefitQuarter
from dates.months import fiscal_quarter_label
from people.todo import MOST, OPS, TODO, Line, about
from residencies.models import Residency
from residencies.models.states import State

AHEAD = datetime.timedelta(days=45)
AFTER = datetime.timedelta(days=180)
PATIENCE = datetime.timedelta(days=7)


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


@TODO.add
def figures_to_follow_up(today: datetime.date) -> list[Line]:
    """Return graduated residencies whose benefit figure is a week overdue, or whose owner has no metric to report it in.

    The longest overdue come first; one query.
    """
    late = BenefitQuarter.objects.overdue(today).due(today - PATIENCE).filter(residency=OuterRef("residency")).order_by("number")
    rows = BenefitOwner.objects.standing().filter(residency__state=State.GRADUATED).select_related("person", "residency__owner")
    rows = rows.annotate(late_from=Subquery(late.values("from_on")[:1]), late_since=Subquery(late.values("due_on")[:1]))
    rows = rows.filter(Q(metric=None) | Q(late_since__isnull=False)).order_by(F("late_since").asc(nulls_last=True), "pk")
    return [_to_follow_up(owner) for owner in rows[:MOST]]


def _to_follow_up(owner: Any) -> Line:
    reference = owner.residency.reference
    params = {"name": owner.person.name, "measure": owner.measure}
    if owner.metric_id is None:
        title, verb = _("No metric for “%(measure)s”, so %(name)s can’t report it") % params, _("Choose the metric")
        url = reverse("benefit-owner-metric", args=[reference, owner.pk])
    else:
        title = _("Benefit figure overdue: %(quarter)s") % {"quarter": fiscal_quarter_label(owner.late_from)}
        verb, url = _("Follow up"), f"{reverse('graduation', args=[reference])}#benefit"
    return Line(
        key=f"benefit-figure/{owner.pk}/{owner.late_from or ''}",
        title=title,
        note=_("%(name)s reports %(measure)s") % params if owner.metric_id else "",
        verb=verb,
        url=url,
        since=owner.late_since or owner.accepted_on,
        due_on=owner.late_since,
        roles=OPS,
        about=about(owner.residency),
    )
