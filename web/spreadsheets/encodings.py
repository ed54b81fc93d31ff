"""Decodes a text file in any encoding that spreadsheet programs use. No character is ever replaced or dropped."""

from __future__ import annotations

import codecs
from typing import NamedTuple

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# What Excel writes without a mark, on Windows and on older Macs.
UNMARKED = (("cp1252", "Windows-1252"), ("mac_roman", "Mac Roman"))
USUAL = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒ‘’“”–—…•€£°«»\u00a0·²³½¼¾®©™§")


class Decoded(NamedTuple):
    """A file's text, the usual name of its encoding, and whether the encoding was guessed."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes) -> Decoded | None:
    """Decode `data`; None if it isn't in any encoding that spreadsheet programs write."""
    for mark, codec, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _in(data, codec, name)
    if codec := _wide(data):
        return _in(data, codec, "UTF-16")
    if decoded := _in(data, "utf-8", "UTF-8"):
        return decoded
    candidates = [decoded for codec, name in UNMARKED if (decoded := _in(data, codec, name, guessed=True))]
    return max(candidates, key=lambda decoded: _plausibility(decoded.text), default=None)  # if equal, the first: Windows


def _in(data: bytes, codec: str, name: str, *, guessed: bool = False) -> Decoded | None:
    try:
        return Decoded(data.decode(codec), name, guessed)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str:
    """Detect UTF-16 without a mark, where every second byte of plain letters is zero."""
    head = data[:200]
    if len(head) < 4 or len(data) % 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 4 and not odd else ""


def _plausibility(text: str) -> int:
    """Score the characters outside ASCII: plus one for each that is common in names and sentences, minus one for others."""
    return sum(1 if character in USUAL else -1 for character in text if character > "\x7f")
