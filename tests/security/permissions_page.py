"""Prints docs/permissions.md from the tables that the matrix holds the portal against: `make docs`."""

from __future__ import annotations

from tests.security.expected import EXPECTED, PERMISSIONS, Audience
from tests.security.roles import Visitor

COLUMNS = {
    Visitor.ANONYMOUS: "nobody signed in",
    Visitor.NOBODY: "account without role",
    Visitor.OWNER: "keeper of it",
    Visitor.STRANGER: "keeper of another",
    Visitor.VIEWER: "viewer",
    Visitor.OPS: "lab operations",
    Visitor.LEAD: "lab leadership",
    Visitor.ADMIN: "administrator",
}
HEAD = """# Who may do what

Made by `make docs` from the tables in `tests/security/expected.py`; the test suite walks every address as every kind of
visitor and fails where the portal does otherwise, and for an address or permission that is missing here. “Keeper” is an
account on the program side that keeps the residency in question. What is hidden from an account looks as if it were not
there. Pages by invitation are open to the browser that opened the invitation, and to nobody else. Gates hold whoever asks.
"""


def page() -> str:
    """The whole page, ending in one line end."""
    return "\n".join([HEAD, *_permissions(), "", *_addresses(), ""])


def _permissions() -> list[str]:
    rows = [f"| `{name}` | {_marks(who)} |" for name, who in sorted(PERMISSIONS.items())]
    return ["## Permissions", "", _header("permission"), *rows]


def _addresses() -> list[str]:
    rows = [f"| `{name}` | {_looks_and_sends(row.get, row.post)} |" for name, row in sorted(EXPECTED.items()) if row.of != "invitation"]
    note = "“sees” may look, “does” may also send the form there, “sends” may only send it."
    return ["## Addresses", "", note, "", _header("address"), *rows]


def _header(first: str) -> str:
    return f"| {first} | {' | '.join(COLUMNS.values())} |\n|---|{'---|' * len(COLUMNS)}"


def _marks(who: Audience) -> str:
    return " | ".join("yes" if visitor in who else "" for visitor in COLUMNS)


def _looks_and_sends(get: Audience, post: Audience) -> str:
    words = {(True, True): "does", (True, False): "sees", (False, True): "sends", (False, False): ""}
    return " | ".join(words[visitor in get, visitor in post] for visitor in COLUMNS)


if __name__ == "__main__":
    print(page(), end="")
