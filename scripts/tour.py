"""Takes the pictures in docs/ with a fresh demo and a real browser: all, or those named, as in `scripts/tour.py home list-phone`.

`make docs` runs it. It starts the portal on a free port with its own database, and stops it again.
"""

from __future__ import annotations

import datetime
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
from typing import cast

from playwright.sync_api import Page, ViewportSize, sync_playwright

HOUSE = Path(__file__).resolve().parent.parent
PICTURES = HOUSE / "docs" / "pictures"
PASSWORD = "lab-portal-demo"  # noqa: S105 - the demo's public password, refused in production
ISLAND = "place=remote&volume=too_few&presence=another_level&rhythm=set_times&connection=good&travel=unreliable"
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Shot:
    """A picture: its file name, who is signed in, the address, and the device. With `mailed`, it shows what a party
    sees through the emailed link about `about`. The fold with the text `opens` is opened first.
    """

    name: str
    who: str
    address: str
    phone: bool = False
    mailed: bool = False
    about: str = "Common Components"
    opens: str = ""


def references() -> dict[str, str]:
    """Return the references of the demo's residencies, by product."""
    output = shell_output("from residencies.models import Residency\nfor r in Residency.objects.all(): print(r.reference, r.product)")
    pairs = (line.split(" ", 1) for line in output.splitlines())
    return {product: reference for reference, product in pairs}


def sealed_fingerprint() -> str:
    """Return the fingerprint of one of the demo's sealed agreements."""
    return shell_output("from agreements.models import SealedDocument\nprint(SealedDocument.objects.earliest('pk').sha256)").strip()


def wishes_link() -> str:
    """Return the link to email preferences at the end of the demo's emails to lab leadership."""
    script = "from people.models import Person\nfrom outbox.preferences.links import token_of\np = Person.objects.get(email='lead@example.test')\n"
    return f"/m/{shell_output(script + 'print(token_of(p, p.email))').strip()}"


def trip_by_car(name: str) -> str:
    """Return the address of a trip by car to a site of the demo's partnership of that name."""
    code = f"from partnerships.models import Trip\nprint(Trip.objects.get(site__partnership__name={name!r}, mode='car').get_absolute_url())"
    return shell_output(code).strip()


def case_called(title: str) -> str:
    """Return the address of one of the demo's case studies."""
    row = f"CaseStudy.objects.get(title='{title}').get_absolute_url()"
    return shell_output(f"from partnerships.models import CaseStudy\nprint({row})").strip()


def next_month() -> str:
    """Return next month, in the form that the outbox's calendar expects."""
    return (datetime.datetime.now(tz=datetime.UTC).date().replace(day=1) + datetime.timedelta(days=32)).strftime("%Y-%m")


def waiting_session() -> str:
    """Return the address of the session with an expert that a team has been waiting for the longest."""
    first = "ExpertSession.objects.waiting().for_list()[0].get_absolute_url()"
    return shell_output(f"from community.models import ExpertSession\nprint({first})").strip()


def partnership_of(name: str) -> str:
    """Return the address of one of the demo's partnerships."""
    row = f"Partnership.objects.get(name='{name}').get_absolute_url()"
    return shell_output(f"from partnerships.models import Partnership\nprint({row})").strip()


def evaluation_of(name: str, kind: str) -> str:
    """Return the address of an evaluation of the pilot of one of the demo's partnerships."""
    row = f"PilotEvaluation.objects.get(arrangement__partnership__name='{name}', kind='{kind}')"
    return shell_output(f"from partnerships.models import PilotEvaluation\nprint({row}.get_absolute_url())").strip()


def site_of(name: str, site: str) -> str:
    """Return the address of a site of one of the demo's partnerships."""
    row = f"Site.objects.get(partnership__name='{name}', name='{site}')"
    script = f"from django.urls import reverse\nfrom partnerships.models import Site\nsite = {row}\n"
    return shell_output(f"{script}print(reverse('site', args=[site.partnership.reference, site.pk]))").strip()


def conversation_of(at: str) -> str:
    """Return the address of the newest conversation of the residency at an address."""
    reference = at.strip("/").rpartition("/")[2]
    newest = f"Conversation.objects.filter(residency__reference='{reference}').latest('pk').get_absolute_url()"
    return shell_output(f"from residencies.models import Conversation\nprint({newest})").strip()


