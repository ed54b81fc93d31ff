"""Every act there is, ready to be carried out: for tests that hold of all of them.

A scenario sets up what an act needs and returns the act as a function without arguments. A test fails when
an act has none (tests/labportal/test_acts.py). Whoever imports `SCENARIOS` has those of every module here.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module

Act = Callable[[], object]
SCENARIOS: dict[str, Callable[[], Act]] = {}


def scenario(name: str) -> Callable[[Callable[[], Act]], Callable[[], Act]]:
    """Register how to set up the act `name` (its dotted path)."""

    def register(build: Callable[[], Act]) -> Callable[[], Act]:
        SCENARIOS[name] = build
        return build

    return register


for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
