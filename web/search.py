"""Search and quick jump: what each app offers, combined into one answer for the dialog and `/search/`.

An app declares what it offers in a module called `search.py`, which is found by its name (ledger/apps.py):

- `page(...)`: a single page;
- `source(...)`: rows that are found by their words, such as residencies or people;
- `subjects(...)`: subjects that are found by name, such as residencies, and `link(...)`: a page or an act about one of them,
  so that "add team health" leads to "Add to the team of Health Gateway".

Results depend on the account that searches: a source filters its own query, a page is offered to accounts that its view
lets in (web/access.py), and a link names the permission that is needed on its subject.
If nothing matches what was typed, words that are one typo away are tried, once. A word that begins no known word can't match as
typed, so only the typos are tried then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _

from spelling.compare import search_words
from web.access import access_of
from web.search_words import MOST_WORDS, asked_for, closest, known_beginnings, may_be_mistyped, near_words

if TYPE_CHECKING:
    from people.models import User

T = TypeVar("T")

MOST_HITS = 6  # per group
MOST_SUBJECTS = 2  # for which pages and acts are offered
MOST_NOTES = 3
MOST_LETTERS = 100
SMALL_WORDS = frozenset(["a", "an", "about", "at", "for", "from", "in", "of", "on", "the", "to", "with"])


# ── What was asked ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Query:
    """What someone typed, and for each mistyped word the words that may be meant (`near`)."""

    user: User
    text: str
    near: dict[str, list[str]] = field(default_factory=dict)
    _answers: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, read: Callable[[], T]) -> T:
        """Return what `read` finds by the words of this query; sources of the same search that share a `name` read once."""
        key = (name, *asked_for(self.text), bool(self.near))
        if key not in self._answers:
            self._answers[key] = read()
        answer: T = self._answers[key]
        return answer

    def words_in(self, path: str) -> Q:
        """Return the condition that every typed word begins a word in the column at `path`, which has words made by `words_of`."""
        return self._all(path, asked_for(self.text))

    def names_in(self, path: str) -> Q:
        """Return the same condition for a column about people, whose words are kept without accents."""
        return self._all(path, search_words(self.text)[:MOST_WORDS])

    def _all(self, path: str, words: Sequence[str]) -> Q:
        condition = Q()
        for word in words:
            any_of = Q()
            for each in self.meant(word):
                any_of |= Q(**{f"{path}__has_word": each})
            condition &= any_of
        return condition if words else Q(pk__in=[])

    def meant(self, word: str) -> tuple[str, ...]:
        """Return `word` and what may be meant by it."""
        return word, *self.near.get(word, ())

    def about(self, words: Iterable[str]) -> Query:
        """Return the same search with fewer words."""
        return replace(self, text=" ".join(words))

    def begins(self, typed: str, words: Iterable[str]) -> bool:
        """Whether `typed`, or what may be meant by it, begins one of `words`."""
        return any(word.startswith(each) for word in words for each in self.meant(typed))


@dataclass(frozen=True)
class Hit:
    """A result. Of hits with the same `key` in a group, only the first is shown, with the notes of the others."""

    label: str
    url: str
    note: str = ""
    key: str = ""


@dataclass(frozen=True)
class Group:
    label: Any
    hits: list[Hit]


@dataclass(frozen=True)
class Results:
    """The results by kind; `corrected` if they match words one typo away from what was typed."""

    text: str
    groups: list[Group]
    corrected: bool = False

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


# ── What apps offer ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Page:
    label: Any
    url_name: str
    keywords: Any

    @property
    def words(self) -> tuple[str, ...]:
        return _split(f"{self.label} {self.keywords}")

    def hit_for(self, user: User) -> Hit | None:
        """Return a hit for the page, or None if this installation doesn't have it or `user` may not open it."""
        try:
            url = reverse(self.url_name)
        except NoReverseMatch:
            return None
        access = access_of(resolve(url).func)
        if access is None or (access.permission and not user.has_perm(access.permission)):
            return None
        return Hit(str(self.label), url)


