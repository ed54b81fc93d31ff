"""The health of mail as a whole: when its jobs last ran, what is wrong, and how long to wait for a mail server that doesn't answer."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outbox.models import Heartbeat, Message, State

SWEEP, DELIVERY, MAIL_SERVER, RESTORED = "sweep", "delivery", "mail-server", "restored"
FIRST_REST, LONGEST_REST = datetime.timedelta(seconds=10), datetime.timedelta(minutes=5)


def done(name: str, now: datetime.datetime) -> None:
    """Record that the recurring job `name` ran at `now`."""
    # The update alone is nearly always enough; `update_or_create` would lock the row and take another query.
    if not Heartbeat.objects.filter(name=name).update(at=now):
        Heartbeat.objects.get_or_create(name=name, defaults={"at": now})


def done_on(name: str) -> datetime.date | None:
    """Return the Pacific day on which the job `name` last ran."""
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return timezone.localdate(at) if at else None


def hold() -> None:
    """Hold all mail, because this database was just restored: what it would send may have been sent before (OP-06)."""
    Heartbeat.objects.get_or_create(name=RESTORED, defaults={"at": timezone.now()})


def release() -> bool:
    """End the hold after a restore. Returns whether mail was held."""
    return bool(Heartbeat.objects.filter(name=RESTORED).delete()[0])


def is_suspended() -> bool:
    """Return whether nothing is sent: an operator has paused sending, or the database was restored; at most one query."""
    return bool(settings.OUTBOX_SUSPENDED) or Heartbeat.objects.filter(name=RESTORED).exists()


def mail_server_rests() -> Heartbeat | None:
    """Return the record that the mail server recently didn't answer, or None; its `until` may have passed."""
    return Heartbeat.objects.filter(name=MAIL_SERVER, failures__gt=0).first()


def let_mail_server_rest(reason: str = "") -> None:
    """Leave the mail server alone for a while because it didn't answer or refuses all our mail; longer each time, at most five minutes."""
    now = timezone.now()
    Heartbeat.objects.get_or_create(name=MAIL_SERVER, defaults={"at": now})
    # One UPDATE decides which of several workers extends the pause; with a separate read and write, all of them would.
    awake = Heartbeat.objects.filter(Q(until=None) | Q(until__lte=now), name=MAIL_SERVER)
    if not awake.update(failures=F("failures") + 1, at=now, reason=reason[:500]):
        return  # another worker noticed a moment ago
    failures = Heartbeat.objects.values_list("failures", flat=True).get(name=MAIL_SERVER)
    rest = min(FIRST_REST * 2 ** min(failures - 1, 10), LONGEST_REST) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads calls, guards nothing
    Heartbeat.objects.filter(name=MAIL_SERVER).update(until=now + rest)


def mail_server_answered() -> None:
    """End the pause, because the mail server accepted a message."""
    Heartbeat.objects.filter(name=MAIL_SERVER).update(failures=0, until=None, reason="")


TOO_OLD = datetime.timedelta(minutes=10)
TOO_LONG_REFUSED = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class MailHealth:
    """The health of mail as a whole: what is wrong, in sentences; how many messages failed, and since when;
    when the oldest late message was due, and the oldest refused one; whether sending is suspended."""

    complaints: list[str]
    failed: int = 0
    failed_since: datetime.datetime | None = None
    oldest: datetime.datetime | None = None
    refused: datetime.datetime | None = None
    suspended: bool = False


def mail_health(now: datetime.datetime | None = None) -> MailHealth:
    """Check mail as a whole; one query once the sweep has run.

    Complains if the sweep hasn't run for twice its period, if the next message is ten minutes late, or if mail has been refused
    for an hour and none was accepted. While sending is paused, nothing is reported.
    """
    now = now or timezone.now()
    notes = {note.name: note for note in Heartbeat.objects.annotate(**_annotations(now))}
    known: Any = next(iter(notes.values()), None) or _without_rounds(now)
    suspended = bool(settings.OUTBOX_SUSPENDED or RESTORED in notes)
    complaints = [] if suspended else [
        *_of_sweep(notes.get(SWEEP), now), *_of_queue(known.oldest, notes), *_of_refusals(known.refused, notes.get(DELIVERY)),
    ]  # fmt: skip
    return MailHealth(complaints, known.failed or 0, known.failed_since, known.oldest, known.refused, suspended)


def complaints() -> list[str]:
    """Describe what is wrong with mail as a whole, in sentences."""
    return mail_health().complaints


def _annotations(now: datetime.datetime) -> dict[str, Subquery]:
    waits = Message.objects.leaving().of_use(now).filter(next_try_at__lt=now - TOO_OLD).order_by("next_try_at")
    refused = Message.objects.leaving().of_use(now).filter(attempts__gt=0, due_at__lt=now - TOO_LONG_REFUSED).order_by("due_at")
    failed = Message.objects.filter(state=State.FAILED).order_by().values("state")
    # Subqueries of one statement: staff's pages check the alarm, and it costs them one query.
    return {
        "refused": Subquery(refused.values("due_at")[:1]),
        "oldest": Subquery(waits.values("next_try_at")[:1]),
        "failed": Subquery(failed.annotate(count=Count("pk")).values("count")),
        "failed_since": Subquery(failed.annotate(since=Min("next_try_at")).values("since")),
    }


def _without_rounds(now: datetime.datetime) -> Any:
    """Return the same figures when no job has run yet; any message row will do to attach them to."""
    return Message.objects.annotate(**_annotations(now)).only("pk").first() or MailHealth([])


def _of_sweep(sweep: Heartbeat | None, now: datetime.datetime) -> Iterator[str]:
    if sweep is None:
        yield _("Reminders have never been checked. Is a worker running?")
    elif now - sweep.at > 2 * datetime.timedelta(seconds=settings.OUTBOX_SWEEP_SECONDS):
        yield _("Reminders haven’t been checked since %(when)s. Is a worker running?") % {"when": _when(sweep.at)}


def _of_queue(oldest: datetime.datetime | None, notes: Mapping[str, Heartbeat]) -> Iterator[str]:
    if oldest is None:
        return
    yield _("Mail that was due to go out at %(when)s is still waiting.") % {"when": _when(oldest)}
    server = notes.get(MAIL_SERVER)
    if server and server.failures:
        yield (
            _("At %(when)s: %(reason)s") % {"when": _when(server.at), "reason": server.reason}
            if server.reason
            else _("At %(when)s, the mail server didn’t answer.") % {"when": _when(server.at)}
        )


def _of_refusals(refused: datetime.datetime | None, delivery: Heartbeat | None) -> Iterator[str]:
    """Complain about refused mail, judging by due dates: each attempt moves a message's next one, so that says nothing about its age."""
    if refused and (delivery is None or delivery.at < refused):
        yield _("The mail server has refused all mail since %(when)s. To see why, open a message that’s waiting to be sent.") % {
            "when": _when(refused)
        }


def _when(moment: datetime.datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, g:i a")
