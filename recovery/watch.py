"""What is checked every day without anyone asking: whether the ledger is intact, and whether the installation needs someone (OP-06)."""

from __future__ import annotations

import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ledger import heads
from ledger.verification import Verdict, verify
from outbox.models import Heartbeat
from people.lab import administrators
from recovery import mail
from recovery.status import DANGER, LEDGER_BROKEN, LEDGER_PROVED, MAIL, REMINDERS, StatusLine, status_lines

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(days=7)
MOST = 500
ALARM = "alarm-"
# If these are red, an email can't leave; every page of lab staff shows them.
NOT_BY_EMAIL = (MAIL, REMINDERS)


# ── The ledger ───────────────────────────────────────────────────────────────────────────────


def prove_ledger_once_a_day() -> bool:
    """Verify the ledger, unless that was done today, and note the result for the status page; returns whether it was done now.

    Reads every event. It is compared with the heads exported the day before, if `LEDGER_HEADS_FILE` is set and the file is there.
    """
    now = timezone.now()
    last = Heartbeat.objects.filter(name__in=(LEDGER_PROVED, LEDGER_BROKEN)).order_by("-at").values_list("at", flat=True).first()
    if last is not None and timezone.localdate(last) == timezone.localdate(now):
        return False
    try:
        verdict = verify(_exported_before(now))
        fault = str(verdict.broken or "")
    except heads.NotHeads as error:
        verdict, fault = Verdict(), str(error)
    _note(now, verdict, fault)
    return True


def _exported_before(now: datetime.datetime) -> heads.Exported | None:
    if not settings.LEDGER_HEADS_FILE:
        return None
    file = Path((timezone.localtime(now) - DAY).strftime(settings.LEDGER_HEADS_FILE))
    return heads.read(file) if file.exists() else None


@transaction.atomic
def _note(now: datetime.datetime, verdict: Verdict, fault: str) -> None:
    if fault:
        Heartbeat.objects.update_or_create(name=LEDGER_BROKEN, defaults={"at": now, "reason": fault[:MOST], "failures": 1})
        return
    counts = f"{verdict.events:,} / {verdict.streams:,}"
    Heartbeat.objects.update_or_create(name=LEDGER_PROVED, defaults={"at": now, "reason": counts})
    Heartbeat.objects.filter(name=LEDGER_BROKEN).delete()


# ── Alarms ───────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def raise_alarms() -> list[str]:
    """Email the administrators what needs action now on the status page; returns the names of the lines they were told of.

    A line is sent when it turns red, and again every week while it stays red. Once it is no longer red, the next time counts anew.
    """
    now = timezone.now()
    red = {line.key: line for line in status_lines(now) if line.tone == DANGER and line.key not in NOT_BY_EMAIL}
    sent = {row.name.removeprefix(ALARM): row.at for row in Heartbeat.objects.select_for_update().filter(name__startswith=ALARM)}
    Heartbeat.objects.filter(name__in=[ALARM + key for key in sent.keys() - red.keys()]).delete()
    due = [line for key, line in red.items() if key not in sent or now - sent[key] >= WEEK]
    if due:
        _send(due, now)
    return [line.key for line in due]


def _send(lines: list[StatusLine], now: datetime.datetime) -> None:
    for line in lines:
        Heartbeat.objects.update_or_create(name=ALARM + line.key, defaults={"at": now})
    text = "\n\n".join(f"{line.name}: {line.text}\n{line.remedy}" for line in lines)
    mail.queue_alarm(administrators(), text=text, key=f"{now.isoformat()}")
