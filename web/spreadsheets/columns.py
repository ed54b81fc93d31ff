"""What an import's columns are called and may hold; each kind turns a cell's text into a value, or says what would be right."""

from __future__ import annotations

import datetime
import decimal
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dates.plausible import implausible
from spelling.clean import clean_line, clean_text

Kind = Callable[[str], Any]
EXCEL_BEGINS = datetime.date(1899, 12, 30)
SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")
DATE_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%d-%b-%Y", "%d-%B-%Y", "%d-%b-%y", "%d/%b/%Y")
DANGEROUS = "=+-@"


class Unfit(Exception):
    """A cell's text is no such value; the message goes on after the text: “isn't a number”."""


@dataclass(frozen=True)
class Column:
    """One column of an import: `name` in code, `label` and `aliases` in the first row of the file.

    `when_empty` is said of an empty cell that is required. A column that is `needed` has to be there; a cell of one that is `required` has to hold something, any other may be
    empty and then is `empty`.
    """

    name: str
    label: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    required: bool = False
    needed: bool | None = None
    empty: Any = ""
    when_empty: str = ""

    @property
    def is_required(self) -> bool:
        return self.required if self.needed is None else self.needed

    @property
    def headers(self) -> set[str]:
        return {header_key(name) for name in (self.name, self.label, *self.aliases)}


def header_key(text: str) -> str:
    """What two spellings of a column's name have in common: no case, spaces, hyphens, underscores or marks."""
    text = unicodedata.normalize("NFKD", clean_line(text)).casefold()
    return "".join(character for character in text if character.isalnum() or character == "%")


def cell_text(raw: str) -> str:
    """A cell as it was meant: our own exports put an apostrophe before what a spreadsheet would take for a formula.

    Others write `="0050"` so that Excel takes a number for text.
    """
    if forced := re.fullmatch(r'="([^"]*)"', raw):
        return forced[1].strip()
    if raw[:1] == "'" and unicodedata.normalize("NFKC", raw[1:].lstrip())[:1] in tuple(DANGEROUS):
        return raw[1:]
    return raw


# ── Kinds ────────────────────────────────────────────────────────────────────────────────────


def line(longest: int) -> Kind:
    """One line of text."""
    return lambda text: _fitting(clean_line(_visible(text)), longest)


def lines(longest: int) -> Kind:
    """Text that may have several lines."""
    return lambda text: _fitting(clean_text(_visible(text)).strip(), longest)


def choice(choices: Mapping[str, Iterable[str]]) -> Kind:
    """One of `choices`: the value in code, and what people may write for it, the usual wording first."""
    known = {header_key(word): value for value, words in choices.items() for word in (value, *words)}
    usual = ", ".join(next(iter(words), value) for value, words in choices.items())

    def read(text: str) -> str:
        try:
            return known[header_key(text)]
        except KeyError:
            raise Unfit(_("isn’t one of: %(choices)s") % {"choices": usual}) from None

    return read


def whole_number(least: int, most: int, *, percent: bool = False) -> Kind:
    """A whole number, however a spreadsheet groups its digits; with `percent`, also as a percentage."""

    def read(text: str) -> int:
        number = _decimal(text.removesuffix("%") if percent else text)
        if number is None or number != number.to_integral_value() or not least <= number <= most:
            raise Unfit(_("isn’t a whole number between %(least)d and %(most)d") % {"least": least, "most": most})
        return int(number)

    return read


def amount(least: decimal.Decimal, most: decimal.Decimal) -> Kind:
    """A number or a sum of money."""

    def read(text: str) -> decimal.Decimal:
        number = _decimal(re.sub(r"^(CA|C)?\$|\$$|\bCAD\b", "", text.strip()))
        if number is None or not least <= number <= most:
            raise Unfit(_("isn’t a number between %(least)s and %(most)s") % {"least": least, "most": most})
        return number

    return read


def yes_or_no(text: str) -> bool:
    """Yes or no, as people tick it."""
    word = header_key(text)
    if word in {"yes", "y", "true", "1", "x", "oui", header_key(_("Yes"))}:
        return True
    if word in {"no", "n", "false", "0", "non", header_key(_("No"))}:
        return False
    raise Unfit(_("is neither yes nor no"))


def day(text: str) -> datetime.date:
    """A day. `12/1/2026` is refused: nobody can tell December from January; `25/12/2026` and `12/25/2026` are clear."""
    date = _iso(text) or _serial(text) or _numeric(text) or _named(text)
    if date is None:
        raise Unfit(_("isn’t a valid date. Use YYYY-MM-DD, for example 2026-03-31"))
    for finding in implausible(date, timezone.localdate()):
        raise Unfit(_("isn’t a date that makes sense. %(remedy)s") % {"remedy": finding.remedy.rstrip(".")})
    return date


def email(text: str) -> str:
    """An email address, in the form in which addresses are kept and compared."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from spelling.clean import clean_address

    address = clean_address(_visible(text))
    try:
        validate_email(address)
    except ValidationError:
        raise Unfit(_("isn’t an email address")) from None
    return _fitting(address, 254)


def _visible(text: str) -> str:
    if "\ufffd" in text:
        raise Unfit(_("contains a character that was lost (�) when the file was saved. Correct it in the file"))
    if meant := _garbled(text):
        raise Unfit(
            _("has letters that were read wrongly. Was it “%(meant)s”? Correct it in the file, or save the file as UTF-8")
            % {"meant": meant}
        )
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") and c not in "\n\r\t" for c in text):
        raise Unfit(_("contains a character that can’t be shown"))
    return text


def _garbled(text: str) -> str:
    """What UTF-8 text said before somebody read it as Windows-1252 (“RenÃ©e”), once in a whole file or in one cell; else nothing.

    No name or sentence is valid UTF-8 by chance once a letter of it isn't ASCII.
    """
    try:
        return "" if text.isascii() else text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def _fitting(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unfit(_("has %(length)d characters; the limit is %(longest)d") % {"length": len(text), "longest": longest})
    return text


def _decimal(text: str) -> decimal.Decimal | None:
    """A number with spaces, or commas by thousands, or a comma for the point; None for anything else."""
    digits = SPACES.sub("", text).replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"-?\d+,\d{1,2}", digits):
        digits = digits.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", digits, re.ASCII):
        return None
    return decimal.Decimal(digits)


def _iso(text: str) -> datetime.date | None:
    match = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?)?", text.strip(), re.ASCII)
    return _date(*map(int, match.groups())) if match else None


def _serial(text: str) -> datetime.date | None:
    """The number that Excel keeps for a day, when a column lost its format."""
    if not re.fullmatch(r"\d{5}(\.0+)?", text.strip(), re.ASCII):
        return None
    return EXCEL_BEGINS + datetime.timedelta(days=int(float(text)))


def _numeric(text: str) -> datetime.date | None:
    match = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text.strip(), re.ASCII)
    if not match:
        return None
    first, second, year = map(int, match.groups())
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if day_first and month_first and day_first != month_first:
        either = {"one": f"{month_first:%Y-%m-%d}", "other": f"{day_first:%Y-%m-%d}"}
        raise Unfit(_("could be %(one)s or %(other)s. Use YYYY-MM-DD") % either)
    return day_first or month_first


def _named(text: str) -> datetime.date | None:
    plain = SPACES.sub(" ", re.sub(r"(?<=\d)(st|nd|rd|th)\b|[,.]", "", text.strip()))
    plain = re.sub(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)? ", "", plain, flags=re.IGNORECASE)
    for form in DATE_FORMS:
        try:
            return datetime.datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _date(year: int, month: int, day_of_month: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day_of_month)
    except ValueError:
        return None
