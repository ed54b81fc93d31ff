"""The demo's teams: who is on them, and what the role checks find about some."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from labportal.demo.scale_words import FIRST, LAST
from people.models import Person, User
from residencies.models import Residency
from teams.actions import add_seat
from teams.roles import Employer, TeamRole

Somebody = Callable[..., Person]

VENDORS = ("Cedar & Tide Digital", "Northlight Agile Co-op", "Saltbox Software")

OWNER = {"role": TeamRole.PRODUCT_OWNER, "employer": Employer.BUSINESS_AREA, "band": 3, "trained": True}
ANALYST = {"role": TeamRole.ANALYST, "employer": Employer.BUSINESS_AREA}
DEVOPS = {"role": TeamRole.DEVOPS, "employer": Employer.IM_BRANCH, "is_senior": True}
SCRUM_MASTER = {"role": TeamRole.SCRUM_MASTER, "employer": Employer.VENDOR, "vendor": VENDORS[1]}
DESIGNER = {"role": TeamRole.DESIGNER, "employer": Employer.VENDOR, "vendor": VENDORS[0]}
RESEARCHER = {"role": TeamRole.RESEARCHER, "employer": Employer.OTHER_GOVERNMENT, "share": 60}
DEVELOPER = {"role": TeamRole.DEVELOPER, "employer": Employer.VENDOR, "vendor": VENDORS[2]}
OWN_DEVELOPER = {"role": TeamRole.DEVELOPER, "employer": Employer.IM_BRANCH}
DATA = {"role": TeamRole.DATA, "employer": Employer.OTHER_GOVERNMENT}
OPEN_DEVOPS = {**DEVOPS, "open": True}

KINDS: dict[str, tuple[dict[str, Any], ...]] = {
    "ready": (OWNER, ANALYST, DEVOPS, SCRUM_MASTER, DESIGNER, DEVELOPER, OWN_DEVELOPER),
    "nine": (OWNER, ANALYST, DEVOPS, SCRUM_MASTER, DESIGNER, RESEARCHER, DEVELOPER, OWN_DEVELOPER, DATA),
    "no_devops": (OWNER, ANALYST, SCRUM_MASTER, DESIGNER, {**RESEARCHER, "reached": False}, DEVELOPER, OWN_DEVELOPER, OPEN_DEVOPS),
    "one_government": ({**OWNER, "trained": False}, SCRUM_MASTER, DESIGNER, DEVELOPER),
    "part_time": ({**OWNER, "share": 50}, {**ANALYST, "share": 60}, SCRUM_MASTER, DEVELOPER),
    "with_successors": (
        OWNER, ANALYST, DEVOPS, OWN_DEVELOPER,
        {**SCRUM_MASTER, "successor": "Yuki Penhallow"}, {**DEVELOPER, "successor": "Ines Fenwick-Osei"},
    ),
}  # fmt: skip


def names(reserved: set[str]) -> Iterator[tuple[str, str]]:
    """Invented people, each once and none of `reserved`, with addresses that belong to nobody."""
    for turn in range(len(LAST)):
        for place, first in enumerate(FIRST):
            name = f"{first} {LAST[(place * 5 + turn) % len(LAST)]}"
            if name not in reserved:
                yield name, f"{name.replace(' ', '.')}@example.org".lower()


def fill(residency: Residency, kind: str, *, owner: Person, somebody: Somebody, on: datetime.date, by: User) -> None:
    """Seat a team of that kind from `on`; `somebody(title, organisation, reached=…)` makes up everyone but the product owner."""
    for seat in KINDS[kind]:
        facts = {name: value for name, value in seat.items() if name not in ("trained", "open", "reached")}
        if not seat.get("open"):
            title, organisation = TeamRole(seat["role"]).label, seat.get("vendor") or residency.ministry.name
            is_owner = seat["role"] == TeamRole.PRODUCT_OWNER
            facts["person"] = owner if is_owner else somebody(str(title), organisation, reached=seat.get("reached", True))
        if seat.get("trained"):
            facts["agile_trained_on"] = on - datetime.timedelta(days=9)
        add_seat(residency, from_on=on, by=by, **facts)
