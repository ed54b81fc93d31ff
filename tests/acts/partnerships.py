"""Acts on organizations and service partnerships."""

from __future__ import annotations

import datetime
from functools import partial

from django.utils import timezone

from partnerships.organizations import actions as organizations
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.partnerships.factories import organization

DAY = datetime.timedelta(days=1)


@scenario("partnerships.organizations.actions.add_organization")
def add_organization() -> Act:
    fields = {"name": "City of Ottawa", "level": "municipal", "region": "Ontario", "time_zone": "America/Toronto", "holidays": "ON"}
    return partial(organizations.add_organization, **fields, languages="English, French", by=account("lab_ops"))


@scenario("partnerships.organizations.actions.edit_organization")
def edit_organization() -> Act:
    row = organization()
    return partial(organizations.edit_organization, row, region="Kings County", shown_revision=row.revision, by=account("lab_ops"))


@scenario("partnerships.organizations.actions.add_contact")
def add_contact() -> Act:
    fields = {"person": person(), "role": "Leases", "from_on": timezone.localdate()}
    return partial(organizations.add_contact, organization(), **fields, by=account("lab_ops"))


@scenario("partnerships.organizations.actions.end_contact")
def end_contact() -> Act:
    contact = organizations.add_contact(
        organization(), person=person(), role="Leases", from_on=timezone.localdate() - 9 * DAY, by=account("lab_ops")
    )
    return partial(organizations.end_contact, contact, to_on=timezone.localdate(), by=account("lab_ops"))
