"""Mail about case studies: a partner is asked whether it agrees to the text (SP-08)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template
from outbox.queue import queue
from partnerships.models import CaseConsent

SITE = "https://portal.example.org"
LINK = Place("case_link", _("their own link to the case study"), f"{SITE}/k/their-own-link/", needed=True, minted=True)

TITLE = Place("title", _("the title of the case study"), "One official for two governments", needed=True)
PARTNER = Place("partner", _("the partner that is asked"), "Village of Grand Manan")
DAYS = Place("days", _("how many days the link works"), 60)

CASE_TO_READ = MessageKind(
    "partnership-case-to-read",
    _("Case study to agree to"),
    (
        Template(
            _("Please read: case study “{title}”"),
            _(
                """Hello {name},

We'd like to publish a case study about {about}: {title}. It names {partner}, so we're asking you first.

Read it, then agree or ask for changes. You don't need an account:
{case_link}

The link is only for you and works for {days} days. Nothing is published before every partner agrees. If the text changes, we'll ask you again.

{lab}"""
            ),
        ),
    ),
    places=(TITLE, PARTNER, DAYS, LINK),
)

CASE_WAITING = MessageKind(
    "partnership-case-waiting",
    _("A case study waits for a partner’s answer"),
    (
        Template(
            _("Reminder: please read case study “{title}”"),
            _(
                """Hello {name},

On {asked} we asked whether {partner} agrees to a case study about {about}: {title}. We don't have your answer yet, and nothing is published before every partner agrees.

Read it, then agree or ask for changes. You don't need an account:
{case_link}

The link is only for you and works for {days} days. If someone else should answer, reply to this email with their name.

{lab}"""
            ),
        ),
    ),
    places=(TITLE, PARTNER, Place("asked", _("the day the partner was asked"), "14 December 2026"), DAYS, LINK),
    optional=True,
)


def ask(consent: CaseConsent, *, attempt: str, days: int) -> None:
    """Ask the partner's coordinator to read the case; `attempt` tells one request from the next."""
    params: dict[str, Any] = {"title": consent.case.title, "partner": consent.partner.organization.name, "days": days}
    mint = {"case_link": ["partnerships.links.case", {"consent": consent.pk, "person": consent.person_id}]}
    queue(
        CASE_TO_READ, to=consent.person, about=consent.partner.partnership.stream, key=f"{consent.pk}|{attempt}", params=params, mint=mint
    )
