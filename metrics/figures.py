"""How figures are read and written: "61 days", "42%", "$1,250.50". No tables, no clock."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from metrics.choices import DECIMALS, DIGITS, LARGEST
from web.spreadsheets.columns import Unfit, amount

DOLLARS, PERCENT = "$", "%"
MINUS = "−"
# Units that people type in the plural, with the form for exactly one.
SINGULAR = {
    "minutes": "minute", "hours": "hour", "days": "day", "working days": "working day", "weeks": "week", "months": "month",
    "years": "year", "people": "person", "users": "user", "visits": "visit", "calls": "call", "errors": "error", "steps": "step",
    "forms": "form", "applications": "application", "releases": "release", "components": "component", "teams": "team",
    "services": "service", "points": "point", "incidents": "incident", "barriers": "barrier",
}  # fmt: skip


def number(value: Decimal) -> str:
    """Write a number as people do: "1,250.5", with a real minus sign and no trailing zeros."""
    text = f"{abs(value):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{MINUS}{text}" if value < 0 else text


def figure(value: Decimal | None, unit: str) -> str:
    """Write a value with its unit: "61 days", "1 day", "42%", "$1,250.50"; empty for none. Zero is a value."""
    if value is None:
        return ""
    if unit == DOLLARS:
        text = number(abs(value) if value == value.to_integral_value() else abs(value).quantize(Decimal("0.01")))
        cents = re.search(r"\.(\d)$", text)
        return f"{MINUS if value < 0 else ''}${text}{'0' if cents else ''}"
    if unit == PERCENT:
        return f"{number(value.quantize(Decimal('0.01'), ROUND_HALF_UP))}%"
    return f"{number(value)} {SINGULAR.get(unit, unit) if abs(value) == 1 else unit}"


def read_figure(text: str, unit: str = "") -> Decimal:
    """Read a figure as people type it, with or without the unit. Raises `Unfit`, which continues after the text.

    With `unit`, a sign that doesn't belong to it is refused: "$5" for days. Without, "$" and "%" are allowed.
    """
    bare = text.strip()
    if unit and (wrong := next((sign for sign in (DOLLARS, PERCENT) if sign in bare and sign != unit), "")):
        raise Unfit(_("has “%(sign)s”, but this metric is in %(unit)s") % {"sign": wrong, "unit": unit})
    bare = bare.removesuffix(PERCENT).strip()
    if unit and bare.lower().endswith(f" {unit.lower()}"):
        bare = bare[: -len(unit)].strip()
    if bare[:1] in ("-", MINUS):
        bare = f"-{bare[1:].strip().removeprefix(DOLLARS)}"
    try:
        value: Decimal = amount(-LARGEST, LARGEST)(bare)
    except Unfit:
        if sum(character.isdigit() for character in bare) > DIGITS - DECIMALS and re.fullmatch(r"[-\d\s.,]+", bare):
            raise Unfit(_("is too large. Use a larger unit")) from None
        raise Unfit(_("isn’t a number. Use digits, for example 1250.5")) from None
    if value != value.quantize(Decimal(1).scaleb(-DECIMALS)):
        raise Unfit(_("has more than %(most)d decimals") % {"most": DECIMALS})
    return value
