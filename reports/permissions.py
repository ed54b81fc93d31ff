"""Who can see the portfolio and a residency's return, who can seal its value report, and who may create and revoke API tokens.

What a token may do is up to its scope and its account's permissions.
"""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from people.models import User
from people.permissions import KEEPS_SUBJECT, SEES_SUBJECT, declare, is_admin, is_lab, is_lab_lead, is_product_owner, is_reader


@rules.predicate
def is_own_token(user: Actor, token: Any) -> bool:
    return bool(isinstance(user, User) and user.is_active and token is not None and token.account_id == user.pk)


@rules.predicate
def sees_subject_of(user: Actor, run: Any) -> bool:
    """Return whether the account can see the subject of a sealed report."""
    return SEES_SUBJECT.test(user, run.subject)


declare(
    {
        "reports.view_return": SEES_SUBJECT,
        "reports.view_portfolio": is_reader,
        "reports.view_sealed_report": sees_subject_of,
        "reports.seal_value_report": is_lab | KEEPS_SUBJECT,
        "reports.create_token": is_reader | is_product_owner,
        "reports.revoke_token": is_own_token | is_lab_lead | is_admin,
    }
)
