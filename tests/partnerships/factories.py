"""Organizations and partnerships for tests, made through the acts that people use."""

from __future__ import annotations

from itertools import count
from typing import Any

from partnerships.organizations.actions import add_organization
from people.models import Organization, User
from tests.factories import account

_numbers = count(1)


def organization(*, by: User | None = None, level: str = "municipal", **fields: Any) -> Organization:
    """An organization with a name of its own."""
    name = fields.pop("name", "") or f"Town of Ashford {next(_numbers)}"
    return add_organization(name=name, level=level, by=by or account("lab_ops"), **fields)
