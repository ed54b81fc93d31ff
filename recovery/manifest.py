"""What a backup says of itself: when and from what it was made, and what must be in it (OP-06). Knows no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

FORMAT = "lab-portal-backup/1"
NAME, DATABASE, HEADS, FILES = "manifest.json", "database", "heads.jsonl", "files"
CHUNK = 1024 * 1024


class NotABackup(Exception):
    """Raised if a folder can't be read as a backup; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """The contents of `manifest.json`.

    `tables` counts the rows of each table, `files` has the SHA-256 of every other file of the backup, and `keys` the fingerprints
    of the keys that were in use. It never contains a key.
    """

    made_at: str
    release: str
    engine: str
    server: str
    tables: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / NAME).write_text(f"{text}\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of the backup in `folder`. Raises `NotABackup`."""
        try:
            values = json.loads((folder / NAME).read_text(encoding="utf-8"))
            written = values.pop("format")
            if written != FORMAT:
                raise NotABackup(f"{folder} is a backup of another kind ({written}). Restore it with the release that made it.")
            return cls(**values)
        except FileNotFoundError as error:
            raise NotABackup(f"{folder} isn't a backup, or it isn't complete: {NAME} is missing.") from error
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotABackup(f"{folder / NAME} can't be read: {error}") from error

    def damage(self, folder: Path) -> Iterator[str]:
        """Yield a sentence for every file of the backup in `folder` that is missing, or isn't what it was."""
        for name, digest in self.files.items():
            path = folder / name
            if not path.is_file():
                yield f"{name} is missing from the backup."
            elif sha256_of(path) != digest:
                yield f"{name} was altered after the backup was made."

    def miscounts(self, tables: dict[str, int]) -> Iterator[str]:
        """Yield a sentence for every table that doesn't have as many rows as when the backup was made."""
        for name, count in self.tables.items():
            if tables.get(name) != count:
                yield f"The table {name} has {tables.get(name, 0):,} rows. There were {count:,} when the backup was made."


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
