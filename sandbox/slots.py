"""So many at once and no more, over all processes of this host: each slot is a locked file, and the kernel frees it.

A lock rather than a row: what is scarce is this host's processor, a process that dies leaves nothing behind, and nothing
has to be swept. `take` never waits.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def take(folder: Path, name: str, most: int) -> int | None:
    """A free slot of the `most` called `name`, as an open file whose closing frees it; None when all are taken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(most):
        descriptor = os.open(folder / f"{name}-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError:
            os.close(descriptor)
    return None
