"""Every form that takes a sentence, found by walking the addresses: its words survive the end of the session (K12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agreements.models import Invitation
from tests.agreements.factories import token_for
from tests.security.addresses import addresses
from tests.security.expected import FOREIGN_PREFIXES
from tests.security.roles import Visitor
from tests.security.world import PASSES, World
from tests.web.browsing import forms_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WORDS = "We counted <90> calls & letters a week,\nnot 900."
SITE = "http://testserver"
OPEN_TO_ALL = (
    "open-invitation",
    "new-link",
    "not-me",
    "verify",
    "mail-",
    "review-answer",
    "follow-up-answer",
    "status-answer",
    "rating-by-link",
    "case-by-link",
    "account_",
)
# The page that asks for a code and a typed name, which are never kept.
NEVER_KEPT = {"sign-sign"}
FORMS_AT_LEAST = 40


class _Areas(HTMLParser):
    """The names of text areas, by the number of the form of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.number, self.names = -1, {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "form":
            self.number += 1
        elif tag == "textarea" and dict(attrs).get("name"):
            self.names.setdefault(self.number, []).append(dict(attrs)["name"])


@dataclass(frozen=True)
class Written:
    page: str
    action: str
    fields: dict[str, str]
    areas: list[str]


@pytest.fixture(autouse=True)
def _files_of_the_world(world, settings):
    settings.MEDIA_ROOT = world.files


def pages(world: World, visitor: Visitor) -> Iterator[str]:
    for address in addresses():
        invited = address.name.startswith("sign-")
        if address.name.startswith((*FOREIGN_PREFIXES, *OPEN_TO_ALL)) or address.name in NEVER_KEPT:
            continue
        if invited == (visitor == Visitor.INVITED):
            # What may still be done after the end is the lab's.
            for of in ("own", "ended") if visitor == Visitor.OPS else ("own",):
                yield reverse(address.name, kwargs=world.parts(address, of))


def with_text(client: Client, page: str) -> Iterator[Written]:
    """The forms of a page that take a sentence, each filled in."""
    shown = client.get(page)
    if shown.status_code != 200 or not shown["Content-Type"].startswith("text/html"):
        return
    areas = _Areas(shown.content.decode()).names
    for number, form in enumerate(forms_of(shown)):
        if form.method == "post" and number in areas:
            fields = {**form.fields, **dict.fromkeys(areas[number], WORDS)}
            yield Written(page, form.action or page, fields, areas[number])


def words_back(client: Client, written: Written) -> list[str]:
    """The words of the form as it stands on the page now."""
    shown = client.get(written.page)
    forms = [form for form in forms_of(shown) if (form.action or written.page) == written.action and set(written.areas) <= form.names]
    return [form.fields[name] for form in forms[:1] for name in written.areas]


def send(client: Client, written: Written):
    cache.clear()
    return client.post(written.action, written.fields, headers={"referer": SITE + written.page, "sec-fetch-site": "same-origin"})


def test_every_accounts_form_is_back_with_its_words_after_signing_in_again(world):
    """K12: whatever made the form: a form class, a template by hand, the admin."""
    checked = set()
    for visitor in (Visitor.OWNER, Visitor.OPS, Visitor.LEAD, Visitor.ADMIN):
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.accounts[visitor], backend=PASSES)
        for page in pages(world, visitor):
            for written in with_text(client, page):
                if written.action in checked:  # by another account
                    continue
                with transaction.atomic():
                    del client.cookies[settings.SESSION_COOKIE_NAME]
                    answer = send(client, written)
                    assert answer.status_code == 302, written
                    assert answer["Location"].startswith(reverse("account_login")), written
                    client.force_login(world.accounts[visitor], backend=PASSES)
                    assert words_back(client, written) == [WORDS] * len(written.areas), written
                    transaction.set_rollback(True)
                client.cookies.pop(settings.KEPT_TEXT_COOKIE_NAME, None)
                client.force_login(world.accounts[visitor], backend=PASSES)
                checked.add(written.action)
    assert len(checked) >= FORMS_AT_LEAST, sorted(checked)


def test_every_partys_form_is_back_with_its_words_after_opening_the_link_again(world):
    """K12"""
    invitation = Invitation.objects.filter(version__agreement__stream=world.residencies["own"].stream).earliest("pk")
    entrance = reverse("open-invitation", args=[token_for(invitation)])

    def enter(client):
        cache.clear()
        form = forms_of(client.get(entrance))[0]
        return client.post(entrance, form.fields, headers={"referer": SITE + entrance})

    client = Client(enforce_csrf_checks=True)
    enter(client)
    checked = set()
    for page in pages(world, Visitor.INVITED):
        for written in with_text(client, page):
            with transaction.atomic():
                del client.cookies[settings.SESSION_COOKIE_NAME]
                assert send(client, written)["Location"] == reverse("sign-closed"), written
                assert enter(client)["Location"] == written.page
                assert words_back(client, written) == [WORDS] * len(written.areas), written
                transaction.set_rollback(True)
            client.cookies.pop(settings.KEPT_TEXT_COOKIE_NAME, None)
            enter(client)
            checked.add(written.action)
    assert len(checked) >= 4, sorted(checked)
