"""What every page of the demo keeps, for every role, at a desk and on a phone (issue 14): a calm head, one loud button, few places to go."""

import re
import sys
from pathlib import Path

import pytest
from django.conf import settings

from demo.loading import load
from partnerships.models import Partnership
from people.models import User
from residencies.models import Residency
from tests.browser.conftest import DESK, PHONE

sys.path.insert(0, str(settings.BASE_DIR / "scripts"))
import words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEASURE = Path(__file__).with_name("crawl.js").read_text()
SCREENS = ((DESK, 330), (PHONE, 420))  # and where the content of a page begins at the latest
MOST_AREAS, MOST_TABS = 8, 9
FOOTER = 120
ROLES = ("ops", "lead", "owner", "viewer", "admin")
LEADS_ON = ".site-nav a, .site-menu a, .subject-tabs a, .tabs a, .cards a"
BANNED = {re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE): better for pattern, better in words.BANNED.items()}


def test_every_page_keeps_what_makes_it_calm_for_every_role(page, sign_in, axe_at_both_widths):
    """Content begins above 330 and 420 px, one filled button, at most 8 areas and 9 tabs, no sideways scroll, axe and words clean."""
    load()
    faults, examined, most = [], set(), {"menu": 0, "tabs": 0}
    for role in ROLES:
        user = User.objects.get(email=f"{role}@example.test")
        page.context.clear_cookies()
        sign_in(page, user)
        for address in pages_of(page, ["/", *subjects_for(role, user)]):
            faults += [f"{role} {address} {fault}" for fault in faults_of(page, most)]
            kind = re.sub(r"(XL|SP)-\d+-\d+|\d+", "", address)
            if kind not in examined:  # the same page of another residency is made of the same parts
                examined.add(kind)
                try:
                    axe_at_both_widths(page)
                except AssertionError as found:
                    faults.append(f"{role} {found}")
    assert not faults, "\n".join(faults)
    assert len(examined) > 30
    assert 6 <= most["menu"] <= MOST_AREAS
    assert 6 <= most["tabs"] <= MOST_TABS, "tabs were looked for where they are"


def subjects_for(role, user):
    """The residencies and partnerships that are looked at tab by tab: one at each state for lab operations, fewer for everybody else."""
    subjects = []
    for kind, few in ((Residency, 2), (Partnership, 1)):
        at_each_state = {row.state: row.get_absolute_url() for row in kind.objects.visible_to(user).order_by("pk")}
        subjects += list(at_each_state.values())[: None if role == "ops" else few]
    return subjects


def pages_of(page, addresses):
    """Opens the pages at `addresses` and those that their navigation leads to, each once; yields the address of the open one."""
    waiting, known = list(addresses), set(addresses)
    while waiting:
        address = waiting.pop(0)
        assert page.goto(address).status == 200, address
        yield address
        for link in page.eval_on_selector_all(LEADS_ON, "links => links.map(link => link.getAttribute('href'))"):
            if link not in known and re.match(r"/(?!admin|accounts/logout)[^?#]*$", link) and settings.ADMIN_PATH.strip("/") not in link:
                known.add(link)
                waiting.append(link)


def faults_of(page, most):
    """What the open page does against the list above, at both widths, first the one it was opened at; `most` keeps the most areas and tabs."""
    for screen, latest in sorted(SCREENS, key=lambda it: it[0] != page.viewport_size):
        if screen != page.viewport_size:
            page.set_viewport_size(screen)
        measured = page.evaluate(MEASURE)
        at = f"at {screen['width']}:"
        if measured["begins"] is None or measured["begins"] > latest:
            yield f"{at} content begins at {measured['begins']} px"
        if len(measured["filled"]) > 1:
            yield f"{at} filled buttons {measured['filled']}"
        most |= {name: max(number, measured[name]) for name, number in most.items()}
        if measured["menu"] > MOST_AREAS or measured["tabs"] > MOST_TABS:
            yield f"{at} {measured['menu']} areas, {measured['tabs']} tabs"
        if measured["width"] > screen["width"]:
            yield f"{at} {measured['width']} px wide"
        if measured["footer"] > FOOTER and not measured["acknowledges"]:
            yield f"{at} footer of {measured['footer']} px"
        for pattern, better in BANNED.items():
            if word := pattern.search(measured["text"]):
                yield f"{at} “{word[0]}”, better: {better}"
