"""Who signs checkpoints: the floor above that holds the lab's key says so; the ledger knows only how to ask."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.canonical import canonical_json

Signature = dict[str, Any]


class Signer(Protocol):
    """Signs with the lab's key, and tells whether a signature is the lab's."""

    def sign(self, data: bytes) -> Signature | None:
        """A signature as plain data, or None where there is no key that may sign now."""

    def fault(self, data: bytes, signature: Signature) -> str:
        """Why `signature` doesn't prove that the lab signed `data`; "" when it does."""

    def may_sign(self) -> bool:
        """Whether this process has a key that may sign now."""


class Unsigned:
    """For a portal without a key: nothing is signed, and nothing that is can be told to be ours."""

    def sign(self, data: bytes) -> Signature | None:
        return None

    def fault(self, data: bytes, signature: Signature) -> str:
        return "this portal knows no issuer to check it against"

    def may_sign(self) -> bool:
        return False


@cache
def signer() -> Signer:
    """What `LEDGER_SIGNER` names; made once a process."""
    return import_string(settings.LEDGER_SIGNER)() if settings.LEDGER_SIGNER else Unsigned()


def checkpoint_bytes(stream: int, seq: int, prev_hash: str, heads: Any) -> bytes:
    """What the signature of a checkpoint covers: the heads it names, and its own place in the lab's chain."""
    return b"ledger-checkpoint/1\n" + canonical_json({"stream": stream, "seq": seq, "prev_hash": prev_hash, "heads": heads})


def heads_bytes(at: str, lines_sha256: str) -> bytes:
    """What the signature of exported heads covers."""
    return b"ledger-heads/1\n" + canonical_json({"at": at, "sha256": lines_sha256})