def shell_output(script: str) -> str:
    """Run `script` in the portal's shell and return what it prints."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", script]
    return subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True).stdout


def shots(at: dict[str, str]) -> list[Shot]:
    """Return the pictures of the tour, in order."""
    half_signed, moving_in = at["Common Components"], at["BC Services Card Login"]
    shared_space = partnership_of("Shared space in Picton")
    late, reviewed, draft = at["BC Registries"], at["Property Inventory Management System"], at["Invasive Species"]
    return [
        Shot("sign-in", "", "/accounts/login/"),
        Shot("home", "ops", "/"),
        Shot("list", "ops", "/residencies/"),
        Shot("list-phone", "lead", "/residencies/", phone=True),
        Shot("search", "ops", "/search/?q=comon components"),
        Shot("workspace", "ops", f"/residencies/{half_signed}/"),
        Shot("intake", "owner", f"/residencies/{draft}/intake/condition-1/"),
        Shot("queue", "ops", "/residencies/review/"),
        Shot("review", "ops", f"/residencies/{reviewed}/review/"),
        Shot("agreement", "ops", f"/residencies/{half_signed}/agreement/"),
        Shot("alignment", "ops", f"/residencies/{half_signed}/agreement/alignment/#grid"),
        Shot("link", "", "", phone=True, mailed=True),
        Shot("signing-start", "", "start/", phone=True, mailed=True),
        Shot("reading", "", "read/", phone=True, mailed=True),
        Shot("talk", "", "read/#clause-3.5", phone=True, mailed=True, opens="clause 3.5"),
        Shot("amendments", "ops", f"/residencies/{half_signed}/agreement/amendments/"),
        Shot("what-changed", "", "changes/", phone=True, mailed=True),
        Shot("signing", "", "sign/", phone=True, mailed=True),
        Shot("who-signs-when", "ops", f"/residencies/{at['Greenhouse Gas Industrial Reporting']}/agreement/order/"),
        Shot("handing-over", "", "hand-over/", phone=True, mailed=True),
        Shot("team", "ops", f"/residencies/{moving_in}/team/"),
        Shot("champions", "ops", f"/residencies/{late}/champions/#allies"),
        Shot("training", "ops", f"/residencies/{late}/training/#learners"),
        Shot("training-expected", "ops", "/training/leaders/?missing=open"),
        Shot("my-lab", "owner", "/my-lab/"),
        Shot("sprints", "ops", f"/residencies/{late}/sprints/"),
        Shot("calendar", "ops", "/calendar/"),
        Shot("calendar-phone", "owner", "/calendar/", phone=True),
        Shot("checks", "ops", "/checks/"),
        Shot("services", "ops", "/services/"),
        Shot("money", "ops", f"/residencies/{at['Cloud Pathfinder']}/money/"),
        Shot("metrics", "ops", f"/residencies/{late}/value/"),
        Shot("reuse", "ops", f"/residencies/{at['Digital Trust (OrgBook BC)']}/value/savings/#reuse-section"),
        Shot("portfolio", "lead", "/reports/portfolio/"),
        Shot("portfolio-changes", "lead", "/reports/portfolio/sealed/1/changes/"),
        Shot("showcase", "ops", "/showcase/"),
        Shot("showcase-phone", "", "/showcase/", phone=True),
        Shot("showcase-page", "ops", f"/residencies/{at['BC Registries']}/showcase/"),
        Shot("partnership", "ops", shared_space),
        Shot("partnership-phone", "ops", shared_space, phone=True),
        Shot("partnership-sites", "ops", f"{shared_space}sites/"),
        Shot("partnership-waits", "ops", f"{site_of('Territorial pilot in the North', 'Community office, Délı̨nę')}waits/"),
        Shot("partnership-counter", "ops", f"{site_of('Territorial pilot in the North', 'Community office, Délı̨nę')}counter/", phone=True),
        Shot("partnership-pilot", "ops", evaluation_of("Territorial pilot in the North", "half")),
        Shot("partnership-volumes", "ops", f"{site_of('Territorial pilot in the North', 'Community office, Délı̨nę')}volumes/"),
        Shot("partnership-emergency", "ops", f"{site_of('Territorial pilot in the North', 'Community office, Délı̨nę')}emergency/"),
        Shot("partnership-trip", "ops", trip_by_car("Territorial pilot in the North"), phone=True),
        Shot("partnership-contacts", "ops", f"{partnership_of('Territorial pilot in the North')}contacts/"),
        Shot("partnership-services", "ops", f"{partnership_of('Territorial pilot in the North')}services/"),
        Shot("partnership-services-phone", "ops", f"{partnership_of('Territorial pilot in the North')}services/", phone=True),
        Shot("partnership-meetings", "ops", f"{partnership_of('Territorial pilot in the North')}meetings/"),
        Shot("partnership-hours", "ops", site_of("Joint counter at Ottawa city hall", "City hall, ground floor")),
        Shot("case-study", "ops", case_called("One official for two governments in Délı̨nę")),
        Shot("case-study-phone", "ops", case_called("One official for two governments in Délı̨nę"), phone=True),
        Shot("partnership-started-like", "ops", f"{partnership_of('Shared space in North Hastings')}#point-title"),
        Shot("choosing-a-model", "ops", f"/partnerships/chooser/?{ISLAND}"),
        Shot("guidance", "ops", "/partnerships/guidance/"),
        Shot("community", "ops", f"/residencies/{late}/community/#habits-title"),
        Shot("finding-an-expert", "ops", f"{waiting_session()}match/"),
        Shot("desks", "ops", "/community/desks/"),
        Shot("alumni", "ops", "/alumni/"),
        Shot("mentors", "ops", "/mentors/"),
        Shot("benefits", "ops", "/benefits/"),
        Shot("barriers", "ops", f"/residencies/{late}/barriers/"),
        Shot("status-report", "ops", f"/residencies/{late}/status/5/"),
        Shot("status-report-phone", "lead", f"/residencies/{late}/status/5/", phone=True),
        Shot("status-changes", "ops", f"/residencies/{at['Digital Trust (OrgBook BC)']}/status/2/changes/"),
        Shot("refused", "ops", f"/residencies/{moving_in}/move/go_live/"),
        Shot("phases", "ops", f"/residencies/{at['Cloud Pathfinder']}/phases/"),
        Shot("tasks", "ops", f"/residencies/{moving_in}/tasks/"),
        Shot("conversation", "ops", conversation_of(at["Digital Trust (OrgBook BC)"])),
        Shot("trust", "ops", f"/residencies/{late}/trust/"),
        Shot("graduation", "lead", f"/residencies/{late}/graduation/"),
        Shot("history", "viewer", f"/residencies/{late}/history/"),
        Shot("lab-history", "ops", "/history/"),
        Shot("outbox", "ops", "/outbox/"),
        Shot("ahead", "ops", f"/outbox/ahead/?month={next_month()}"),
        Shot("schedule", "admin", "/outbox/reminders/graduation-due/schedule/"),
        Shot("status-page", "admin", "/status/"),
        Shot("your-mail", "lead", "/mail/"),
        Shot("your-mail-by-link", "", wishes_link(), phone=True),
        Shot("text", "admin", "/admin/outbox/templateoverride/agreement-invitation.sign/change/"),
        Shot("verify", "", f"/verify/{sealed_fingerprint()}/"),
        Shot("home-of-an-owner", "owner", "/", phone=True),
    ]


@contextmanager
def portal(folder: str) -> Iterator[str]:
    """Start a portal with the demo in `folder`; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ.update(DEBUG="1", VAR_DIR=folder, DATABASE_URL=f"sqlite:///{folder}/tour.sqlite3", SITE_URL=f"http://127.0.0.1:{port}")
    os.environ.pop("REDIS_URL", None)
    for command in (["migrate", "-v0"], ["demo"], ["seal_pending"], ["send_due"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=HOUSE, check=True, stdout=subprocess.DEVNULL)
    running = [started("runserver", "--noreload", f"127.0.0.1:{port}"), started("send_due", "--loop")]
    try:
        wait_until_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in running:
            process.terminate()
            process.wait(30)


def started(*command: str) -> subprocess.Popen[bytes]:
    """Start a manage.py command in the background, without output."""
    return subprocess.Popen([sys.executable, "manage.py", *command], cwd=HOUSE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until_ready(address: str, seconds: float = 300) -> None:
    """Wait until the portal answers; raises TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/health/ready", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def enter(page: Page, shot: Shot) -> None:
    """Sign in, or follow the emailed link, and go to the page of the picture."""
    if shot.who:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(f"{shot.who}@example.test")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form.act-form button[type=submit]").click()
    if not shot.mailed:
        page.goto(shot.address)
        return
    page.goto("/demo/mail/")
    page.goto(page.locator("article", has_text=shot.about).locator('a[href*="/a/"]').last.get_attribute("href") or "")
    if not shot.address:
        return
    page.locator("main form button[type=submit]").first.click()
    begin = page.url
    if shot.address == "start/":
        return
    if shot.address == "sign/":
        page.goto(f"{begin}read/")
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        if page.locator("form[data-reading]").count():
            page.locator("button[value=all]").click()
    page.goto(f"{begin}{shot.address}")


def take(address: str, tour: list[Shot]) -> None:
    """Save every picture of the tour under docs/pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for shot in tour:
            context = browser.new_context(
                viewport=cast(ViewportSize, PHONE if shot.phone else DESK), base_url=address, locale="en-CA", reduced_motion="reduce"
            )
            page = context.new_page()
            enter(page, shot)
            if shot.opens:
                page.locator("details:has(> summary)", has_text=shot.opens).first.evaluate("fold => { fold.open = true; }")
                page.wait_for_timeout(1_000)  # what is in it may load only now
            page.screenshot(path=PICTURES / f"{shot.name}.png")
            print(f"docs/pictures/{shot.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lab-portal-tour-") as folder, portal(folder) as address:
        take(address, [shot for shot in shots(references()) if shot.name in sys.argv[1:] or not sys.argv[1:]])
