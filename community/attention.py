"""For the lab's home page: teams that wait for an expert, and sessions of which nobody said what came of them (EL-48)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community.models import ExpertSession
from residencies.attention import MOST, Attention

LATE_DAYS = 10


def waiting_sessions(today: datetime.date) -> list[Attention]:
    """Sessions that were asked for and have no expert yet, the longest waiting first; one query."""
    return [_waits(session, today) for session in ExpertSession.objects.waiting().for_list()[:MOST]]


def _waits(session: ExpertSession, today: datetime.date) -> Attention:
    since = timezone.localdate(session.requested_at)
    said = {"discipline": session.get_discipline_display(), "residency": str(session.residency)}
    sentence = _("Find an expert for %(residency)s: %(discipline)s") % said
    return Attention(sentence, session.get_absolute_url(), since, (today - since).days > LATE_DAYS)


def unrecorded_sessions(today: datetime.date) -> list[Attention]:
    """Sessions whose day is over without a word of what came of them; one query."""
    return [_unsaid(session) for session in ExpertSession.objects.to_record(today).for_list()[:MOST]]


def _unsaid(session: ExpertSession) -> Attention:
    on = session.on
    assert on is not None  # noqa: S101 - those to record have a day
    said = {"expert": str(session.expert), "residency": str(session.residency), "day": date_format(on)}
    sentence = _("Record what came of the session with %(expert)s for %(residency)s on %(day)s") % said
    return Attention(sentence, session.get_absolute_url(), on)
