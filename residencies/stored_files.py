"""Files of evidence on disk: a database that takes an act back does not take back the file that the act wrote."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from residencies.models import Evidence

FOLDER = "evidence"


def forget_unlisted(written_before: datetime.datetime) -> int:
    """Delete files that no evidence names and that were written before then; returns how many.

    Withdrawn evidence names its file, which stays on record (EL-12). What was written later may belong to an act under way.
    """
    storage = Evidence._meta.get_field("file").storage
    forgotten = 0
    for folder, names in _folders(FOLDER):
        listed = set(Evidence.objects.filter(file__startswith=f"{folder}/").values_list("file", flat=True))
        for path in {f"{folder}/{name}" for name in names} - listed:
            if storage.get_modified_time(path) < written_before:
                storage.delete(path)
                forgotten += 1
    return forgotten


def _folders(folder: str) -> Iterator[tuple[str, list[str]]]:
    """This folder and all below it, each with the names of its files."""
    storage = Evidence._meta.get_field("file").storage
    if not storage.exists(folder):
        return
    below, names = storage.listdir(folder)
    if names:
        yield folder, names
    for name in below:
        yield from _folders(f"{folder}/{name}")
