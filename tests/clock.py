"""The clock that tests read: every test begins at `NOW`, whatever the machine's clock shows, and time goes on from there.

`NOW` is stated here. With TEST_CLOCK=machine (`make test-dates`) it is the moment at which the run began instead, so that
a run under `faketime` tries another day. A test that starts processes, which read the machine's clock, is marked
`machine_clock`; everything in tests/crash is.
"""

import contextlib
import datetime
import os
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path

import time_machine

from dates.zone import PACIFIC

SLEEP = Path(__file__).parent / "under_faketime" / "sitecustomize.py"
STATED = datetime.datetime(2026, 11, 24, 18, 30, tzinfo=datetime.UTC)  # a Tuesday morning in Victoria
BY_MACHINE = os.environ.get("TEST_CLOCK") == "machine"
NOW = datetime.datetime.now(tz=datetime.UTC) if BY_MACHINE else STATED
HUNG = 600  # seconds to wait for what comes in one or two: no machine is so busy, so it hangs
TODAY = NOW.astimezone(PACIFIC).date()


@contextlib.contextmanager
def at_the_stated_moment() -> Iterator[None]:
    """Every thread of this process reads `NOW` at first, and then what has passed since; `time.monotonic` is left alone."""
    with time_machine.travel(NOW, tick=True):
        yield


def unfaked(environment: Mapping[str, str]) -> dict[str, str]:
    """For programs that libfaketime breaks (Chromium), and for servers, which keep a clock of their own."""
    return {name: value for name, value in environment.items() if name != "LD_PRELOAD" and not name.startswith("FAKETIME")}


def of_the_clock() -> dict[str, str]:
    """What a process of its own needs beside a bare environment to read the clock that this run reads."""
    return {name: value for name, value in os.environ.items() if name in ("LD_PRELOAD", "TZ", "PYTHONPATH") or name.startswith("FAKETIME")}


def endure_faketime() -> None:
    """Under libfaketime let this process and those it starts sleep (tests/under_faketime)."""
    if "FAKETIME" in os.environ:
        runpy.run_path(str(SLEEP))
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SLEEP.parent), os.environ.get("PYTHONPATH", "")]))


endure_faketime()
