"""Who may see and keep a team, its sprints and its champions: the lab, and the product owners of the residency (EL-41, EL-50)."""

from __future__ import annotations

from typing import Any

import rules

from people.permissions import declare, is_lab, is_product_owner, is_reader
from residencies.permissions import OWNER, keeps

SEES = is_reader | (is_product_owner & keeps)


@rules.predicate
def sees_team_of(user: Any, part: Any) -> bool:
    """Of a seat, a sprint, a champion: whatever hangs on a team."""
    return SEES.test(user, part.team.residency)


@rules.predicate
def keeps_team_of(user: Any, part: Any) -> bool:
    return OWNER.test(user, part.team.residency)


declare(
    {
        "teams.view_team": SEES,
        "teams.edit_team": OWNER,
        "teams.view_seat": sees_team_of,
        "teams.edit_seat": keeps_team_of,
        "teams.plan_sprints": OWNER,
        "teams.view_sprint": sees_team_of,
        "teams.keep_sprint": keeps_team_of,
        "teams.keep_champion": keeps_team_of,
        "teams.view_checks": is_reader,
        "teams.log_service": is_lab,
        "teams.view_services": is_reader,
        "teams.view_calendar": is_reader | is_product_owner,
    }
)
