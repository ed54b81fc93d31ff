"""The daily digest, which contains a person's other messages (EL-64); `outbox.digest` queues it and `outbox.delivery.compose` writes it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import DIGEST, LAB, NAME, MessageKind, Place, Template

DAILY_DIGEST = MessageKind(
    DIGEST,
    _("Daily digest"),
    (
        Template(
            _("Your {lab} digest for {day}: {count}"),
            _(
                """Hello {name},

Here is what’s new since your last digest:

{list}

{told}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("the day of the digest"), "3 March"),
        Place("count", _("how many messages are in it"), _("2 messages")),
        Place("list", _("the subjects, numbered"), "1. Qualified: XL-2026-014 Trail Finder\n2. In force: Partnership Agreement"),
        Place("told", _("the messages, one after another"), "1. Qualified: XL-2026-014 Trail Finder\n\nGood news.", needed=True),
    ),
    everywhere=(NAME, LAB),
)
