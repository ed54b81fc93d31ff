"""The interface for signing checkpoints. The floor above, which has the lab's key, implements it."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.canonical import canonical_json

Signature = dict[str, Any]


class Signer(Protocol):
    """Signs with the lab's key, and checks whether a signature is the lab's."""

    def sign(self, data: bytes) -> Signature | None:
        """Return a signature as plain data, or None if no key may sign now."""

    def fault(self, data: bytes, signature: Signature) -> str:
        """Say why `signature` doesn't prove that the lab signed `data`; "" if it does."""

    def may_sign(self) -> bool:
        """Return whether this process has a key that may sign now."""


class Unsigned:
    """The signer of a portal without a key: it signs nothing and can't recognize the lab's signatures."""

    def sign(self, data: bytes) -> Signature | None:
        return None

    def fault(self, data: bytes, signature: Signature) -> str:
        return "this portal has no issuer to check it against"

    def may_sign(self) -> bool:
        return False


@cache
def signer() -> Signer:
    """Return the signer that `LEDGER_SIGNER` names, created once per process."""
    return import_string(settings.LEDGER_SIGNER)() if settings.LEDGER_SIGNER else Unsigned()


def checkpoint_bytes(stream: int, seq: int, prev_hash: str, heads: Any) -> bytes:
    """Return the bytes that a checkpoint's signature covers: its heads and its own place in the lab's chain."""
    return b"ledger-checkpoint/1\n" + canonical_json({"stream": stream, "seq": seq, "prev_hash": prev_hash, "heads": heads})


def heads_bytes(at: str, lines_sha256: str) -> bytes:
    """Return the bytes that the signature of exported heads covers."""
    return b"ledger-heads/1\n" + canonical_json({"at": at, "sha256": lines_sha256})
