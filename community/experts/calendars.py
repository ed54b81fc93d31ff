"""Sessions with experts as calendars read them (EL-48): one entry per session, updated when it moves and withdrawn when it is cancelled."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from community.models import ExpertSession, SessionInvitation
from outbox.calendar_files import Attendee, CalendarFile, Entry, attendee_of, feed, invitation
from outbox.delivery.compose import recipe
from people.models import Person


@recipe("community.calendars.file_of")
def file_of(session: int, off: bool = False, person: int | None = None) -> list[CalendarFile]:
    """The session with this key as it is when a mail to `person` leaves; with `off`, taken out for this person alone.

    Records that the person has the entry: they hear of every change to it. Mail that an earlier release queued names no
    person, and then carries a published file.
    """
    row = ExpertSession.objects.for_list().get(pk=session)
    recipient = Person.objects.filter(pk=person).first() if person else None
    if recipient is None:
        return [feed([entry(row)], name=str(settings.LAB_NAME))]
    if off:
        SessionInvitation.objects.filter(session=row, person=recipient).delete()
    else:
        SessionInvitation.objects.get_or_create(session=row, person=recipient)
    return [invitation(entry(row), attendee_of(recipient), has_account=recipient.user_id is not None, uninvited=off)]


def file_for(session: ExpertSession, attendee: Attendee) -> CalendarFile:
    """The session for somebody with an account who downloads it."""
    return invitation(entry(session), attendee, has_account=True)


def entry(session: ExpertSession) -> Entry:
    """A session that has a time, as a calendar shows it."""
    starts_at = session.starts_at
    assert starts_at is not None  # noqa: S101 - only those with a time come here
    facts = {
        "product": session.residency.product,
        "discipline": session.get_discipline_display(),
        "when": session.when,
        "question": session.question,
        "reason": session.called_off_reason,
    }
    described = _("%(when)s. Cancelled: %(reason)s") if session.is_called_off else _("%(when)s.\n\n%(question)s")
    return Entry(
        uid=f"expert-session-{session.pk}@{settings.MESSAGE_ID_DOMAIN}",
        sequence=session.sequence,
        changed_at=session.changed_at,
        starts_at=starts_at,
        minutes=session.minutes or 0,
        summary=_("Session with an expert: %(discipline)s, %(product)s") % facts,
        description=described % facts,
        place=session.place,
        page=settings.SITE_URL.rstrip("/") + session.get_absolute_url(),
        is_cancelled=session.is_called_off,
    )
