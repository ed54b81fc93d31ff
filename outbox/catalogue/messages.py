"""The catalogue of message kinds: label, templates, placeholders, and what recipients can choose about them (EL-63, EL-64).

A placeholder is a name in curly brackets, such as `{lab}`, and nothing more: no code, no filters, no attributes. This module has the
declarations, fills templates and checks edited ones. It uses no database, so that the models can import it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from findings import Finding, Severity
from ledger import history_text

DIGEST = "daily-digest"
FILE, SAID = "file:", "said:"  # prefixes of the names in a mint

PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
ALONE = re.compile(r"\n\n\{(\w+)\}(?=\n\n|\Z)")
MINTED = re.compile(r"\{\{ (\w+) \}\}")  # how a row names a value that is made at sending


@dataclass(frozen=True)
class Place:
    """A placeholder: its name in texts, what it stands for, and an example.

    A `needed` one can't be edited out. A `minted` one is filled in at sending: a secret such as a link, or news. One with a `default`
    can be missing: messages queued before an update don't have the placeholders it added.
    """

    name: str
    stands_for: Any
    example: Any
    needed: bool = False
    minted: bool = False
    default: Any = None


NAME = Place("name", _("the recipient’s name"), "Priya Wenlock")
ABOUT = Place("about", _("what the message is about: a residency's reference and product"), "XL-2026-014 Trail Finder")
LAB = Place("lab", _("the name of the lab"), settings.LAB_NAME)
EVERYWHERE = (NAME, ABOUT, LAB)


@dataclass(frozen=True)
class Template:
    """The default subject and text. If a message has several templates, `wording` names each, and `when` says when it is used.

    `places` are the placeholders this template has in addition to its message's. Its `MessageKind` completes it: `occasion` becomes
    the message's key, and `places` every placeholder it can use.
    """

    subject: Any
    text: Any
    wording: str = ""
    when: Any = ""
    places: tuple[Place, ...] = ()
    occasion: str = ""

    def __str__(self) -> str:
        """Say what the template is for."""
        why = occasion_label(self.occasion)
        return f"{why}: {self.when}" if self.when else why

    @property
    def name(self) -> str:
        return name_of(self.occasion, self.wording)

    @property
    def known(self) -> dict[str, Place]:
        """Its placeholders by name. Each needs a value."""
        return {place.name: place for place in self.places}


MESSAGES: dict[str, MessageKind] = {}
TEMPLATES: dict[str, Template] = {}


@dataclass(frozen=True, eq=False)
class MessageKind:
    """One kind of message, declared once, in the `mail.py` of its feature beside the function that queues it (EL-63).

    `key` is data: it is stored in rows (as their `occasion`), edited templates and email preferences. Every template can use the
    placeholders in `places` and `everywhere`.

    Recipients can stop `optional` mail, and get mail that `may_wait` in a daily digest if they chose one (EL-64). Requests to sign,
    codes, invitations and mail about accounts are neither. Mail with a file or a secret, such as a link, is sent right away whatever
    is declared; news, which isn't secret, can wait. Mail that is `for_lab` goes only to lab staff.

    Declaring one registers it: every `mail.py` is imported at startup (ledger/apps.py). A `Reminder` says when one is due.
    """

    key: str
    label: Any
    templates: tuple[Template, ...]
    places: tuple[Place, ...] = ()
    optional: bool = False
    may_wait: bool = False
    for_lab: bool = False
    everywhere: tuple[Place, ...] = EVERYWHERE

    def __post_init__(self) -> None:
        templates = {template.name: template for template in map(self._complete, self.templates)}
        MESSAGES[self.key] = self
        TEMPLATES.update(templates)
        history_text.register(messages={self.key: self, **templates})

    def __str__(self) -> str:
        return str(self.label)

    def _complete(self, template: Template) -> Template:
        return replace(template, occasion=self.key, places=(*self.everywhere, *self.places, *template.places))


def occasion_label(occasion: str) -> str:
    """Return a row's occasion in words; one that is no longer declared is shown by its key."""
    return str(MESSAGES.get(occasion) or occasion.replace("-", " ").replace("_", " ").capitalize())


def is_optional(occasion: str) -> bool:
    """Return whether recipients can stop messages of this occasion; False if it is no longer declared."""
    return occasion in MESSAGES and MESSAGES[occasion].optional


def lets_wait(occasion: str, minted: Iterable[str]) -> bool:
    """Return whether a message of this occasion, with these values minted at sending, can wait for a digest."""
    return occasion in MESSAGES and MESSAGES[occasion].may_wait and all(name.startswith(SAID) for name in minted)


def optional() -> dict[str, MessageKind]:
    """Return the kinds of message that people can stop, ordered by label."""
    return dict(sorted(((key, kind) for key, kind in MESSAGES.items() if kind.optional), key=lambda pair: str(pair[1])))


# ── Filling a template ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class MailParams:
    """The values for a template that an act or a reminder passes: facts, the wording to use, and what is minted.

    `mint` maps a name to the key of the recipe that makes its value at sending, with arguments. A name such as `file:review.ics`
    makes an attachment or a list of `CalendarFile`; one such as `said:news` makes a value that isn't secret: the outbox shows it and
    stores it as it was sent.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    wording: str = ""
    mint: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RenderedMail:
    """A message's subject and text, with `{{ name }}` where a value is minted; `params` is what it was written from, if known."""

    subject: str
    text: str
    mint: Mapping[str, Any] = field(default_factory=dict)
    params: MailParams | None = None


def name_of(occasion: str, wording: str = "") -> str:
    return f"{occasion}.{wording}" if wording else occasion


