"""Refuses a parameter or variable named `by`, `user` or `subject` without a precise type, because it decides who may do what, and to what.

`by` is an `Actor` (acts/act.py), `user` a `User` or an `Actor`, `subject` a `Subject` (ledger/subjects.py). scripts/type_faults.py checks
that mypy enforces this. `python scripts/seams.py` lists problems and exits with 1 if there are any. Standard library only.
"""

import ast
import sys
from collections.abc import Iterator

from sources import ROOT, sources

NAMES = {"by", "user", "subject"}
SAYS_NOTHING = {None, "Any", "object"}
# These functions check the type themselves, or don't use it.
TAKES_ANYTHING = {
    ("acts/act.py", "account_of"),
    ("ledger/actions.py", "append"),  # also takes a task's name, or the person behind a link
    ("outbox/catalogue/messages.py", ""),  # the subject line of an email
    ("people/passwords.py", "validate"),  # Django's signature
}


def _takes_anything(name: str, annotation: ast.expr | None) -> bool:
    return name in NAMES and (ast.unparse(annotation) if annotation else None) in SAYS_NOTHING


def faults(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield (line, function or "", name)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                if _takes_anything(argument.arg, argument.annotation):
                    yield argument.lineno, node.name, argument.arg
        elif isinstance(node, ast.AnnAssign) and _takes_anything(ast.unparse(node.target), node.annotation):
            yield node.lineno, "", ast.unparse(node.target)


def main() -> int:
    lines = []
    for path in sources(but=("tests", "benchmarks")):
        shown = str(path.relative_to(ROOT))
        lines += [
            f"{shown}:{line}: {name} accepts any type here: annotate it"
            for line, function, name in faults(ast.parse(path.read_text()))
            if (shown, function) not in TAKES_ANYTHING
        ]
    for text in lines:
        print(text)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
