"""Mail about training that leaders and product owners have still to take (EL-44, EL-45); training/reminders.py says when it is due."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

LEADER_TRAINING = MessageKind(
    "leader-training",
    _("Leader’s lab training missing"),
    (
        Template(
            _("Your lab training: {about}"),
            _(
                """Hello {name},

You support {about} ({role}). Every leader who supports a residency takes some training at the lab. For you, that is {expected}. We have none on record yet.

Reply to this email and we’ll find a date. If you’ve already taken it, tell us when and we’ll record it.

{lab}"""
            ),
            wording="none",
            when=_("none is on record"),
        ),
        Template(
            _("Your lab training: {about}"),
            _(
                """Hello {name},

You support {about} ({role}). Every leader who supports a residency takes some training at the lab. For you, that is {expected}, and you’ve taken {taken} so far.

Reply to this email and we’ll find a date for the rest. If you’ve already taken it, tell us when and we’ll record it.

{lab}"""
            ),
            wording="some",
            when=_("some is on record"),
            places=(Place("taken", _("hours they have taken"), _("1 hour")),),
        ),
    ),
    places=(
        Place("role", _("their role"), _("Executive director")),
        Place("expected", _("hours of lab training expected of them"), _("3 hours")),
    ),
    optional=True,
    may_wait=True,
)


AGILE_TRAINING = MessageKind(
    "owner-agile-training",
    _("Product owner’s Agile training missing"),
    (
        Template(
            _("Your Agile training as product owner: {about}"),
            _(
                """Hello {name},

You are the product owner of {about} from {day}. Product owners take Agile training before the team starts. We don’t have any on record for you yet.

If you’ve already taken it, record it here, with the certificate if you have it:
{link}

If not, reply to this email and we’ll find you a seat.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("their first day"), "12 March 2026"),
        Place(
            "link",
            _("the address of the training page"),
            "https://portal.example.org/residencies/XL-2026-014/training/",
            needed=True,
        ),
    ),
    may_wait=True,
)
