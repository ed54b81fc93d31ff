"""When a party may take a stance or speak, and whom a text calls by name: plain facts in, findings out (EL-24)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from findings import Finding, blocking

PLACE = "agreement"
_blocks = partial(blocking, place=PLACE)
COMMENTS_AN_HOUR = 40
MOST_CHARACTERS = 4000

Key = TypeVar("Key")


@dataclass(frozen=True)
class StanceFacts:
    """All that decides whether a party may give feedback on a clause now; `verb` has the forms that sentences need."""

    invitation_live: bool
    version_open: bool
    signed: bool
    clause_known: bool
    value_known: bool
    misaligned: bool
    note: str
    verb: Mapping[str, Any]


def before_stance(facts: StanceFacts) -> Iterator[Finding]:
    """Every reason why this stance can't be taken."""
    if not facts.invitation_live:
        yield _ended()
    if facts.signed:
        message = _("You’ve %(signed)s this version, so you can’t change your feedback on it.") % facts.verb
        yield _blocks("stance-after-signing", message, _("Add a comment instead."))
    elif not facts.version_open:
        yield _blocks("stance-closed", _("This version is no longer out for %(signature)s.") % facts.verb, _("Open the latest version."))
    if not facts.clause_known or not facts.value_known:
        yield _no_clause()
    elif facts.misaligned and not facts.note.strip():
        yield _blocks("misaligned-without-why", _("The reason is missing."), _("Say in a sentence or two what would have to change."))
    if len(facts.note) > MOST_CHARACTERS:
        yield _too_long()


@dataclass(frozen=True)
class SayingFacts:
    """All that decides whether somebody may speak now."""

    may_speak: bool
    version_talks: bool
    clause_known: bool
    text: str
    said_this_hour: int


def before_saying(facts: SayingFacts) -> Iterator[Finding]:
    """Every reason why this can't be said now."""
    if not facts.may_speak:
        yield _ended()
    if not facts.version_talks:
        yield _blocks("talk-closed", _("Discussion of this version is closed."), _("Open the latest version."))
    if not facts.clause_known:
        yield _no_clause()
    if not facts.text.strip():
        yield _blocks("nothing-said", _("Your question or comment is missing."), _("Enter it, then send it."))
    if len(facts.text) > MOST_CHARACTERS:
        yield _too_long()
    if facts.said_this_hour >= COMMENTS_AN_HOUR:
        yield _blocks(
            "too-many-comments",
            _("You have posted a lot of comments in the last hour."),
            _("Wait an hour, or email the lab to arrange a call."),
        )


def _ended() -> Finding:
    return _blocks("invitation-ended", _("Your invitation has ended."), _("Ask lab operations for a new invitation."))


def _no_clause() -> Finding:
    return _blocks("no-such-clause", _("This version doesn’t have that clause."), _("Open the agreement again."))


def _too_long() -> Finding:
    return _blocks(
        "text-too-long",
        _("Your text is longer than %(most)d characters.") % {"most": MOST_CHARACTERS},
        _("Shorten it, then send it again."),
    )


def called_by_name(text: str, names: Mapping[Key, str]) -> set[Key]:
    """Whose name stands in `text` after an “@”: whole names only, in any case, the longest that fits."""
    keys: set[Key] = set()
    for at in re.finditer(r"(?<!\w)@(?=\w)", text):
        rest = text[at.end() :].casefold()
        fitting = {key: name for key, name in names.items() if name and _begins_with(rest, name.casefold())}
        longest = max(map(len, fitting.values()), default=0)
        keys |= {key for key, name in fitting.items() if len(name) == longest}
    return keys


def _begins_with(text: str, name: str) -> bool:
    following = text[len(name) : len(name) + 1]
    return text.startswith(name) and not (following.isalnum() or following == "_")
