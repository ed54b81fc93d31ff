"""Trust and openness for tests, through the acts that people use."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from oversight.models import DelayedApproval, OpennessPlan, Topic, TrustStatement
from oversight.trust import actions, openness
from people.models import User
from residencies.models import Residency
from residencies.models.states import State
from tests.factories import account, person
from tests.residencies.rows import residency

DAY = datetime.timedelta(days=1)


def agreed(of: Residency, topic: str = Topic.VISION, *, by: User | None = None, **facts: Any) -> TrustStatement:
    """Record what the three sides agreed today."""
    sides = {side: person() for side in ("delivery_team", "alliance_team", "executive")}
    values = {"agreed_on": timezone.localdate(), "text": "Anyone finds a well in a minute.", "outcomes": "Calls halve by June."}
    return actions.record_statement(of, topic=topic, **values | sides | facts, by=by or account("lab_ops"))


def approval(of: Residency | None = None, *, by: User | None = None, days: int = 3, **facts: Any) -> DelayedApproval:
    """Add an approval that has been waiting for some days."""
    values = {"what": "A licence for the map tiles", "waiting_for": "The branch’s purchasing officer"}
    since = timezone.localdate() - days * DAY
    return actions.add_approval(of or residency(State.IN_RESIDENCE), **values | {"since": since} | facts, by=by or account("lab_ops"))


def plan(of: Residency | None = None, *, by: User | None = None, **facts: Any) -> OpennessPlan:
    """Add a plan for openness that is reviewed in 30 days."""
    today = timezone.localdate()
    values = {
        "closed_part": "The code that matches health records", "reason": "It shows how records are linked.", "plan": "Split it out.",
        "align_by": today + 90 * DAY, "next_review_on": today + 30 * DAY,
    }  # fmt: skip
    return openness.add_plan(of or residency(State.IN_RESIDENCE), **values | facts, by=by or account("lab_ops"))
