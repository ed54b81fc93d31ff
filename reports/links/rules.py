"""When a link outside is dead, when it is asked again, and what its answer is called; no database, no clock (EL-95)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WEEK, DAY = datetime.timedelta(days=7), datetime.timedelta(days=1)
ENOUGH_HOSTS = 3  # that many silent hosts and no answer at all mean that the portal itself is cut off
# It answers, but not to everyone, not so often, or not from here.
GUARDED = (401, 402, 403, 407, 409, 423, 425, 429, 451, 999)
SILENT = ("timeout", "no-address", "no-answer", "certificate")
WORDS: dict[str, Any] = {
    "timeout": gettext_lazy("no answer within 15 seconds"),
    "no-address": gettext_lazy("its web address doesn’t exist"),
    "no-answer": gettext_lazy("its server doesn’t answer"),
    "certificate": gettext_lazy("its certificate isn’t valid"),
    "redirects": gettext_lazy("it redirects in a circle"),
    "not-public": gettext_lazy("not tried, because it isn’t a public web address"),
}


def fails(code: str, status: int) -> bool:
    """Return whether an answer counts against a link. One that isn't public isn't asked, so nothing is known of it."""
    if code == "status":
        return status >= 400 and status not in GUARDED
    return code != "not-public"


def next_check(now: datetime.datetime, *, failed: bool, is_dead: bool) -> datetime.datetime:
    """Return when a link is asked again: in a week, or the next day if it failed for the first time."""
    return now + (DAY if failed and not is_dead else WEEK)


def is_cut_off(codes: Iterable[str], *, answered_lately: bool) -> bool:
    """Return whether the portal seems to be cut off, so that no answer proves anything about a link.

    A few silent hosts count only if others have answered lately.
    """
    answers = [code for code in codes if code != "not-public"]
    return bool(answers) and all(code in SILENT for code in answers) and (len(answers) >= ENOUGH_HOSTS or not answered_lately)


def one_per_host(links: Iterable[tuple[Any, str]], most: int) -> list[Any]:
    """Return the first link of each host, at most so many."""
    first: dict[str, Any] = {}
    for link, host in links:
        first.setdefault(host, link)
    return list(first.values())[:most]


def in_words(code: str, status: int) -> str:
    """Say what a link answered."""
    if code != "status":
        return str(WORDS.get(code, code))
    if status in (404, 410):
        return _("the page doesn’t exist (%(status)d)") % {"status": status}
    if status >= 500:
        return _("its server reports an error (%(status)d)") % {"status": status}
    return _("answer %(status)d") % {"status": status}
