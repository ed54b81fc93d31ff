"""Letters that no packaged font can print, found before words go out or are signed: a sealed page can't be changed (K1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from agreements.models import AgreementVersion, Party
from findings import Finding, blocking
from people.models import Person
from sealing.fonts import unprintable

MOST = 5


class Letter(NamedTuple):
    """A letter that can't be printed, and where it first stands."""

    letter: str
    place: str


def in_texts(texts: Mapping[str, str]) -> list[Letter]:
    """The letters of `texts`, by place, that can't be printed: each once, with the place it stands in first."""
    places = {letter: place for place, text in reversed(list(texts.items())) for letter in unprintable(text)}
    return [Letter(letter, places[letter]) for letter in dict.fromkeys(letter for text in texts.values() for letter in unprintable(text))]


def in_version(version: AgreementVersion, people: Iterable[Person]) -> list[Letter]:
    """What of a draft can't be printed: its header, its words, its roles, who fills them; two queries."""
    texts = {_("“%(field)s”") % {"field": label}: f"{label} {value}" for label, value in version.header_lines}
    for number, heading, text, section in version.clauses.order_by("section__number", "position").values_list(
        "number", "heading", "text", "section__heading"
    ):
        texts[_("clause %(number)s") % {"number": number}] = f"{section} {heading} {text}"
    texts[_("a role")] = " ".join(version.roles.values_list("label", flat=True))
    return in_texts(texts | {_("the entry for %(name)s") % {"name": person.name}: printed_of(person) for person in people})


def before_signing(typed_name: str, party: Party) -> list[Letter]:
    """What a signature would put on the page that can't be printed."""
    return in_texts({_("your signature"): typed_name, _("the entry for %(name)s") % {"name": party.person.name}: printed_of(party.person)})


def printed_of(person: Person) -> str:
    """What a document says of a person."""
    return f"{person.name} {person.title} {person.organisation}"


def findings_on(letters: Iterable[Letter], place: str) -> Iterator[Finding]:
    """A finding for each letter that can't be printed, the first few of them."""
    for letter in list(letters)[:MOST]:
        message = _("“%(letter)s” in %(place)s can’t be printed on the agreement.") % letter._asdict()
        remedy = _("Use a different character. If you need it to write a name or language, ask the lab’s technical team to add a font.")
        yield blocking("letter-unprintable", message, remedy, place)
