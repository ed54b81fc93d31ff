"""The sandboxed process: it drops its privileges, then runs one function on its input."""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys

from sandbox import CPU_SECONDS

MEMORY_BYTES = 512 * 1024 * 1024
OPEN_FILES = 64
POLITENESS = 5  # others get three times as much of a busy processor; with more, an honest file would starve on a busy machine
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


def confine() -> None:
    """Limit this process's time, memory and priority, and stop it from writing files or using the network."""
    os.nice(POLITENESS)
    # The hard limit is a second later: at the soft one, Python can still exit by itself and report it.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    # Last, and permanent: an audit hook can't be removed, whatever the bytes make Python do.
    sys.addaudithook(_stay_home)


def _stay_home(event: str, args: object) -> None:
    """Refuse to fetch anything or start a program, whatever a file asks for."""
    if event in CLOSED:
        raise PermissionError(event)


def main() -> None:
    confine()
    first, _line, data = sys.stdin.buffer.read().partition(b"\n")
    order = json.loads(first)
    module, _colon, name = order["function"].partition(":")
    # The function's name comes from our own code, through the pipe; nothing in the bytes can choose it.
    function = getattr(importlib.import_module(module), name)
    print(json.dumps(function(order["head"], data)))


if __name__ == "__main__":
    main()
