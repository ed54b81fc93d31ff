"""The messages that the portal knows: each with label, templates, placeholders, and what its recipients may choose about it (EL-63, EL-64).

A placeholder is a name in curly brackets, such as `{lab}`, and nothing more: no code, no filters, no attributes. Plain declarations, how a
template is filled, and what makes an edited one fit to be sent: no database, so that the models may stand on them.
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
FILE, SAID = "file:", "said:"  # what the names of a mint begin with

PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
ALONE = re.compile(r"\n\n\{(\w+)\}(?=\n\n|\Z)")
MINTED = re.compile(r"\{\{ (\w+) \}\}")  # how a row names what is made as the mail leaves


@dataclass(frozen=True)
class Place:
    """A placeholder: the name it has in texts, what it stands for, and an example.

    A `needed` one can't be edited out. What is `minted` is made as the mail leaves: a secret such as a link, or news.
    """

    name: str
    stands_for: Any
    example: Any
    needed: bool = False
    minted: bool = False


NAME = Place("name", _("the recipient’s name"), "Priya Wenlock")
ABOUT = Place("about", _("what the message is about: a residency's reference and product"), "XL-2026-014 Trail Finder")
LAB = Place("lab", _("the name of the lab"), settings.LAB_NAME)
EVERYWHERE = (NAME, ABOUT, LAB)


@dataclass(frozen=True)
class Template:
    """A subject and a text by default. Where a message has several, `wording` names each, and `when` says when it is used.

    `places` are the placeholders that this one has beside those of its message. Its `MessageKind` completes it: `occasion` becomes the
    key of the message, and `places` every placeholder that it may use.
    """

    subject: Any
    text: Any
    wording: str = ""
    when: Any = ""
    places: tuple[Place, ...] = ()
    occasion: str = ""

    def __str__(self) -> str:
        """What it is for, in words."""
        why = occasion_label(self.occasion)
        return f"{why}: {self.when}" if self.when else why

    @property
    def name(self) -> str:
        return name_of(self.occasion, self.wording)

    @property
    def known(self) -> dict[str, Place]:
        """Its placeholders by name, all of which must be handed over."""
        return {place.name: place for place in self.places}


MESSAGES: dict[str, MessageKind] = {}
TEMPLATES: dict[str, Template] = {}


@dataclass(frozen=True, eq=False)
class MessageKind:
    """One kind of message, declared once, in the `mail.py` of its feature beside the function that queues it (EL-63).

    `key` is data: rows (as their `occasion`), edited templates and email preferences hold it. Every template may use the placeholders
    in `places` and those in `everywhere`.

    A recipient may stop what is `optional`, and gets what `may_wait` in a daily digest if they chose one (EL-64). Requests to sign,
    codes, invitations and mail about accounts are neither. A file or a secret, such as a link, goes at once whatever is declared;
    news, which is no secret, may wait. What is `for_lab` goes to the lab only.

    It makes itself known as it is declared: every `mail.py` is imported at the start (ledger/apps.py). A `Reminder` says when
    one falls due.
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
    """The occasion of a row in words; one that is no longer declared is shown by its key."""
    return str(MESSAGES.get(occasion) or occasion.replace("-", " ").replace("_", " ").capitalize())


def is_optional(occasion: str) -> bool:
    """Whether a recipient may stop messages of this occasion; not those of one that is no longer declared."""
    return occasion in MESSAGES and MESSAGES[occasion].optional


def lets_wait(occasion: str, minted: Iterable[str]) -> bool:
    """Whether a message of this occasion that has this put in as it leaves may wait for a digest."""
    return occasion in MESSAGES and MESSAGES[occasion].may_wait and all(name.startswith(SAID) for name in minted)


def optional() -> dict[str, MessageKind]:
    """What people may stop, by its words."""
    return dict(sorted(((key, kind) for key, kind in MESSAGES.items() if kind.optional), key=lambda pair: str(pair[1])))


# ── Filling a template ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class MailParams:
    """What an act or a reminder hands over: facts for the placeholders, in which wording, and what is minted.

    `mint` maps a name to the dotted path of what makes its value as the mail leaves, with arguments. A name such as
    `file:review.ics` makes a file that goes with the mail, or a list of `CalendarFile`; one such as `said:news` a fact that is no secret: the outbox
    shows it, and keeps it as it was said.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    wording: str = ""
    mint: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RenderedMail:
    """What a message says, with `{{ name }}` where something is minted; `params` is what it was written from, if known."""

    subject: str
    text: str
    mint: Mapping[str, Any] = field(default_factory=dict)
    params: MailParams | None = None


def name_of(occasion: str, wording: str = "") -> str:
    return f"{occasion}.{wording}" if wording else occasion


def template_of(occasion: str, wording: str = "") -> Template:
    """The template that was declared for an occasion. Raises LookupError when there is none."""
    try:
        return TEMPLATES[name_of(occasion, wording)]
    except KeyError:
        raise LookupError(f"No template is declared for {name_of(occasion, wording)}: declare a MessageKind in a mail.py") from None


def facts_for(template: Template, params: MailParams, *, name: str, about: Any) -> dict[str, str]:
    """A value for each placeholder of `template`. Raises LookupError when a fact was not handed over.

    Nothing that a person typed is read as a placeholder, whatever it looks like.
    """
    given = {"name": name, "about": about or "", "lab": settings.LAB_NAME, **params.facts}
    facts = {key: inert(str(value)) for key, value in given.items()}
    names = (key.removeprefix(SAID) for key in params.mint if not key.startswith(FILE))
    facts |= {key: f"{{{{ {key} }}}}" for key in names}
    lacking = template.known.keys() - facts.keys()
    if lacking:
        raise LookupError(f"{template.name} lacks {', '.join(sorted(lacking))}")
    return facts


def inert(words: str) -> str:
    """`words` with what looks like our name for a secret kept as it looks, and read as one no more: its spaces do not break."""
    return MINTED.sub(lambda match: match[0].replace(" ", "\u00a0"), words)


def stored_params(params: MailParams | None) -> dict[str, Any]:
    """What a text was written from, as a message's row keeps it; `params_of` reads it."""
    return {"wording": params.wording, "said": {name: str(value) for name, value in params.facts.items()}} if params else {}


