"""How the installation is doing, in lines that say what to do: mail, sweep, ledger, backups, the seal's key, disk, versions (OP-06)."""

from __future__ import annotations

import datetime
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from ledger.models import Event
from outbox.delivery import health
from outbox.models import Heartbeat, Message
from recovery import engines, restore
from sealing.keys import KeyUnusable, current_key

OK, WARNING, DANGER = "success", "warning", "danger"
LOOKS = {OK: "check", WARNING: "alert", DANGER: "alert"}
LEAST_FREE = 0.1
EXPIRES_SOON = datetime.timedelta(days=60)


# What each line is about, whatever its name is in the reader's language.
MAIL, REMINDERS, LEDGER, BACKUP, SEAL, DISK, VERSIONS = "mail", "reminders", "ledger", "backup", "seal", "disk", "versions"
LEDGER_PROVED, LEDGER_BROKEN = "ledger-proved", "ledger-broken"
PROVED_LATELY = datetime.timedelta(days=2)


@dataclass(frozen=True)
class StatusLine:
    """One thing that was checked: what it's about, its name, what is so, how good that is, and what to do about it, "" if nothing."""

    key: str
    name: str
    text: str
    tone: str = OK
    remedy: str = ""

    @property
    def icon(self) -> str:
        return LOOKS[self.tone]

    @property
    def word(self) -> str:
        return {OK: _("OK"), WARNING: _("Look into it"), DANGER: _("Act now")}[self.tone]


def status_lines(now: datetime.datetime) -> list[StatusLine]:
    """Return every line, in a fixed number of queries."""
    return [*_mail(now), _ledger(now), *_backups(now), _seal(now), _disk(), _versions()]


def _mail(now: datetime.datetime) -> Iterator[StatusLine]:
    mail = health.mail_health(now)
    waiting = Message.objects.leaving().filter(next_try_at__lte=now).count()
    if mail.suspended:
        remedy = _("Check the outbox, then run manage.py resume_mail, or remove OUTBOX_SUSPENDED and restart.")
        yield StatusLine(MAIL, _("Email"), _("Sending is paused. Messages waiting: %(count)d.") % {"count": waiting}, WARNING, remedy)
    elif mail.complaints:
        yield StatusLine(MAIL, _("Email"), " ".join(mail.complaints), DANGER, _("Check the worker and the mail server."))
    else:
        yield StatusLine(MAIL, _("Email"), _("Messages due now: %(count)d. None are late.") % {"count": waiting})
    sweep = Heartbeat.objects.filter(name=health.SWEEP).first()
    if sweep:
        yield StatusLine(REMINDERS, _("Reminders"), _("Checked %(ago)s ago.") % {"ago": timesince(sweep.at, now)})
    else:
        yield StatusLine(
            REMINDERS, _("Reminders"), _("Never checked."), DANGER, _("Start the Celery worker and beat, or manage.py send_due --loop.")
        )


def _ledger(now: datetime.datetime) -> StatusLine:
    name, start = _("Ledger"), _("Start the Celery worker and beat, or manage.py send_due --loop.")
    known = {row.name: row for row in Heartbeat.objects.filter(name__in=(LEDGER_PROVED, LEDGER_BROKEN))}
    newest = Event.objects.filter(stream__kind="lab", act="checkpoint").order_by("-seq").first()
    if broken := known.get(LEDGER_BROKEN):
        params = {"day": _day(broken.at), "fault": broken.reason}
        remedy = _("Tell your security contact, and follow “Daily operation” in the operator’s guide.")
        return StatusLine(LEDGER, name, _("Verification on %(day)s failed: %(fault)s") % params, DANGER, remedy)
    if newest is None:
        return StatusLine(LEDGER, name, _("No checkpoint yet. One is made every day."), WARNING, start)
    if (proved := known.get(LEDGER_PROVED)) is None:
        return StatusLine(LEDGER, name, _("Not verified yet. It’s verified every day."), WARNING, start)
    events, _of, streams = proved.reason.partition(" / ")
    params = {"ago": timesince(newest.at, now), "day": _day(proved.at), "events": events, "streams": streams}
    text = _("Verified on %(day)s: %(events)s events in %(streams)s streams are intact. Last checkpoint %(ago)s ago.") % params
    late = now - proved.at > PROVED_LATELY
    return StatusLine(LEDGER, name, text, WARNING if late else OK, start if late else "")


def _backups(now: datetime.datetime) -> Iterator[StatusLine]:
    proven, fault = restore.last_proven(), restore.last_fault()
    name, rehearse = _("Backup"), _("Make a backup and rehearse it: manage.py restore DIR --rehearse")
    if fault:
        params = {"day": _day(fault.at), "faults": fault.reason}
        yield StatusLine(BACKUP, name, _("The rehearsal on %(day)s failed: %(faults)s") % params, DANGER, rehearse)
    if not proven:
        yield StatusLine(BACKUP, name, _("No restore has been proven yet."), WARNING, rehearse)
        return
    late = (now - proven.at).days >= restore.FRESH_DAYS
    text = _("Last proven on %(day)s. %(result)s") % {"day": _day(proven.at), "result": proven.reason}
    yield StatusLine(BACKUP, name, text, DANGER if late else OK, rehearse if late else "")


def _seal(now: datetime.datetime) -> StatusLine:
    name = _("Sealing key")
    try:
        ends = current_key().certificate.not_valid_after_utc
    except KeyUnusable as error:
        return StatusLine(SEAL, name, str(error), DANGER, _("Install a valid sealing key. Documents aren’t sealed until then."))
    text = _("Valid until %(day)s.") % {"day": _day(ends)}
    soon = ends - now < EXPIRES_SOON
    return StatusLine(SEAL, name, text, WARNING if soon else OK, _("Get a new certificate before then.") if soon else "")


def _disk() -> StatusLine:
    place = next(path for path in (Path(settings.MEDIA_ROOT), *Path(settings.MEDIA_ROOT).parents) if path.exists())
    usage = shutil.disk_usage(place)
    text = _("%(free)d GB of %(total)d GB are free for files.") % {"free": usage.free // 10**9, "total": usage.total // 10**9}
    low = usage.free < usage.total * LEAST_FREE
    return StatusLine(DISK, _("Disk"), text, WARNING if low else OK, _("Free up space, or move the files to a larger disk.") if low else "")


def _versions() -> StatusLine:
    engine = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(connection.vendor, connection.vendor)
    parts = (f"Lab Portal {settings.RELEASE}", f"Python {platform.python_version()}", f"Django {django.get_version()}")
    return StatusLine(VERSIONS, _("Versions"), ", ".join((*parts, f"{engine} {engines.server()}")))


def _day(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")
