"""Acts on services received, and the checks' own."""

from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from teams.choices import ServiceKind
from teams.lab import actions as lab_actions
from teams.roster import actions as roster_actions
from tests.acts import Act, scenario
from tests.factories import account
from tests.teams.factories import checked, residency, service


@scenario("teams.lab.actions.log_service")
def log_service() -> Act:
    fields = {"kind": ServiceKind.POLICY, "given_on": timezone.localdate(), "result": "The firewall is open."}
    return partial(lab_actions.log_service, residency(), **fields, by=account("lab_ops"))


@scenario("teams.lab.actions.cancel_service")
def cancel_service() -> Act:
    entry = service(residency())
    return partial(lab_actions.cancel_service, entry, reason="Entered twice.", shown_revision=entry.revision, by=account("lab_ops"))


@scenario("teams.roster.actions.keep_checks")
def keep_checks() -> Act:
    checked(residency())
    return partial(roster_actions.keep_checks, by=SYSTEM)
