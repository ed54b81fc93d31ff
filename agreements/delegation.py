"""What somebody who signs in another person’s place is told: for whom, why, confirmed by whom, and what it means (EL-29)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.models import HandOver, Party


def why_you(party: Party) -> str:
    """Why `party` is asked, in three sentences; empty for somebody who was asked in the first place."""
    before = party.delegated_from
    if before is None:
        return ""
    hand_over = HandOver.objects.filter(to_party=party).first()
    params = {
        "who": before.person.name,
        "role": party.role.label,
        "day": date_format(timezone.localdate(party.from_at), "j F Y"),
        "by": str(party.confirmed_by or ""),
        "reason": hand_over.reason if hand_over else "",
    }
    sentences = [
        _("You are asked in place of %(who)s, who handed this over to you."),
        _("The reason given: %(reason)s") if params["reason"] else "",
        _("%(by)s of the lab confirmed it on %(day)s."),
        _("If you sign, you sign in your own name for the role “%(role)s”, and the agreement says that it was handed over."),
    ]
    return " ".join(sentence % params for sentence in sentences if sentence)
