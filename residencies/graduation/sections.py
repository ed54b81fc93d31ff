"""Sections that apps on higher floors add to a residency's Graduation page, such as the benefit owner's commitment.

An app declares one in its `followers.py`, where it is found: a function of the account, the residency and today that returns a
template and its context, or None if there is nothing to show. It takes a fixed number of queries.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from acts.registry import Registry, RegistryKind
from people.models import User
from residencies.models import Residency


@dataclass(frozen=True)
class GraduationSection:
    template: str
    context: dict[str, Any]


Source = Callable[[User, Residency, datetime.date], GraduationSection | None]
SECTIONS: Registry[Source] = Registry(RegistryKind.GRADUATION_SECTION)


def graduation_sections(user: User, residency: Residency, today: datetime.date) -> list[GraduationSection]:
    """Return the sections that have something to show, in the order in which they were found."""
    sections = (source(user, residency, today) for source in SECTIONS.all())
    return [section for section in sections if section is not None]
