"""`make test`, `make test-quick`, `make test-dates`: run every step, then print a summary of what ran against what.

The last line is always `N passed, N failed` (tests and static checks). A step without tests counts as failed, and so does a skipped test.
The run has no time limit, so a busy machine makes it slow, not red. Tests that hang are ended one by one (`timeout` in pyproject.toml).
"""

import contextlib
import datetime
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import check
import services
import setup

PROCESSES = os.environ.get("TEST_PROCESSES", "2")
EVERYWHERE = "not browser and not crash and not thorough"
WITHOUT_SERVICES = f"{EVERYWHERE} and not postgres and not redis"
# Variables that would change where tests run. Without bytecode, compiling modules again in every process would take minutes.
DECIDED_HERE = {"DATABASE_URL", "REDIS_URL", "TEST_DB_NAME", "DEBUG", "VAR_DIR", "PYTHONDONTWRITEBYTECODE"}
WALKS = "tests/residencies/test_lifecycle_walks.py"
# A leap day; a day when British Columbia and old zone data differ by an hour and a date; the last minutes of a year in UTC.
INSTANTS = ("2028-02-29 13:00:00", "2027-03-01 07:30:00", "2026-12-31 23:55:00")
# Losing data in a server crash is fine here: the databases are deleted anyway. Crash tests start their own servers.
HASTY = {"PGOPTIONS": "-c synchronous_commit=off -c jit=off"}


@dataclass(frozen=True)
class Faked:
    """A clock that starts each step at `instant`, in every process except the servers and Chromium."""

    instant: datetime.datetime
    library: Path

    def environment(self) -> dict[str, str]:
        ahead = (self.instant - datetime.datetime.now(tz=datetime.UTC)).total_seconds()
        return {
            "TEST_CLOCK": "machine", "TZ": "UTC", "LD_PRELOAD": str(self.library), "FAKETIME": f"{ahead:+.0f}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip


@dataclass
class Run:
    """The results so far."""

    clock: "Faked | None" = None
    begun: float = field(default_factory=time.monotonic)
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    lines: list[str] = field(default_factory=list)

    def checks(self) -> None:
        title("Static checks")
        passed, failed = check.run_all()
        self.note("static checks", passed, failed, 0, 0.0)

    def step(self, name: str, *arguments: str, **environment: str) -> None:
        """Run pytest in its own process; counts come from its report, and its exit status can fail it too."""
        title(name)
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            command = [sys.executable, "-m", "pytest", "-q", "--durations=10", f"--junitxml={report}", *arguments]
            faked = self.clock.environment() if self.clock else {}
            status = subprocess.run(command, cwd=setup.ROOT, env=surroundings(**environment, **faked), check=False).returncode
            passed, failed, skipped = counts(report)
        if status == 5 or passed + failed + skipped == 0:
            print(f"FAIL {name}: no tests were found")
        if status and not failed and not skipped:
            failed += 1
        self.note(name, passed, failed + skipped, skipped, time.monotonic() - begun)

    def note(self, name: str, passed: int, failed: int, skipped: int, seconds: float) -> None:
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        self.lines.append(
            f"{'ok  ' if not failed else 'FAIL'} {name}: {passed:,} passed, {failed} failed" + (f", {seconds:.0f} s" if seconds else "")
        )


def surroundings(**environment: str) -> dict[str, str]:
    """The caller's environment without the variables set here, plus this step's own."""
    inherited = {key: value for key, value in os.environ.items() if key not in DECIDED_HERE}
    return {**inherited, **environment}


def counts(report: Path) -> tuple[int, int, int]:
    """(passed, failed, skipped) in a JUnit report; zeros if there is none."""
    with contextlib.suppress(FileNotFoundError, ElementTree.ParseError):
        suites = list(ElementTree.parse(report).iter("testsuite"))  # noqa: S314 - we wrote it
        number = {key: sum(int(suite.get(key, 0)) for suite in suites) for key in ("tests", "failures", "errors", "skipped")}
        failed = number["failures"] + number["errors"]
        return number["tests"] - failed - number["skipped"], failed, number["skipped"]
    return 0, 0, 0


def title(name: str) -> None:
    print(f"\n━━ {name} ━━", flush=True)


class Migrated:
    """One database of each engine with every table, migrated beside the static checks; the tests copy them (tests/migrated.py)."""

    def __init__(self, server: str, name: str, folder: str, clock: Faked | None) -> None:
        self.file, self.database = Path(folder) / "migrated.sqlite3", f"{name}_migrated"
        services.create(server, self.database)
        addresses = (f"sqlite:///{self.file}", urlsplit(server)._replace(path=f"/{self.database}").geturl())
        self.processes = [self._begin(address, clock) for address in addresses]

    def _begin(self, address: str, clock: Faked | None) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "migrate", "--run-syncdb", "-v0"]
        faked = clock.environment() if clock else {}
        environment = surroundings(DJANGO_SETTINGS_MODULE="tests.settings", DATABASE_URL=address, **HASTY, **faked)
        return subprocess.Popen(command, cwd=setup.ROOT, env=environment)

    def ready(self) -> dict[str, str]:
        """What a step needs to copy them; after a failure nothing, so that the tests show why migrating fails."""
        statuses = [process.wait() for process in self.processes]
        if any(statuses):
            return {}
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            database.execute("PRAGMA journal_mode = DELETE")  # the file alone is the database
        return {"TEST_SQLITE_TEMPLATE": str(self.file), "TEST_DB_TEMPLATE": self.database}


