"""The fonts that documents are printed in: BC Sans, and packaged ones for letters it lacks.

`make setup` installs all of them at fixed versions (package.json); the machine's fonts are never used, so that a document looks
and verifies the same wherever it is made. Letters that none of them has are reported before anything is sent (`unprintable`),
because a sealed page can't be changed afterwards.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

FACES = {"Regular": (400, "normal"), "Bold": (700, "normal"), "Italic": (400, "italic"), "BoldItalic": (700, "italic")}
FAMILY = "BC Sans"
# The first package that has a letter prints it.
FALLBACK = (
    "@fontsource-variable/noto-sans",  # Latin of Indigenous languages, Greek, Cyrillic, Devanagari
    "@fontsource-variable/noto-sans-arabic",
    "@fontsource-variable/noto-sans-hebrew",
    "@fontsource-variable/noto-sans-gurmukhi",
    "@fontsource/noto-sans-math",  # ≥ →
    "@fontsource/noto-sans-symbols-2",  # ☐ ✓
    "@fontsource-variable/noto-sans-sc",
    "@fontsource-variable/noto-sans-tc",
    "@fontsource-variable/noto-sans-kr",
    "@fontsource-variable/noto-sans-jp",
)
UPRIGHT = ("*-wght-normal.woff2", "*-400-normal.woff2")
# Not drawn and not missed: controls, spaces, and marks that only affect how their neighbours are drawn.
UNDRAWN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
SPACES = [0x20, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
VARIATION_SELECTORS = range(0xFE00, 0xFE10)


class FontMissing(Exception):
    """Raised if a font that `make setup` installs is missing."""


@dataclass(frozen=True)
class Face:
    """A font as a stylesheet names it; the document loads `data` from `url`."""

    family: str
    weight: int
    style: str
    url: str
    data: bytes

    @property
    def css(self) -> str:
        return (
            f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; font-style: {self.style}; '
            f'src: url("{self.url}") format("truetype"); }}'
        )


def faces(text: str) -> list[Face]:
    """Return the faces needed to print `text`: BC Sans first, then one per file that has its other letters.

    Raises `FontMissing` without BC Sans, because the printer would silently use another font.
    """
    own = [Face(FAMILY, weight, style, f"own:/BCSans-{name}.ttf", _bc_sans(name)) for name, (weight, style) in FACES.items()]
    return [*own, *(_fallback_face(path, letters) for path, letters in _needed(text).items())]


def unprintable(text: str) -> list[str]:
    """Return the letters of `text` that no packaged font has, once each, in order; none if BC Sans itself is missing."""
    if text.isascii():
        return []
    try:
        strange = _strange(text)
    except FontMissing:
        return []
    return [letter for letter in strange if ord(letter) not in _shelf()]


def missing() -> list[str]:
    """Return the font packages that aren't installed."""
    return [package for package in FALLBACK if not _files(package)]


def _strange(text: str) -> list[str]:
    """Return the letters of `text` that need drawing and that BC Sans doesn't have."""
    known = _bc_sans_letters()
    return [letter for letter in dict.fromkeys(text) if ord(letter) not in known and _is_drawn(letter)]


def _is_drawn(letter: str) -> bool:
    return unicodedata.category(letter) not in UNDRAWN and ord(letter) not in VARIATION_SELECTORS


def _needed(text: str) -> dict[Path, str]:
    """Return the files that print the letters BC Sans lacks, with those letters, always in the same order."""
    needed: dict[Path, set[str]] = {}
    for letter in _strange(text):
        if path := _shelf().get(ord(letter)):
            needed.setdefault(path, set()).add(letter)
    marks = {letter for letter in set(text) if unicodedata.combining(letter)}  # drawn with the letter they are on
    return {path: "".join(sorted(needed[path] | marks)) for path in sorted(needed)}


# ── BC Sans ──────────────────────────────────────────────────────────────────────────────────


def _bc_sans(name: str) -> bytes:
    return _unpacked(_bc_sans_path(name))


