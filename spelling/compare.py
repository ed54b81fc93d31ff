"""Comparing names, and reading them in different ways. No tables, no clock (EL-27).

Used everywhere a name comes in: forms and fields to clean what was typed, imports and pages to recognize a person, and signing
to compare the typed name with the expected one.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from spelling.clean import clean_line, clean_text
from spelling.short_forms import SHORT_FORMS

APOSTROPHES = "'’‘‛`´ʼʻʽʾʿʹˈ′＇ꞌˀʔʕ"
HYPHENS = "-‐‑‒–—−﹣－·"
# Letters that only special keyboards have and that Unicode doesn't decompose.
PLAIN = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "ng", "ə": "e",
        "ɬ": "l", "ɫ": "l", "ƛ": "tl", "χ": "x", "ɣ": "g", "ʒ": "z", "ɛ": "e", "ɔ": "o", "ɖ": "d", "ɗ": "d", "ɓ": "b", "ƙ": "k",
    }
)  # fmt: skip
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
HONORIFICS = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "hon", "honourable", "the", "rev", "sir", "dame", "madam", "mme", "m",
    "chief", "elder",
})  # fmt: skip
GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv", "junior", "senior"})
POST_NOMINALS = frozenset({
    "cpa", "ca", "cma", "cga", "fcpa", "phd", "dphil", "md", "mba", "mpa", "mpp", "ma", "msc", "bsc", "ba", "bed", "med", "edd", "jd",
    "llb", "llm", "kc", "qc", "peng", "eng", "pmp", "rn", "rpn", "np", "lpn", "esq", "cissp", "cisa", "cfa", "cphr", "shrm", "msw", "rsw",
    "bcom", "bcomm", "mph", "dds", "dvm", "rpf", "rpp", "mcip", "aibc", "icdd", "obc", "ob", "oc", "cm", "mvo",
})  # fmt: skip
PRONOUN = r"(?:she|he|they|ze|xe|her|him|them|hers|his|theirs|elle|il|iel|any)"
PRONOUNS = re.compile(rf"\b{PRONOUN}(?:\s*[/|]\s*{PRONOUN})+\b", re.IGNORECASE)
ASIDE = re.compile(r"[(\[（“\"]([^)\]）”\"]*)[)\]）”\"]")
OFFICE = re.compile(r"\b[\w&]{2,8}:(?:EX|IN)\b", re.IGNORECASE)  # as the province's mail system writes it: “Smith, Jordan CITZ:EX”


# ── Names ────────────────────────────────────────────────────────────────────────────────────


class Name(NamedTuple):
    """One way to read a name: its words in order, how many of the last are the family name, and the generation (“jr”, “iii”)."""

    words: tuple[str, ...]
    family: int
    generation: str


def same_name(left: str, right: str) -> bool:
    """Return whether both are ways to write the same person's name (EL-27).

    The family name must be complete. The given name can be an initial or a common short form, and middle names can be left
    out. Case, accents, hyphens, apostrophes, titles, letters after the name and pronouns don't matter, nor does the order of
    the same words. A one-word name must match that word.
    """
    return any(_same(a, b) for a, b in itertools.product(_readings(left), _readings(right)))


def signs_as(typed: str, known: str) -> bool:
    """Return whether `typed` is a signature of the person `known`; someone known by one word can type more of their name (EL-27)."""
    if same_name(typed, known):
        return True
    return any(len(b.words) == 1 and b.words[0] in a.words for a, b in itertools.product(_readings(typed), _readings(known)))


def same_title(left: str, right: str) -> bool:
    """Return whether two names of ministries, areas or companies are the same, apart from case, encoding of accents, hyphens and spaces."""
    return title_key(left) == title_key(right)


def title_key(title: str) -> str:
    """Return a key that is equal for spellings of the same ministry, area or company; accents themselves count."""
    text = clean_line("".join(" " if c in HYPHENS else "’" if c in APOSTROPHES else c for c in clean_text(title)))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def search_words(text: str) -> list[str]:
    """Return the search words of `text`: without accents or case, with addresses split up."""
    return [word for word in map(_plain, re.split(r"[\s@._+]+", " ".join(_parted(clean_line(text), " ")))) if word]


def _same(left: Name, right: Name) -> bool:
    if left.generation and right.generation and left.generation != right.generation:
        return False
    if sorted(left.words) == sorted(right.words):
        return True
    if len(left.words) < 2 or len(right.words) < 2:
        return False
    family = max(left.family, right.family)
    if len(left.words) <= family or len(right.words) <= family or left.words[-family:] != right.words[-family:]:
        return False
    shorter, longer = sorted((left.words[:-family], right.words[:-family]), key=len)
    return _runs_through(shorter, longer)


def _runs_through(shorter: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Return whether each given name of the shorter is in the longer, in order; a single initial must be the first name's."""
    if all(len(word) == 1 for word in shorter):
        return all(_same_given(a, b) for a, b in zip(shorter, longer, strict=False))
    rest = iter(longer)
    return all(any(_same_given(word, each) for each in rest) for word in shorter)


