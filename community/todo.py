"""For the lab's home page: teams that wait for an expert, sessions of which nobody said what came of them (EL-48), desks nobody needs (EL-49)."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community.models import DeskAllocation, ExpertSession
from residencies.listing.todo import MOST, Attention
from residencies.models.states import ENDED

LATE_DAYS = 10


def waiting_sessions(today: datetime.date) -> list[Attention]:
    """Sessions that were asked for and have no expert yet, the longest waiting first; one query."""
    return [_waits(session, today) for session in ExpertSession.objects.waiting().for_list()[:MOST]]


def _waits(session: ExpertSession, today: datetime.date) -> Attention:
    since = timezone.localdate(session.requested_at)
    params = {"discipline": session.get_discipline_display(), "residency": str(session.residency)}
    sentence = _("Find an expert for %(residency)s: %(discipline)s") % params
    return Attention(sentence, session.get_absolute_url(), since, (today - since).days > LATE_DAYS)


def unrecorded_sessions(today: datetime.date) -> list[Attention]:
    """Sessions whose day is over without a word of what came of them; one query."""
    return [_unsaid(session) for session in ExpertSession.objects.to_record(today).for_list()[:MOST]]


def _unsaid(session: ExpertSession) -> Attention:
    on = session.on
    assert on is not None  # noqa: S101 - those to record have a day
    params = {"expert": str(session.expert), "residency": str(session.residency), "day": date_format(on)}
    sentence = _("Record what came of the session with %(expert)s for %(residency)s on %(day)s") % params
    return Attention(sentence, session.get_absolute_url(), on)


def desks_to_take_back(today: datetime.date) -> list[Attention]:
    """Desks that a team has today or later although its residency has ended; one query."""
    rows = DeskAllocation.objects.between(today).filter(residency__state__in=ENDED).select_related("residency").order_by("from_on", "pk")
    return [_has_ended(row) for row in rows[:MOST]]


def _has_ended(row: DeskAllocation) -> Attention:
    params = {"residency": str(row.residency), "day": date_format(row.to_on)}
    sentence = _("Release the desks of %(residency)s, which has ended: they are reserved until %(day)s") % params
    return Attention(sentence, reverse("community", args=[row.residency.reference]), row.residency.ended_on or row.from_on)
