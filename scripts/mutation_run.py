"""A pytest plugin: runs the tests once to record which functions each one reaches, then for each mutant in a copy of the process.

Loaded by scripts/mutants.py with `-p mutation_run`. A mutant of a function's body replaces that function in place. A mutant of a table, a
default or a decorator needs a new process that imports the module with its bug.
"""

import datetime
import functools
import gc
import importlib
import importlib.machinery
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType, SimpleNamespace
from typing import Any

import pytest
from mutation import Mutant, mutated

ROOT = Path(__file__).resolve().parent.parent
JOB, FRESH = "MUTANTS_JOB", "MUTANT_FRESH"
PYTEST = [
    sys.executable, "-m", "pytest", "-q", "-p", "mutation_run", "-p", "no:cacheprovider",
    "-m", "not browser and not crash and not thorough and not postgres and not redis",
]  # fmt: skip
Reach = dict[tuple[str, int], set[int]]
Functions = list[FunctionType]
CONSTANT = (int, float, str, tuple, frozenset, dict, datetime.date, datetime.time, datetime.timedelta)
SURVIVED, KILLED, UNSEEN = 0, 1, 3


def _import_with_fault(path: str, number: int) -> None:
    """Make the import of this module include its bug. Runs before any of our modules are imported."""
    usual = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, fullname: str) -> CodeType | None:
        if Path(loader.path) == ROOT / path:
            return compile(mutated((ROOT / path).read_text(), number), loader.path, "exec")
        return usual(loader, fullname)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]


def _noting(reached: set[tuple[str, int]]) -> Callable[[FrameType, str, Any], None]:
    def note(frame: FrameType, event: str, argument: Any) -> None:
        reached.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

    return note


IMPORTED = -1  # a function that ran while modules were imported
_at_import: set[tuple[str, int]] = set()
if FRESH in os.environ:
    _import_with_fault(*json.loads(os.environ[FRESH]))
elif JOB in os.environ:
    sys.settrace(_noting(_at_import))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if JOB not in os.environ:
        return None
    sys.settrace(None)
    job = json.loads(Path(os.environ[JOB]).read_text())
    wanted = [Mutant(**each) for each in job["mutants"]]
    reach, seconds, failed = _baseline(session, {str(ROOT / mutant.path) for mutant in wanted})
    functions = _functions({str(ROOT / mutant.path) for mutant in wanted})
    gc.collect()
    gc.freeze()  # otherwise garbage collection in each forked process would copy all of its memory
    with Path(job["results"]).open("a") as results:
        for item in failed:
            print(json.dumps({"red": session.items[item].nodeid}), file=results, flush=True)
        for mutant in wanted:
            reaching = _reaching(mutant, reach)
            tests = sorted(reaching - failed - {IMPORTED}, key=seconds.__getitem__)
            limit = 60 + 20 * sum(seconds[test] for test in tests)
            verdict = _in_a_copy(session, mutant, functions, tests, limit) if tests else "survived"
            if verdict == "unseen" or (verdict == "survived" and (IMPORTED in reaching or not mutant.first)):
                # Values computed while the module was imported still come from the correct code.
                verdict = _in_a_process(mutant, [session.items[test].nodeid for test in tests] or job["tests"])
            print(json.dumps({"number": mutant.number, "path": mutant.path, "verdict": verdict}), file=results, flush=True)
    return True


def _baseline(session: pytest.Session, paths: set[str]) -> tuple[Reach, dict[int, float], set[int]]:
    """Return which tests reach each function, how long each takes, and which fail without any bug and so can't be used."""
    reach: Reach = {key: {IMPORTED} for key in _at_import if key[0] in paths}
    seconds: dict[int, float] = {}
    failed: set[int] = set()
    for number, item in enumerate(session.items):
        reached: set[tuple[str, int]] = set()
        before, begun = session.testsfailed, time.monotonic()
        sys.settrace(_noting(reached))
        _run(session, item)
        sys.settrace(None)
        for key in reached:
            if key[0] in paths:
                reach.setdefault(key, set()).add(number)
        seconds[number] = time.monotonic() - begun
        if session.testsfailed > before:
            failed.add(number)
    session.testsfailed = 0
    return reach, seconds, failed


