"""Files on disk that rows name: a database that takes an act back does not take back the file that the act wrote."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.core.files.storage import Storage
from django.db.models import Model

from residencies.models import Evidence

FOLDER = "evidence"


def forget_unlisted(written_before: datetime.datetime, model: type[Model] = Evidence, folder: str = FOLDER) -> int:
    """Delete files below `folder` that no row's `file` names and that were written before then; returns how many.

    Withdrawn evidence names its file, which stays on record (EL-12). What was written later may belong to an act under way.
    """
    storage = model._meta.get_field("file").storage  # type: ignore[union-attr]
    forgotten = 0
    for inner, names in _folders(storage, folder):
        listed = set(model._default_manager.filter(file__startswith=f"{inner}/").values_list("file", flat=True))
        for path in {f"{inner}/{name}" for name in names} - listed:
            if storage.get_modified_time(path) < written_before:
                storage.delete(path)
                forgotten += 1
    return forgotten


def _folders(storage: Storage, folder: str) -> Iterator[tuple[str, list[str]]]:
    """This folder and all below it, each with the names of its files."""
    if not storage.exists(folder):
        return
    below, names = storage.listdir(folder)
    if names:
        yield folder, names
    for name in below:
        yield from _folders(storage, f"{folder}/{name}")
