"""What tests of pages share: sending a form as a browser does, and following what it links to."""

import html
import re
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from residencies.models import Residency


def at(name: str, residency: Residency, *parts: Any) -> str:
    return reverse(name, args=[residency.reference, *parts])


def send(client: Client, url: str, data: Any = None, **more: Any) -> Any:
    """POST with a fresh submission id, as the page's form has."""
    return client.post(url, {"submission": str(uuid.uuid4()), **(data or {})}, **more)


def links(response: Any) -> set[str]:
    return {html.unescape(link) for link in re.findall(r'href="([^"]+)"', response.content.decode())}


def codes(response: Any) -> set[str]:
    """The codes of the findings that the page was rendered with."""
    return {finding.code for finding in response.context["stands"].findings}
