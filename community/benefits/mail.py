"""Mail about benefit owners (EL-86)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

OWNER_MISSING = MessageKind(
    "benefit-owner-missing",
    _("No benefit owner is named before graduation"),
    (
        Template(
            _("Name a benefit owner: {about}"),
            _(
                """Hello {name},

{about} is due to graduate on {day}. No benefit owner is named yet.

The benefit owner works in the home ministry and reports one figure a quarter for 24 months, so that everyone can see what the product is worth. They accept by signing a one-page commitment.

Name someone here:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("the day graduation is due"), "31 August 2026"),
        Place(
            "link",
            _("the page for naming the benefit owner"),
            "https://portal.example.org/residencies/XL-2026-014/benefit-owner/",
            needed=True,
        ),
    ),
    optional=True,
    may_wait=True,
)
