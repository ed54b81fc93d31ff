"""What goes round, when it was last done, and how long an absent mail server is left alone."""

from __future__ import annotations

import datetime
import random

from django.db.models import F, Q
from django.utils import timezone

from outbox.models import Round

SWEEP, DELIVERY, MAIL_SERVER = "sweep", "delivery", "mail-server"
FIRST_REST, LONGEST_REST = datetime.timedelta(seconds=10), datetime.timedelta(minutes=5)


def done(name: str, now: datetime.datetime) -> None:
    """Note that the round `name` was made at `now`."""
    if not Round.objects.filter(name=name).update(at=now):
        Round.objects.get_or_create(name=name, defaults={"at": now})


def done_on(name: str) -> datetime.date | None:
    """The day, Pacific, on which `name` was last done."""
    at = Round.objects.filter(name=name).values_list("at", flat=True).first()
    return timezone.localdate(at) if at else None


def mail_server_rests() -> Round | None:
    """The note that the mail server did not answer lately, if it did not; its `until` may be past."""
    return Round.objects.filter(name=MAIL_SERVER, failures__gt=0).first()


def let_mail_server_rest(reason: str = "") -> None:
    """It did not answer, or takes nothing of ours: nobody calls it for a while, longer each time, five minutes at most."""
    now = timezone.now()
    Round.objects.get_or_create(name=MAIL_SERVER, defaults={"at": now})
    awake = Round.objects.filter(Q(until=None) | Q(until__lte=now), name=MAIL_SERVER)
    if not awake.update(failures=F("failures") + 1, at=now, reason=reason[:500]):
        return  # somebody else found it away a moment ago
    failures = Round.objects.values_list("failures", flat=True).get(name=MAIL_SERVER)
    rest = min(FIRST_REST * 2 ** min(failures - 1, 10), LONGEST_REST) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads calls, guards nothing
    Round.objects.filter(name=MAIL_SERVER).update(until=now + rest)


def mail_server_answered() -> None:
    """It took a message: no more resting."""
    Round.objects.filter(name=MAIL_SERVER).update(failures=0, until=None, reason="")
