"""The daily digest for people who want one email a day: when it is made and what goes in it (EL-64).

Their messages are held until 8 a.m. Pacific. Then the sweep makes a digest, which is a message of its own with the key
(digest, person, day), and in the same transaction puts the held messages in it. Nothing is added to a digest after that, so a
repeat under the same Message-ID has the same content. It is claimed, sent and recorded like any other message
(outbox/delivery/worker.py), and its parts are recorded with it.
"""

from __future__ import annotations

import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from dates.database import adapted, cast
from dates.moments import DUE_AT, moment_of
from outbox.catalogue.messages import DIGEST
from outbox.models import MailPreference, Message, State
from people.models import Person

AT_A_TIME = 500


@transaction.atomic
def make(now: datetime.datetime) -> int:
    """From 8 a.m., make a digest for each person with held messages; returns how many are new.

    May run in any number of processes at once: a second digest for the same day has the same key and isn't made, and messages
    held later stay for the next day's.
    """
    today = timezone.localdate(now)
    morning = moment_of(today, DUE_AT)
    if now < morning or not Message.objects.held().filter(due_at__lte=morning).exists():
        return 0
    # The digest is inserted before what it holds is locked: the unique key decides which of two sweeps fills it.
    digest_ids = _insert(today, morning, now)
    for start in range(0, len(digest_ids), AT_A_TIME):
        _fill(digest_ids[start : start + AT_A_TIME], morning)
    return len(digest_ids)


@transaction.atomic
def release(person: int) -> int:
    """Queue this person's held messages to be sent separately, once they no longer want a digest; returns how many."""
    return _let_go(_in_order(Message.objects.held().filter(person=person)))


@transaction.atomic
def release_stray() -> int:
    """Release held messages whose recipients no longer want a digest, or have no address to send one to; returns how many.

    A message can be held at the very moment its recipient turns the digest off.
    """
    wanted = MailPreference.objects.filter(person=OuterRef("person"), digest=True)
    unreached = Person.objects.unreached().filter(pk=OuterRef("person"))
    return _let_go(_in_order(Message.objects.held().filter(~Exists(wanted) | Exists(unreached)), wait=False))


def _in_order(held: QuerySet[Message], *, wait: bool = True) -> list[int]:
    """Lock these rows, always in the same order, to avoid deadlocks; without `wait`, only those that are free."""
    return list(held.select_for_update(of=("self",), skip_locked=not wait).order_by("pk").values_list("pk", flat=True))


def _let_go(held: list[int]) -> int:
    return Message.objects.filter(pk__in=held).update(state=State.QUEUED)


def _insert(day: datetime.date, morning: datetime.datetime, now: datetime.datetime) -> list[int]:
    """Insert the day's digests that don't exist yet; returns their primary keys."""
    values = [
        DIGEST, str(day), DIGEST, "{}", adapted(day), adapted(morning), adapted(morning), str(_("Daily digest")), "{}", adapted(now),
        adapted(morning),
    ]  # fmt: skip
    moment, json = cast("%s", "timestamptz"), cast("%s", "jsonb")
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(day=cast("%s", "date"), moment=moment, json=json), values)
        return [row[0] for row in cursor.fetchall()]


# Sorted as well, to avoid deadlocks. It has no stream: the lab's own would be locked for it.
INSERT = """INSERT INTO outbox_message (
  key, occasion, person_id, to_name, to_address, facts, due_on, due_at, next_try_at, state, subject, text, mint, made_at,
  attempts, claimed_by, last_error
)
SELECT %s || '|' || p.id || '|' || %s, %s, p.id, p.name, CASE WHEN p.email <> '' THEN p.email ELSE u.email END, {json}, {day}, {moment},
  {moment}, 'queued', %s, '', {json}, {moment}, 0, '', ''
FROM people_person p JOIN outbox_mailpreference w ON w.person_id = p.id AND w.digest LEFT JOIN people_user u ON u.id = p.user_id
WHERE (p.email <> '' OR u.id IS NOT NULL) AND EXISTS (
  SELECT 1 FROM outbox_message held WHERE held.person_id = p.id AND held.state = 'held' AND held.digest_id IS NULL AND held.due_at <= {moment}
)
ORDER BY 1 ON CONFLICT (key) DO NOTHING RETURNING id"""


def _fill(digest_ids: list[int], morning: datetime.datetime) -> None:
    digest = Message.objects.filter(pk__in=digest_ids, person=OuterRef("person")).values("pk")[:1]
    people = Message.objects.filter(pk__in=digest_ids).values("person")
    held = _in_order(Message.objects.held().filter(person__in=people, due_at__lte=morning))
    # By the locked keys, not by the condition: messages held since then belong to the next digest.
    Message.objects.filter(pk__in=held).update(digest=Subquery(digest))
