"""Sessions with experts as calendars read them (EL-48): one entry a session, which follows it when it moves and goes when it is off."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from community.models import ExpertSession
from teams.calendars import MEDIA_TYPE, file_with

__all__ = ["MEDIA_TYPE", "file_of", "written"]


def file_of(session: int, off: bool = False) -> str:
    """The session with this key as it is now, as the text of a calendar file; with `off`, withdrawn for whoever has it no more."""
    return written(ExpertSession.objects.for_list().filter(pk=session), off=off)


def written(sessions: Iterable[ExpertSession], *, off: bool = False) -> str:
    """`sessions` that have a time as a calendar file: published, or withdrawn when every one of them is off."""
    timed = [session for session in sessions if session.on]
    gone = off or (bool(timed) and all(session.is_called_off for session in timed))
    return file_with([_event(session, off=gone) for session in timed], [session.on for session in timed if session.on], off=gone)


def _event(session: ExpertSession, *, off: bool) -> icalendar.Event:
    starts_at = session.starts_at
    assert starts_at is not None  # noqa: S101 - only those with a time come here
    said = {"product": session.residency.product, "discipline": session.get_discipline_display(), "question": session.question}
    event = icalendar.Event()
    event.add("uid", f"expert-session-{session.pk}@{settings.MESSAGE_ID_DOMAIN}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at.astimezone(datetime.UTC))
    event.add("last-modified", session.changed_at.astimezone(datetime.UTC))
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + datetime.timedelta(minutes=session.minutes or 0))
    event.add("summary", _("Session with an expert: %(discipline)s, %(product)s") % said)
    event.add("description", session.question)
    if session.place:
        event.add("location", session.place)
    event.add("url", settings.SITE_URL.rstrip("/") + session.get_absolute_url())
    event.add("organizer", f"mailto:{settings.LAB_EMAIL}")
    event.add("status", "CANCELLED" if off or session.is_called_off else "CONFIRMED")
    return event
