"""Acts on services received, and the checks' own."""

from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from teams import actions
from teams.roles import ServiceKind
from tests.acts import Act, scenario
from tests.factories import account
from tests.teams.factories import checked, residency, service


@scenario("teams.actions.services.log_service")
def log_service() -> Act:
    fields = {"kind": ServiceKind.POLICY, "given_on": timezone.localdate(), "result": "The firewall is open."}
    return partial(actions.log_service, residency(), **fields, by=account("lab_ops"))


@scenario("teams.actions.services.strike_service")
def strike_service() -> Act:
    entry = service(residency())
    return partial(actions.strike_service, entry, reason="Entered twice.", expected=entry.version, by=account("lab_ops"))


@scenario("teams.actions.checking.keep_checks")
def keep_checks() -> Act:
    checked(residency())
    return partial(actions.keep_checks, by=SYSTEM)
