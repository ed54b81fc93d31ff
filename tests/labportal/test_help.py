"""“How this works” in the product, from docs/, and what happens in each phase (EL-35)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from labportal.help import BY_NAME, TOPICS, page_of, topic_of

OUTSIDE = ("allauth.", "django.", "labportal.", "web.", "ledger.", "demo.")  # signing in, admin, pieces of pages; home has a topic


def views(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.callback


def test_each_topic_is_shown_whole_without_what_is_for_developers():
    for topic in TOPICS:
        body = page_of(topic).body
        assert len(body) > 500, topic.name
        assert "For developers" not in body, topic.name
        assert not re.search(r"tests/|\w/\w+\.py", body), f"{topic.name} speaks of our files"


def test_what_may_be_wider_than_the_page_is_reached_by_keyboard():
    for topic in TOPICS:
        for wide in re.findall(r"<(?:table|pre)\b[^>]*>", page_of(topic).body):
            assert 'tabindex="0"' in wide, topic.name


def test_links_and_pictures_in_a_topic_lead_somewhere():
    for topic in TOPICS:
        body = page_of(topic).body
        for href in re.findall(r'href="([^"]+)"', body):
            if href.startswith("/"):
                name, _sign, anchor = href.removeprefix("/help/").partition("/")
                assert name in BY_NAME, (topic.name, href)
                anchor = unescape(anchor).removeprefix("#")
                assert not anchor or f'id="{anchor}"' in page_of(BY_NAME[name]).body, (topic.name, href)
        for src in re.findall(r'src="([^"]+)"', body):
            assert finders.find(src.removeprefix(settings.STATIC_URL)), (topic.name, src)


def test_every_page_of_a_room_with_pages_is_explained():
    missing = {
        view.__module__ for view in views(get_resolver().url_patterns) if topic_of(view) is None and not view.__module__.startswith(OUTSIDE)
    }
    assert not missing, missing


@pytest.mark.django_db
def test_anyone_reads_how_it_works_and_what_happens_in_each_phase(client):
    """EL-35"""
    assert "Reminders" in client.get(reverse("help-topic", args=["reminders"])).content.decode()
    assert client.get(reverse("help-topic", args=["nothing"])).status_code == 404
    assert reverse("help-topic", args=["sprints"]) in client.get(reverse("help")).content.decode()
    guide = client.get(reverse("phase-guide"), {"next": "/sign/7/"}).content.decode()
    assert 'href="/sign/7/"' in guide
    assert guide.count("What we ask of you") == 6
    assert "//evil.example" not in client.get(reverse("phase-guide"), {"next": "//evil.example"}).content.decode()
