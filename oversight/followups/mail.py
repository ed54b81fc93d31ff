"""Mail about follow-ups after the end: a few questions that are answered from the email (EL-56, EL-82)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

SITE = "https://portal.example.org"
MONTHS = Place("months", _("how many months ago the residency ended"), 6)
CONTACT = Place("contact", _("who was asked first"), "Priya Wenlock")
LINK = Place("answer_link", _("their own link to the questions"), f"{SITE}/f/their-own-link/", needed=True, minted=True)
DAYS = Place("days", _("how many days the link works"), 90)

TEMPLATES = (
    Template(
        _("How is {about} doing?"),
        _(
            """Hello {name},

{about} left the lab {months} months ago. We'd like to know how it's doing: is the product in use, and who from the team is still with it?

Answering takes about a minute. You don't need an account:
{answer_link}

The link is only for you and works for {days} days. Your answers show the lab and its partners what lasts after a residency.

{lab}"""
        ),
        wording="first",
        when=_("on the due date"),
    ),
    Template(
        _("Reminder: how is {about} doing?"),
        _(
            """Hello {name},

We haven't heard yet how {about} is doing, {months} months after it left the lab.

Answering takes about a minute. You don't need an account:
{answer_link}

The link is only for you and works for {days} days. If someone else should answer, reply to this email with their name.

{lab}"""
        ),
        wording="again",
        when=_("after the due date"),
    ),
    Template(
        _("Can you tell us how {about} is doing?"),
        _(
            """Hello {name},

{about} left the lab {months} months ago, and we'd like to know how it's doing. We haven't been able to reach {contact}. Can you answer instead?

It takes about a minute. You don't need an account:
{answer_link}

The link is only for you and works for {days} days. If someone else should answer, reply to this email with their name.

{lab}"""
        ),
        wording="fallback",
        when=_("to the fallback contact"),
        places=(CONTACT,),
    ),
)
FOLLOW_UP_DUE = MessageKind("follow-up-due", _("Follow-up after graduation"), TEMPLATES, places=(MONTHS, LINK, DAYS))
