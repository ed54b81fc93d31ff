"""A quiet alarm: mail that does not go out looks like a day without news, so somebody must say it."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outbox import rounds
from outbox.models import Message, Round

TOO_OLD = datetime.timedelta(minutes=10)


def complaints(now: datetime.datetime | None = None) -> list[str]:
    """What is wrong with mail as a whole, in sentences; two queries. Nothing while an operator holds mail back.

    The sweep has not run for twice its period, or the mail that should leave next is ten minutes late.
    """
    if settings.OUTBOX_SUSPENDED:
        return []
    now = now or timezone.now()
    notes = {note.name: note for note in Round.objects.all()}
    found = []
    sweep = notes.get(rounds.SWEEP)
    if sweep is None:
        found.append(_("Reminders have never been looked for. Is a worker running?"))
    elif now - sweep.at > 2 * datetime.timedelta(seconds=settings.OUTBOX_SWEEP_SECONDS):
        found.append(_("Reminders were last looked for %(when)s. Is a worker running?") % {"when": _when(sweep.at)})
    waits = Message.objects.waiting().of_use(now).filter(next_try_at__lt=now - TOO_OLD).order_by("next_try_at")
    oldest = waits.values_list("next_try_at", flat=True).first()
    if oldest:
        found.append(_("Mail that should have left %(when)s still waits.") % {"when": _when(oldest)})
    server = notes.get(rounds.MAIL_SERVER)
    if oldest and server and server.failures:
        found.append(_("The mail server did not answer when last asked, %(when)s.") % {"when": _when(server.at)})
    return found


def _when(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, g:i a")
