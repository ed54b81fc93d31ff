"""Look at a file in a process of its own, which holds nothing worth having and is stopped when it takes too much.

A PDF that a stranger brings may be made to eat time and memory. The process gets the file on its standard
input and nothing of our environment, so that no setting, key or connection is in it; nothing is written anywhere.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from agreements.verification.verdict import Check, Kind, Verdict, gettext_noop, of_plain

HOUSE = Path(__file__).resolve().parents[2]
CPU_SECONDS = 10
WALL_SECONDS = 30
MEMORY_BYTES = 512 * 1024 * 1024
OPEN_FILES = 64
CLOSED = {
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "os.system",
}


def check_apart(data: bytes, roots: bytes, timestamp_roots: bytes = b"", known: str = "") -> Verdict:
    """As `check`, with the issuers as PEM; after ten seconds of work or at 512 MB it says that it gave up."""
    now = datetime.datetime.now(tz=datetime.UTC).isoformat()  # told, so that the process beside reads no clock of its own
    issuers = {"roots": base64.b64encode(roots).decode(), "timestamp_roots": base64.b64encode(timestamp_roots).decode()}
    head = {**issuers, "known": known, "now": now}
    sent = json.dumps(head).encode() + b"\n" + data
    try:
        done = subprocess.run(
            [sys.executable, "-m", "agreements.verification.apart"],
            input=sent, capture_output=True, timeout=WALL_SECONDS, cwd=HOUSE, env=_environment(), check=True,
        )  # fmt: skip
        return of_plain(json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return _gave_up(data)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(HOUSE), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}


def _gave_up(data: bytes) -> Verdict:
    text = gettext_noop("The file took too long or too much memory to read, as no agreement of ours does.")
    return Verdict(Kind.FOREIGN, hashlib.sha256(data).hexdigest(), (Check("too-much", False, text),))


def confine() -> None:
    """From here on this process has little time and memory, writes no file and reaches no network."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    sys.addaudithook(_stay_home)


def _stay_home(event: str, args: object) -> None:
    """Nothing is fetched, and no other program is started, whatever a file asks for."""
    if event in CLOSED:
        raise PermissionError(event)


def _know_no_http() -> None:
    """pyHanko loads a client for time stamping services whenever it is loaded: a third of the time, and nothing to us here."""
    stand_in = ModuleType("pyhanko.sign.timestamps.aiohttp_client")
    stand_in.HTTPTimeStamper = object  # type: ignore[attr-defined]
    sys.modules[stand_in.__name__] = stand_in


def main() -> None:
    confine()
    _know_no_http()
    from agreements.verification import Trust, check

    head, _line, data = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    now = datetime.datetime.fromisoformat(asked["now"])
    trust = Trust.of_pem(base64.b64decode(asked["roots"]), base64.b64decode(asked["timestamp_roots"]), now)
    print(json.dumps(check(data, trust, asked["known"]).plain()))


if __name__ == "__main__":
    main()
