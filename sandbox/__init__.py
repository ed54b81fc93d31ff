"""Running code on untrusted bytes in a separate process, which contains no secrets and is stopped if it takes too much time or memory.

Doesn't use Django. The process gets the bytes on standard input and nothing from our environment, so that it has no settings,
keys or connections. It can't write files or reach the network, and it runs at a lower priority than the web.

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
    """Raised if the bytes took more time or memory than allowed, or crashed the process."""


class OutOfTime(Exception):
    """Raised if the machine was too busy to finish; the bytes may be harmless."""


class Job:
    """Work running in a separate process. Once it is done, `seconds` is how long it took."""

    def __init__(self, function: str, head: dict[str, Any], data: bytes, *, slot: int | None, wall_seconds: float | None) -> None:
        self._sent = json.dumps({"function": function, "head": head}).encode() + b"\n" + data
        self._wall_seconds, self._began = WALL_SECONDS if wall_seconds is None else wall_seconds, time.monotonic()
        self._outcome: Any = None
        self.seconds = 0.0
        # A slot's lock belongs to every process that has it open: the child keeps it until it ends, however this process ends.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            # A separate environment, because ours has DATABASE_URL and SECRET_KEY.
            cwd=HOUSE, env=_environment(), pass_fds=() if slot is None else (slot,),
        )  # fmt: skip

    def finish(self) -> Any:
        """Wait for the function's result, in JSON's types. Raises `TooMuch` or `OutOfTime`."""
        try:
            output, _nothing = self._process.communicate(self._sent, timeout=self._wall_seconds)
            if self._process.returncode:
                raise TooMuch(f"ended with {self._process.returncode}")
            return json.loads(output)
        except subprocess.TimeoutExpired as error:
            # Kill it, then wait for it, or it stays a zombie of the web process.
            self._process.kill()
            self._process.communicate()
            raise OutOfTime from error
        except ValueError as error:
            raise TooMuch("its output can't be read") from error
        finally:
            self._sent = b""
            self.seconds = time.monotonic() - self._began


def run(function: str, head: dict[str, Any], data: bytes, *, slot: int | None = None, wall_seconds: float | None = None) -> Any:
    """Return the result of `function` ("package.module:name") for `head` and `data`. Raises `TooMuch` or `OutOfTime`."""
    return start(function, head, data, slot=slot, wall_seconds=wall_seconds).finish()


def start(function: str, head: dict[str, Any], data: bytes, *, slot: int | None = None, wall_seconds: float | None = None) -> Job:
    """Start the work and return right away. `slot` (from `take_slot`) is passed to the process and closed here."""
    try:
        return Job(function, head, data, slot=slot, wall_seconds=wall_seconds)
    finally:
        if slot is not None:
            os.close(slot)


def beside(job: Job, done: Callable[[Job], None]) -> threading.Event:
    """Finish `job` in a separate thread, so that no web thread waits for it: calls `done` with it, then sets the returned event."""
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
    """Take one of the `most` slots called `name`, as an open file that frees it when closed; None if all are taken. Never waits.

    It limits the number across all processes of this host: each slot is a locked file, and the kernel frees it. It is a lock
    rather than a database row because this host's processor is what is scarce, and a process that dies leaves nothing behind.
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
