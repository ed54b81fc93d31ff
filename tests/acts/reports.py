"""Acts on value reports, portfolios and API tokens."""

import datetime
from functools import partial

from ledger.actions import append
from reports.models import Scope
from reports.portfolio import actions as portfolio
from reports.tokens import actions
from reports.value import actions as value
from tests.acts import Act, scenario
from tests.clock import TODAY
from tests.factories import account
from tests.reports.factories import token_for
from tests.teams.factories import residency


@scenario("reports.tokens.actions.create_token")
def create_token() -> Act:
    expires_on = TODAY + datetime.timedelta(days=30)
    return partial(actions.create_token, name="Dashboard", scope=Scope.READ, expires_on=expires_on, by=account("lab_ops"))


@scenario("reports.tokens.actions.revoke_token")
def revoke_token() -> Act:
    token, _text = token_for(account("lab_ops"))
    return partial(actions.revoke_token, token, by=token.account)


@scenario("reports.value.actions.seal_value_report")
def seal_value_report() -> Act:
    return partial(value.seal_value_report, residency(), by=account("lab_ops"))


@scenario("reports.portfolio.actions.seal_portfolio")
def seal_portfolio() -> Act:
    row = residency()
    append(row.stream, "moved", by=account("lab_ops"), to_state="submitted")
    return partial(portfolio.seal_portfolio, by=account("lab_ops"))
