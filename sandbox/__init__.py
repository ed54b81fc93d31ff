"""Read a stranger's bytes in a process of its own, which holds nothing worth having and is stopped when it takes too much.

Knows no Django. The process gets the bytes on its standard input and nothing of our environment, so that no setting, key
or connection is in it; it writes no file, reaches no network, and gives way to whoever answers pages.

    result = run("sealing.verification.apart:examine", {"known": ""}, data)
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[1]
CPU_SECONDS = 10
WALL_SECONDS = 30


class TooMuch(Exception):
    """The bytes took more time or memory than we give, or broke what was reading them."""


class OutOfTime(Exception):
    """The machine was too busy to finish; the bytes may be harmless."""


class Job:
    """Work under way beside this process. `seconds` is how long it has taken, by the clock, once it is done."""

    def __init__(self, function: str, head: dict[str, Any], data: bytes, *, slot: int | None, wall_seconds: float | None) -> None:
        self._sent = json.dumps({"function": function, "head": head}).encode() + b"\n" + data
        self._wall_seconds, self._began = WALL_SECONDS if wall_seconds is None else wall_seconds, time.monotonic()
        self._outcome: Any = None
        self.seconds = 0.0
        # The lock of a slot belongs to whoever has it open: the child keeps it until it ends, however this process ends.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            # An environment of its own: DATABASE_URL and SECRET_KEY are in ours.
            cwd=HOUSE, env=_environment(), pass_fds=() if slot is None else (slot,),
        )  # fmt: skip

    def finish(self) -> Any:
        """Wait for the outcome, as the function gave it in JSON's types. Raises `TooMuch` or `OutOfTime`."""
        try:
            output, _nothing = self._process.communicate(self._sent, timeout=self._wall_seconds)
            if self._process.returncode:
                raise TooMuch(f"ended with {self._process.returncode}")
            return json.loads(output)
        except subprocess.TimeoutExpired as error:
            # Killed and then waited for, or it stays a zombie of the web process.
            self._process.kill()
            self._process.communicate()
            raise OutOfTime from error
        except ValueError as error:
            raise TooMuch("said nothing that can be read") from error
        finally:
            self._sent = b""
            self.seconds = time.monotonic() - self._began


def run(function: str, head: dict[str, Any], data: bytes, *, slot: int | None = None, wall_seconds: float | None = None) -> Any:
    """What `function` ("package.module:name") returns for `head` and `data`. Raises `TooMuch` or `OutOfTime`."""
    return start(function, head, data, slot=slot, wall_seconds=wall_seconds).finish()


def start(function: str, head: dict[str, Any], data: bytes, *, slot: int | None = None, wall_seconds: float | None = None) -> Job:
    """Begin the work and return at once. `slot` (`take_slot`) is handed to the process and closed here."""
    try:
        return Job(function, head, data, slot=slot, wall_seconds=wall_seconds)
    finally:
        if slot is not None:
            os.close(slot)


def beside(job: Job, done: Callable[[Job], None]) -> threading.Event:
    """See `job` through in a thread of its own, so that no web thread waits for it; `done` gets it, then the event is set."""
    ended = threading.Event()

    def see_through() -> None:
        try:
            done(job)
        finally:
            ended.set()

    threading.Thread(target=see_through, name="sandbox", daemon=True).start()
    return ended


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(HOUSE), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}


def take_slot(folder: Path, name: str, most: int) -> int | None:
    """A free slot of the `most` called `name`, as an open file whose closing frees it; None when all are taken. Never waits.

    So many at once and no more, over all processes of this host: each slot is a locked file, and the kernel frees it. A lock
    rather than a row: what is scarce is this host's processor, and a process that dies leaves nothing behind.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(most):
        descriptor = os.open(folder / f"{name}-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError:
            os.close(descriptor)
    return None
