"""Who will be told by an act, found by carrying it out and taking it back: a page announces what the act does (K14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acts.act import rehearsed
from findings import Refused
from outbox.models import Message

_queued: ContextVar[list[int] | None] = ContextVar("messages_queued", default=None)


def note_queued(message: Message) -> None:
    """Remember a message that was queued just now, if someone is rehearsing."""
    queued = _queued.get()
    if queued is not None:
        queued.append(message.pk)


def recipients(act: Callable[[], object]) -> list[str] | None:
    """Rehearse `act` and name everyone that it leaves a waiting message for, each once; None when it is refused.

    Everything that it wrote is taken back. Its locks are held for that long, so this is for pages that confirm an act.
    """
    token = _queued.set([])
    try:
        with rehearsed():
            try:
                act()
            except (Refused, PermissionDenied):
                return None
            waiting = Message.objects.waiting().filter(pk__in=_queued.get() or []).order_by("pk")
            return list(dict(waiting.values_list("person", "to_name")).values())
    finally:
        _queued.reset(token)


def announcement(names: Iterable[str] | None) -> str:
    """Say who will get an email; nothing for an act that is refused."""
    if names is None:
        return ""
    names = list(names)
    if not names:
        return _("No one will get an email.")
    sentence = ngettext("%(count)d person will get an email: %(names)s.", "%(count)d people will get an email: %(names)s.", len(names))
    return sentence % {"count": len(names), "names": ", ".join(names)}
