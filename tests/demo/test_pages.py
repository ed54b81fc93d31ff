"""Every page that a link of the demo leads to opens, for each account that sees the link."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from people.models import User
from tests.demo.test_loaded import demo  # noqa: F401 - the fixture loads it for this module too

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.thorough]

LINK = re.compile(r'<a\s[^>]*href="([^"#]*)')
# Not walked: sign-out and the pages of others, files, and the same page again under another order or filter.
NOT_WALKED = re.compile(r"^/(accounts|static|admin)/|[?&](sort|page|per_page|q|state|ministry|phase|owner)=|export\.|\.csv|\.xlsx")


def kind_of(path: str) -> str:
    """What kind of page an address is: the same for every residency, person and version."""
    return re.sub(r"XL-\d{4}-\d{3}|\d+|[0-9a-f]{64}", "*", path)


def walk(client) -> dict[str, int]:
    """The status of what can be reached from home, by address."""
    statuses: dict[str, int] = {}
    waiting = deque([reverse("home")])
    while waiting:
        path = waiting.popleft()
        if path in statuses:
            continue
        response = client.get(path)
        statuses[path] = response.status_code
        if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
            continue
        links = (urlsplit(urljoin(path, link.replace("&amp;", "&"))) for link in LINK.findall(response.content.decode()))
        waiting.extend(
            link.path for link in links if not (link.netloc or link.scheme) and not NOT_WALKED.search(f"{link.path}?{link.query}")
        )
    return statuses


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ops", "owner", "viewer"])
def test_every_link_that_an_account_is_shown_opens_a_page(client, name):
    client.force_login(User.objects.get(email=f"{name}@example.test"))
    # A person's page tells the roles of two accounts, whose page it is and who looks: twice is all, not once a row.
    with zeal_ignore([{"model": "people.User", "field": "role_grants"}]):
        statuses = walk(client)

    assert {path: status for path, status in statuses.items() if status not in (200, 302)} == {}
    assert len({kind_of(path) for path in statuses}) > 10
