"""The function that runs in the sandbox to check a sealed file (sealing/verification/apart.py). It is outside the package,
because importing that loads pyHanko, and a part of pyHanko must be stubbed first.
"""

from __future__ import annotations

import base64
import datetime
import sys
from types import ModuleType
from typing import Any


def examine(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Return the verdict on `data` in JSON's types."""
    _leave_out_http()
    from sealing.verification import Trust, check

    now = datetime.datetime.fromisoformat(head["now"])
    trust = Trust.of_pem(base64.b64decode(head["roots"]), base64.b64decode(head["timestamp_roots"]), now)
    return check(data, trust, head["known"]).plain()


def _leave_out_http() -> None:
    """Stub the client for time stamping services that pyHanko always loads: it takes a third of the time and isn't used here."""
    stand_in = ModuleType("pyhanko.sign.timestamps.aiohttp_client")
    stand_in.HTTPTimeStamper = object  # type: ignore[attr-defined]
    sys.modules[stand_in.__name__] = stand_in
