"""What keeps a green run honest.

Nothing is skipped and nothing is expected to fail; a test that needs an engine fails without it; what a run
leaves out it says; a folder that suddenly holds fewer tests than tests/floors.toml asks is an error; and every test
begins at the same stated moment (tests/clock.py).
"""

import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import clock

HERE = Path(__file__).parent
OWN_RUN = ("browser", "crash")
BY_ENGINE = (
    "ledger", "outbox/test_delivery.py", "outbox/test_digests.py", "outbox/test_queue.py", "outbox/test_sweep.py",
    "agreements/test_frozen.py", "residencies/test_search.py", "recovery",
)  # fmt: skip
_skipped = pytest.StashKey[list[str]]()
_left_out = pytest.StashKey[list[str]]()
_gone = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_skipped] = []
    config.stash[_left_out] = []
    config.stash[_gone] = []
    if not config.option.markexpr:
        config.option.markexpr, config.stash[_left_out] = _own_choice(config)
    if "browser" in config.option.markexpr.replace("not browser", ""):
        # Playwright's event loop lives in this process; without this Django refuses to touch the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def _own_choice(config: pytest.Config) -> tuple[str, list[str]]:
    """What `pytest` without -m runs: the folder asked for, or all that this process and its services can run."""
    folders = {_folder(Path(argument.partition("::")[0])) for argument in config.args}
    if len(folders) == 1 and (folder := folders.pop()) in OWN_RUN:
        return folder, []
    missing = list(OWN_RUN)
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        missing.append("postgres")
    from tests.settings import REDIS_URL_FOR_TESTS

    if not REDIS_URL_FOR_TESTS:
        missing.append("redis")
    return " and ".join(f"not {marker}" for marker in missing), missing


@cache  # asked for each of thousands of tests, of a few hundred files
def _place(path: Path) -> str:
    """Where `path` is in tests/, as `folder/…/file.py`; "" outside."""
    absolute = path.resolve()
    return absolute.relative_to(HERE).as_posix() if absolute.is_relative_to(HERE) and absolute != HERE else ""


def _folder(path: Path) -> str:
    """The folder of tests/ that `path` is in, or ""."""
    return _place(path).partition("/")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    counts: Counter[str] = Counter()
    for item in items:
        folder = _folder(item.path)
        counts[folder] += 1
        if folder in OWN_RUN:
            item.add_marker(folder)
        if folder == "crash":
            item.add_marker("machine_clock")
        if _place(item.path).startswith(BY_ENGINE):
            item.add_marker("by_engine")
    if {_folder(Path(argument)) for argument in config.args} == {""} and not config.option.keyword:
        config.stash[_gone] = _gone_missing(counts)
        if hasattr(config, "workeroutput"):
            config.workeroutput["gone"] = config.stash[_gone]


def _gone_missing(counts: Counter[str]) -> list[str]:
    floors = tomllib.loads((HERE / "floors.toml").read_text())["floors"]
    return [f"{folder}: {counts[folder]} found, at least {floor} expected" for folder, floor in floors.items() if counts[folder] < floor]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a parallel worker found missing is told to the process that decides."""
    _config.stash[_gone] = getattr(node, "workeroutput", {}).get("gone", [])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[Any]:
    """What a module of tests works out as it is imported ("today", say) is of the same day as the tests in it."""
    with clock.at_the_stated_moment():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Round fixtures of every scope too: a certificate made for all tests is valid in each."""
    if item.get_closest_marker("machine_clock"):
        return (yield)
    with clock.at_the_stated_moment():
        return (yield)


def pytest_runtest_setup(item: pytest.Item) -> None:
    from django.db import connection

    from tests.settings import REDIS_URL_FOR_TESTS

    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.fail("This test proves nothing without PostgreSQL: give DATABASE_URL=postgres://…", pytrace=False)
    if item.get_closest_marker("redis") and not REDIS_URL_FOR_TESTS:
        pytest.fail("This test proves nothing without Redis: give REDIS_URL=redis://…", pytrace=False)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped or hasattr(report, "wasxfail"):
        _config.stash[_skipped].append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _config.stash[_skipped].append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    global _config
    _config = session.config


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash[_skipped] or session.config.stash[_gone]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for nodeid in config.stash[_skipped]:
        terminalreporter.write_line(f"SKIPPED, which counts as failed: {nodeid}", red=True)
    for missing in config.stash[_gone]:
        terminalreporter.write_line(f"Tests have gone missing from tests/{missing} (tests/floors.toml)", red=True)
    if config.stash[_left_out]:
        names = ", ".join(config.stash[_left_out])
        terminalreporter.write_line(f"Left out of this run: tests marked {names}. `make test` runs all.", yellow=True)