@contextlib.contextmanager
def migrated(server: str, name: str, clock: Faked | None = None) -> Iterator[Migrated]:
    with tempfile.TemporaryDirectory(prefix="lab-portal-migrated-") as folder:
        templates = Migrated(server, name, folder, clock)
        try:
            yield templates
        finally:
            for process in templates.processes:
                process.kill()
                process.wait()


@contextlib.contextmanager
def all_services(name: str) -> Iterator[tuple[services.Service, services.Service, services.Service]]:
    title("Services")
    services.pdf_libraries()
    browser = services.chromium()
    with services.postgresql(name) as database, services.redis_server() as broker:
        for label, service in (("PostgreSQL", database), ("Redis", broker), ("Chromium", browser)):
            print(f"{label} {service.version}: {service.how}", flush=True)
        yield database, broker, browser


def everything(clock: Faked | None = None) -> int:
    run = Run(clock)
    name = f"lab_portal_{os.getpid()}"
    with all_services(name) as (database, broker, browser), migrated(database.url, name, clock) as templates:
        if not clock:  # static checks don't depend on the date
            run.checks()
        copied = templates.ready()
        real = {"DATABASE_URL": database.url, "REDIS_URL": broker.url, "TEST_DB_NAME": f"test_{name}", **copied, **HASTY}
        run.step(f"PostgreSQL {database.version}, Redis {broker.version}", "-n", PROCESSES, "-m", f"{EVERYWHERE} and not slow", **real)
        run.step(
            "SQLite: every act, every address, walks, the demo, what depends on the engine",
            "-n", PROCESSES, "-m", f"{WITHOUT_SERVICES} and (slow or by_engine)", LIFECYCLE_WALKS="25", **copied,
        )  # fmt: skip
        run.step(f"Chromium {browser.version}", "tests/browser", "-n", PROCESSES, "-m", "browser and not thorough", **real)
        run.step("Crashes", "tests/crash", "-n", PROCESSES, "-m", "crash and not thorough", **real)
        when = f"started {clock.instant:%Y-%m-%d %H:%M} UTC · " if clock else ""
        against = f"{when}PostgreSQL {database.version} · Redis {broker.version} · Chromium {browser.version}"
    checks = 0 if clock else len(check.CHECKS)
    tests = run.passed + run.failed - checks
    summarize(run, f"{against} · {tests:,} tests · {checks} checks · {run.skipped} skipped · {time.monotonic() - run.begun:.0f} s")
    return 1 if run.failed else 0


def dates() -> int:
    """Run the whole suite on other days; `make test-dates DATES="2027-11-07T08:59:00"` chooses them."""
    library = services.faketime()
    instants = [datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC) for text in sys.argv[2:] or INSTANTS]
    failed = 0
    for instant in instants:
        title(f"The whole suite as if it were {instant:%Y-%m-%d %H:%M} UTC")
        failed += everything(Faked(instant, library))
    return 1 if failed else 0


def quick() -> int:
    run = Run()
    services.pdf_libraries()
    run.step("No services, no database", "-n", PROCESSES, "-m", f"{WITHOUT_SERVICES} and not slow and not django_db")
    for line in run.lines:
        print(line)
    print(f"{run.passed} passed, {run.failed} failed")
    print("Not run: tests that need a database, Redis or Chromium, crash tests, slow tests and static checks. `make test` runs them.")
    return 1 if run.failed else 0


def crash() -> int:
    """Run only the crash tests, at full size; `make test` runs the small size."""
    run = Run()
    name = f"lab_portal_{os.getpid()}"
    with services.postgresql(name) as database, services.redis_server() as broker, migrated(database.url, name) as templates:
        real = {"DATABASE_URL": database.url, "REDIS_URL": broker.url, "TEST_DB_NAME": f"test_{name}", **templates.ready()}
        run.step("Crashes, full size", "-s", "-m", "crash", "tests/crash", **real)
    for line in run.lines:
        print(line)
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


def thorough() -> int:
    """Run what takes too long for every change: every act in every state, every flipped byte on the verify page, frozen workers."""
    run = Run()
    name = f"lab_portal_{os.getpid()}"
    with all_services(name) as (database, broker, _browser), migrated(database.url, name) as templates:
        real = {"DATABASE_URL": database.url, "REDIS_URL": broker.url, "TEST_DB_NAME": f"test_{name}", **templates.ready()}
        run.step("5,000 walks through the lifecycle, SQLite", WALKS, "-n", PROCESSES, "-m", "slow", LIFECYCLE_WALKS="250")
        run.step("Thorough", "-m", "thorough and not crash and not browser", "-n", PROCESSES, **real)
        run.step("Thorough, Chromium", "-m", "thorough and browser", "tests/browser", **real)
        run.step("Thorough, processes", "tests/crash", "-m", "thorough and crash", **real)
    for line in run.lines:
        print(line)
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


def summarize(run: Run, against: str) -> None:
    title("Summary")
    for line in run.lines:
        print(line)
    print(against)
    print(f"{run.passed} passed, {run.failed} failed", flush=True)


if __name__ == "__main__":
    os.chdir(setup.ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that services started here are stopped
    runs = {"quick": quick, "crash": crash, "thorough": thorough, "dates": dates}
    sys.exit(runs.get("".join(sys.argv[1:2]), everything)())
