"""Who asks, and an answer as tests read it."""

import html
import re
from typing import Any

from django.test import Client


def client_of(user: Any) -> Client:
    """Return a client that is signed in as an account."""
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    """The words of the answer, without markup."""
    words = re.sub(r"<(script|style).*?</\1>", " ", markup(response), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", words)).split())


def markup(response: Any) -> str:
    """The answer as it was sent, with one space wherever there is white space."""
    return " ".join(response.content.decode().split())
