"""One sealed document: print, seal, look at our own work as strictly as anybody would, store.

What needs WeasyPrint or pyHanko is imported only where it is used: pages don't wait for it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings

from agreements.models import Seal
from agreements.sealing import files
from agreements.sealing.gathering import contents_in_force
from agreements.versions import records
from agreements.versions.canonical_text import sha256
from sealing import keys
from sealing.keys import issuers_pem, timestamp_issuers_pem
from sealing.libraries import LibrariesMissing


class PrintedDifferently(Exception):
    """The document does not come out as it did before: a font, the printing program or the key changed in between."""


class SealDoesNotHold(Exception):
    """What we sealed does not stand the test that anybody would put it to."""


@dataclass(frozen=True)
class SealedFile:
    """A sealed document that is stored and not yet on record."""

    file: str
    sha256: str
    size: int
    unsealed_sha256: str
    certificate_sha256: str
    development: bool
    level: str
    timestamp_at: datetime.datetime | None


def make(seal: Seal, *, worker: str) -> SealedFile:
    """Print, seal, check and store the document of `seal`. Raises what went wrong, as a sentence where we know it.

    `RecordsAltered` when what would be sealed isn't what the ledger recorded.

    The hash of the print is noted before it is sealed; `PrintedDifferently` when another attempt noted another.
    """
    try:
        from sealing import pades
        from sealing.rendering import render
    except (ImportError, OSError) as error:
        raise LibrariesMissing from error
    # Before anything is printed: a seal over an altered row would lend it the lab's name.
    records.compare_before_sealing(seal.version)
    key = keys.current_key()
    signer = key.signer()
    pdf = render(contents_in_force(seal.version, seal.told), development=key.is_development)
    unsealed = _noted(seal, sha256(pdf), worker)
    sealed = pades.seal(pdf, signer, lab=seal.told["lab"], timestamper=pades.stamper(_authorities(seal)))
    inspection = pades.examined(sealed, keys.roots(), keys.timestamp_roots())
    if inspection.faults:
        raise SealDoesNotHold(f"The seal failed its check: {', '.join(inspection.faults)}. Check that SEAL_ROOTS has the key's issuers.")
    _as_anybody_would(sealed)
    return SealedFile(
        # Stored before it is on record: a file without a row is harmless, a row without its file is not.
        file=files.keep(sealed),
        sha256=sha256(sealed),
        size=len(sealed),
        unsealed_sha256=unsealed,
        certificate_sha256=pades.fingerprint(signer),
        development=key.is_development,
        level="B-T" if inspection.timestamp_at else "B-B",
        timestamp_at=inspection.timestamp_at,
    )


def _as_anybody_would(sealed: bytes) -> None:
    """What goes out passes the check that whoever gets it will make (docs/verify.md)."""
    from sealing.verification import Kind, Trust, check

    verdict = check(sealed, Trust.of_pem(issuers_pem(), timestamp_issuers_pem()))
    if verdict.kind in (Kind.ALTERED, Kind.FOREIGN):
        raise SealDoesNotHold(f"The file would fail verification: {' '.join(failed.says for failed in verdict.failed)}")


def _authorities(seal: Seal) -> list[str]:
    return [] if seal.without_timestamp else list(settings.SEAL_TSA_URLS)


def _noted(seal: Seal, printed: str, worker: str) -> str:
    """The hash of the print, on record from the first attempt on."""
    # Set once and only by who holds the claim: every later attempt has to print the same bytes.
    Seal.objects.filter(pk=seal.pk, claimed_by=worker, unsealed_sha256="").update(unsealed_sha256=printed)
    before = Seal.objects.values_list("unsealed_sha256", flat=True).get(pk=seal.pk)
    if before != printed:
        raise PrintedDifferently(
            "The document comes out differently from the first attempt: a font, the printing program or the key changed."
        )
    return printed
