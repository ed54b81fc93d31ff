"""The messages that the portal knows: each with label, templates, placeholders, and what its recipients may choose about it (EL-63, EL-64).

A placeholder is a name in curly brackets, such as `{lab}`, and nothing more: no code, no filters, no attributes. Plain declarations: no
database, so that the models may stand on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from ledger import history_text


@dataclass(frozen=True)
class Occasion:
    """Why we write, in words.

    A recipient may stop what is `optional`, and gets what `may_wait` in a daily digest if they chose one (EL-64).
    Requests to sign, codes, invitations and mail about accounts are neither. A file or a secret, such as a link, goes at
    once whatever is said here; news, which is no secret, may wait. What is `for_lab` goes to the lab only.
    """

    label: Any
    optional: bool = False
    may_wait: bool = False
    for_lab: bool = False

    def __str__(self) -> str:
        return str(self.label)

    def lets_wait(self, minted: Iterable[str]) -> bool:
        """Whether a message that has this put in as it leaves may wait for a digest."""
        return self.may_wait and all(name.startswith(SAID) for name in minted)


DIGEST = "daily-digest"
FILE, SAID = "file:", "said:"  # what the names of a mint begin with
OCCASIONS: dict[str, Occasion] = {}


def declare_occasions(occasions: Mapping[str, Any]) -> None:
    """Make occasions known, each an `Occasion` or, for one that is neither optional nor may wait, its words; called from an app's `ready()`."""
    for name, occasion in occasions.items():
        OCCASIONS[name] = occasion if isinstance(occasion, Occasion) else Occasion(occasion)
    history_text.register(messages={name: OCCASIONS[name].label for name in occasions if OCCASIONS[name].optional})


def occasion_of(name: str) -> Occasion:
    """What is declared of it; one without a declaration is shown by its key, and goes at once."""
    return OCCASIONS.get(name) or Occasion(name.replace("-", " ").replace("_", " ").capitalize())


def occasion_label(name: str) -> str:
    """The occasion in words."""
    return str(occasion_of(name))


def optional() -> dict[str, Occasion]:
    """What people may stop, by its words."""
    return dict(sorted(((name, occasion) for name, occasion in OCCASIONS.items() if occasion.optional), key=lambda pair: str(pair[1])))


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
class Text:
    """What is said on `occasion`; where one occasion has several wordings each has a name, and `when` says when it is used.

    `subject` and `text` are the default, so that a fresh portal needs no data. Every text may name the recipient, what it
    is about and the lab (`everywhere`), and the facts in `places`, all of which must be handed over.
    """

    occasion: str
    subject: Any
    text: Any
    places: tuple[Place, ...] = ()
    wording: str = ""
    when: Any = ""
    everywhere: tuple[Place, ...] = EVERYWHERE

    @property
    def name(self) -> str:
        return name_of(self.occasion, self.wording)

    @property
    def known(self) -> dict[str, Place]:
        """Its placeholders by name."""
        return {place.name: place for place in (*self.everywhere, *self.places)}


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


TEXTS: dict[str, Text] = {}


def declare(*texts: Text) -> None:
    """Make texts known; called from an app's `ready()`."""
    TEXTS.update({text.name: text for text in texts})
    history_text.register(messages={text.name: _title(text) for text in texts})


@dataclass(frozen=True)
class Template:
    """A subject and a text by default. Where a message has several, `wording` names each, and `when` says when it is used.

    `places` are the placeholders that this one has beside those of its message.
    """

    subject: Any
    text: Any
    wording: str = ""
    when: Any = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, eq=False)
class MessageKind:
    """One kind of message, declared once, in the `mail.py` of its feature beside the function that queues it (EL-63).

    `key` is data: rows, edited templates and email preferences hold it. Every template may use the placeholders in `places` and
    those in `everywhere`. What `optional`, `may_wait` and `for_lab` mean is said of `Occasion`. It makes itself known as it is
    declared: every `mail.py` is imported at the start (ledger/apps.py). For a reminder see `Reminder.of`.
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
        declare_occasions({self.key: Occasion(self.label, self.optional, self.may_wait, self.for_lab)})
        declare(*map(self._text, self.templates))

    def __str__(self) -> str:
        return str(self.label)

    def _text(self, template: Template) -> Text:
        places = (*self.places, *template.places)
        return Text(self.key, template.subject, template.text, places, template.wording, template.when, self.everywhere)


def title(text: Text) -> str:
    """What a text is for, in words."""
    why = occasion_label(text.occasion)
    return f"{why}: {text.when}" if text.when else why


_title = lazy(title, str)


def name_of(occasion: str, wording: str = "") -> str:
    return f"{occasion}.{wording}" if wording else occasion


def text_of(occasion: str, wording: str = "") -> Text:
    """The text that was declared for an occasion. Raises LookupError when nobody declared one."""
    try:
        return TEXTS[name_of(occasion, wording)]
    except KeyError:
        raise LookupError(f"No text is declared for {name_of(occasion, wording)}: outbox.catalogue.messages.declare") from None


def facts_for(text: Text, params: MailParams, *, name: str, about: Any) -> dict[str, str]:
    """A value for each placeholder of `text`. Raises LookupError when a fact was not handed over.

    Nothing that somebody typed is read as a placeholder, whatever it looks like.
    """
    given = {"name": name, "about": about or "", "lab": settings.LAB_NAME, **params.facts}
    facts = {key: inert(str(value)) for key, value in given.items()}
    names = (key.removeprefix(SAID) for key in params.mint if not key.startswith(FILE))
    facts |= {key: f"{{{{ {key} }}}}" for key in names}
    lacking = text.known.keys() - facts.keys()
    if lacking:
        raise LookupError(f"{text.name} lacks {', '.join(sorted(lacking))}")
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


def examples_for(text: Text) -> dict[str, str]:
    """A value for each placeholder of `text`, made up."""
    return {place.name: str(place.example) for place in text.known.values()}


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
