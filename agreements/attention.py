"""Agreements that wait for somebody, for the lab's home page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import AgreementVersion, State
from ledger import subjects
from residencies.attention import MOST, Attention


def unsigned() -> list[Attention]:
    """Versions that are out for signing, and drafts that were not sent, the oldest first; one query."""
    owners = [f"agreement__stream__{kind.related_name}" for kind in subjects.kinds()]
    rows = AgreementVersion.objects.filter(state__in=[State.CIRCULATED, State.DRAFT], agreement__voided_at=None).select_related(*owners)
    wanted = Count("roles", filter=Q(roles__must_sign=True), distinct=True)
    counted = rows.annotate(wanted=wanted, given=Count("signatures", distinct=True)).order_by("pk")[:MOST]
    return [_about(row) for row in counted if row.agreement.subject.is_under_way]


def _about(version: Any) -> Attention:
    subject = version.agreement.subject
    said = {"subject": str(subject), "given": version.given, "wanted": version.wanted}
    if version.state == State.DRAFT:
        sentence, since = _("Send out the agreement for %(subject)s") % said, version.made_at
    else:
        sentence = _("Help the agreement for %(subject)s along: %(given)d of %(wanted)d have signed") % said
        since = version.circulated_at or version.made_at
    return Attention(sentence, reverse("agreement", args=[subject.reference]), timezone.localdate(since))
