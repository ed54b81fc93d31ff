"""Who can see the portfolio and a residency's return, who can seal its value report, and who may create and revoke API tokens.

What a token may do is up to its scope and its account's permissions.
"""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from people.models import User
from people.permissions import SEES_SUBJECT, declare, is_admin, is_lab_lead, is_product_owner, is_reader


@rules.predicate
def is_own_token(user: Actor, token: Any) -> bool:
    return bool(isinstance(user, User) and user.is_active and token is not None and token.account_id == user.pk)


declare(
    {
        "reports.view_return": SEES_SUBJECT,
        "reports.view_portfolio": is_reader,
        "reports.create_token": is_reader | is_product_owner,
        "reports.revoke_token": is_own_token | is_lab_lead | is_admin,
    }
)
