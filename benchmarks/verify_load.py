"""Measures how hostile uploads affect pages (EL-32): `python -m benchmarks verify-load`.

gunicorn runs as in the Containerfile, without the proxy that production has in front. Forty uploads to the page that checks
a file are in flight at all times, each from its own address: small files that would take years to read, large ones, and
bodies that arrive a byte at a time. Meanwhile a client requests the probes and two pages. It also requests a bare server and
a bare query, whose times show how busy the machine is.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2

if TYPE_CHECKING:
    from tests.crash.plant import Plant

ROOT = Path(__file__).resolve().parent.parent
IN_FLIGHT, SECONDS = 40, 15
PROBES = ("/health/live", "/health/ready")
PAGES = ("/verify/", "/accounts/login/")
SERVER, DATABASE = BARE = ("a bare server", "a bare query")
MOST_MS = 200
MOST_BARE_MS = 50  # if the bare requests take longer than this, the machine is too busy to judge the portal
TRIES = 3
BARE_SERVER = """
import http.server, sys
class Bare(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Bare).serve_forever()
"""


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request for probes, pages and bare baselines, at rest and under attack, and the answers to uploads."""

    at_rest: dict[str, list[float]]
    attacked: dict[str, list[float]]
    answers: dict[str, int]

    @property
    def worst_probe(self) -> float:
        return max(max(self.attacked[path]) for path in PROBES)

    @property
    def worst_bare(self) -> float:
        return max(max(self.attacked[name]) for name in BARE)

    @property
    def held(self) -> bool:
        return self.worst_probe < MOST_MS

    @property
    def tells_of_the_portal(self) -> bool:
        return self.held or self.worst_bare < MOST_BARE_MS

    def line(self) -> str:
        pages = "; ".join(
            f"{path} {statistics.median(self.at_rest[path]):.0f} → {statistics.median(self.attacked[path]):.0f} ms (median)"
            for path in PAGES
        )
        uploads = ", ".join(f"{count} × {status}" for status, count in sorted(self.answers.items()))
        verdict = "held" if self.held else "NOT HELD" if self.tells_of_the_portal else "the machine is too busy to tell"
        probes = "; ".join(
            f"{path} {statistics.median(self.attacked[path]):.0f}, at worst {max(self.attacked[path]):.0f} ms" for path in PROBES
        )
        bare = ", ".join(f"{name} at worst {max(self.attacked[name]):.0f} ms" for name in BARE)
        machine = f"{bare}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        return f"K8 {IN_FLIGHT} hostile uploads in flight: {probes} ({verdict}, {MOST_MS} ms); {pages}; uploads {uploads}; {machine}"


def measure(database: str, broker: str, seconds: float = SECONDS) -> Measured:
    """Start a portal on `database` (empty, or migrated already) and `broker`, attack it for `seconds`, and stop it."""
    from tests.clock import HUNG
    from tests.crash.plant import Plant, until

    with tempfile.TemporaryDirectory(prefix="lab-portal-load-") as name, contextlib.ExitStack() as stack:
        plant = Plant(Path(name), database, broker, 1, TRUSTED_PROXIES="1", SEAL_ALLOW_DEVELOPMENT="1")
        try:
            migrated = plant.start("manage.py", "migrate", "--no-input", "-v0")
            assert migrated.process.wait() == 0, plant.logs()
            port = _free_port()
            plant.start("-m", *command_of_the_image(port))
            asked = {path: partial(_answered, port, path) for path in (*PROBES, *PAGES)}
            asked |= {SERVER: _bare_server(plant), DATABASE: stack.enter_context(_bare_query(database))}
            until(lambda: _answers(port), HUNG, "the web")
            _ask(asked, seconds / 3)  # the first ones read templates and connect to the database
            at_rest = _ask(asked, seconds / 3)
            with _attack(port) as attackers:
                time.sleep(1)
                attacked = _ask(asked, seconds)
                answers = json.loads(attackers.communicate(b"\n")[0])
            return Measured(at_rest, attacked, answers)
        finally:
            plant.stop()


def command_of_the_image(port: int) -> list[str]:
    """Return the Containerfile's command with our port; its settings are in gunicorn.conf.py."""
    line = re.search(r"^CMD (\[.*\])$", (ROOT / "Containerfile").read_text(), re.MULTILINE)
    assert line, "the Containerfile has no CMD"
    return [*json.loads(line[1]), f"--bind=127.0.0.1:{port}"]


def _free_port() -> int:
    import services

    return services.free_port()


def _answers(port: int) -> bool:
    try:
        return _answered(port, "/health/ready")
    except OSError:
        return False


def _get(port: int, path: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"X-Forwarded-Proto": "https", "Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def _answered(port: int, path: str) -> bool:
    return _get(port, path) == 200


def _bare_server(plant: Plant) -> Callable[[], bool]:
    port = _free_port()
    plant.start("-c", BARE_SERVER, str(port))
    return partial(_answered, port, "/")


@contextlib.contextmanager
def _bare_query(database: str) -> Iterator[Callable[[], bool]]:
    with contextlib.closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:

        def ask() -> bool:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)

        yield ask


def _ask(asked: dict[str, Callable[[], bool]], seconds: float) -> dict[str, list[float]]:
    """Call each of `asked` in turn, four times a second; returns the milliseconds of each."""
    took: dict[str, list[float]] = {name: [] for name in asked}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, times in took.items():
            began = time.perf_counter()
            assert asked[name](), name
            times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.25)
    return took


@contextlib.contextmanager
def _attack(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start the attackers. They run at low priority, because real attackers use their own machines."""
    command = [sys.executable, "-m", "benchmarks.hostile", str(port), str(IN_FLIGHT)]
    attackers = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, start_new_session=True)
    try:
        yield attackers
    finally:
        attackers.kill()
        attackers.wait()


def main() -> int:
    import services

    with services.postgresql("lab_portal_load") as database, services.redis_server() as broker:
        for _ in range(TRIES):
            measured = measure(database.url, broker.url)
            print(measured.line(), flush=True)
            if measured.tells_of_the_portal:
                break
    return int(not measured.held)
