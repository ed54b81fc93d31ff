"""Mail about risks that are due for review, and barriers that are overdue at their level (EL-60, EL-73)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

RISK_REVIEW = MessageKind(
    "risk-review",
    _("A risk is due for review"),
    (
        Template(
            _("Review due: {risk}, {about}"),
            _(
                """Hello {name},

A risk for {about} is due for review on {due}.

Risk: {risk}
Last rating: {rating}

Record what was done, rate the risk again, and choose the next review date:
{link}

If the risk is over, close it on the same page.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("risk", _("what could happen"), _("The vendor’s contract ends before anyone can take over.")),
        Place("rating", _("the last rating"), _("High: likely, serious")),
        Place("due", _("the day of the review"), "3 March 2026"),
        Place("link", _("the page for rating the risk again"), "https://portal.example.org/barriers/risks/7/rate/", needed=True),
    ),
    optional=True,
    may_wait=True,
)

BARRIER_OVER = MessageKind(
    "barrier-over",
    _("A barrier is overdue at its level"),
    (
        Template(
            _("Overdue at {level}: {barrier}, {about}"),
            _(
                """Hello {name},

This barrier was due to be resolved or moved by {due}. It's still at {level}.

Barrier: {barrier}
Raised: {raised}

Decide what happens next. Resolve it at this level, or move it to the next one with a recommendation:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("barrier", _("the barrier"), _("No one has the authority to sign for access to land title data.")),
        Place("level", _("the level it’s at"), _("lab operations")),
        Place("due", _("the day it was due at this level"), "3 March 2026"),
        Place("raised", _("the day it was raised"), "9 February 2026"),
        Place("link", _("the barrier’s page"), "https://portal.example.org/barriers/12/", needed=True),
    ),
    optional=True,
    may_wait=True,
)
