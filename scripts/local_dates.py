"""Refuses dates computed in SQL, because the database server's zone data may be older than ours (dates/database.py).

`python scripts/local_dates.py` lists them and exits with 1 if there are any. Standard library only.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from sources import ROOT, sources

ALLOWED = {Path("dates/database.py"), Path("scripts/local_dates.py")}
PARTS = "date|time|year|iso_year|quarter|month|week|week_day|iso_week_day|day|hour|minute|second"
LOOKUP = re.compile(rf"^(?:\w+__)?(?:{PARTS})__(?:exact|gte?|lte?|in|range|isnull)$|^\w+__(?:{PARTS})$")
ZONE = re.compile(r"\bAT\s+TIME\s+ZONE\b|\bdate_trunc\s*\(", re.IGNORECASE)
FUNCTION = re.compile(r"^(?:Trunc|Extract)(?:[A-Z]\w*)?$")


def faults(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg and LOOKUP.match(node.arg):
            yield node.value.lineno, node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (LOOKUP.match(node.value) or ZONE.search(node.value)):
            yield node.lineno, node.value.strip()[:60]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.functions"):
            yield from ((node.lineno, alias.name) for alias in node.names if FUNCTION.match(alias.name))
        elif isinstance(node, ast.ClassDef):
            yield from ((row.lineno, "date_hierarchy") for row in node.body if _sets(row, "date_hierarchy"))


def _sets(row: ast.stmt, name: str) -> bool:
    return isinstance(row, ast.Assign) and any(isinstance(target, ast.Name) and target.id == name for target in row.targets)


def main() -> int:
    paths = [path for path in sources(but=["tests"]) if path.relative_to(ROOT) not in ALLOWED]
    problems = [f"{path.relative_to(ROOT)}:{line}: {what}" for path in paths for line, what in faults(ast.parse(path.read_text()))]
    for problem in problems:
        print(problem)
    if problems:
        print("Compare with start_of(day) and end_of(day) instead, or use LocalDate (dates/database.py).")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
