"""Where sealed files are kept: under their own hash, written once, and never given out when they don't match it."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from sealing.models import SealedRecord

FOLDER = "sealed"


class Damaged(Exception):
    """Raised if a sealed file is gone, or isn't the one that was sealed."""


def keep(sealed: bytes) -> str:
    """Store a sealed file under its hash; it is on the disk when this returns. Returns its name."""
    digest = hashlib.sha256(sealed).hexdigest()
    name = f"{FOLDER}/{digest[:2]}/{digest}.pdf"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(sealed))
        _reach_the_disk(name)
    if _read(name) != sealed:
        raise Damaged(f"Can't read the sealed file back from storage: {name}")
    return name


def _reach_the_disk(name: str) -> None:
    """A power cut after the record must not lose the file; other storages than a disk see to that themselves."""
    try:
        path = default_storage.path(name)
    except NotImplementedError:
        return
    for place in (path, os.path.dirname(path)):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sealed_bytes(document: SealedRecord) -> bytes:
    """Return the sealed file, byte for byte. Raises `Damaged` rather than give out another."""
    try:
        data = _read(document.file)
    except OSError as error:
        raise Damaged(f"Can't read the sealed file: {document.file}") from error
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise Damaged(f"The file in storage isn't the one that was sealed: {document.file}")
    return data


def _read(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())


def sweep_orphans(before: datetime.datetime, *tables: type[SealedRecord]) -> int:
    """Remove files written before then that no row of `tables` names, because a crash left them. Returns how many."""
    removed = 0
    for name in _all():
        if default_storage.get_modified_time(name) < before and not any(
            table._default_manager.filter(file=name).exists() for table in tables
        ):
            default_storage.delete(name)
            removed += 1
    return removed


def _all() -> Iterator[str]:
    if not default_storage.exists(FOLDER):
        return
    for folder in default_storage.listdir(FOLDER)[0]:
        for file in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            yield f"{FOLDER}/{folder}/{file}"
