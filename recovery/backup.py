"""Making a backup: the database, the files, the ledger's heads, and a manifest that says what must be in it (OP-06)."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ledger import heads
from recovery import engines
from recovery.manifest import DATABASE, FILES, HEADS, Manifest, sha256_of
from sealing.keys import KeyUnusable, current_key, issuers_pem


class NoRoom(Exception):
    """Raised if the folder can't take a backup; the message says why."""


def back_up(folder: Path) -> Manifest:
    """Write a backup into `folder`, which must be new or empty, and return its manifest.

    Nothing is called `folder` until the backup is complete. Acts go on meanwhile: the database is as it was at one moment, and every
    file that it names is there, because files are never changed. Raises `NoRoom` and `EngineFailed`.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NoRoom(f"{folder} isn't empty. Choose a new folder: a backup never overwrites anything.")
    partial = folder.with_name(f"{folder.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(parents=True, mode=0o700)
    made_at = timezone.now().isoformat()
    heads.write(partial / HEADS, heads.export())
    tables = engines.dump(partial / DATABASE)
    _copy_files(partial / FILES)
    manifest = Manifest(made_at, settings.RELEASE, connection.vendor, engines.server(), tables, key_fingerprints(), _digests(partial))
    manifest.write(partial)
    if folder.exists():
        folder.rmdir()
    partial.rename(folder)
    return manifest


def _copy_files(to: Path) -> None:
    source = Path(settings.MEDIA_ROOT)
    if source.is_dir():
        shutil.copytree(source, to)
    else:
        to.mkdir()


def _digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def key_fingerprints() -> dict[str, str]:
    """Return the fingerprints of the keys in use, which let an operator tell whether a restored portal has the right ones."""
    fingerprints = {"secret": salted_hmac("recovery.fingerprint", "").hexdigest()}
    with contextlib.suppress(KeyUnusable):
        fingerprints["seal issuers"] = hashlib.sha256(issuers_pem()).hexdigest()
        fingerprints["seal"] = current_key().certificate.fingerprint(SHA256()).hex()
    return fingerprints