def _same_given(left: str, right: str) -> bool:
    if left == right or (min(len(left), len(right)) == 1 and left[0] == right[0]):
        return True
    shorter, longer = sorted((left, right), key=len)
    # Jas for Jaswinder, Dan for Danielle; but Eric isn't Erica, and Paul isn't Pauline
    if len(shorter) == 3 and len(longer) >= 6 and longer.startswith(shorter):
        return True
    return right in SHORT_FORMS.get(left, ()) or left in SHORT_FORMS.get(right, ())


def _readings(name: str) -> set[Name]:
    """Return every way to read `name`: hyphens as spaces or left out, ö as o or oe, a nickname in brackets as the given name."""
    # Compatibility letters (full width, ﬁ) first: what follows looks for brackets, commas and hyphens.
    text = clean_line(unicodedata.normalize("NFKC", clean_text(name).translate({ord(c): "'" for c in APOSTROPHES})))
    text = OFFICE.sub(" ", PRONOUNS.sub(" ", unicodedata.normalize("NFKC", text.casefold())))
    nicknames = [aside.strip() for aside in ASIDE.findall(text) if aside.strip()]
    text = _in_order(ASIDE.sub(" ", text))
    readings = set()
    for hyphen, fold in itertools.product((" ", ""), (_plain, _spelt_out)):
        words, family, generation = _words(text, hyphen, fold)
        if words:
            readings.add(Name(words, family, generation))
            nicks = [_words(nickname, hyphen, fold)[0] for nickname in nicknames]
            readings |= {Name((*nick, *words[-family:]), family, generation) for nick in nicks if len(nick) == 1 and len(words) > family}
    return readings


def _in_order(text: str) -> str:
    """Turn “Ng, Elizabeth” into “Elizabeth Ng”, and remove letters after a name."""
    parts = [part for part in (each.strip() for each in text.split(",")) if part]
    kept = parts[:1] + [part for part in parts[1:] if not all(_letters(word) in POST_NOMINALS | GENERATIONS for word in part.split())]
    generation = [part for part in parts[1:] if part not in kept and _letters(part) in GENERATIONS]
    return " ".join([*reversed(kept), *generation] if len(kept) == 2 else [*kept, *generation])


def _letters(word: str) -> str:
    return "".join(c for c in word if c.isalnum())


def _words(text: str, hyphen: str, fold: Callable[[str], str]) -> tuple[tuple[str, ...], int, str]:
    apart = [
        [chunk] if n and _letters(chunk) in POST_NOMINALS else chunk.replace(".", ". ").split()
        for n, chunk in enumerate(text.replace("/", " ").split())
    ]
    parted = [_parted(chunk, hyphen) for chunk in itertools.chain.from_iterable(apart)]
    chunks = [[word for word in map(fold, chunk) if word] for chunk in parted]
    chunks = _without_titles([chunk for chunk in chunks if chunk])
    generation = ""
    while len(chunks) > 2 and len(chunks[-1]) == 1 and chunks[-1][0] in POST_NOMINALS | GENERATIONS:
        last = chunks.pop()[0]
        generation = last if last in GENERATIONS else generation
    chunks = list(_joined(chunks))
    words = tuple(itertools.chain.from_iterable(chunks))
    return words, len(chunks[-1]) if chunks else 0, {"junior": "jr", "senior": "sr"}.get(generation, generation)


def _without_titles(chunks: list[list[str]]) -> list[list[str]]:
    while len(chunks) > 2 and len(chunks[0]) == 1 and chunks[0][0] in HONORIFICS:
        chunks = chunks[1:]
    return chunks


def _joined(chunks: Iterable[list[str]]) -> Iterator[list[str]]:
    """Join “Mac Donald” into “MacDonald”."""
    waiting = ""
    for chunk in chunks:
        if chunk in (["mc"], ["mac"]) and not waiting:
            waiting = chunk[0]
            continue
        yield [waiting + chunk[0], *chunk[1:]]
        waiting = ""
    if waiting:
        yield [waiting]


def _parted(text: str, hyphen: str) -> list[str]:
    return "".join(hyphen if c in HYPHENS else c for c in text).split()


def _plain(word: str) -> str:
    """Return a word as any keyboard types it: without accents, apostrophes or case, with ł as l."""
    apart = unicodedata.normalize("NFKD", word.casefold().translate(PLAIN))
    return "".join(c for c in apart.translate(PLAIN) if c.isalnum() and c not in APOSTROPHES)


def _spelt_out(word: str) -> str:
    """Return a word as `_plain` does, with ö as oe."""
    return _plain(unicodedata.normalize("NFC", word.casefold()).translate(SPELT_OUT))