@dataclass(frozen=True)
class Link:
    label: Any
    url_name: str
    permission: str
    keywords: Any
    order: int
    is_act: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The words that lead to the link: its keywords, and its label without the name."""
        own = str(self.label).replace("%(name)s", "")
        return tuple(word for word in _split(f"{own} {self.keywords}") if word not in SMALL_WORDS)


@lru_cache(maxsize=1_000)  # a few labels and keywords in each language, and every search compares them all
def _split(text: str) -> tuple[str, ...]:
    return tuple(search_words(text))


Find = Callable[[Query], Iterable[Hit]]
FindSubjects = Callable[[Query], Sequence[Any]]


@dataclass(frozen=True)
class Source:
    label: Any
    order: int
    find: Find
    as_typed: bool


@dataclass
class _Offer:
    pages: list[Page] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    subjects: dict[str, tuple[FindSubjects, Callable[[Any], str]]] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)


_offer = _Offer()


def page(label: Any, url_name: str, *, keywords: Any = "") -> None:
    """Offer a page to accounts that its view lets in; `keywords` are more words to find it by."""
    _offer.pages.append(Page(label, url_name, keywords))


def source(label: Any, *, order: int, as_typed: bool = False) -> Callable[[Find], Find]:
    """Offer what the function finds under `label`; sources with the same label are shown together, lower `order` first.

    The function's query returns only what the account may see, and the number of queries is fixed. A source that also finds
    words by their middle is asked as typed even if the typed words begin no known word; it says so with `as_typed`.
    """

    def decorate(find: Find) -> Find:
        _offer.sources.append(Source(label, order, find, as_typed))
        _offer.sources.sort(key=lambda each: each.order)
        return find

    return decorate


def subjects(kind: str, *, name: Callable[[Any], str]) -> Callable[[FindSubjects], FindSubjects]:
    """Declare how subjects of a kind are found by name, in a fixed number of queries; their address is made from their `reference`."""

    def decorate(find: FindSubjects) -> FindSubjects:
        _offer.subjects[kind] = (find, name)
        return find

    return decorate


def link(kind: str, label: Any, url_name: str, permission: str, *, keywords: Any = "", order: int = 50, is_act: bool = False) -> None:
    """Offer a page or an act about a subject of `kind`; `label` contains `%(name)s`, and the permission is checked on the subject.

    If several match, those with the lowest `order` are shown. An act (`is_act`) is only offered while the subject is under way.
    """
    _offer.links.setdefault(kind, []).append(Link(label, url_name, permission, keywords, order, is_act))


# ── The answer ───────────────────────────────────────────────────────────────────────────────


def search(user: User, text: str) -> Results:
    """Search for `text` among what `user` may see; returns at most `MOST_HITS` of each kind.

    The number of queries doesn't depend on how much there is: about a dozen at most. If all words are known but nothing matches
    them together, the sources that allow for typos are asked again.
    """
    text = text.strip()[:MOST_LETTERS]
    query = Query(user, text)
    as_typed = {source.find: list(source.find(query)) for source in _offer.sources if source.as_typed}
    is_mistyped = not any(as_typed.values()) and _is_mistyped(text)
    groups = [] if is_mistyped else _groups(query, as_typed)
    if groups:
        return Results(text, groups)
    if near := _near(text):
        return Results(text, _groups(replace(query, near=near)), corrected=True)
    return Results(text, _groups(query, as_typed) if is_mistyped else groups)


def _is_mistyped(text: str) -> bool:
    """Whether a typed word begins no word that is known of rows, pages and acts, however accents are read; one query."""
    readings = asked_for(text), search_words(text)[:MOST_WORDS]
    typed = {word for words in readings for word in words if may_be_mistyped(word) and word not in SMALL_WORDS}
    begun = {word for word in typed if any(offered.startswith(word) for offered in _words_offered())}
    unknown = typed - begun - known_beginnings(typed - begun)
    return all(unknown.intersection(words) for words in readings)


def _near(text: str) -> dict[str, list[str]]:
    """Return the words that each typed word may be meant as, from rows, pages and acts."""
    typed = list(dict.fromkeys([*asked_for(text), *search_words(text)]))
    offered, known = _words_offered(), near_words(typed)
    near = {word: [*known.get(word, ()), *closest(word, offered)] for word in typed if may_be_mistyped(word)}
    return {word: meant for word, meant in near.items() if meant}


def _words_offered() -> set[str]:
    """Return the words of all pages and acts."""
    words = {word for page in _offer.pages for word in page.words}
    return words.union(*(link.words for links in _offer.links.values() for link in links))


def _groups(query: Query, answers: Mapping[Find, list[Hit]] = MappingProxyType({})) -> list[Group]:
    """Return what all offers have for `query`; sources with `answers` have been asked."""
    acts, named = _acts(query)
    groups = [Group(_("Go to"), acts)] if named else []
    by_label: dict[str, tuple[Any, list[Hit]]] = {}
    for each in _offer.sources:
        hits = answers[each.find] if each.find in answers else each.find(query)
        by_label.setdefault(str(each.label), (each.label, []))[1].extend(hits)
    groups += [Group(label, _merged(hits)[:MOST_HITS]) for label, hits in by_label.values()]
    groups.append(Group(_("Pages"), list(_pages(query))[:MOST_HITS]))
    if not named:
        groups.append(Group(_("Go to"), acts))
    return [group for group in groups if group.hits]


def _merged(hits: Iterable[Hit]) -> list[Hit]:
    """Keep the first hit for each key, with the notes of the others as far as they fit on a line."""
    by_key: dict[str, list[Hit]] = {}
    for hit in hits:
        by_key.setdefault(hit.key or hit.url, []).append(hit)
    return [replace(same[0], note=" · ".join(_notes(same))) for same in by_key.values()]


def _notes(hits: Iterable[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.note for hit in hits if hit.note))[:MOST_NOTES]


def _pages(query: Query) -> Iterator[Hit]:
    typed = search_words(query.text)
    for page in _offer.pages if typed else ():
        if all(query.begins(word, page.words) for word in typed) and (hit := page.hit_for(query.user)):
            yield hit


def _acts(query: Query) -> tuple[list[Hit], bool]:
    """Return pages and acts about the subjects that were named, and whether words for an act were typed.

    Without such words, they are only offered if the name matches a single subject.
    """
    hits: list[Hit] = []
    named = False
    typed = query.text.casefold().split()
    for kind, links in _offer.links.items():
        if kind not in _offer.subjects:
            continue  # subjects of this kind aren't found by name
        find, name = _offer.subjects[kind]
        offered = [word for link in links for word in link.words]
        verbs = [word for word in typed if len(word) > 1 and word not in SMALL_WORDS and query.begins(word, offered)]
        rest = [word for word in typed if word not in verbs and (word not in SMALL_WORDS or not verbs)]
        if not rest:
            continue
        rows = list(find(query.about(rest)))[: MOST_SUBJECTS + 1]
        if not verbs and len(rows) != 1:
            continue
        named = named or bool(verbs and rows)
        fitting = sorted((link for link in links if all(query.begins(word, link.words) for word in verbs)), key=lambda link: link.order)
        hits += [hit for row in rows[:MOST_SUBJECTS] for hit in _about(row, name(row), fitting, query.user)]
    return hits[:MOST_HITS], named


def _about(row: Any, name: str, links: Iterable[Link], user: User) -> Iterator[Hit]:
    """Yield the links about `row` that the account may follow; each permission is checked once."""
    allowed: dict[str, bool] = {}
    for each in links:
        if each.is_act and not row.is_under_way:
            continue
        if each.permission not in allowed:
            allowed[each.permission] = user.has_perm(each.permission, row)
        if allowed[each.permission]:
            yield Hit(str(each.label) % {"name": name}, reverse(each.url_name, args=[row.reference]), row.reference)
