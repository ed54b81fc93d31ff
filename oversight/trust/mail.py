"""Mail about plans for openness that are due for review (EL-57)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template

OPENNESS_REVIEW = MessageKind(
    "openness-review",
    _("A plan for openness is due for review"),
    (
        Template(
            _("Review due: {closed_part}, {about}"),
            _(
                """Hello {name},

A plan for openness for {about} is due for review on {due}.

What isn't open: {closed_part}
Reason: {reason}
To be aligned by: {align_by}

Record what has changed, and choose the next review date:
{link}

If this part is open now, close the plan on the same page.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("closed_part", _("what isn’t open"), _("The code that matches health records.")),
        Place("reason", _("why privacy comes first"), _("It shows how records are linked.")),
        Place("align_by", _("the day by which it should be aligned"), "30 June 2026"),
        Place("due", _("the day of the review"), "3 March 2026"),
        Place("link", _("the plan’s page"), "https://portal.example.org/residencies/XL-2026-014/trust/openness/7/", needed=True),
    ),
    optional=True,
    may_wait=True,
)
