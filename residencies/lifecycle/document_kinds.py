"""The letter in which lab leadership ends a partnership, as a sealed document (oversight/documents/; EL-85)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oversight.checklists.library import TRANSITION
from oversight.documents.kinds import DocumentKind, register
from sealing.blocks import Bullets, Facts, Heading, Paragraph, Part

LETTER = "pivot-letter"


def letter(content: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the letter: the decision, its reason, what stops and what doesn't, and support for the people affected."""
    params = {**content, "effective": _day(content["effective_on"])}
    yield Paragraph(
        _("Lab leadership has decided to end the lab’s partnership with %(area)s, %(ministry)s, on %(product)s in a pivot.") % params
    )
    yield Facts(
        (
            (_("Decided on"), _day(content["decided_on"])),
            (_("Decided by"), content["decided_by"]),
            (_("Effective date"), params["effective"]),
            (_("Conversation held on"), ", ".join(_day(day) for day in content["conversations"])),
        )
    )
    yield Heading(_("Reason"))
    yield Paragraph(content["reason"])
    yield Heading(_("What stops"))
    yield Bullets(
        (
            _("From %(effective)s, the team no longer has priority for lab services, and the lab no longer shares responsibility.")
            % params,
            _("Planned sprint reviews and expert sessions are cancelled, and reminders have stopped."),
            _("Agreements that not everyone has signed yet are void. No one has to sign anything."),
        )
    )
    yield Heading(_("What doesn’t stop"))
    yield Bullets(
        (
            _("Everyone who could read the residency’s record still can. Nothing in it is deleted."),
            _("Agreements that were signed stay on record and can be downloaded."),
            _("The program area can apply to the lab again, starting with the facts it has already given."),
        )
    )
    if content["transition"]:
        yield Heading(_("Support during the transition"))
        yield Paragraph(_("The lab follows these tasks until they’re done:"))
        texts = {item.code: str(item.text) for item in TRANSITION.items}
        yield Bullets(tuple(texts[code] for code in content["transition"]))


def _day(text: str) -> str:
    return date_format(datetime.date.fromisoformat(text), "j F Y")


register(DocumentKind(LETTER, gettext_lazy("Pivot letter"), parts=letter))
