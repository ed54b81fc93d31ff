"""Actors without an account: people who came by a link that names them."""

from __future__ import annotations

from typing import Any

import rules


class Presenter:
    """Someone who shows what they were sent, such as a link.

    Not signed in, so that no permission of an account holds for them; a permission that links give asks the tables whether
    what they show stands.
    """

    is_authenticated = False
    is_active = False

    @property
    def account(self) -> Any:
        return None

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return bool(rules.has_perm(perm, self, obj))
