"""Mail about product pages that one side has released to the public and the other hasn't (EL-95)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

RELEASE_MISSING = MessageKind(
    "showcase-release-missing",
    _("A showcase page is waiting for your release"),
    (
        Template(
            _("Release the showcase page for {product}"),
            _(
                """Hello {name},

{released_by} released the showcase page for {product} (version {number}) on {day}. It is public once your side releases it too.

Read the page, and release it:
{link}

If something on it is wrong, withdraw it there and say why.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("product", _("the product"), "Health Gateway"),
        Place("released_by", _("who released it first"), "Noor Castellane"),
        Place("number", _("the version"), "2"),
        Place("day", _("the day of the first release"), "3 March 2026"),
        Place("link", _("the page for releasing it"), "https://portal.example.org/residencies/XL-2026-014/showcase/", needed=True),
    ),
    optional=True,
    may_wait=True,
)
