"""Mail about a link outside that stopped working (EL-95)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

LINK_DEAD = MessageKind(
    "showcase-link-dead",
    _("A link on a showcase page doesn’t work any more"),
    (
        Template(
            _("Fix a link on the showcase page for {product}"),
            _(
                """Hello {name},

A link on the showcase page for {product} doesn’t work any more:

{url}

When the portal tried it on two days, this was the answer: {answer}.

Correct or remove it here. If the page is public, release a new version afterwards:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("product", _("the product"), "Health Gateway"),
        Place("url", _("the link that doesn’t work"), "https://github.com/bcgov/payment-form"),
        Place("answer", _("what it answered"), "the page doesn’t exist (404)"),
        Place("link", _("the page for correcting it"), "https://portal.example.org/residencies/XL-2026-014/showcase/", needed=True),
    ),
    optional=True,
    may_wait=True,
)
