"""What runs in the sandbox to check a sealed file (sealing/verification/apart.py). Stands outside of the package, because
importing that loads pyHanko, and a part of pyHanko has to be kept out first.
"""

from __future__ import annotations

import base64
import datetime
import sys
from types import ModuleType
from typing import Any


def examine(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The verdict on `data` in JSON's types."""
    _leave_out_http()
    from sealing.verification import Trust, check

    now = datetime.datetime.fromisoformat(head["now"])
    trust = Trust.of_pem(base64.b64decode(head["roots"]), base64.b64decode(head["timestamp_roots"]), now)
    return check(data, trust, head["known"]).plain()


def _leave_out_http() -> None:
    """pyHanko loads a client for time stamping services whenever it is loaded: a third of the time, and nothing to us here."""
    stand_in = ModuleType("pyhanko.sign.timestamps.aiohttp_client")
    stand_in.HTTPTimeStamper = object  # type: ignore[attr-defined]
    sys.modules[stand_in.__name__] = stand_in
