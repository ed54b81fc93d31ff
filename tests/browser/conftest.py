"""A real Chromium against a live server, at a desk and on a phone.

Every page of every test is watched: a refused script or style (CSP), an error in the console, an uncaught
exception or a 5xx answer fails the test, whatever else it shows.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings as django_settings
from django.contrib.staticfiles import handlers
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from tests.clock import unfaked

# Beside what Playwright switches off (the last such list counts): a context's window makes two pages of its own for hints at an
# address bar that no test sees, a third of what opening it takes.
SWITCHED_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", f"--disable-features={','.join(SWITCHED_OFF)}"]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=60_000)  # only for what never comes: a busy machine takes its time
# A page that was scrolled is looked at from its top: further down, what has just been scrolled half beneath a bar that stays is
# a small target to axe, though not to who can scroll it out again.
LOOK = """async options => {
  const { scrollX: left, scrollY: top } = window;
  scrollTo({ left: 0, top: 0, behavior: "instant" });
  try {
    return { violations: (await axe.run(options)).violations };
  } finally {
    scrollTo({ left, top, behavior: "instant" });
  }
}"""
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def widths(first: Any, *others: Any) -> list[Any]:
    """Screens to try something on: where people do it with every change, elsewhere in the thorough run.

    `test_every_page.py` looks at every page at 320 px anyway, and `axe_at_both_widths` at each page of a way walked at one.
    """
    return [first, *(pytest.param(other, marks=pytest.mark.thorough) for other in others)]


class Troubles(list[str]):
    """What went wrong in the browser. A test that provokes an answer such as 404 forgives it by its words."""

    def __init__(self) -> None:
        super().__init__()
        self.forgiven: list[str] = []

    def forgive(self, words: str) -> None:
        self.forgiven.append(words)

    def left(self) -> list[str]:
        return [trouble for trouble in self if not any(words in trouble for words in self.forgiven)]

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.append(f"uncaught: {error.error}"))
        context.on("response", self._response)
        context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP violation: ' + e.violatedDirective + ' ' + e.blockedURI))"
        )

    def _console(self, message: ConsoleMessage) -> None:
        aborted = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))  # a page was left before its answer came
        if message.type in ("error", "warning") and not aborted:
            self.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.append(f"{response.status} from {response.url}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "No Chromium on PATH: sudo apt-get install -y chromium"
    options = {"executable_path": chromium, "args": ARGUMENTS, "env": unfaked(os.environ)}
    return {**browser_type_launch_args, **options}


@pytest.fixture(scope="session", autouse=True)
def _fonts() -> None:
    """The fonts that set-up makes, should it have been a while ago."""
    subprocess.run([sys.executable, django_settings.BASE_DIR / "scripts" / "setup.py", "fonts"], check=True, capture_output=True)


@pytest.fixture(autouse=True)
def _plain_http(settings: Any) -> None:
    """The live server speaks plain http, where `__Host-` cookies are refused; all else stays as in production."""
    settings.SESSION_COOKIE_NAME = "session"
    settings.CSRF_COOKIE_NAME = "csrf"
    settings.KEPT_TEXT_COOKIE_NAME, settings.WRITERS_COOKIE_NAME = "kept", "writers"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


class KeptStaticFiles(handlers.StaticFilesHandler):
    """Style sheets, scripts and fonts are kept by the browser, as in production: else each page asks again for a dozen of them."""

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        answer = super().serve(request)
        answer["Cache-Control"] = "max-age=315360000, immutable"
        return answer


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "StaticFilesHandler", KeptStaticFiles)
        server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def troubles() -> Iterator[Troubles]:
    complaints = Troubles()
    yield complaints
    assert not complaints.left(), "The browser complained:\n" + "\n".join(complaints.left())


@pytest.fixture
def open_context(browser: Browser, live_server: Any, troubles: Troubles) -> Iterator[Callable[..., BrowserContext]]:
    """Makes watched contexts: `open_context(viewport=…, java_script_enabled=False)`. Closed after the test."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"base_url": live_server.url, "viewport": DESK, "locale": "en-CA", "timezone_id": "America/Vancouver", **options}
        )
        context.set_default_timeout(120_000)  # only for what hangs: a busy machine takes its time
        troubles.watch(context)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """A page at a desk, 1280 px wide."""
    return open_context().new_page()


@pytest.fixture
def phone(open_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone, 390 × 844, touched."""
    return open_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2).new_page()


@pytest.fixture
def plain(open_context: Callable[..., BrowserContext]) -> Page:
    """A page at a desk in a browser without JavaScript."""
    return open_context(java_script_enabled=False).new_page()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """`sign_in(page, user)`: the page's browser holds a session of `user` from now on."""

    def enter(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="labportal.accounts.Backend")
        name = django_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return enter


def _looked_at(page: Page) -> AxeResults:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate(LOOK, {"resultTypes": ["violations"], "runOnly": AXE_TAGS}))


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)`: axe finds nothing, of WCAG 2.2 A and AA and of its good practice."""

    def look(page: Page) -> None:
        page.wait_for_load_state()  # without its style sheets a page has small targets and other colours
        try:
            results = _looked_at(page)
        except Error:  # a press had led on, and the page went away while it was looked at: then the one that came
            page.wait_for_load_state()
            results = _looked_at(page)
        assert not results.violations_count, f"{page.url}\n{results.generate_report()}"

    return look


@pytest.fixture
def axe_at_both_widths(axe: Callable[[Page], None]) -> Callable[[Page], None]:
    """As `axe`, on a desk's screen and on a phone's, whichever of them the page is used on; and on neither it scrolls sideways."""

    def look(page: Page) -> None:
        used_on = page.viewport_size
        assert used_on
        axe(page)
        page.set_viewport_size(PHONE if used_on["width"] > PHONE["width"] else DESK)
        axe(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
        page.set_viewport_size(used_on)

    return look
