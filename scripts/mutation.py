"""Puts small bugs into a module's syntax tree, one at a time, for `make mutants` (scripts/mutants.py).

Standard library only. A mutant is described by its place and its change, and identified by its number among the module's mutants.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPARED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
RECKONED: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
STYLE = {"frozen", "slots"}  # options of a dataclass that don't change what the code does
CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}
EITHER_OR = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)  # COMPARED negates them


@dataclass(frozen=True)
class Mutant:
    """A bug. `first` and `last` are the lines of the outermost function around it, or 0 if there is none."""

    path: str
    number: int
    line: int
    function: str
    first: int
    last: int
    change: str


def mutants(path: str, root: Path) -> list[Mutant]:
    """Return every bug for `path`, in the order in which `mutated` counts them."""
    return [
        Mutant(path, number, line, *place, change)
        for number, (line, place, change, _) in enumerate(_each(ast.parse((root / path).read_text())))
    ]


def mutated(source: str, number: int) -> ast.Module:
    """Return the tree of `source` with the bug of this number."""
    tree = ast.parse(source)
    for count, _ in enumerate(_each(tree)):
        if count == number:
            return ast.fix_missing_locations(tree)
    raise LookupError(number)


Place = tuple[str, int, int]
NOWHERE: Place = ("", 0, 0)


def _each(tree: ast.Module) -> Iterator[tuple[int, Place, str, None]]:
    """Put each bug into `tree` in turn, and remove it when the caller asks for the next."""
    for node, place in _walk(tree, NOWHERE):
        for owner, field, new in _faults(node):
            old = getattr(owner, field)
            before = _shown(node)
            setattr(owner, field, new)
            yield node.lineno, place, f"{before} → {_shown(ast.fix_missing_locations(node))}", None
            setattr(owner, field, old)


def _shown(node: Any) -> str:
    """Return the node's first line, shortened."""
    text = ast.unparse(node)
    return (text.splitlines()[0] if isinstance(node, ast.stmt) else " ".join(text.split()))[:120]


def _walk(node: ast.AST, place: Place) -> Iterator[tuple[Any, Place]]:
    """Yield statements and expressions that run, each with the outermost function around it; no annotations or docstrings."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_params") or (isinstance(node, ast.keyword) and node.arg in STYLE):
            continue
        inside = place
        if place == NOWHERE and isinstance(node, ast.FunctionDef) and field == "body":
            inside = (node.name, min([node.lineno, *(part.lineno for part in node.decorator_list)]), node.end_lineno or node.lineno)
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                if isinstance(child, ast.stmt | ast.expr):
                    yield child, inside
                yield from _walk(child, inside)


def _faults(node: Any) -> Iterator[tuple[Any, str, Any]]:
    """Yield (owner, field, new value) for each bug in a node."""
    match node:
        case ast.Compare():
            for number, operator in enumerate(node.ops):
                ops = list(node.ops)
                ops[number] = COMPARED[type(operator)]()
                yield node, "ops", ops
        case ast.BoolOp():
            yield node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.BinOp(op=op, left=left) | ast.AugAssign(op=op, target=left) if type(op) in RECKONED and not isinstance(
            left, ast.JoinedStr
        ):
            yield node, "op", RECKONED[type(op)]()
        case ast.Constant(value=bool()):
            yield node, "value", not node.value
        case ast.Constant(value=int() | float() as value):
            yield node, "value", value + 1
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            yield node.func, "id", CALLED[name]
        case ast.For():
            yield node, "iter", ast.List(elts=[], ctx=ast.Load())
        case ast.Break() | ast.Continue():
            yield from _turned(node)
        case ast.Expr(value=ast.Yield()):
            yield node, "value", ast.YieldFrom(value=ast.Tuple(elts=[], ctx=ast.Load()))
        case ast.Expr(value=ast.YieldFrom()):
            yield node.value, "value", ast.Tuple(elts=[], ctx=ast.Load())
        case ast.Expr(value=ast.Call()):
            yield node, "value", ast.Constant(value=None)
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield node, "value", ast.Constant(value=None)
    for owner, field in _conditions(node):
        test = owner.ifs[field] if isinstance(owner, ast.comprehension) else getattr(owner, field)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            new: ast.expr = test.operand
        elif isinstance(test, ast.Compare) and isinstance(test.ops[0], EITHER_OR):
            continue
        else:
            new = ast.UnaryOp(op=ast.Not(), operand=test)
        if isinstance(owner, ast.comprehension):
            yield owner, "ifs", [new if number == field else part for number, part in enumerate(owner.ifs)]
        else:
            yield owner, field, new


def _conditions(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the conditions of `node`: in an if, a while, a conditional expression or a comprehension."""
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield node, "test"
    for comprehension in getattr(node, "generators", []):
        yield from ((comprehension, number) for number in range(len(comprehension.ifs)))


def _turned(node: ast.Break | ast.Continue) -> Iterator[tuple[Any, str, Any]]:
    """Swap break and continue: the node itself changes its class."""
    yield node, "__class__", ast.Continue if isinstance(node, ast.Break) else ast.Break
