"""Databases that begin as a copy of one migrated before: making every table anew takes each process half a minute.

`make test` migrates one database of each engine (scripts/test.py) and says where they are; `pytest` alone migrates its own.
"""

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

from django.db.backends.sqlite3.creation import DatabaseCreation

FILE = os.environ.get("TEST_SQLITE_TEMPLATE", "")
plainly = DatabaseCreation._create_test_db  # type: ignore[attr-defined]


def create_from_copy(self: DatabaseCreation, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
    """The test database in memory, with the tables; Django's `migrate`, which follows, finds nothing left to do."""
    name = plainly(self, verbosity, autoclobber, keepdb)
    if FILE and self.is_in_memory_db(name):
        self.connection.close()
        self.connection.settings_dict["NAME"] = name  # as Django does next
        self.connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(FILE)) as template:
            template.backup(self.connection.connection)
    return name


def allow() -> None:
    DatabaseCreation._create_test_db = create_from_copy  # type: ignore[attr-defined]


def copied_to(path: Path) -> bool:
    """Whether `path` is now a migrated SQLite database; otherwise the caller migrates one."""
    if FILE:
        shutil.copy(FILE, path)
    return bool(FILE)
