"""Acts on barriers, risks, routes and bodies."""

import datetime
from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from oversight.barriers import actions, catalogue, risks
from oversight.bodies import actions as bodies
from oversight.models import Level, Route
from people.models import Body
from residencies.models.states import State
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.oversight.barriers import at_lab, barrier, category, closed, defined, levels, risk
from tests.residencies.rows import residency

DAY = datetime.timedelta(days=1)


@scenario("oversight.barriers.actions.raise_barrier")
def raise_barrier() -> Act:
    levels()
    fields = {"text": "No one may sign.", "category": category(), "blocks_work": True}
    return partial(actions.raise_barrier, residency(State.IN_RESIDENCE), **fields, by=account("lab_ops"))


@scenario("oversight.barriers.actions.edit_barrier")
def edit_barrier() -> Act:
    row = barrier()
    fields = {"category": category(), "cause": "A rule.", "proposed_solution": "Change it.", "severity": "major"}
    return partial(actions.edit_barrier, row, **fields, shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.actions.assign_owner")
def assign_owner() -> Act:
    row = barrier()
    return partial(actions.assign_owner, row, person=person(), shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.actions.move_barrier")
def move_barrier() -> Act:
    row = defined()
    fields = {"to": Level.objects.get(code="lab-operations"), "recommendation": "Name a second signer.", "reason": "The team can't."}
    return partial(actions.move_barrier, row, **fields, shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.actions.close_barrier")
def close_barrier() -> Act:
    row = barrier()
    fields = {"state": "accepted", "outcome": "We live with it.", "accepted_until": timezone.localdate() + 30 * DAY}
    return partial(actions.close_barrier, row, **fields, shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.actions.reopen_barrier")
def reopen_barrier() -> Act:
    row = closed(barrier(), "accepted", accepted_until=timezone.localdate() + 30 * DAY)
    return partial(actions.reopen_barrier, row, reason="The law changed.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.actions.group_barriers")
def group_barriers() -> Act:
    rows = [at_lab() for _number in range(3)]
    return partial(actions.group_barriers, rows, text="Only one person signs.", cause="A rule.", by=account("lab_ops"))


@scenario("oversight.barriers.risks.add_risk")
def add_risk() -> Act:
    levels()
    fields = {"text": "It ends early.", "likelihood": 3, "impact": 4, "next_review_on": timezone.localdate() + 30 * DAY}
    return partial(risks.add_risk, residency(State.IN_RESIDENCE), **fields, by=account("lab_ops"))


@scenario("oversight.barriers.risks.edit_risk")
def edit_risk() -> Act:
    row = risk()
    return partial(risks.edit_risk, row, response="Ask a second vendor.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.risks.rate_risk")
def rate_risk() -> Act:
    row = risk()
    fields = {"likelihood": 1, "impact": 2, "because_of": "It was renewed.", "next_review_on": timezone.localdate() + 30 * DAY}
    return partial(risks.rate_risk, row, **fields, shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.risks.close_risk")
def close_risk() -> Act:
    row = risk()
    return partial(risks.close_risk, row, outcome="It was renewed.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.barriers.catalogue.install_standard_routes")
def install_standard_routes() -> Act:
    return partial(catalogue.install_standard_routes, by=SYSTEM)


@scenario("oversight.barriers.catalogue.edit_level")
def edit_level() -> Act:
    level = levels()["working-group"]
    return partial(catalogue.edit_level, level, allowed_days=12, shown_revision=level.revision, by=account("admin"))


@scenario("oversight.barriers.catalogue.add_route")
def add_route() -> Act:
    where = levels()
    fields = {"scope": "systemic", "from_level": where["lab-operations"], "to_level": where["sponsor"]}
    return partial(catalogue.add_route, **fields, by=account("admin"))


@scenario("oversight.barriers.catalogue.edit_route")
def edit_route() -> Act:
    levels()
    return partial(catalogue.edit_route, Route.objects.all()[0], is_open=False, shown_revision=1, by=account("admin"))


@scenario("oversight.barriers.catalogue.add_category")
def add_category() -> Act:
    return partial(catalogue.add_category, name="Weather", by=account("admin"))


@scenario("oversight.barriers.catalogue.edit_category")
def edit_category() -> Act:
    levels()
    return partial(catalogue.edit_category, category(), name="Data", is_offered=True, shown_revision=1, by=account("admin"))


def body() -> Body:
    return bodies.add_body(name="Digital working group", by=account("lab_ops"))


@scenario("oversight.bodies.actions.add_body")
def add_body() -> Act:
    return partial(bodies.add_body, name="Steering committee", kind="committee", purpose="Decides.", by=account("lab_ops"))


@scenario("oversight.bodies.actions.edit_body")
def edit_body() -> Act:
    row = body()
    return partial(bodies.edit_body, row, purpose="Advises.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("oversight.bodies.actions.add_body_seat")
def add_body_seat() -> Act:
    fields = {"person": person(), "role": "Chair", "acting_for": "The deputy minister", "from_on": timezone.localdate()}
    return partial(bodies.add_body_seat, body(), **fields, by=account("lab_ops"))


@scenario("oversight.bodies.actions.end_body_seat")
def end_body_seat() -> Act:
    seat = bodies.add_body_seat(body(), person=person(), from_on=timezone.localdate() - 9 * DAY, by=account("lab_ops"))
    return partial(bodies.end_body_seat, seat, to_on=timezone.localdate(), by=account("lab_ops"))
