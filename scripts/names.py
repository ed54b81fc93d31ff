"""Refuses meaningless names: past participles and pronouns as variables, parameters, functions or classes (docs/glossary.md).

`python scripts/names.py` lists them and exits with 1 if there are any. Standard library only.
"""

import ast
import sys
from collections.abc import Iterator

from sources import ROOT, sources

BANNED = {
    "said": "params, facts or display",
    "told": "recipients, or the message",
    "found": "the plural noun: invitations, findings",
    "made": "the noun: version, document",
    "seen": "shown_revision, or the noun",
    "one": "the singular noun: seat, party",
    "there": "the noun",
    "keepers": "managers",
    "knowingly": "acknowledged",
    "begin_visit": "open_party_session",
    "want_seal": "request_seal",
    "strike_seat": "cancel_seat",
    "put_out": "freeze_and_invite",
    "at_the_lab": "is_lab_staff",
    "in_memory": "async_commit",
    "life_of": "message_timeline",
    "Versioned": "Revised",
}
# A name must not mean different things in different apps.
BANNED_IN = {("agreements", "Seat"): "RoleSlot", ("agreements", "Visitor"): "PartySession", ("outbox", "Letter"): "RenderedMail"}
# Columns whose names are part of the hashes of their rows in the ledger.
COLUMNS = {("agreements/models/amendments.py", "made"), ("agreements/models/sealing.py", "told")}
CLASSES = {"Said", "Told", "Found", "Made", "Seen", "Given", "Standing"}


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every name that `tree` binds, with its line. Imports are left out, because their names aren't ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def faults(tree: ast.AST, room: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, name, what to write instead) for a file in the top-level folder `room`."""
    for line, name in names(tree):
        if better := BANNED.get(name) or BANNED_IN.get((room, name)):
            yield line, name, f"use {better}"
        elif name in CLASSES:
            yield line, name, "use a noun for what it holds"


def main() -> int:
    lines = []
    for path in sources():
        shown = str(path.relative_to(ROOT))
        tree = ast.parse(path.read_text())
        lines += [
            f"{shown}:{line}: {name}: {better}"
            for line, name, better in faults(tree, shown.partition("/")[0])
            if (shown, name) not in COLUMNS
        ]
    for text in lines:
        print(text)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