def _bc_sans_path(name: str) -> Path:
    path = f"bcgov/bc-sans/fonts/BCSans-{name}.woff"
    for place in (finders.find(path), settings.STATIC_ROOT / path):
        if place and Path(place).is_file():
            return Path(place)
    raise FontMissing(f"The font BCSans-{name}.woff is missing. Run make setup.")


@lru_cache(maxsize=len(FACES))
def _unpacked(path: Path) -> bytes:
    """Return the unpacked font, once per process. WeasyPrint would unpack it each time, which takes seconds for WOFF2."""
    return _saved(TTFont(path, recalcTimestamp=False))


def _bc_sans_letters() -> frozenset[int]:
    """Return the letters that every face of BC Sans has."""
    return _letters_of_all(tuple(_bc_sans_path(name) for name in FACES))


@lru_cache(maxsize=2)
def _letters_of_all(paths: tuple[Path, ...]) -> frozenset[int]:
    return frozenset.intersection(*(_letters(path) for path in paths))


@lru_cache(maxsize=len(FACES))
def _letters(path: Path) -> frozenset[int]:
    return frozenset(TTFont(path, lazy=True).getBestCmap())


# ── The others ───────────────────────────────────────────────────────────────────────────────


def _files(package: str) -> list[Path]:
    folder = settings.FONT_PACKAGES / package / "files"
    return sorted(path for pattern in UPRIGHT for path in folder.glob(pattern))


@lru_cache(maxsize=1)
def _shelf() -> dict[int, Path]:
    """Map each letter to the file that prints it. Takes a second, once per process, and only if BC Sans lacks a letter."""
    shelf: dict[int, Path] = {}
    for package in FALLBACK:
        for path in _files(package):
            for letter in TTFont(path, lazy=True).getBestCmap():
                shelf.setdefault(letter, path)
    return shelf


def _fallback_face(path: Path, letters: str) -> Face:
    name = path.name.removesuffix(".woff2").removesuffix("-normal").removesuffix("-wght").removesuffix("-400")
    family = " ".join(_word(word) for word in name.split("-"))
    return Face(family, 400, "normal", f"own:/{name}.ttf", _cut(path, letters))


def _word(word: str) -> str:
    """Return a word of a font's name. A number on its own would be read as a font size."""
    return f"Part{word}" if word.isdecimal() else word.capitalize() if len(word) > 2 else word.upper()


@lru_cache(maxsize=256)
def _cut(path: Path, letters: str) -> bytes:
    """Return the font cut down to these letters and their shaping, at regular weight; the same bytes each time."""
    from fontTools import subset
    from fontTools.varLib import instancer

    font = TTFont(path, recalcTimestamp=False)
    options = subset.Options(layout_features=["*"], notdef_outline=True, recalc_timestamp=False, name_IDs=["*"])
    options.drop_tables += ["vhea", "vmtx"]  # no text is set vertically
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=_with_undrawn(map(ord, letters)))
    cutter.subset(font)
    if "fvar" in font:  # after the cut: setting the weight of the whole file takes twenty times as long
        instancer.instantiateVariableFont(font, {axis.axisTag: _ordinary(axis) for axis in font["fvar"].axes}, inplace=True)
    _add_spaces(font)
    return _saved(font)


def _add_spaces(font: TTFont) -> None:
    """Add spaces to a font. Pango draws a space in the font of the word before it; without one, it would print a box."""
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    em, name = font["head"].unitsPerEm, "own.space"
    font["glyf"][name] = Glyph()
    font["hmtx"][name] = (em // 4, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            for space in SPACES:
                table.cmap.setdefault(space, name)


def _with_undrawn(letters: Iterable[int]) -> list[int]:
    """Add the joiners, without which Persian and Punjabi words fall apart."""
    return [*letters, 0x200C, 0x200D, 0x25CC]


def _ordinary(axis: object) -> float:
    tag, default = axis.axisTag, axis.defaultValue  # type: ignore[attr-defined]
    return 400 if tag == "wght" else float(default)


def _saved(font: TTFont) -> bytes:
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
