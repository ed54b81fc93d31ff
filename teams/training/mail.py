"""Mail about training that leaders and product owners have still to take (EL-44, EL-45); training/reminders.py says when it is due."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

LEADER_TRAINING = MessageKind(
    "leader-training",
    _("A leader's lab training is missing"),
    (
        Template(
            _("Your lab training: {about}"),
            _(
                """Hello {name},

You stand behind {about} ({role}). Every leader who does takes some training at the lab: for you it is {expected}. None of it is on record yet.

Answer this message and we will find a day. If you took it already, tell us when, and we put it on record.

{lab}"""
            ),
            wording="none",
            when=_("none is on record"),
        ),
        Template(
            _("Your lab training: {about}"),
            _(
                """Hello {name},

You stand behind {about} ({role}). Every leader who does takes some training at the lab: for you it is {expected}, and you have taken {taken} of it.

Answer this message and we will find a day for the rest. If you took it already, tell us when, and we put it on record.

{lab}"""
            ),
            wording="some",
            when=_("a part is on record"),
            places=(Place("taken", _("how much of it they have taken"), _("1 hour")),),
        ),
    ),
    places=(
        Place("role", _("what they are to the team"), _("Executive director")),
        Place("expected", _("how long their training at the lab is"), _("3 hours")),
    ),
    optional=True,
    may_wait=True,
)


AGILE_TRAINING = MessageKind(
    "owner-agile-training",
    _("A product owner's Agile training is missing"),
    (
        Template(
            _("Agile training for you as product owner: {about}"),
            _(
                """Hello {name},

You are the product owner of {about} from {day}. A product owner learns to work the Agile way before the team starts. No such course is on record for you yet.

If you took one, put it on record here, with its certificate if you have it:
{link}

If not, answer this message and we will find a seat for you.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("day", _("the day on which they begin"), "12 March 2026"),
        Place(
            "link",
            _("the address where training is put on record"),
            "https://portal.example.org/residencies/XL-2026-014/training/",
            needed=True,
        ),
    ),
    may_wait=True,
)
