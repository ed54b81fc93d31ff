"""The kinds of visitor that every address is tried as."""

from __future__ import annotations

from enum import StrEnum


class Visitor(StrEnum):
    ANONYMOUS = "anonymous"
    OWNER = "owner"  # keeps the residency in question
    STRANGER = "stranger"  # keeps a residency of another ministry
    VIEWER = "viewer"
    OPS = "ops"
    LEAD = "lead"
    ADMIN = "admin"  # the role, not a superuser
    SUPERUSER = "superuser"  # a superuser without roles
    NOBODY = "nobody"  # an account without roles
    DISABLED = "disabled"  # was lab operations; may no longer sign in
    INVITED = "invited"  # came by an invitation link, has no account


V = Visitor
EVERYONE = frozenset(Visitor)
SIGNED_IN = EVERYONE - {V.ANONYMOUS, V.DISABLED, V.INVITED}
LAB = frozenset({V.OPS, V.LEAD})
READERS = LAB | {V.VIEWER}
ADMINS = frozenset({V.ADMIN, V.SUPERUSER})
OPS = frozenset({V.OPS})
LEAD = frozenset({V.LEAD})
OWNER = frozenset({V.OWNER})
NONE: frozenset[Visitor] = frozenset()
