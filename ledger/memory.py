"""A cache for answers computed from what acts wrote, valid until the next event in the ledger.

Anything that depends only on rows written by acts, and on the day, can be cached this way: every act is in the ledger and moves a
head, and an answer cached under an old head is never read again.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, F, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ledger.models import GENESIS, Event, Stream

if TYPE_CHECKING:
    from ledger.subjects import Subject

KEPT_SECONDS = 15 * 60
HOUR = datetime.timedelta(hours=1)

K = TypeVar("K")
Rows = TypeVar("Rows", bound=QuerySet[Any])


def remembered(what: str, heads: Mapping[K, str], on: datetime.date, work_out: Callable[[list[K]], Mapping[K, Any]]) -> dict[K, Any]:
    """Return the answer for each key of `heads`; computes, in one call, only those not cached for their head on this day.

    `heads` must be read before the rows, or with them: a head read after its rows could make old rows look current. A key
    without a head is computed each time. Answers are lists, because a cache may drop a None.
    """
    code = _code_now()
    keys = {key: f"{code}/{what}/{key}/{head}/{on}/{get_language()}" for key, head in heads.items() if head}
    known = caches["ledger"].get_many(list(keys.values()))
    answers = {key: known[keys[key]] for key in keys if keys[key] in known}
    unknown = [key for key in heads if key not in answers]
    fresh = dict(work_out(unknown)) if unknown else {}
    if kept := {keys[key]: fresh[key] for key in unknown if key in keys}:
        caches["ledger"].set_many(kept, KEPT_SECONDS)
    return answers | fresh


@dataclass(frozen=True)
class Counted:
    """An answer, when it was worked out, from which head, and how many seconds that took."""

    answer: Any
    at: datetime.datetime
    head: str
    seconds: float


def last_counted(key: str, head: str, work_out: Callable[[], Any], *, patience: float, oldest: datetime.timedelta) -> Counted:
    """Return the answer for `key`: the cached one if it is from this head, or a new one.

    One from an earlier head is returned too, if working out a new one takes longer than `patience` in seconds and it isn't older than
    `oldest`: the caller says when it was counted, and has a worker count again. `head` must be read before the rows.
    """
    place = f"{_code_now()}/counted/{key}/{get_language()}"
    if cached := caches["ledger"].get(place):
        answer, at, of_head, seconds = cached
        counted = Counted(answer, datetime.datetime.fromisoformat(at), of_head, seconds)
        if counted.head == head or (seconds > patience and timezone.now() - counted.at <= oldest):
            return counted
    began, now = time.monotonic(), timezone.now()
    counted = Counted(work_out(), now, head, time.monotonic() - began)
    caches["ledger"].set(place, [counted.answer, now.isoformat(), head, counted.seconds], int(oldest.total_seconds()) * 2)
    return counted


def _code_now() -> int:
    """Return when the code or a template last changed; while developing, a template changes without a restart."""
    return max(_code(), _changed(settings.BASE_DIR / "templates")) if settings.DEBUG else _code()


@cache
def _code() -> int:
    """Return when the portal's code or a template last changed, as the process started: what others wrote is never shown."""
    apps_folders = [Path(app.path) for app in apps.get_app_configs()]
    ours = [folder for folder in apps_folders if settings.BASE_DIR in folder.parents and "site-packages" not in folder.parts]
    return max(_changed(settings.BASE_DIR / "templates"), *(_changed(folder) for folder in ours))


def _changed(folder: Path) -> int:
    return max((file.stat().st_mtime_ns for file in folder.rglob("*") if file.suffix in (".py", ".html")), default=0)


def remembered_html(what: str, subject: Subject, on: datetime.date, write: Callable[[], Sequence[str]]) -> list[SafeString]:
    """Return parts of a page as HTML, written only if no earlier page showed them; no query then.

    Everyone for whom the page asks for `what` sees the same HTML, so `what` names all that it depends on besides the subject's acts
    and the day: what the account may do, and what the address asks for. `write` renders templates without the request's account.
    """
    parts = remembered(what, {subject.stream_id: head_of(subject)}, on, lambda keys: {key: list(write()) for key in keys})[
        subject.stream_id
    ]
    return [mark_safe(part) for part in parts]  # noqa: S308 - from templates


def html_under(what: str, key: Hashable, head: str, on: datetime.date, write: Callable[[], str]) -> SafeString:
    """Return a part of a page as HTML, written only if it isn't remembered under `head`; `write` renders without the request's account."""
    html = remembered(what, {key: head}, on, lambda keys: {each: write() for each in keys})[key]
    return mark_safe(html)  # noqa: S308 - from a template


def lab_head() -> Subquery:
    """Return where the lab's own stream ends, for `annotate`: what the whole lab shares (figures, names) is in it."""
    return Subquery(Stream.objects.filter(kind="lab").values("head_hash"))


def at_heads(rows: Rows) -> Rows:
    """Add `own_head` and `lab_head` to subjects, the ends of their own streams and of the lab's, for `head_of`."""
    return rows.annotate(own_head=F("stream__head_hash"), lab_head=lab_head())


def head_of(subject: Subject) -> str:
    """Return the ends of the streams that a subject's pages follow from: its own and the lab's.

    Empty if the subject has no ledger to tell by, or was read without its stream or `lab_head`.
    """
    row: Any = subject
    listed = hasattr(row, "own_head")
    if not listed and "stream" not in row._state.fields_cache:
        return ""
    own = getattr(subject, "own_head") if listed else subject.stream.head_hash  # noqa: B009 - annotated
    lab = getattr(subject if listed else subject.stream, "lab_head", GENESIS)
    return head(own, lab)


def head(own: str, lab: str) -> str:
    """Return the ends of a subject's own stream and of the lab's as one text; empty without either."""
    return "" if GENESIS in (own, lab) else f"{own}/{lab}"


def head_of_all(now: datetime.datetime) -> str:
    """Return a text that changes with every act, from the newest event and the number of events in the last hour or two; one query.

    It needs both, because acts aren't always committed in the order in which their events were numbered. An act that took longer
    than an hour, or was recorded with a time of its own, shows only in the newest event.
    """
    since = now.replace(minute=0, second=0, microsecond=0) - HOUR
    recent = Event.objects.filter(at__gte=since).order_by().values(all=Value(1)).annotate(count=Count("pk")).values("count")
    newest, count = Event.objects.order_by("-pk").values_list("pk", Subquery(recent)).first() or (0, 0)
    return f"{since:%Y%m%d%H}-{newest}-{count or 0}"
