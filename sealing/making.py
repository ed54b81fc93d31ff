"""One sealed file: print, seal, check our own work as strictly as anyone would, store.

What needs WeasyPrint or pyHanko is imported only where it is used: pages don't wait for it.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from sealing import files, keys
from sealing.keys import issuers_pem, timestamp_issuers_pem
from sealing.libraries import LibrariesMissing
from sealing.models import SealRequest

Render = Callable[[bool], bytes]


class PrintedDifferently(Exception):
    """Raised if the document doesn't come out as it did before: a font, the printing program or the key changed in between."""


class SealDoesNotHold(Exception):
    """Raised if what we sealed fails the check that anyone would make."""


@dataclass(frozen=True)
class SealedFile:
    """A sealed file that is stored and not yet on record; its fields are those of `SealedRecord`."""

    file: str
    sha256: str
    size: int
    unsealed_sha256: str
    certificate_sha256: str
    development: bool
    level: str
    timestamp_at: datetime.datetime | None


def make(request: SealRequest, render: Render, *, lab: str, worker: str) -> SealedFile:
    """Print, seal, check and store the document of `request`. Raises what went wrong, as a sentence where we know it.

    `render(development)` returns the PDF, always the same bytes. Its hash is noted before it is sealed; `PrintedDifferently` when
    another attempt noted another. The caller has compared what is printed with the ledger.
    """
    try:
        from sealing import pades
        from sealing.rendering import NotRendered  # noqa: F401 - so that missing libraries are reported as such, before a key is asked for
    except (ImportError, OSError) as error:
        raise LibrariesMissing from error
    key = keys.current_key()
    signer = key.signer()
    pdf = render(key.is_development)
    unsealed = _noted(request, hashlib.sha256(pdf).hexdigest(), worker)
    sealed = pades.seal(pdf, signer, lab=lab, timestamper=pades.stamper(_authorities(request)))
    inspection = pades.examined(sealed, keys.roots(), keys.timestamp_roots())
    if inspection.faults:
        raise SealDoesNotHold(f"The seal failed its check: {', '.join(inspection.faults)}. Check that SEAL_ROOTS has the key's issuers.")
    _as_anyone_would(sealed)
    return SealedFile(
        # Stored before it is on record: a file without a row is harmless, a row without its file is not.
        file=files.keep(sealed),
        sha256=hashlib.sha256(sealed).hexdigest(),
        size=len(sealed),
        unsealed_sha256=unsealed,
        certificate_sha256=pades.fingerprint(signer),
        development=key.is_development,
        level="B-T" if inspection.timestamp_at else "B-B",
        timestamp_at=inspection.timestamp_at,
    )


def _as_anyone_would(sealed: bytes) -> None:
    """Check what goes out as whoever gets it will (docs/verify.md)."""
    from sealing.verification import Kind, Trust, check

    verdict = check(sealed, Trust.of_pem(issuers_pem(), timestamp_issuers_pem()))
    if verdict.kind in (Kind.ALTERED, Kind.FOREIGN):
        raise SealDoesNotHold(f"The file would fail verification: {' '.join(failed.says for failed in verdict.failed)}")


def _authorities(request: SealRequest) -> list[str]:
    return [] if request.without_timestamp else list(settings.SEAL_TSA_URLS)


def _noted(request: SealRequest, printed: str, worker: str) -> str:
    """Return the hash of the print, which is on record from the first attempt on."""
    rows = type(request)._default_manager.filter(pk=request.pk)
    # Set once and only by who holds the claim: every later attempt has to print the same bytes.
    rows.filter(claimed_by=worker, unsealed_sha256="").update(unsealed_sha256=printed)
    before = rows.values_list("unsealed_sha256", flat=True).get()
    if before != printed:
        raise PrintedDifferently(
            "The document comes out differently from the first attempt: a font, the printing program or the key changed."
        )
    return printed
