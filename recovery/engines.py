"""Dumping and loading a database, with the tools of its engine: PostgreSQL's own, and SQLite's online backup."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, transaction

JOBS = "2"


class EngineFailed(Exception):
    """Raised if the database's own tool is missing or fails; the message has what it said."""


def server() -> str:
    """Return the version of the database server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return str(cursor.fetchone()[0])


def counts() -> dict[str, int]:
    """Return the number of rows of each table; one query per table."""
    rows = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 - a table of ours, quoted
            rows[name] = cursor.fetchone()[0]
    return rows


def dump(file: Path) -> dict[str, int]:
    """Write the database to `file` as it is at one moment, and return how many rows each table had then. Raises `EngineFailed`."""
    return _dump_sqlite(file) if connection.vendor == "sqlite" else _dump_postgresql(file)


def _dump_sqlite(file: Path) -> dict[str, int]:
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # the file alone is the database
        names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}  # noqa: S608 - from its own list


def _dump_postgresql(file: Path) -> dict[str, int]:
    """Dump and count in one snapshot, so that acts of people who go on working are in both or in neither."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # This transaction waits for pg_dump, however long that takes.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        arguments, environment = _client(connection.settings_dict)
        _run(["pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", "-f", str(file), *arguments], environment)
        return counts()


def load(file: Path, name: str) -> None:
    """Load a dump into the empty database called `name` on our server, or the SQLite file `name`. Raises `EngineFailed`."""
    if connection.vendor == "sqlite":
        shutil.copyfile(file, name)
        return
    *arguments, database = _client({**connection.settings_dict, "NAME": name})[0]
    environment = _client(connection.settings_dict)[1]
    command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "-j", JOBS, *arguments, "-d", database, str(file)]
    _run(command, environment)


@contextlib.contextmanager
def scratch() -> Iterator[str]:
    """Give the name of an empty database beside ours, or of a file for SQLite, which is gone afterwards."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="lab-portal-restore-") as folder:
            yield str(Path(folder) / "restored.sqlite3")
        return
    name = f"lab_portal_restore_{uuid.uuid4().hex}"
    quoted = connection.ops.quote_name(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted}")
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")


def address(name: str) -> str:
    """Return the DATABASE_URL of the database called `name` on our server, or of the SQLite file `name`."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    at = connection.settings_dict
    account = quote(at["USER"], safe="") + (f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else "")
    port = f":{at['PORT']}" if at["PORT"] else ""
    return f"postgres://{account}@{quote(at['HOST'], safe='')}{port}/{quote(name, safe='')}"


def _client(settings: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Return how PostgreSQL's tools reach a database: arguments, its name last, and variables, which hold the password."""
    command, environment = connection.client.settings_to_cmd_args_env(settings, [])
    return list(command[1:]), environment or {}


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - PostgreSQL's own tools
    except FileNotFoundError as error:
        raise EngineFailed(f"{command[0]} isn't installed. Install PostgreSQL's client tools, at least of the server's version.") from error
    if done.returncode:
        raise EngineFailed(f"{command[0]} failed: {done.stderr.strip()[-1000:]}")