def _run(session: pytest.Session, item: pytest.Item) -> None:
    # Only session-wide fixtures (the database) survive a test, so that any test can run next.
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=SimpleNamespace(listchain=lambda: [session]))


def _reaching(mutant: Mutant, reach: Reach) -> set[int]:
    """Return the tests that reach the mutant's function, or the module if the bug is outside a function."""
    file, last = str(ROOT / mutant.path), mutant.last or sys.maxsize
    return {test for (path, line), tests in reach.items() if path == file and mutant.first <= line <= last for test in tests}


def _in_a_copy(session: pytest.Session, mutant: Mutant, functions: Functions, tests: list[int], limit: float) -> str:
    process = os.fork()
    if not process:
        outcome = KILLED
        try:
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1), os.dup2(silent, 2)
            if mutant.first:
                _swap_in(mutant, functions)
            elif not _set_in(mutant):
                os._exit(UNSEEN)
            for test in tests:
                _run(session, session.items[test])
                if session.testsfailed:
                    break
            else:
                outcome = SURVIVED
        finally:
            os._exit(outcome)
    ends = time.monotonic() + limit
    while time.monotonic() < ends:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return {SURVIVED: "survived", UNSEEN: "unseen"}.get(os.waitstatus_to_exitcode(status), "killed")
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return "hung"


def _functions(paths: set[str]) -> Functions:
    """Return every live function of these files, and clear caches, which have results of the correct code."""
    objects = gc.get_objects()
    for each in objects:
        if isinstance(each, functools._lru_cache_wrapper):
            each.cache_clear()
    return [each for each in objects if isinstance(each, FunctionType) and each.__code__.co_filename in paths]


def _swap_in(mutant: Mutant, functions: Functions) -> None:
    """Give every function of the module its code with the bug."""
    file = str(ROOT / mutant.path)
    whole = compile(mutated(Path(file).read_text(), mutant.number), file, "exec")
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(whole) if mutant.first <= code.co_firstlineno <= mutant.last}
    for function in functions:
        if function.__code__.co_filename == file:
            key = (function.__code__.co_qualname, function.__code__.co_firstlineno)
            function.__code__ = codes.get(key, function.__code__)


def _set_in(mutant: Mutant) -> bool:
    """Set the module's changed constants wherever they were imported; returns False if the bug changes no constant."""
    module = importlib.import_module(mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    wrong = {"__name__": module.__name__, "__file__": module.__file__, "__package__": module.__package__}
    try:
        exec(compile(mutated((ROOT / mutant.path).read_text(), mutant.number), str(module.__file__), "exec"), wrong)  # noqa: S102 - our own
    except Exception:
        return False
    differing = {name: wrong[name] for name, value in vars(module).items() if isinstance(value, CONSTANT) and wrong.get(name) != value}
    for name, value in differing.items():
        right = vars(module)[name]
        for each in [each for each in list(sys.modules.values()) if vars(each).get(name) is right]:
            setattr(each, name, value)
    return bool(differing)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _in_a_process(mutant: Mutant, tests: list[str]) -> str:
    environment = {key: value for key, value in os.environ.items() if key != JOB}
    environment[FRESH] = json.dumps([mutant.path, mutant.number])
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("\n".join(tests))
        names.flush()
        try:
            done = subprocess.run(
                [*PYTEST, "-x", f"@{names.name}"], cwd=ROOT, env=environment, capture_output=True, timeout=900, check=False
            )
        except subprocess.TimeoutExpired:
            return "hung"
    return "killed" if done.returncode else "survived"
