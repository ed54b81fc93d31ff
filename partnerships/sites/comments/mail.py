"""Mail about clients' comments: follow-ups that are overdue (PB-48). It says nothing of a client or a comment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

FOLLOW_UP_OVERDUE = MessageKind(
    "comment-follow-up-overdue",
    _("Follow-ups of clients’ comments are overdue"),
    (
        Template(
            _("Overdue follow-ups: {about}"),
            _(
                """Hello {name},

Clients of {about} agreed to be contacted about their comments, and are waiting to hear from you. Overdue: {count}, the first since {day}.

Contact them, then record what you learned:
{link}

You'll get at most one reminder a day, until no follow-up is overdue.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("count", _("how many are overdue"), 2, needed=True),
        Place("day", _("when the first was due"), "14 December 2026"),
        Place(
            "link", _("the page with the comments"), "https://portal.example.org/partnerships/SP-2026-003/sites/7/comments/4/", needed=True
        ),
    ),
    optional=True,
    may_wait=True,
)