def params_of(facts: Mapping[str, Any], mint: Mapping[str, Any]) -> MailParams | None:
    """What a row's text was written from; None where nothing was kept."""
    return MailParams(facts["said"], facts.get("wording", ""), mint) if "said" in facts else None


def examples_for(template: Template) -> dict[str, str]:
    """A value for each placeholder of `template`, made up."""
    return {place.name: str(place.example) for place in template.known.values()}


def filled(words: str, facts: Mapping[str, str]) -> str:
    """`words` with the facts in their places, in one pass. A paragraph that is one placeholder alone goes when its fact is empty."""
    words = ALONE.sub(lambda match: match[0] if facts.get(match[1], match[0]) else "", words)
    return PLACE.sub(lambda match: facts.get(match[1], match[0]), words)


def address_of(page: str, *parts: Any) -> str:
    """The whole address of a page of the portal, as mail needs it."""
    return settings.SITE_URL.rstrip("/") + reverse(page, args=parts)


def stand_in(name: str) -> str:
    """What people see in the place of a secret."""
    return f"[{name.replace('_', ' ')}]"


def listed(names: Iterable[str]) -> str:
    """Placeholders as people type them."""
    return ", ".join(f"{{{name}}}" for name in names)


# ── What makes an edited template fit to be sent ─────────────────────────────────────────────

LONGEST_SUBJECT, LONGEST_TEXT = 150, 10_000
STRAY = re.compile(r"\S*(?:[{}]|%\(\w+\)[sd]?)\S*")


def subject_findings(subject: str, places: Mapping[str, Place]) -> list[Finding]:
    """What is wrong with an edited subject (EL-63)."""
    findings = list(_of_words(subject, places))
    if not subject.strip():
        findings.append(_blocks("text-empty", _now("The subject is empty."), _now("Say in a few words what the message is about.")))
    if len(subject) > LONGEST_SUBJECT or "\n" in subject.strip():
        params = {"most": LONGEST_SUBJECT}
        findings.append(_blocks("text-long", _now("A subject is one line of at most %(most)d letters.") % params, _now("Make it shorter.")))
    minted = [name for name in _places_in(subject) if name in places and places[name].minted]
    if minted:
        message = _now("A subject can't include %(names)s: everyone can see it.") % {"names": listed(minted)}
        findings.append(_blocks("text-minted-in-subject", message, _now("Leave it to the text.")))
    return findings


def text_findings(text: str, places: Mapping[str, Place]) -> list[Finding]:
    """What is wrong with an edited text (EL-63)."""
    findings = list(_of_words(text, places))
    if not text.strip():
        findings.append(_blocks("text-empty", _now("The text is empty."), _now("Write what the message says, or go back to the default.")))
    if len(text) > LONGEST_TEXT:
        findings.append(
            _blocks("text-long", _now("A text has at most %(most)d letters.") % {"most": LONGEST_TEXT}, _now("Make it shorter."))
        )
    named = set(_places_in(text))
    for place in places.values():
        if place.needed and place.name not in named:
            params = {"name": f"{{{place.name}}}", "what": place.stands_for}
            message = _now("%(name)s is missing: %(what)s. Without it the message is of no use.") % params
            findings.append(_blocks("text-place-missing", message, _now("Put %(name)s back.") % params))
    return findings


def _of_words(words: str, places: Mapping[str, Place]) -> Iterator[Finding]:
    exist = _now("These exist: %(names)s.") % {"names": listed(places)}
    for name in dict.fromkeys(_places_in(words)):
        if name not in places:
            yield _blocks("text-place-unknown", _now("%(name)s is no placeholder of this text.") % {"name": f"{{{name}}}"}, exist)
    for stray in dict.fromkeys(match[0] for match in STRAY.finditer(PLACE.sub("", words))):
        message = _now("“%(stray)s” is no placeholder: one is a name in curly brackets, such as {name}.") % {"stray": stray[:40]}
        yield _blocks("text-place-broken", message, exist)


def _places_in(words: str) -> list[str]:
    return PLACE.findall(words)


def _blocks(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy)
