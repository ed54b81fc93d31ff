"""One line, sealed as a document would be, to see whether a key does its work."""

from __future__ import annotations

from sealing import pades
from sealing.keys import SealKey
from sealing.rendering import typeset

PAGE = '<html lang="en"><head><title>Trial</title></head><body><p>Sealed for trial.</p></body></html>'


def sealed(key: SealKey) -> bytes:
    """A sealed page. Raises what goes wrong."""
    return pades.seal(typeset(PAGE), key.signer(), lab="a trial")
