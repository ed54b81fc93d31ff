"""The columns of an import: their names, and kinds that turn a cell's text into a value or say what would be right."""

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
    """A cell's text isn't a valid value. The message continues after the text: “isn't a number”."""


@dataclass(frozen=True)
class Column:
    """One column of an import: `name` in code, `label` and `aliases` in the first row of the file.

    A `needed` column must be in the file; by default, `required` columns are. In a `required` column, every cell needs a value, and `when_empty` is the message if
    one is missing. In other columns an empty cell has the value `empty`.
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
    """Return a key that is the same for all spellings of a column's name: without case, spaces, hyphens, underscores or marks."""
    text = unicodedata.normalize("NFKD", clean_line(text)).casefold()
    return "".join(character for character in text if character.isalnum() or character == "%")


def cell_text(raw: str) -> str:
    """Return a cell's intended text. Our own exports put an apostrophe before text that looks like a formula.

    Other programs write `="0050"` so that Excel treats a number as text.
    """
    if forced := re.fullmatch(r'="([^"]*)"', raw):
        return forced[1].strip()
    if raw[:1] == "'" and unicodedata.normalize("NFKC", raw[1:].lstrip())[:1] in tuple(DANGEROUS):
        return raw[1:]
    return raw


# ── Kinds ────────────────────────────────────────────────────────────────────────────────────


def line(longest: int) -> Kind:
    """Return the kind for one line of text."""
    return lambda text: _fitting(clean_line(_visible(text)), longest)


def lines(longest: int) -> Kind:
    """Return the kind for text of one or more lines."""
    return lambda text: _fitting(clean_text(_visible(text)).strip(), longest)


def choice(choices: Mapping[str, Iterable[str]]) -> Kind:
    """Return the kind for one of `choices`: each value in code with the words people may write for it, the usual one first."""
    known = {header_key(word): value for value, words in choices.items() for word in (value, *words)}
    usual = ", ".join(next(iter(words), value) for value, words in choices.items())

    def read(text: str) -> str:
        try:
            return known[header_key(text)]
        except KeyError:
            raise Unfit(_("isn’t one of: %(choices)s") % {"choices": usual}) from None

    return read


def whole_number(least: int, most: int, *, percent: bool = False) -> Kind:
    """Return the kind for a whole number, however its digits are grouped; with `percent`, also as a percentage."""

    def read(text: str) -> int:
        number = _decimal(text.removesuffix("%") if percent else text)
        if number is None or number != number.to_integral_value() or not least <= number <= most:
            raise Unfit(_("isn’t a whole number between %(least)d and %(most)d") % {"least": least, "most": most})
        return int(number)

    return read


def amount(least: decimal.Decimal, most: decimal.Decimal) -> Kind:
    """Return the kind for a number or an amount of money."""

    def read(text: str) -> decimal.Decimal:
        number = _decimal(re.sub(r"^(CA|C)?\$|\$$|\bCAD\b", "", text.strip()))
        if number is None or not least <= number <= most:
            raise Unfit(_("isn’t a number between %(least)s and %(most)s") % {"least": least, "most": most})
        return number

    return read


def yes_or_no(text: str) -> bool:
    """Read yes or no, in the forms people use."""
    word = header_key(text)
    if word in {"yes", "y", "true", "1", "x", "oui", header_key(_("Yes"))}:
        return True
    if word in {"no", "n", "false", "0", "non", header_key(_("No"))}:
        return False
    raise Unfit(_("isn’t yes or no"))


def day(text: str) -> datetime.date:
    """Read a date. `12/1/2026` is refused because it could be December or January; `25/12/2026` and `12/25/2026` are clear."""
    date = _iso(text) or _serial(text) or _numeric(text) or _named(text)
    if date is None:
        raise Unfit(_("isn’t a valid date. Use YYYY-MM-DD, for example 2026-03-31"))
    for finding in implausible(date, timezone.localdate()):
        raise Unfit(_("isn’t a plausible date. %(remedy)s") % {"remedy": finding.remedy.rstrip(".")})
    return date


TIME_OF_DAY = re.compile(
    r"(?P<day>.*\S)[T ]\s*(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(?P<half>[ap]\.?m\.?)?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)


def moment(text: str) -> datetime.datetime:
    """Read a date with a time. It has a time zone only if the text has an offset, such as “2026-11-24T14:05:00Z”."""
    match = TIME_OF_DAY.fullmatch(text.strip())
    example = _("isn’t a date with a time. Use YYYY-MM-DD and the 24-hour clock, for example 2026-03-31 14:05")
    if not match:
        raise Unfit(example)
    hour, minute, second = (*map(int, match["time"].split(":")), 0)[:3]
    if half := (match["half"] or "").lower()[:1]:
        if not 1 <= hour <= 12:
            raise Unfit(example)
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        local = datetime.datetime.combine(day(match["day"]), datetime.time(hour, minute, second))
        offset = datetime.datetime.strptime(match["offset"].upper(), "%z").tzinfo if match["offset"] else None
    except ValueError:
        raise Unfit(example) from None
    return local.replace(tzinfo=offset)


def email(text: str) -> str:
    """Read an email address; returns it in the form that is stored and compared."""
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
        raise Unfit(_("has garbled letters. Is it “%(meant)s”? Correct it in the file, or save the file as UTF-8") % {"meant": meant})
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") and c not in "\n\r\t" for c in text):
        raise Unfit(_("contains a character that can’t be shown"))
    return text


def _garbled(text: str) -> str:
    """Return the original of UTF-8 text that was read as Windows-1252 (“RenÃ©e”), or "" if it wasn't.

    A name or sentence with a letter outside ASCII is never valid UTF-8 by chance.
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
    """Read a number with spaces, thousands commas or a decimal comma; None for anything else."""
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
    """Read the number that Excel stores for a date, which shows if a column has lost its format."""
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
