"""The HTML of a mail: made from its plain text, losing nothing and trusting nothing (EL-63)."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from outbox.catalogue.messages import TEMPLATES, examples_for, filled
from outbox.delivery.html import as_html, blocks
from outbox.delivery.worker import deliver_due
from tests.outbox.factories import message
from tests.outbox.test_delivery import MINT

TEXT = """Hello Dana Lee,

See the plan:
https://portal.example.test/plan/

Open it here, on a phone or a computer. You need no account:
https://portal.example.test/a/x

- one
- two

> said <b>before</b>

314159

Read https://portal.example.test/more. Exchange Lab"""


class Words(HTMLParser):
    """What a reader sees, the addresses it leads to, and which tags and attributes there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.leads, self.tags, self.names = "", [], set(), set()
        self.hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _value in attrs}
        self.leads += [value for name, value in attrs if name in {"href", "src", "action", "background"}]
        self.hidden += tag in {"style", "title"}
        self.text += "\n" if tag in {"br", "p", "li", "td", "h1"} else ""

    def handle_endtag(self, tag):
        self.hidden -= tag in {"style", "title"}

    def handle_data(self, data):
        self.text += "" if self.hidden else data


def test_an_address_alone_is_a_button_that_says_where_it_leads_and_shows_it():
    kinds = [(block.kind, block.label, block.address) for block in blocks(TEXT)]
    assert kinds[1] == ("button", "See the plan", "https://portal.example.test/plan/")
    assert kinds[3] == ("button", "Open it here", "https://portal.example.test/a/x")
    page = Words(as_html("Plan", TEXT))
    assert page.text.count("https://portal.example.test/a/x") == 1
    plan, own, more = "https://portal.example.test/plan/", "https://portal.example.test/a/x", "https://portal.example.test/more"
    assert page.leads == [plan, plan, own, own, more]


@pytest.mark.parametrize("declared", TEMPLATES.values(), ids=TEMPLATES)
def test_no_mail_has_two_buttons_that_say_the_same(declared):
    labels = [block.label for block in blocks(filled(str(declared.text), examples_for(declared))) if block.kind == "button"]
    assert len(set(labels)) == len(labels)


def test_a_button_alone_in_its_mail_opens_the_page_where_no_short_words_lead_to_it():
    (words, button) = blocks("If you’ve taken one, record it here, with the certificate if you have it:\nhttps://portal.example.test/t/")
    assert (words.kind, button.label) == ("words", "Open in the portal")


def test_lists_quotes_and_codes_are_told_apart():
    assert [block.kind for block in blocks(TEXT)] == ["words", "button", "words", "button", "list", "quote", "code", "words"]


def test_it_is_readable_without_pictures_and_loads_nothing():
    """EL-63: no pictures, nothing from elsewhere; its language and title are told; tables are only there to lay out."""
    html = as_html("The plan", TEXT)
    page = Words(html)
    assert not page.tags & {"img", "link", "script", "iframe", "form", "input", "video", "object"}
    assert "url(" not in html
    assert html.startswith("<!DOCTYPE html>\n<html lang=")
    assert "<title>The plan</title>" in html
    assert html.count("<table") == html.count('<table role="presentation"')


def test_what_follows_two_dashes_is_small_print():
    html = as_html("s", "Hello\n\n-- \nStop this mail:\nhttps://portal.example.test/wishes/")
    assert html.index("Hello") < html.index("border-top:1px") < html.index("https://portal.example.test/wishes/")
    assert "-- " not in Words(html).text


shown = st.characters(codec="utf-8", categories=("L", "N", "P", "S"))
typed = st.lists(
    st.text(shown, max_size=8) | st.sampled_from(["<b>", "&", '"', "'", " ", "\n", "\n\n", "- ", "> ", "https://a.test/<b>"])
).map("".join)


@given(typed)
def test_no_word_is_lost_and_none_becomes_markup(text):
    """D3-1"""
    html = as_html("s", text)
    page, plain = Words(html), Words(as_html("s", "x"))
    assert page.tags <= plain.tags | {"a", "ul", "li", "blockquote", "br", "table"}
    assert page.names <= plain.names | {"href", "class", "style"}
    assert all(address.startswith(("http://", "https://")) for address in page.leads)
    words = re.sub(r"(?m)^(- |>|-- $)", "", text)
    assert set(re.findall(r"\w+", words)) <= set(re.findall(r"\w+", page.text))


@pytest.mark.django_db
def test_a_mail_leaves_as_text_and_as_html_with_the_secret_in_both_and_in_no_row():
    """EL-28, EL-63"""
    row = message(text="Open it:\n{{ signing_link }}", mint=MINT | {"file:a.txt": ["tests.outbox.factories.mint_link", {"token": "f"}]})
    deliver_due()
    (sent,) = mail.outbox
    link = "https://portal.example.test/a/t0ken-secret"
    ((html, kind),) = sent.alternatives
    assert kind == "text/html"
    assert sent.body.startswith(f"Open it:\n{link}\n")
    assert f'href="{link}"' in html
    parts = [part.get_content_type() for part in sent.message().walk()]
    assert parts == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/plain"]
    row.refresh_from_db()
    assert "t0ken-secret" not in f"{row.text}{row.facts}{row.mint['signing_link'][0]}"
