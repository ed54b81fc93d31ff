"""`make bench-path`: counts the files that three acts and queuing a message pass through, from first line to last.

A newcomer has to read as many.

Each act is a scenario from the tests, run on SQLite in memory. Only functions called while it runs count, not code
that runs on import, and not the tests' own files.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = (".venv", "node_modules", "tests", "benchmarks")
# What we call it, and the act's own name.
ACTS = (("sign", "sign"), ("add member", "add_seat"), ("submit intake", "submit_intake"), ("queue one message", "queue"))


def files_passed(act: Callable[[], object]) -> Counter[str]:
    """Count the calls into each of our files while `act` runs."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and frame.f_code.co_name != "<module>" and path.is_relative_to(ROOT):
            own = path.relative_to(ROOT)
            if own.parts[0] not in NOT_OURS:
                calls[str(own)] += 1

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls


def scenario_of(name: str) -> Callable[[], Callable[[], object]]:
    """Return the scenario of the act called `name`."""
    from tests.acts import SCENARIOS

    (path,) = (path for path in SCENARIOS if path.rpartition(".")[2] == name)
    return SCENARIOS[path]


def main() -> int:
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0)
    passed = {title: files_passed(scenario_of(name)()) for title, name in ACTS}
    print("| act | our files | of the outbox | our calls |\n|---|--:|--:|--:|")
    for title, calls in passed.items():
        of_outbox = sum(path.startswith("outbox/") for path in calls)
        print(f"| {title} | {len(calls)} | {of_outbox} | {calls.total():,} |")
    for title, calls in passed.items():
        print(f"\n{title}: {', '.join(sorted(calls))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
