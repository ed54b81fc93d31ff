"""Who may see and keep a team's roster: the lab, and the product owners of the residency (EL-41)."""

from __future__ import annotations

from typing import Any

import rules

from people.permissions import declare, is_product_owner, is_reader
from residencies.permissions import OWNER, keeps
from teams.models import Seat

SEES = is_reader | (is_product_owner & keeps)


@rules.predicate
def sees_team_of(user: Any, seat: Seat) -> bool:
    return SEES.test(user, seat.team.residency)


@rules.predicate
def keeps_team_of(user: Any, seat: Seat) -> bool:
    return OWNER.test(user, seat.team.residency)


declare(
    {
        "teams.view_team": SEES,
        "teams.edit_team": OWNER,
        "teams.view_seat": sees_team_of,
        "teams.edit_seat": keeps_team_of,
    }
)
