"""Events as plain sentences. Each app registers sentences for its own acts; for others, the act's name is used."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acts.registry import Registry, RegistryKind
from ledger.models import Event

LONGEST = 300
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
BY = "%(by)s "
PORTAL = gettext_lazy("The portal")
UNSAID = {"record", "records", "id", "changes", "messages"}
IN_FILES = {"signature"}  # what only a program can check: in a file of the history, not on a page

_sentences: Registry[Any] = Registry(RegistryKind.HISTORY_SENTENCE)
_facts: Registry[Any] = Registry(RegistryKind.HISTORY_FACT)
_words: Registry[Any] = Registry(RegistryKind.HISTORY_WORD)
_renamed: Registry[str] = Registry(RegistryKind.HISTORY_RENAMED)
_messages: Registry[Any] = Registry(RegistryKind.HISTORY_MESSAGE)


def register(
    *,
    sentences: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    words: Mapping[str, Any] | None = None,
    renamed: Mapping[str, str] | None = None,
    messages: Mapping[str, Any] | None = None,
) -> None:
    """Register how acts are described; called when an app's `history_text.py` is imported (ledger/apps.py).

    `sentences` maps an act to a sentence, which can use facts as `%(fact)s` and the actor as `%(by)s`. `facts` maps a fact to its
    label, or None to leave it out (an id, a hash). `words` maps a code, such as a state's, to words. `renamed` maps a model's label
    in earlier events to its current one.
    `messages` maps a message's key to its title; a key that is also a code means the message, in whatever order apps are found.
    """
    _sentences.update(sentences or {})
    _facts.update(facts or {})
    _words.update(words or {})
    _renamed.update(renamed or {})
    _messages.update(messages or {})


def acts() -> list[tuple[str, str]]:
    """Return the acts that have sentences, with their names, for a filter."""
    return sorted(((act, _name(act)) for act in _sentences), key=lambda pair: pair[1])


@dataclass(frozen=True)
class HistoryLine:
    """An event as shown in history: what happened, who did it, when, and its facts in words."""

    what: str
    who: str
    at: datetime.datetime
    detail: str
    url: str = ""
    tone: str = ""
    about: str = ""
    happened_on: datetime.date | None = None  # set if the given day is before the day it was recorded
    names_actor: bool = False  # whether `what` names the actor


def tell(event: Event, *, about: str = "", url: str = "", in_file: bool = False) -> HistoryLine:
    """`event` in words, for a page unless `in_file`; `about` and `url` name the subject and where it is."""
    tone = "active" if event.to_state else ""
    what, details = _what(event), " · ".join(_details(event, UNSAID if in_file else UNSAID | IN_FILES))
    names_actor = what.startswith(_actor(event)) and _sentence(event.act).startswith(BY)
    return HistoryLine(what, event.actor_name, event.at, details, url, tone, about, _happened_on(event), names_actor)


HAPPENED = ("on", "released_on", "held_on", "given_on", "done_on", "finished_on")


def _happened_on(event: Event) -> datetime.date | None:
    """Return the day on which it happened, if that is before the day it was recorded."""
    given = next((event.facts[name] for name in HAPPENED if isinstance(event.facts.get(name), str)), "")
    try:
        day = parse_date(given)
    except ValueError:
        return None
    return day if day and day < localtime(event.at).date() else None


def _what(event: Event) -> str:
    sentence = _sentence(event.act) or event.act.replace("-", " ").replace("_", " ").capitalize()
    try:
        params = {name: _display(value) for name, value in event.facts.items()} | {"by": _actor(event)}
        return sentence % params if "%(" in sentence else sentence
    except (KeyError, ValueError):
        return _name(event.act)


def _sentence(act: str) -> str:
    return str(_sentences.get(act, ""))


def _actor(event: Event) -> str:
    """Return the actor, as the subject of a sentence."""
    return str(PORTAL) if event.actor_name in ("", "system") else event.actor_name


def _name(act: str) -> str:
    """Return an act's sentence without the actor and the object, for a filter."""
    sentence = _sentence(act).removeprefix(BY)
    plain = act.replace("-", " ").replace("called off", "cancelled").replace("struck", "removed")
    return plain.capitalize() if "%(" in sentence or not sentence else sentence[:1].upper() + sentence[1:]


def _details(event: Event, unsaid: set[str]) -> Iterator[str]:
    if event.from_state and event.to_state:
        yield _("From “%(from)s” to “%(to)s”") % {"from": _display(event.from_state), "to": _display(event.to_state)}
    sentence = _sentence(event.act)
    for name, value in event.facts.items():
        label = _facts.get(name, name.replace("_", " ").capitalize())
        if name not in unsaid and label and value not in ("", None, [], {}) and f"%({name})s" not in sentence:
            yield _("%(label)s: %(value)s") % {"label": label, "value": _display(value)}
    for name, change in (event.facts.get("changes") or {}).items():
        yield _change(event.facts.get("record", ""), name, change)


def _change(record: str, name: str, change: Any) -> str:
    """Describe an edited field with its label on the form and its old and new value."""
    field = _field(record, name)
    label = str(getattr(field, "verbose_name", "") or _facts.get(name) or name.replace("_", " "))
    choices = dict(getattr(field, "flatchoices", None) or ())
    if not isinstance(change, dict):
        return f"{label[:1].upper()}{label[1:]}"
    old, new = (_chosen(choices, change.get(side)) for side in ("from", "to"))
    params = {"label": f"{label[:1].upper()}{label[1:]}", "from": old, "to": new}
    return _("%(label)s: from “%(from)s” to “%(to)s”") % params if old else _("%(label)s: “%(to)s”") % params


def _chosen(choices: Mapping[str, Any], value: Any) -> str:
    return str(choices[value]) if isinstance(value, str) and value in choices else _display(value)


def _field(record: str, name: str) -> Any:
    try:
        return apps.get_model(_renamed.get(record, record))._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _display(value: Any) -> str:
    """Return a fact in words: dates as dates, codes as their words, lists with commas."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_display(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_display(item)}" for name, item in value.items())
    if isinstance(value, str):
        return _text(value)
    return str(value)


def _text(value: str) -> str:
    if words := _messages.get(value) or _words.get(value):
        return str(words)
    if FINGERPRINT.fullmatch(value):
        return f"{value[:12]}…"  # enough to tell two apart; the thing itself shows all of it
    if len(value) == 10 and (day := _parsed(parse_date, value)):
        return date_format(day, "DATE_FORMAT")
    if len(value) > 18 and value[10:11] == "T" and (moment := _parsed(parse_datetime, value)):
        return date_format(localtime(moment), "DATETIME_FORMAT")
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"


def _parsed(parse: Any, value: str) -> Any:
    try:
        return parse(value)
    except ValueError:
        return None
