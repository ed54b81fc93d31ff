"""Whose seals the portal believes, as files that leave it (PEM): issuers of today and of before."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding

from agreements.sealing import keys


def issuers_pem() -> bytes:
    """Every issuer that made or makes our sealing certificates. Raises `KeyUnusable` when a file named in the settings can't be read."""
    return b"".join(root.public_bytes(Encoding.PEM) for root in keys.roots())


def timestamp_issuers_pem() -> bytes:
    """The same for time stamps. Raises `KeyUnusable`."""
    return b"".join(root.public_bytes(Encoding.PEM) for root in keys.timestamp_roots())
