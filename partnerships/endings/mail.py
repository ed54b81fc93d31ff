"""Mail about partnerships: the default words, and the functions that queue it in the transaction of an act."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from partnerships.models import Decision, Partner, Partnership
from people.actions import person_of
from people.lab import lab_staff_among

LINK = "https://portal.example.org/partnerships/SP-2026-003/"
PAGE = Place("link", _("the address of the partnership"), LINK)

PARTNERSHIP_ENDED = MessageKind(
    "partnership-ended",
    _("Partnership ended"),
    (
        Template(
            _("Partnership ended: {about}"),
            _(
                "Hello {name},\n\nThe partnership {about} has ended on {day}.\n\nReason: {reason}\n\nYou can still read the record:\n{link}\n\n{lab}"
            ),
        ),
    ),
    places=(
        Place("day", _("the date it ended"), "28 November 2026", needed=True),
        Place("reason", _("the reason given"), "The lease of the site has ended.", needed=True),
        PAGE,
    ),
    may_wait=True,
)


DECISION_DUE = MessageKind(
    "partnership-decision-due",
    _("Decision due about a partnership"),
    (
        Template(
            _("Decision due by {due}: {about}"),
            _(
                """Hello {name},

{occasion}.

The partners of {about} now need to decide whether to continue, modify, expand or end it. The decision is due by {due}. Nothing ends automatically.

See the details and record the decision:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("occasion", _("why a decision is due"), "Fewer than 8 clients a month for 3 months", needed=True),
        Place("due", _("the date it is due"), "28 December 2026", needed=True),
        PAGE,
    ),
    may_wait=True,
)


def decision_due(decision: Decision) -> None:
    """Tell the lead, or lab operations if there is none, and the partners' coordinators that a decision is due, each once."""
    partnership = decision.partnership
    people = [person_of(account, by=SYSTEM) for account in lab_staff_among([partnership.lead])]
    partners = Partner.objects.filter(partnership=partnership, left_on=None).exclude(coordinator=None).select_related("coordinator")
    people += [partner.coordinator for partner in partners.order_by("pk") if partner.coordinator]
    params = {
        "occasion": decision.occasion,
        "due": date_format(decision.due_on, "j F Y"),
        "link": address_of("partnership-ending", partnership.reference),
    }
    for person in {person.pk: person for person in people}.values():
        if person.email or person.user_id:
            queue(DECISION_DUE, to=person, about=partnership.stream, key=str(decision.pk), params=params)


def tell_ended(partnership: Partnership, people: Iterable[Any]) -> None:
    """Tell everyone who worked on it that it has ended, each once."""
    params = {
        "day": date_format(partnership.ended_on, "j F Y") if partnership.ended_on else "",
        "reason": partnership.end_reason,
        "link": address_of("partnership", partnership.reference),
    }
    for person in people:
        if person.email:
            queue(PARTNERSHIP_ENDED, to=person, about=partnership.stream, key=str(partnership.pk), params=params)
