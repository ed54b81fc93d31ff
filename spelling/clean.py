"""Cleaning text, lines, email addresses and links into the one form in which they are stored and compared. No tables, no clock (EL-27)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

import idna
from django.utils.translation import gettext as _

from findings import Finding, blocking

# Invisible format characters that aren't in category Cf: fillers, grapheme joiners, variation selectors.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}
JOINERS = "\u200c\u200d"
# Scripts in which a joiner changes how the letter before it is written; elsewhere it is invisible.
JOINING = frozenset({
    "ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM",
    "SINHALA", "KHMER", "MYANMAR", "NKO",
})  # fmt: skip
BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
LONGEST_LINK = 1000
NOTHING_UNSEEN = re.compile(r"[\x20-\x7e\n\t]*")


# ── Visible characters ─────────────────────────────────────────────────────────────────────────


def clean_text(text: str) -> str:
    """Return `text` in NFC with `\\n` line ends and without invisible characters; joiners stay where a script needs them."""
    if NOTHING_UNSEEN.fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").translate(BREAKS))
    return unicodedata.normalize("NFC", "".join(_visible(text)))


def clean_line(text: str) -> str:
    """Clean a name, title or other single line: as `clean_text`, with any white space turned into one ordinary space."""
    return " ".join(clean_text(text).split())


def _visible(text: str) -> Iterator[str]:
    for place, character in enumerate(text):
        if character in JOINERS:
            if _joins(text, place):
                yield character
        elif character in "\n\t" or not (character in UNSEEN or unicodedata.category(character) in ("Cf", "Cc", "Cs")):
            yield character


def _joins(text: str, place: int) -> bool:
    """Return whether the joiner at `place` is between two letters of a script that needs it, or in a compound emoji."""
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    if text[place] == "\u200d" and before and unicodedata.category(before) in ("So", "Sk"):
        return True
    scripts = [unicodedata.name(each, "").split(" ")[0] for each in (before, after) if each]
    return len(scripts) == 2 and scripts[0] == scripts[1] and scripts[0] in JOINING


# ── Addresses ────────────────────────────────────────────────────────────────────────────────


def clean_address(address: str) -> str:
    """Return an email address in the form in which it is stored and compared: no invisible characters, lower case, host in ASCII (IDNA)."""
    address = "".join(clean_text(address).split())
    local, at, host = address.rpartition("@")
    if not at:
        return address.lower()
    return f"{unicodedata.normalize('NFC', local.lower())}@{_ascii_host(host)}"


def _ascii_host(host: str) -> str:
    host = host.lower().rstrip(".")
    if host.isascii() and "xn--" not in host:
        return host
    try:
        return idna.encode(idna.decode(host) if host.isascii() else host, uts46=True).decode("ascii")
    except UnicodeError:  # not a host: validators report it
        return host


def same_address(left: str, right: str) -> bool:
    """Return whether both addresses are the same mailbox, as far as one can tell; empty addresses never match."""
    return bool(left.strip()) and clean_address(left) == clean_address(right)


# ── Links ────────────────────────────────────────────────────────────────────────────────────


def unsafe_link(url: str) -> Finding | None:
    """Why `url` is not taken as a link, or None: only plain http and https addresses are (ASVS 1.2.2)."""
    url = url.strip()
    remedy = _("Paste an address that begins with https:// or http://.")
    if not _is_web_address(url):
        return blocking("unsafe-link", _("This isn’t a web address."), remedy)
    if len(url) > LONGEST_LINK:
        return blocking("unsafe-link", _("This address is too long."), _("Use a shorter one."))
    return None


def _is_web_address(url: str) -> bool:
    if any(character.isspace() or not character.isprintable() for character in url):
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and "\\" not in url


EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
PHONE = re.compile(r"(?<!\d)(?:\+?1[\s.\-]?)?\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4}(?!\d)")


def has_contact_details(text: str) -> bool:
    """Return whether a text contains an email address or a phone number."""
    return bool(EMAIL.search(text) or PHONE.search(text))
