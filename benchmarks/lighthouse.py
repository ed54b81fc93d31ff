"""Runs Lighthouse on the six pages that a signer sees, as on a phone: `make bench-lighthouse LIGHTHOUSE=…/bin/lighthouse`.

It uses gunicorn with built and compressed assets, on SQLite with the demo. The project doesn't install Lighthouse; npm's
`lighthouse` 12.2.3 works with Node 20. Prints each page's scores and size, and exits with 1 if a score is too low or a page too large.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100}
HEAVIEST = 350  # kB, for each page
ISSUE_LINK = """
from agreements.invitations import links
from agreements.models import Invitation
waiting = Invitation.objects.filter(revoked_at=None, purpose="sign", decline=None, version__state="circulated")
waiting = waiting.filter(party__signatures=None, party__person__user=None)
invitation = next(each for each in waiting.select_related("party__person", "version").order_by("pk") if not each.version.asks_for_code)
print(links.issue_link(invitation.pk), invitation.party.person.name, sep="\\n")
"""


def main() -> int:
    lighthouse = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
    if not lighthouse:
        print("Lighthouse is missing. Install it outside the project (npm install lighthouse@12.2.3) and set LIGHTHOUSE=…/lighthouse")
        return 1
    with tempfile.TemporaryDirectory(prefix="lab-portal-lighthouse-") as name:
        port = _free_port()
        environment = _environment(Path(name), port)
        _manage(environment | {"DEBUG": "1"}, "migrate", "--no-input", "-v0")
        _manage(environment | {"DEBUG": "1"}, "demo")
        _manage(environment, "collectstatic", "--no-input", "-v0")
        link, signer = _manage(environment | {"DEBUG": "1"}, "shell", "--no-imports", "-c", ISSUE_LINK).split("\n")[-3:-1]
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "labportal.wsgi", "-b", f"127.0.0.1:{port}"],
            env=environment,
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health/live")
            return 1 if [page for page in _pages(port, link, signer, lighthouse) if not page] else 0
        finally:
            web.terminate()
            web.wait()


def _environment(place: Path, port: int) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "DEBUG")},
        "VAR_DIR": str(place), "DATABASE_URL": f"sqlite:///{place}/lab-portal.sqlite3", "STATIC_ROOT": str(place / "static"),
        "SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": f"http://127.0.0.1:{port}",
        "SECURE_SSL_REDIRECT": "0", "SEAL_ALLOW_DEVELOPMENT": "1",
    }  # fmt: skip


def _manage(environment: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _pages(port: int, link: str, signer: str, lighthouse: str) -> Iterator[bool]:
    """Sign an agreement and run Lighthouse on each page along the way; yields whether each scores high enough."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(link)
        yield _looked_at("the link", page, lighthouse)
        page.get_by_role("button", name=f"Continue as {signer}").click()
        page.wait_for_load_state()
        yield _looked_at("start", page, lighthouse)
        page.get_by_role("link", name=re.compile("Read the agreement|Continue reading")).click()
        page.wait_for_load_state()
        yield _looked_at("read", page, lighthouse)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.get_by_role("button", name="I have read every section").click()
        page.wait_for_url(re.compile("/sign/$"))
        yield _looked_at("sign", page, lighthouse)
        page.get_by_label("Your full name").fill(signer)
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name=re.compile("^Sign")).click()
        page.wait_for_load_state()
        yield _looked_at("signed", page, lighthouse)
        page.goto(f"http://127.0.0.1:{port}/verify/")
        yield _looked_at("verify", page, lighthouse)
        browser.close()


def _looked_at(name: str, page: Page, lighthouse: str) -> bool:
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    report = _report(page.url, cookies, lighthouse)
    scores = {category: round(report["categories"][category]["score"] * 100) for category in LEAST}
    weight = report["audits"]["total-byte-weight"]["numericValue"] / 1000
    low = [audit["id"] for audit in report["audits"].values() if audit.get("score") == 0]
    print(f"{name:10}", *(f"{category} {score}" for category, score in scores.items()), f"{weight:.0f} kB", *low, sep="  ", flush=True)
    return weight < HEAVIEST and all(score >= LEAST[category] for category, score in scores.items())


def _report(url: str, cookies: str, lighthouse: str) -> dict[str, Any]:
    """Return Lighthouse's report. On a busy machine it sometimes fails to record the page load, so it has three tries."""
    command = [
        lighthouse, url, "--quiet", "--output=json", f"--only-categories={','.join(LEAST)}",
        "--chrome-flags=--headless=new --no-sandbox", f"--extra-headers={json.dumps({'Cookie': cookies})}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    for tries_left in (2, 1, 0):
        done = subprocess.run(command, env=environment, check=not tries_left, stdout=subprocess.PIPE, text=True)
        if not done.returncode:
            break
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310 - our own address
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(url)


if __name__ == "__main__":
    sys.exit(main())
