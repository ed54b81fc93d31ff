"""Acts on a roster."""

import datetime
from functools import partial

from teams.choices import Employer, TeamRole
from teams.roster import actions, importing
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.teams.factories import START, residency, seat

LATER = START + datetime.timedelta(days=60)


@scenario("teams.roster.actions.add_seat")
def add_seat() -> Act:
    return partial(
        actions.add_seat,
        residency(),
        role=TeamRole.DATA,
        employer=Employer.IM_BRANCH,
        from_on=START,
        person=person(),
        by=account("lab_ops"),
    )


@scenario("teams.roster.actions.edit_seat")
def edit_seat() -> Act:
    row = seat(residency())
    return partial(actions.edit_seat, row, shown_revision=row.revision, share=80, by=account("lab_ops"))


@scenario("teams.roster.actions.change_seat_from")
def change_seat_from() -> Act:
    row = seat(residency())
    return partial(actions.change_seat_from, row, on=LATER, shown_revision=row.revision, share=50, by=account("lab_ops"))


@scenario("teams.roster.actions.end_seat")
def end_seat() -> Act:
    row = seat(residency())
    return partial(actions.end_seat, row, on=LATER, shown_revision=row.revision, by=account("lab_ops"))


@scenario("teams.roster.actions.fill_seat")
def fill_seat() -> Act:
    row = seat(residency(), person=None)
    return partial(actions.fill_seat, row, from_on=LATER, shown_revision=row.revision, person=person(), by=account("lab_ops"))


@scenario("teams.roster.actions.cancel_seat")
def cancel_seat() -> Act:
    row = seat(residency())
    return partial(actions.cancel_seat, row, reason="Entered twice.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("teams.roster.importing.import_roster")
def import_roster() -> Act:
    text = "Name,Role,Employer,First day\nYuki Penhallow,Developer,Business area,2026-01-05\nOpen seat,Developer,Business area,2026-01-05\n"
    return partial(importing.import_roster, residency(), text, by=account("lab_ops"))
