"""Acts on destinations, graduations and follow-ups."""

from functools import partial

from oversight.followups import actions as follow_up_actions
from residencies.graduation.actions import edit_graduation
from residencies.models.states import State
from teams.destinations.actions import decide_destination
from teams.models import Destination
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.oversight.follow_ups import by_link, follow_up
from tests.residencies import rows
from tests.teams.factories import seat


@scenario("teams.destinations.actions.decide_destination")
def decide() -> Act:
    held = seat(rows.residency(State.LIVE))
    destination = Destination(team=held.team, person=held.person)
    return partial(decide_destination, destination, goes="moves", place="Digital branch", shown_revision=1, by=account("lab_ops"))


@scenario("residencies.graduation.actions.edit_graduation")
def edit_story() -> Act:
    fields = {"story": "Growers are paid in days.", "ceremony_on": None, "ceremony_place": "", "shown_revision": 1}
    return partial(edit_graduation, rows.residency(State.GRADUATED), **fields, by=account("lab_ops"))


@scenario("oversight.followups.actions.answer_follow_up")
def answer_follow_up() -> Act:
    row = follow_up(rows.residency(State.GRADUATED))
    return partial(follow_up_actions.answer_follow_up, row, in_use="yes", together=row.team[:2], by=by_link(row))


@scenario("oversight.followups.actions.change_follow_up_contact")
def change_contact() -> Act:
    row = follow_up(rows.residency(State.GRADUATED))
    return partial(follow_up_actions.change_follow_up_contact, row, contact=person(), by=account("lab_ops"))
