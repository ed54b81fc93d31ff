"""Which texts the source passes as one argument of a function, also by way of another function's parameter."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# The rooms of the house, as import-linter has them (pyproject.toml).
APPS = tuple(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"])
ANY = "*"


@cache
def sources() -> dict[Path, str]:
    """Every module of the portal but its migrations."""
    paths = (path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)
    return {path: path.read_text() for path in paths}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(sources()[path])


@cache
def trees_with(name: str) -> dict[Path, ast.Module]:
    """The modules in which `name` is written; parsing all of them takes seconds each time the tests are collected."""
    return {path: _tree(path) for path, text in sources().items() if name in text}


def texts_given_to(function: str, argument: int = 0, *, but_in: Iterable[str] = ()) -> dict[str, str]:
    """Each text passed as that argument, with the place that says it; `*` stands for what is only known as it runs.

    A name that is a parameter is followed to the callers, in whatever module; one that cannot be followed fails.
    """
    texts: dict[str, str] = {}
    for path, tree in trees_with(function).items():
        shown = str(path.relative_to(ROOT))
        if shown not in but_in:
            texts.update({text: f"{shown}:{line}" for text, line in _in_module(tree, function, argument, shown)})
    return texts


def _in_module(tree: ast.Module, function: str, argument: int, shown: str) -> Iterator[tuple[str, int]]:
    for holder, call in _calls(tree).get(function, ()):
        if len(call.args) > argument:
            for text in _values(tree, holder, call.args[argument], f"{shown}:{call.lineno}"):
                yield text, call.lineno


@cache
def _calls(tree: ast.Module) -> dict[str, list[tuple[ast.AST, ast.Call]]]:
    """Every call in a module by the name that is called, with the function that it stands in; walked once."""
    calls: dict[str, list[tuple[ast.AST, ast.Call]]] = defaultdict(list)
    waiting: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while waiting:
        node, holder = waiting.pop()
        if isinstance(node, ast.Call):
            calls[getattr(node.func, "id", "") or getattr(node.func, "attr", "")].append((holder, node))
        inner = node if isinstance(node, ast.FunctionDef) else holder
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]
    return calls


def _values(tree: ast.Module, holder: ast.AST, value: ast.expr, place: str) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else ANY for part in value.values)
    elif isinstance(value, ast.IfExp):
        yield from _values(tree, holder, value.body, place)
        yield from _values(tree, holder, value.orelse, place)
    elif isinstance(value, ast.Call) and getattr(value.func, "id", "") == "MessageKind":
        yield from _values(tree, holder, value.args[0], place)
    elif isinstance(value, ast.Name):
        yield from _named(tree, holder, value.id, place)
    else:
        raise AssertionError(f"{place}: what is passed is not a text that can be read: {ast.unparse(value)}")


def _named(tree: ast.Module, holder: ast.AST, name: str, place: str) -> Iterator[str]:
    parameters = [parameter.arg for parameter in holder.args.args] if isinstance(holder, ast.FunctionDef) else []
    if name in parameters:
        assert isinstance(holder, ast.FunctionDef)
        shared = not holder.name.startswith("_")
        for path, calling in trees_with(holder.name).items() if shared else [(Path(), tree)]:
            if calling is tree or _imports(calling, holder.name):
                for text, _line in _in_module(calling, holder.name, parameters.index(name), place if calling is tree else str(path)):
                    yield text
        return
    columns = list(_columns(tree, holder, name))
    written = columns or _written(tree, holder, name)[:1]
    assert written, f"{place}: nothing in this module says what {name} is"
    for value in written:
        yield from _values(tree, holder, value, place)


@cache
def _imports(tree: ast.Module, name: str) -> bool:
    """Whether a module takes `name` from another of ours."""
    return any(
        alias.name == name and (node.module or "").partition(".")[0] in APPS
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def _written(tree: ast.Module, holder: ast.AST, name: str) -> list[ast.expr]:
    """What is assigned to `name`, nearest first."""
    return [
        node.value
        for scope in (holder, tree)
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets)
    ]


def _columns(tree: ast.Module, holder: ast.AST, name: str) -> Iterator[ast.expr]:
    """What `name` is in `for …, name, … in rows`, the rows being written out."""
    for node in ast.walk(holder):
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Tuple) and isinstance(node.iter, ast.Name):
            names = [getattr(target, "id", "") for target in node.target.elts]
            for rows in _written(tree, holder, node.iter.id)[:1] if name in names else ():
                yield from (row.elts[names.index(name)] for row in getattr(rows, "elts", ()) if isinstance(row, ast.Tuple))
