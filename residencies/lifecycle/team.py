"""Who is on the team that graduates, and where each of them goes, as the teams app tells it (EL-81, EL-82)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from acts.registry import Registry, RegistryKind
from ledger.subjects import Subject
from oversight.followups.rules import Share


class Goes(TextChoices):
    """What someone does after graduation."""

    STAYS = "stays", _("Stays with the product")
    MOVES = "moves", _("Moves to other work")
    LEAVES = "leaves", _("Leaves")


@dataclass(frozen=True)
class Member:
    """Someone on a team, with their roles in words, and where they go; `on` is the last day of someone who leaves."""

    person: int
    name: str
    role: str = ""
    employer: str = ""
    is_vendor: bool = False
    is_product_owner: bool = False
    goes: str = ""
    place: str = ""
    on: datetime.date | None = None
    successor: str = ""
    overlap_weeks: int | None = None

    @property
    def is_decided(self) -> bool:
        return bool(self.goes)

    @property
    def lacks_successor(self) -> bool:
        """Return whether someone from a vendor goes and no one is named to take over."""
        return self.is_vendor and self.is_decided and self.goes != Goes.STAYS and not self.successor

    @property
    def label(self) -> str:
        return str(Goes(self.goes).label) if self.goes else ""

    @property
    def as_record(self) -> dict[str, Any]:
        """Return it as JSON; `from_record` restores it."""
        return {name: str(value) if isinstance(value, datetime.date) else value for name, value in asdict(self).items()}


def from_record(facts: Mapping[str, Any]) -> Member:
    return Member(**{**facts, "on": parse_date(facts["on"]) if facts.get("on") else None})


Members = Callable[[Sequence[Subject], datetime.date], Mapping[int, list[Member]]]
# Each returns the members of some subjects' teams on a day, by stream; added in an app's `followers.py`.
TEAM: Registry[Members] = Registry(RegistryKind.GRADUATION_TEAM)


def team_of(subject: Subject, on: datetime.date) -> list[Member]:
    """Return who is on a subject's team on a day; one query."""
    return [member for members in TEAM.all() for member in members([subject], on)[subject.stream_id]]


def staying(members: Iterable[Member]) -> list[Member]:
    """Return those who stay with the product."""
    return [member for member in members if member.goes == Goes.STAYS]


def kept_together(members: Iterable[Member]) -> Share:
    """Return the share of a team that stays with the product (EL-56)."""
    members = list(members)
    return Share(len(staying(members)), len(members))
