"""Takes the pictures of docs/tour.md: a fresh demo, a real browser, every page that the tour names.

`make docs` runs it. It starts the portal on a free port with a database of its own and stops it again.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

HOUSE = Path(__file__).resolve().parent.parent
PICTURES = HOUSE / "docs" / "pictures"
PASSWORD = "lab-portal-demo"  # noqa: S105 - the demo's, printed at every start and refused in production
if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shot:
    """One picture: its file's name, who looks, at which address, on what."""

    name: str
    who: str
    address: str
    phone: bool = False


def references() -> dict[str, str]:
    """For each state, the reference of a demo residency that is in it."""
    script = "from residencies.models import Residency\nfor r in Residency.objects.order_by('-pk'): print(r.state, r.reference)"
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    return dict(line.split() for line in said.stdout.splitlines())


def shots(at: dict[str, str]) -> list[Shot]:
    """The tour, in order."""
    return [
        Shot("sign-in", "", "/accounts/login/"),
        Shot("home", "ops", "/"),
        Shot("list", "ops", "/residencies/"),
        Shot("residency", "ops", f"/residencies/{at['in_residence']}/"),
        Shot("residency-phone", "owner", f"/residencies/{at['in_residence']}/", phone=True),
        Shot("history", "ops", f"/residencies/{at['live']}/history/"),
    ]


@contextmanager
def portal(folder: str) -> Iterator[str]:
    """A portal with the demo in `folder`; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ.update(DEBUG="1", VAR_DIR=folder, DATABASE_URL=f"sqlite:///{folder}/tour.sqlite3", SITE_URL=f"http://127.0.0.1:{port}")
    os.environ.pop("REDIS_URL", None)
    for command in (["migrate", "-v0"], ["demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=HOUSE, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"], cwd=HOUSE, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def wait_until_ready(address: str, seconds: float = 30) -> None:
    """Returns once the portal answers; raises TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/health/ready", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def take(address: str, tour: list[Shot]) -> None:
    """Save every picture of the tour under docs/pictures."""
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for shot in tour:
            context = browser.new_context(viewport=cast("ViewportSize", PHONE if shot.phone else DESK), base_url=address, locale="en-CA")
            page = context.new_page()
            if shot.who:
                page.goto("/accounts/login/")
                page.get_by_label("E-mail").fill(f"{shot.who}@example.test")
                page.get_by_label("Password").fill(PASSWORD)
                page.locator("main form button[type=submit]").first.click()
            page.goto(shot.address)
            page.screenshot(path=PICTURES / f"{shot.name}.png", full_page=shot.phone)
            print(f"docs/pictures/{shot.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lab-portal-tour-") as folder, portal(folder) as address:
        take(address, shots(references()))
