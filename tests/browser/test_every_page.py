"""Every page that can be reached by links, as each role sees it: policy kept, axe silent, nothing wider than 320 px (D3-17)."""

from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve, reverse

from tests.security import world
from tests.security.roles import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 320, "height": 800}
DESK = {"width": 1280, "height": 900}
# Files, and pages that others wrote or that end the session.
NOT_PAGES = (
    "conversation-file",
    "document-pdf",
    "graduate-export",
    "readings-export",
    "portfolio-export",
    "showcase-feed",
    "showcase-cases-feed",
    "guidance-pdf",
    "guidance-model-pdf",
    "guidance-theme-pdf",
    "resource-file",
    "round-export",
    "calendar-download",
    "residency-export",
    "partnership-export",
    "agreement-list-export",
    "team-export",
    "sprint-file",
    "lab-services-export",
    "lab-training-export",
    "lab-leaders-export",
    "certificate-file",
    "lab-community-export",
    "lab-given-export",
    "sessions-export",
    "alumni-export",
    "mentors-export",
    "session-file",
    "evidence-file",
    "lab-history-export",
    "agreement-pdf",
    "paper-scan",
    "paper-bundle",
    "sign-pdf",
    "sign-bundle",
    "barrier-export",
    "money-export",
    "task-evidence",
    "account_logout",
)
# How many kinds of pages each role finds at least: fewer would mean that the crawl was stopped at the door.
KINDS = {Visitor.OPS: 35, Visitor.LEAD: 20, Visitor.OWNER: 15, Visitor.VIEWER: 14}


def kind_of(path):
    """The name of the address, or "" for what is not a page of ours."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    outside = match.namespaces or match.route.startswith(("admin", "static"))
    return "" if outside or match.url_name in NOT_PAGES else match.url_name or ""


def faults_of(page, answer, axe):
    """What is wrong with the page that is open, at both widths; first at the one it was opened at."""
    if answer.status != 200:
        yield f"answered {answer.status}"
    opened_at = page.viewport_size
    for screen in (opened_at, DESK if opened_at == NARROW else NARROW):
        if screen != opened_at:
            page.set_viewport_size(screen)
        if screen == DESK:
            try:
                axe(page)
            except AssertionError as found:
                yield str(found)
        elif (wide := page.evaluate("document.documentElement.scrollWidth")) > NARROW["width"]:
            yield f"{wide} px wide on a screen of {NARROW['width']}"
    headings, title = page.evaluate("[document.querySelectorAll('h1').length, document.title]")
    if headings != 1:
        yield f"{headings} main headings"
    if not title.partition("·")[0].strip():
        yield "no title"


def links_on(page):
    return page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")


@pytest.mark.parametrize(
    ("role", "examples"),
    [(Visitor.OPS, 1), (Visitor.OWNER, 1), *(pytest.param(role, 3, marks=pytest.mark.thorough) for role in KINDS)],
    ids=lambda value: getattr(value, "value", value),
)
def test_every_page_that_can_be_reached_is_sound(role, examples, page, live_server, sign_in, axe):
    """D3-17, D5: one heading, a title, no refused script or style, axe silent, no scrolling sideways at 320 px.

    Of each kind of page so many `examples`: three residencies at different states show what differs.
    """
    sign_in(page, world.build().accounts[role])
    waiting, visited, kinds, faults = [reverse("home")], {reverse("home")}, Counter(), []
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kinds[kind] >= examples:
            continue
        kinds[kind] += 1
        answer = page.goto(path)
        faults += [f"{path} ({kind}): {fault}" for fault in faults_of(page, answer, axe)]
        for link in links_on(page):
            target = urlsplit(urljoin(page.url, link))
            if target.netloc == urlsplit(live_server.url).netloc and target.path not in visited and kind_of(target.path):
                visited.add(target.path)
                waiting.append(target.path)
    assert not faults, "\n\n".join(faults)
    assert len(kinds) >= KINDS[role], sorted(kinds)