def template_of(occasion: str, wording: str = "") -> Template:
    """Return the template declared for an occasion. Raises LookupError if there is none."""
    try:
        return TEMPLATES[name_of(occasion, wording)]
    except KeyError:
        raise LookupError(f"No template is declared for {name_of(occasion, wording)}: declare a MessageKind in a mail.py") from None


def facts_for(template: Template, params: MailParams, *, name: str, about: Any) -> dict[str, str]:
    """Return a value for each placeholder of `template`. Raises LookupError if one is missing that has no default.

    Text that a person typed is never read as a placeholder, whatever it looks like.
    """
    defaults = {place.name: place.default for place in template.places if place.default is not None}
    given = {**defaults, "name": name, "about": about or "", "lab": settings.LAB_NAME, **params.facts}
    facts = {key: inert(str(value)) for key, value in given.items()}
    names = (key.removeprefix(SAID) for key in params.mint if not key.startswith(FILE))
    facts |= {key: f"{{{{ {key} }}}}" for key in names}
    lacking = template.known.keys() - facts.keys()
    if lacking:
        raise LookupError(f"{template.name} lacks {', '.join(sorted(lacking))}")
    return facts


def inert(words: str) -> str:
    """Return `words` with anything that looks like a secret's name made harmless by non-breaking spaces; it looks the same."""
    return MINTED.sub(lambda match: match[0].replace(" ", "\u00a0"), words)


def stored_params(params: MailParams | None) -> dict[str, Any]:
    """Return `params` as a message's row stores them; `params_of` reads them."""
    return {"wording": params.wording, "said": {name: str(value) for name, value in params.facts.items()}} if params else {}


def params_of(facts: Mapping[str, Any], mint: Mapping[str, Any]) -> MailParams | None:
    """Return what a row's text was written from; None if nothing was stored."""
    return MailParams(facts["said"], facts.get("wording", ""), mint) if "said" in facts else None


def examples_for(template: Template) -> dict[str, str]:
    """Return a made-up value for each placeholder of `template`."""
    return {place.name: str(place.example) for place in template.known.values()}


def filled(words: str, facts: Mapping[str, str]) -> str:
    """Fill in the placeholders of `words` in one pass; a paragraph that is just one placeholder is dropped if its value is empty."""
    words = ALONE.sub(lambda match: match[0] if facts.get(match[1], match[0]) else "", words)
    return PLACE.sub(lambda match: facts.get(match[1], match[0]), words)


def address_of(page: str, *parts: Any) -> str:
    """Return the absolute URL of a page of the portal, for mail."""
    return settings.SITE_URL.rstrip("/") + reverse(page, args=parts)


def stand_in(name: str) -> str:
    """Return what people see in place of a secret."""
    return f"[{name.replace('_', ' ')}]"


def listed(names: Iterable[str]) -> str:
    """List placeholders as people type them."""
    return ", ".join(f"{{{name}}}" for name in names)


# ── Checking an edited template ─────────────────────────────────────────────

LONGEST_SUBJECT, LONGEST_TEXT = 150, 10_000
STRAY = re.compile(r"\S*(?:[{}]|%\(\w+\)[sd]?)\S*")


def subject_findings(subject: str, places: Mapping[str, Place]) -> list[Finding]:
    """Check an edited subject (EL-63)."""
    findings = list(_of_words(subject, places))
    if not subject.strip():
        findings.append(_blocks("text-empty", _now("The subject is empty."), _now("Enter a few words on what the message is about.")))
    if len(subject) > LONGEST_SUBJECT or "\n" in subject.strip():
        params = {"most": LONGEST_SUBJECT}
        findings.append(
            _blocks("text-long", _now("A subject must be one line of at most %(most)d characters.") % params, _now("Shorten it."))
        )
    minted = [name for name in _places_in(subject) if name in places and places[name].minted]
    if minted:
        message = _now("A subject can't include %(names)s: everyone can see it.") % {"names": listed(minted)}
        findings.append(_blocks("text-minted-in-subject", message, _now("Put it in the text instead.")))
    return findings


def text_findings(text: str, places: Mapping[str, Place]) -> list[Finding]:
    """Check an edited text (EL-63)."""
    findings = list(_of_words(text, places))
    if not text.strip():
        findings.append(_blocks("text-empty", _now("The text is empty."), _now("Enter a text, or reset to the default.")))
    if len(text) > LONGEST_TEXT:
        findings.append(
            _blocks("text-long", _now("A text can have at most %(most)d characters.") % {"most": LONGEST_TEXT}, _now("Shorten it."))
        )
    named = set(_places_in(text))
    for place in places.values():
        if place.needed and place.name not in named:
            params = {"name": f"{{{place.name}}}", "what": place.stands_for}
            message = _now("%(name)s is missing: %(what)s. The message doesn’t work without it.") % params
            findings.append(_blocks("text-place-missing", message, _now("Put %(name)s back.") % params))
    return findings


def _of_words(words: str, places: Mapping[str, Place]) -> Iterator[Finding]:
    exist = _now("You can use: %(names)s.") % {"names": listed(places)}
    for name in dict.fromkeys(_places_in(words)):
        if name not in places:
            yield _blocks("text-place-unknown", _now("%(name)s isn’t a placeholder in this text.") % {"name": f"{{{name}}}"}, exist)
    for stray in dict.fromkeys(match[0] for match in STRAY.finditer(PLACE.sub("", words))):
        message = _now("“%(stray)s” isn’t a placeholder. A placeholder is a name in curly brackets, such as {name}.") % {
            "stray": stray[:40]
        }
        yield _blocks("text-place-broken", message, exist)


def _places_in(words: str) -> list[str]:
    return PLACE.findall(words)


def _blocks(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy)
