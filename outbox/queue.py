"""Queueing and withdrawing messages, in the transaction of the act that causes them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Substr
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import rehearsed
from ledger.models import Stream
from outbox.catalogue.messages import MailParams, MessageKind, RenderedMail, lets_wait, stored_params
from outbox.models import MailPreference, Message, State, about_of
from outbox.wording import render
from people.models import Person
from web.acts import carry_out

log = structlog.get_logger(__name__)
FORGOTTEN_SECONDS = 60  # by then beat has run again; calls that pile up while no worker runs are dropped


def queue(
    kind: MessageKind,
    *,
    to: Person,
    about: Stream,
    key: str,
    params: Mapping[str, Any],
    wording: str = "",
    mint: Mapping[str, Any] | None = None,
    due_at: datetime.datetime | None = None,
    address: str = "",
) -> Message:
    """Queue a message of this kind to `to`, once; a second call with the same kind, recipient and key changes nothing (EL-61).

    `params` are the values of its placeholders; `wording` chooses the template if there are several. `mint` maps a placeholder to
    the key of the recipe that makes its value when the message is sent, with arguments:
    `{"signing_link": ["agreements.invitations.mint", {"invitation": 7}]}` (outbox.delivery.compose.recipe). The worker is woken once the
    surrounding transaction has committed. `address` is for mail that must go to an address other than the person's own, such as an
    account's.
    """
    letter = render(kind.key, MailParams(params, wording, mint or {}), name=to.name, about=about_of(about))
    return put(kind.key, letter, to=to, about=about, key=key, due_at=due_at, address=address)


def put(
    occasion: str, letter: RenderedMail, *, to: Person, about: Stream, key: str, due_at: datetime.datetime | None = None, address: str = ""
) -> Message:
    """Queue a letter that is already written, once. Acts call `queue` instead, so that the wording can be edited (EL-63)."""
    when = due_at or timezone.now()
    waits = lets_wait(occasion, letter.mint) and MailPreference.objects.filter(person=to, digest=True).exists()
    # The unique key, not an earlier query, prevents queueing twice: two acts may be here at once.
    message, is_new = Message.objects.get_or_create(
        key=_key(occasion, to, key),
        defaults={
            "occasion": occasion, "stream": about, "person": to, "to_name": to.name, "to_address": address or to.email,
            "subject": " ".join(letter.subject.split())[:200], "text": letter.text, "mint": dict(letter.mint), "facts": stored_params(letter.params),
            "due_at": when, "next_try_at": when, "state": State.HELD if waits else State.QUEUED,
        },
    )  # fmt: skip
    if is_new:
        note_queued(message)
        nudge_on_commit()
    return message


def _key(occasion: str, to: Person, key: str) -> str:
    # The key is data: if its format changes, what was queued before this release is queued again.
    text = f"{occasion}|{to.pk}|{key}"
    return text if len(text) <= 200 else f"{text[:120]}|{hashlib.sha256(text.encode()).hexdigest()}"


def withdraw(kind: MessageKind, about: Stream, *, key_part: str = "") -> int:
    """Cancel waiting messages of this kind about a subject because they are no longer needed; returns how many.

    A reminder frees its key: if it is needed again, the next sweep creates it again.
    """
    waiting = Message.objects.waiting().filter(occasion=kind.key, stream=about)
    if key_part:
        waiting = waiting.filter(key__contains=f"|{key_part}")
    return withdraw_all(waiting)


def withdraw_all(waiting: QuerySet[Message]) -> int:
    """Cancel `waiting` messages because they are no longer needed, and free reminders' keys; returns how many."""
    # Cut, so that a key of 200 characters still fits with the suffix.
    freed = Concat(Substr("key", 1, 170), Value("|gone-"), Cast("pk", CharField()))
    key = Case(When(due_on=None, then=F("key")), default=freed)
    why = _("It’s no longer needed.")
    # One UPDATE frees the key and ends the claim: a worker that has the message finds out at its fence that it lost it.
    return waiting.update(key=key, state=State.CANCELLED, claimed_by="", claimed_until=None, last_error=why)


def readdress(person: Person, old: str, new: str) -> int:
    """Redirect unsent messages to `person` from the address `old` to `new`, including failed ones; returns how many."""
    if not old or not new:
        return 0
    # Only what was addressed to the old one: an account's own mail may go to a different address on purpose.
    return Message.objects.unsent().filter(person=person, to_address__iexact=old).update(to_address=new)


_queued: ContextVar[list[int] | None] = ContextVar("messages_queued", default=None)


def note_queued(message: Message) -> None:
    """Record a newly queued message if an act is being rehearsed."""
    queued = _queued.get()
    if queued is not None:
        queued.append(message.pk)


def recipients(act: Callable[[], object]) -> list[str] | None:
    """Rehearse `act` and return the name of each person it would email, once each; None if it is refused.

    Everything it wrote is rolled back. Its locks are held until then, so this is for pages that confirm an act.
    """
    token = _queued.set([])
    try:
        with rehearsed():
            try:
                refused = not carry_out(act)
            except PermissionDenied:
                refused = True
            if refused:
                return None
            waiting = Message.objects.waiting().filter(pk__in=_queued.get() or []).order_by("pk")
            return list(dict(waiting.values_list("person", "to_name")).values())
    finally:
        _queued.reset(token)


def announcement(names: Iterable[str] | None) -> str:
    """Return a sentence on who will get an email; empty for an act that is refused."""
    if names is None:
        return ""
    names = list(names)
    if not names:
        return _("No one will get an email.")
    sentence = ngettext("%(count)d person will get an email: %(names)s.", "%(count)d people will get an email: %(names)s.", len(names))
    return sentence % {"count": len(names), "names": ", ".join(names)}


def nudge_on_commit() -> None:
    """Wake a worker once this transaction has committed; an act that queues a thousand messages calls once."""
    # `run_on_commit` is Django's own list: a hook for each of a thousand messages would wake the worker a thousand times.
    if not any(entry[1] is nudge for entry in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Wake a worker if there is a broker; without one, the delivery loop checks every two seconds."""
    wake("outbox.tasks.deliver")


def workers_listen() -> bool:
    """Return whether there is a broker by which workers can be woken. They share the cache then, too."""
    return bool(settings.CELERY_BROKER_URL)


def wake(task: str) -> None:
    """Ask the broker, if there is one, to run the task with this dotted path soon."""
    if not workers_listen():
        return
    try:
        # Never retried and soon forgotten: this only wakes, and the queue is the database. No ETA, which Redis repeats (celery 2599).
        import_string(task).apply_async(retry=False, ignore_result=True, expires=FORGOTTEN_SECONDS)
    except Exception as error:  # a dead broker must not fail or slow a page
        log.warning("broker_unreachable", error=type(error).__name__)
