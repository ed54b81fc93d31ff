"""What reminders of a rapid response say (PB-12)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template
from partnerships.endings.mail import PAGE

STILL_OPEN = MessageKind(
    "partnership-incident-open",
    _("A rapid response is still open"),
    (
        Template(
            _("Rapid response still open: {incident}"),
            _(
                """Hello {name},

The rapid response of {about} has been open since {day}: {incident}.

If it is over, deactivate it and add what was learned, so that the next one is faster. If clients are being served and the first one isn’t recorded yet, record that too:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("incident", _("what happened, and where"), "Flood, Picton", needed=True),
        Place("day", _("the date of the call"), "28 November 2026", needed=True),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)
