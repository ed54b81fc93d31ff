"""The message that tells administrators what needs action on the status page."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from ledger.actions import lab_stream
from outbox.catalogue.messages import LAB, NAME, MessageKind, Place, Template
from outbox.queue import queue
from people.actions import person_of
from people.models import User

EXAMPLE = "Disk: 3 GB of 100 GB are free for files.\nFree up space, or move the files to a larger disk."

ALARM = MessageKind(
    "status-alarm",
    _("Portal needs attention"),
    (
        Template(
            _("{product} needs attention"),
            _(
                """Hello {name},

{lines}

Current status of the portal:
{link}

You get this email when something turns red, and again every week until it’s fixed.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("product", _("the name of the portal"), settings.PRODUCT_NAME),
        Place("lines", _("what needs attention, and what to do"), EXAMPLE, needed=True),
        Place("link", _("the address of the system status page"), "https://portal.example.org/status/", needed=True),
    ),
    everywhere=(NAME, LAB),
)


def queue_alarm(to: Iterable[User], *, text: str, key: str) -> None:
    """Tell each account what needs attention; once a `key`."""
    params = {"product": settings.PRODUCT_NAME, "lines": text, "link": settings.SITE_URL + reverse("system-status")}
    for account in to:
        queue(ALARM, to=person_of(account, by=SYSTEM), about=lab_stream(), key=key, params=params)
