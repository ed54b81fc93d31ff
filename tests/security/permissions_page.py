"""Prints docs/permissions.md from the tables that the permission tests check: `make docs`."""

from __future__ import annotations

from django.utils.module_loading import import_string

from acts.act import Declaration, declaration_of
from tests.acts import SCENARIOS
from tests.security.expected import EXPECTED, PERMISSIONS, Audience
from tests.security.roles import Visitor

COLUMNS = {
    Visitor.ANONYMOUS: "not signed in",
    Visitor.NOBODY: "account without a role",
    Visitor.OWNER: "program contact",
    Visitor.STRANGER: "another program contact",
    Visitor.VIEWER: "viewer",
    Visitor.OPS: "lab operations",
    Visitor.LEAD: "lab leadership",
    Visitor.ADMIN: "administrator",
}
HEAD = """# Permissions

`make docs` makes this page from the tables in `tests/security/expected.py`. The test suite opens every address as every kind of
visitor. It fails if the portal behaves differently, or if an address or permission is missing here. A "program contact" is an account
on the program side of the residency in question; "another program contact" belongs to a different residency. What an account isn't
allowed to see looks as if it didn't exist. Pages opened by invitation are only open to the browser that opened the invitation. Gates
apply to every account.
"""


def page() -> str:
    """The whole page, ending in one line end."""
    return "\n".join([HEAD, *_permissions(), "", *_acts(), "", *_addresses(), ""])


def _permissions() -> list[str]:
    rows = [f"| `{name}` | {_marks(who)} |" for name, who in sorted(PERMISSIONS.items())]
    return ["## Permissions", "", _header("permission"), *rows]


ACTS = """## Acts

Every act checks its permission itself, whether it is called by a page, the admin, a command, a task or a shell. "The party" is
someone with a valid invitation link, or the party's own account. "The person" is the person the act is about, with their own account. "The system"
is the portal's own tasks and commands, which can do only these acts. If several permissions are listed, one is enough.
"""
BEYOND = {
    "agreements.answer": "the party",
    "agreements.take_part": "a party of the agreement",
    "outbox.choose_mail": "the person, by account or link",
    "outbox.end_mail_links": "the person",
    "people.own_account": "the person",
    "residencies.answer_invitation": "the invited person, by link",
    "teams.answer_review": "the person, by account or link",
    "teams.keep_feed": "the person",
}


def _acts() -> list[str]:
    rows = [f"| `{name}` | {_asked(act)} | {_also(act)} | {_marks(_audience(act))} |" for name, act in sorted(declared_acts().items())]
    return [ACTS, _header("act", "permission", "also"), *rows]


def declared_acts() -> dict[str, Declaration]:
    """Every act with its declaration, by its app, its file and its name: "teams.roster.add_seat"."""
    return {short(name): declared for name in SCENARIOS if (declared := declaration_of(import_string(name)))}


def short(name: str) -> str:
    return name.replace(".actions.", ".").replace("actions.", "")


def _asked(act: Declaration) -> str:
    return "the link's token" if act.bearer else ", ".join(f"`{name}`" for name in act.permissions)


def _also(act: Declaration) -> str:
    links = ["anyone with the link"] if act.bearer else []
    return ", ".join([*links, *(BEYOND[name] for name in act.permissions if name in BEYOND), *(f"the {each}" for each in act.system)])


def _audience(act: Declaration) -> Audience:
    return frozenset[Visitor]().union(*(PERMISSIONS[name] for name in act.permissions))


def _addresses() -> list[str]:
    rows = [f"| `{name}` | {_looks_and_sends(row.get, row.post)} |" for name, row in sorted(EXPECTED.items()) if row.of != "invitation"]
    note = "“sees” means can view the page, “does” can also submit its form, “sends” can only submit it."
    return ["## Addresses", "", note, "", _header("address"), *rows]


def _header(*first: str) -> str:
    names = [*first, *COLUMNS.values()]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def _marks(who: Audience) -> str:
    return " | ".join("yes" if visitor in who else "" for visitor in COLUMNS)


def _looks_and_sends(get: Audience, post: Audience) -> str:
    words = {(True, True): "does", (True, False): "sees", (False, True): "sends", (False, False): ""}
    return " | ".join(words[visitor in get, visitor in post] for visitor in COLUMNS)
