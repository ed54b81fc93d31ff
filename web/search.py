"""Search and quick jump: what each app offers, and one answer from all of it (shared by the dialog and `/search/`).

An app declares what it offers in a module called `search.py`, which is found by its name (ledger/apps.py):

- `page(...)`: a page that stands by itself;
- `source(...)`: rows that are found by their words, such as residencies or people;
- `subjects(...)`: what a name stands for, such as residencies, and `link(...)`: a page or an act about one of them,
  so that "add team health" leads to "Add to the team of Health Gateway".

Everything is asked of the account that searches: a source filters its own query, a page is offered to those whom its view
lets in (web/access.py), a link names the permission that is asked on its subject.
When nothing is found by what was typed, the words that are one typo away are tried, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy as _

from spelling.compare import search_words
from web.access import access_of
from web.search_words import MOST_WORDS, asked_for, closest, may_be_mistyped, near_words

if TYPE_CHECKING:
    from people.models import User

MOST_HITS = 6  # of a group
MOST_SUBJECTS = 2  # that pages and acts are offered about
MOST_NOTES = 3
MOST_LETTERS = 100
SMALL_WORDS = frozenset(["a", "an", "about", "at", "for", "from", "in", "of", "on", "the", "to", "with"])


# ── What was asked ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Query:
    """What somebody typed, and for each mistyped word those that may be meant (`near`)."""

    user: User
    text: str
    near: dict[str, list[str]] = field(default_factory=dict)

    def words_in(self, path: str) -> Q:
        """A condition: every word begins a word of the column at `path`, which holds words as `words_of` makes them."""
        return self._all(path, asked_for(self.text))

    def names_in(self, path: str) -> Q:
        """The same of a column that holds people's words, which are kept without accents."""
        return self._all(path, search_words(self.text)[:MOST_WORDS])

    def _all(self, path: str, words: Sequence[str]) -> Q:
        condition = Q()
        for word in words:
            any_of = Q()
            for each in (word, *self.near.get(word, ())):
                any_of |= Q(**{f"{path}__has_word": each})
            condition &= any_of
        return condition if words else Q(pk__in=[])

    def about(self, words: Iterable[str]) -> Query:
        """The same search for fewer words."""
        return replace(self, text=" ".join(words))

    def begins(self, typed: str, words: Iterable[str]) -> bool:
        """Whether `typed`, or what may be meant by it, begins one of `words`."""
        meant = (typed, *self.near.get(typed, ()))
        return any(word.startswith(each) for word in words for each in meant)


@dataclass(frozen=True)
class Hit:
    """A line of the answer. Of hits with one `key` in a group the first is shown, with what the others note."""

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
    """What was found, by kind; `corrected` when it is by words one typo away from what was typed."""

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
    def words(self) -> list[str]:
        return search_words(f"{self.label} {self.keywords}")

    def hit_for(self, user: User) -> Hit | None:
        """None for a page that this installation hasn't, or that lets in others alone."""
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
    def words(self) -> list[str]:
        """Those that lead to it: of its label without the name, and further ones."""
        own = str(self.label).replace("%(name)s", "")
        return [word for word in search_words(f"{own} {self.keywords}") if word not in SMALL_WORDS]


Find = Callable[[Query], Iterable[Hit]]
FindSubjects = Callable[[Query], Sequence[Any]]


@dataclass
class _Offer:
    pages: list[Page] = field(default_factory=list)
    sources: list[tuple[int, Any, Find]] = field(default_factory=list)
    subjects: dict[str, tuple[FindSubjects, Callable[[Any], str]]] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)


_offer = _Offer()


def page(label: Any, url_name: str, *, keywords: Any = "") -> None:
    """Offer a page to those whom its view lets in; `keywords` are further words it is found by."""
    _offer.pages.append(Page(label, url_name, keywords))


def source(label: Any, *, order: int) -> Callable[[Find], Find]:
    """Offer what the function finds, under `label`; sources with one label are shown together, lower orders first.

    It filters by what the account may see, in the query, and asks a fixed number of queries.
    """

    def decorate(find: Find) -> Find:
        _offer.sources.append((order, label, find))
        return find

    return decorate


def subjects(kind: str, *, name: Callable[[Any], str]) -> Callable[[FindSubjects], FindSubjects]:
    """Say how subjects of a kind are found by name, in one query; their address is made from their `reference`."""

    def decorate(find: FindSubjects) -> FindSubjects:
        _offer.subjects[kind] = (find, name)
        return find

    return decorate


def link(kind: str, label: Any, url_name: str, permission: str, *, keywords: Any = "", order: int = 50, is_act: bool = False) -> None:
    """Offer a page or an act about a subject of `kind`; `label` holds `%(name)s`, the permission is asked on the subject.

    Of several that fit those with the lowest `order` are shown; an act (`is_act`) only while the subject is under way.
    """
    _offer.links.setdefault(kind, []).append(Link(label, url_name, permission, keywords, order, is_act))


# ── The answer ───────────────────────────────────────────────────────────────────────────────


def search(user: User, text: str) -> Results:
    """What `user` may see of what `text` asks for, at most `MOST_HITS` of a kind.

    The number of queries depends neither on how much there is nor on how much is found: at most some twelve, and as
    many again when nothing was found as it was typed.
    """
    text = text.strip()[:MOST_LETTERS]
    query = Query(user, text)
    groups = _groups(query)
    if groups or not (near := _near(text)):
        return Results(text, groups)
    return Results(text, _groups(replace(query, near=near)), corrected=True)


def _near(text: str) -> dict[str, list[str]]:
    """What each word may have been meant to be: a word of a row, of a page or of an act."""
    typed = list(dict.fromkeys([*asked_for(text), *search_words(text)]))
    offered = {word for page in _offer.pages for word in page.words}
    offered |= {word for links in _offer.links.values() for link in links for word in link.words}
    known = near_words(typed)
    near = {word: [*known.get(word, ()), *closest(word, offered)] for word in typed if may_be_mistyped(word)}
    return {word: meant for word, meant in near.items() if meant}


def _groups(query: Query) -> list[Group]:
    acts, named = _acts(query)
    groups = [Group(_("Go to"), acts)] if named else []
    by_label: dict[str, tuple[Any, list[Hit]]] = {}
    for _order, label, find in sorted(_offer.sources, key=lambda each: each[0]):
        by_label.setdefault(str(label), (label, []))[1].extend(find(query))
    groups += [Group(label, _merged(hits)[:MOST_HITS]) for label, hits in by_label.values()]
    groups.append(Group(_("Pages"), list(_pages(query))[:MOST_HITS]))
    if not named:
        groups.append(Group(_("Go to"), acts))
    return [group for group in groups if group.hits]


def _merged(hits: Iterable[Hit]) -> list[Hit]:
    """One hit of each key: the first, with the notes of the next ones as far as a line holds them."""
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
    """Pages and acts about the subjects that are named, and whether words of an act were typed.

    Without such words they are offered only of a name that means one subject.
    """
    hits: list[Hit] = []
    named = False
    typed = query.text.casefold().split()
    for kind, links in _offer.links.items():
        if kind not in _offer.subjects:
            continue  # a kind whose subjects aren't found by name
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
    """Those links about `row` that the account may follow; each permission is asked once."""
    allowed: dict[str, bool] = {}
    for each in links:
        if each.is_act and not row.is_under_way:
            continue
        if each.permission not in allowed:
            allowed[each.permission] = user.has_perm(each.permission, row)
        if allowed[each.permission]:
            yield Hit(str(each.label) % {"name": name}, reverse(each.url_name, args=[row.reference]), row.reference)
