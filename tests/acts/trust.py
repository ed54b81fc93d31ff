"""Acts on trust and openness."""

import datetime
from functools import partial

from django.utils import timezone

from oversight.models import Topic
from oversight.trust import actions, openness
from residencies.models.states import State
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.oversight import trusting
from tests.residencies.rows import residency


@scenario("oversight.trust.actions.record_statement")
def record_statement() -> Act:
    sides = {side: person() for side in ("delivery_team", "alliance_team", "executive")}
    fields = {"topic": Topic.DECISIONS, "agreed_on": timezone.localdate(), "text": "The order of the work.", "limit_cents": 500_000}
    return partial(actions.record_statement, residency(State.IN_RESIDENCE), **fields, **sides, by=account("lab_ops"))


@scenario("oversight.trust.actions.add_approval")
def add_approval() -> Act:
    fields = {"what": "A licence", "waiting_for": "The branch", "since": timezone.localdate()}
    return partial(actions.add_approval, residency(State.IN_RESIDENCE), **fields, by=account("lab_ops"))


@scenario("oversight.trust.actions.edit_approval")
def edit_approval() -> Act:
    row = trusting.approval()
    return partial(actions.edit_approval, row, shown_revision=row.revision, waiting_for="The ministry", by=account("lab_ops"))


@scenario("oversight.trust.actions.resolve_approval")
def resolve_approval() -> Act:
    row = trusting.approval()
    fields = {"resolved_on": timezone.localdate(), "outcome": "Bought.", "shown_revision": row.revision}
    return partial(actions.resolve_approval, row, **fields, by=account("lab_ops"))


@scenario("oversight.trust.openness.add_plan")
def add_plan() -> Act:
    today = timezone.localdate()
    dates = {"align_by": today, "next_review_on": today + datetime.timedelta(days=9)}
    fields = {"closed_part": "The code", "reason": "Privacy.", "plan": "Split it.", **dates}
    return partial(openness.add_plan, residency(State.IN_RESIDENCE), **fields, by=account("lab_ops"))


@scenario("oversight.trust.openness.edit_plan")
def edit_plan() -> Act:
    row = trusting.plan()
    return partial(openness.edit_plan, row, shown_revision=row.revision, reason="Security.", by=account("lab_ops"))


@scenario("oversight.trust.openness.review_plan")
def review_plan() -> Act:
    row = trusting.plan()
    fields = {"note": "Half is open.", "next_review_on": timezone.localdate() + datetime.timedelta(days=9), "shown_revision": row.revision}
    return partial(openness.review_plan, row, **fields, by=account("lab_ops"))


@scenario("oversight.trust.openness.close_plan")
def close_plan() -> Act:
    row = trusting.plan()
    return partial(openness.close_plan, row, outcome="It is open.", shown_revision=row.revision, by=account("lab_ops"))
