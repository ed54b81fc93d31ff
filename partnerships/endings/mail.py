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
PAGE = Place("link", _("the partnership’s page"), LINK)
ABOUT_DECISION = (
    Place("occasion", _("why a decision is due"), "Fewer than 8 clients a month for 3 months", needed=True),
    Place("due", _("the date it is due"), "28 December 2026", needed=True),
    PAGE,
)

PARTNERSHIP_ENDED = MessageKind(
    "partnership-ended",
    _("Partnership ended"),
    (
        Template(
            _("Partnership ended: {about}"),
            _(
                "Hello {name},\n\nThe partnership {about} ended on {day}.\n\nReason: {reason}\n\nYou can still read the record:\n{link}\n\n{lab}"
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
    _("Decision due on a partnership"),
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
    places=ABOUT_DECISION,
    may_wait=True,
)


SUNSET_AHEAD = MessageKind(
    "partnership-sunset-ahead",
    _("A partnership’s sunset date is coming"),
    (
        Template(
            _("Sunset date {day}: {about}"),
            _(
                """Hello {name},

{about} has a sunset date on {day}: {criterion}.

From that day, the partners have 30 days to decide whether to continue, modify, expand or end the partnership. Nothing ends automatically.

See the criteria and the review date:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("the sunset date"), "28 November 2026", needed=True),
        Place("criterion", _("the sunset criterion"), "The lease ends", needed=True),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)

REVIEW_AHEAD = MessageKind(
    "partnership-review-ahead",
    _("A partnership’s review is coming"),
    (
        Template(
            _("Review on {day}: {about}"),
            _(
                """Hello {name},

{about} is due for review on {day}. From that day, the partners have 30 days to decide whether to continue, modify, expand or end it.

Look at the sunset criteria and the last readings before then:
{link}

{lab}"""
            ),
        ),
    ),
    places=(Place("day", _("the review date"), "28 November 2026", needed=True), PAGE),
    optional=True,
    may_wait=True,
)

AGREEMENT_ENDS = MessageKind(
    "partnership-agreement-ends",
    _("A partnership’s agreement is about to end"),
    (
        Template(
            _("Agreement ends on {day}: {about}"),
            _(
                """Hello {name},

Agreement {agreement} of {about} ends on {day}.

If the service goes on, propose a later last day as a change to the agreement. All partners need to sign it again. If not, record the decision to end the partnership:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("agreement", _("the agreement’s reference"), "AG-2026-012"),
        Place("day", _("the last day of the agreement"), "28 November 2026", needed=True),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)

DECISION_OPEN = MessageKind(
    "partnership-decision-open",
    _("Decision about a partnership not recorded"),
    (
        Template(
            _("Decision due {due}: {about}"),
            _(
                """Hello {name},

No decision about {about} is recorded yet. It is due on {due}.

Why it is due: {occasion}

When the partners have decided whether to continue, modify, expand or end it, record the decision here:
{link}

{lab}"""
            ),
        ),
    ),
    places=ABOUT_DECISION,
    optional=True,
    may_wait=True,
)


EVALUATION_DUE = MessageKind(
    "pilot-evaluation-due",
    _("A pilot’s evaluation is due"),
    (
        Template(
            _("{evaluation} due {due}: {about}"),
            _(
                """Hello {name},

A pilot of {about} is due for evaluation by {due}: {evaluation}, {arrangement}.

Ask the partners for their own reviews, then record what was found about efficiency, cost-effectiveness, quality and access, with the evidence. Nothing ends automatically:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("evaluation", _("which evaluation"), "Half-way evaluation", needed=True),
        Place("arrangement", _("the arrangement"), "Virtual outreach: Village office", needed=True),
        Place("due", _("the date it is due"), "28 December 2026", needed=True),
        PAGE,
    ),
    optional=True,
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


# ── Sites ──────────────────────────────────────────────────────────────────────────────────────────

SITE = Place("site", _("the site"), "Town hall, Picton", needed=True)

LEASE_ENDS = MessageKind(
    "partnership-lease-ends",
    _("A site’s lease is about to end"),
    (
        Template(
            _("Lease ends on {day}: {site}"),
            _(
                """Hello {name},

The lease at {site} ends on {day}. It is a site of {about}.

Agree with the partners whether to renew it, move, or look for a place to share. Once that is settled, enter the new date or the last day of the arrangement:
{link}

{lab}"""
            ),
        ),
    ),
    places=(SITE, Place("day", _("the last day of the lease"), "28 November 2026", needed=True), PAGE),
    optional=True,
    may_wait=True,
)

ASSESSMENT_DUE = MessageKind(
    "partnership-assessment-due",
    _("A site’s safety assessment is due"),
    (
        Template(
            _("Safety assessment due: {site}"),
            _(
                """Hello {name},

Something changed at {site} on {day}, and its safety hasn’t been assessed since: {change}.

Have people, access control and layout assessed, then record the result:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        SITE,
        Place("day", _("the day of the change"), "28 November 2026", needed=True),
        Place("change", _("what changed"), "New counters", needed=True),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)

EMERGENCY_TEST_DUE = MessageKind(
    "emergency-test-due",
    _("A test of a site’s emergency plan is due"),
    (
        Template(
            _("Test the emergency plan of {site}: {about}"),
            _(
                """Hello {name},

You answer for the emergency plan of {site}. Each of its scenarios is tested once a year, and the date for the next test is {day}.

See which scenarios to test, then record what you learned:
{link}

If you don't have an account, reply to this email with the date of the test and what you learned.

{lab}"""
            ),
        ),
    ),
    places=(
        SITE,
        Place("day", _("the day the test is due"), "28 November 2026", needed=True),
        PAGE,
    ),
    optional=True,
)
