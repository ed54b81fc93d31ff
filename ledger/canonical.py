"""The one way to write facts as bytes, so that a hash made today can be recomputed in ten years."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import json
import unicodedata
import uuid
from typing import Any


def plain(value: Any) -> Any:
    """`value` in JSON's own types: dates as ISO text, instants in UTC, text in NFC with `\\n` line ends.

    Text is kept without NUL, which PostgreSQL cannot store. Raises TypeError for floats (they do not
    write the same everywhere) and for anything unknown.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            lines = unicodedata.normalize("NFC", str(value).replace("\0", "")).replace("\r\n", "\n").replace("\r", "\n").split("\n")
            return "\n".join(line.rstrip() for line in lines)
        case datetime.datetime():
            return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
        case datetime.date() | uuid.UUID() | decimal.Decimal():
            return str(value)
        case dict():
            return {str(key).replace("\0", ""): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted(plain(item) for item in value)
        case _ if hasattr(value, "__str__") and type(value).__name__ == "__proxy__":
            return plain(str(value))
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces and no ASCII escaping."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
