"""What is on record of the partners' meetings: who no longer shares the vision, and who has none planned (PB-30)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from findings import Finding, Severity
from partnerships.choices import MeetingState
from partnerships.models import PartnerMeeting, Partnership, SharedVision

PLACE = "meetings"


def vision_warnings(partnership: Partnership) -> Iterator[Finding]:
    """Warn of each partner of today whose latest answer is that it doesn't share the vision any more; one query."""
    held = Q(partner=OuterRef("partner"), meeting__state=MeetingState.HELD)
    later = SharedVision.objects.filter(
        held, Q(meeting__on__gt=OuterRef("meeting__on")) | Q(meeting__on=OuterRef("meeting__on"), pk__gt=OuterRef("pk"))
    )
    rows = SharedVision.objects.filter(~Exists(later), shares=False, partner__left_on=None, meeting__partnership=partnership)
    for row in rows.select_related("partner__organization").order_by("pk"):
        message = _("%(partner)s no longer shares the vision: %(note)s") % {"partner": row.partner, "note": row.note}
        yield Finding("vision-not-shared", Severity.WARNS, message, _("Agree on the vision at the next meeting, and record it."), PLACE)


def without_planned(today: datetime.date) -> QuerySet[Partnership]:
    """Return the partnerships with a rhythm that have no meeting planned for today or later."""
    planned = PartnerMeeting.objects.filter(partnership=OuterRef("pk"), state=MeetingState.PLANNED, on__gte=today)
    return Partnership.objects.under_way().filter(~Exists(planned), meet_by__isnull=False)


def next_meeting(partnership: Partnership) -> PartnerMeeting | None:
    """Return the next meeting that is planned; one query."""
    rows = PartnerMeeting.objects.filter(partnership=partnership, state=MeetingState.PLANNED, on__gte=timezone.localdate())
    return rows.order_by("on", "pk").first()
