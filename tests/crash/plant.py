"""Processes for crash tests: a PostgreSQL, a Redis and a mail server of one's own, workers and beat, all of which may be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import redis
from django.conf import settings

from tests.clock import HUNG, unfaked
from tests.outbox.sink import Sink

ROOT = Path(settings.BASE_DIR)
sys.path.insert(0, str(ROOT / "scripts"))

import services  # noqa: E402


def until(holds: Callable[[], bool], seconds: float = HUNG, what: str = "it") -> None:
    """Returns once `holds()`; fails the test after `seconds`, which only what hangs takes. Looks twenty times a second."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what} did not come about within {seconds:.0f} s"
        time.sleep(0.05)


class Process:
    """A program in a group of its own, so that a kill reaches its children too."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, **options: object) -> None:
        self.command, self.environment, self.log, self.options = command, environment, log, options
        self.start()

    def start(self) -> None:
        out = self.log.open("ab")
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=out, stderr=out, start_new_session=True, **({"cwd": ROOT} | self.options)
        )
        out.close()

    def tell(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """SIGKILL, to all of it."""
        self.tell(signal.SIGKILL)
        self.process.wait()

    def restart(self) -> None:
        self.kill()
        self.start()


class Postgres:
    """A PostgreSQL server of our own: durable, unlike the one tests usually run on, for this one is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, services.free_port()
        binaries, account = services._postgres_binaries(), services._account()
        assert binaries, "no PostgreSQL binaries on this machine"
        self.options = services._as(account)
        data = folder / "data"
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        subprocess.run(
            [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            check=True, capture_output=True, **self.options,
        )  # fmt: skip
        self.log = folder / "log"
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(self.port), "-h", "127.0.0.1", "-k", str(folder)]
        self.process = Process(command, unfaked(os.environ), self.log, **self.options)
        self.wait()

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        try:
            with contextlib.closing(psycopg2.connect(self.url, connect_timeout=20)) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return True
        except psycopg2.Error:
            return False

    def wait(self) -> None:
        until(self.answers, what="PostgreSQL")

    def crash(self) -> None:
        """As if the machine had lost power: every backend dies at once; it recovers when it is started again."""
        self.process.kill()
        pid = self.folder / "data" / "postmaster.pid"
        pid.unlink(missing_ok=True)

    def start(self) -> None:
        """Started until it stays: it refuses while a backend of the one before, in a session of its own, is still at its last statement."""
        until(self._stays, what="PostgreSQL")

    def _stays(self) -> bool:
        if self.process.process.poll() is not None:
            self.process.start()
        return self.answers()

    def ask(self, sql: str, *values: object) -> list[tuple]:
        with contextlib.closing(psycopg2.connect(self.url, connect_timeout=50)) as connection, connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []


class Redis:
    """A Redis server of our own, without a memory of its own: what was in it is gone with it."""

    def __init__(self, folder: Path) -> None:
        self.port = services.free_port()
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.process = Process([str(services._redis_binary()), *options], unfaked(os.environ), folder / "redis.log")
        self.wait()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        try:
            with contextlib.closing(redis.Redis.from_url(self.url, socket_connect_timeout=10)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def wait(self) -> None:
        until(self.answers, what="Redis")


class Plant:
    """All that delivery needs, in a folder of its own; `environment` is what every process is started with."""

    def __init__(self, folder: Path, database: str, broker: str, mail_port: int, **environment: str) -> None:
        self.folder, self.running = folder, []
        self.environment = {n: v for n, v in os.environ.items() if n not in {"DEBUG", "DJANGO_SETTINGS_MODULE", "TEST_REDIS_URL"}} | {
            "DJANGO_SETTINGS_MODULE": "tests.crash.site", "DATABASE_URL": database, "REDIS_URL": broker,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "SITE_URL": "https://portal.example.test", "SECURE_SSL_REDIRECT": "0", "VAR_DIR": str(folder), "LOG_LEVEL": "ERROR",
            "LOG_JSON": "1", "INSTALL_STANDARD_TEMPLATE": "0", "OUTBOX_DELIVER_SECONDS": "1", "OUTBOX_SWEEP_SECONDS": "5",
            "OUTBOX_LEASE_SECONDS": "9", "EMAIL_TIMEOUT": "3", **environment,
        }  # fmt: skip

    def start(self, *command: str) -> Process:
        process = Process([sys.executable, *command], self.environment, self.folder / f"log-{len(self.running)}")
        self.running.append(process)
        return process

    def worker(self) -> Process:
        """A Celery worker with one process that works."""
        name = f"w{len(self.running)}@%h"
        options = ["--concurrency", "1", "--loglevel", "ERROR", "--without-mingle", "--without-gossip", "-n", name]
        return self.start("-m", "celery", "-A", "labportal", "worker", *options)

    def beat(self) -> Process:
        schedule = self.folder / f"beat-{len(self.running)}"
        return self.start("-m", "celery", "-A", "labportal", "beat", "--loglevel", "ERROR", "-s", str(schedule))

    def loop(self) -> Process:
        """The delivery loop that needs no broker."""
        return self.start("manage.py", "send_due", "--loop")

    def web(self) -> tuple[Process, str]:
        """gunicorn with two workers, and its address."""
        port = services.free_port()
        options = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--log-level", "error", "--no-control-socket"]
        return self.start("-m", "gunicorn", "labportal.wsgi", *options), f"http://127.0.0.1:{port}"

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.folder.glob("log-*")))

    def stop(self) -> None:
        for process in self.running:
            process.tell(signal.SIGCONT)
            process.kill()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that a server of another account may enter."""
    with tempfile.TemporaryDirectory(prefix="lab-portal-crash-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


__all__ = ["Plant", "Postgres", "Process", "Redis", "Sink", "folder", "until"]
