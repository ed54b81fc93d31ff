"""The HTML version of a mail, made from its plain text (templates/mail/message.html). No images, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")
STAND_IN = re.compile(r"\[[\w ]+ link\]")
RULE = re.compile(r"─{10,}")
CODE = re.compile(r"\d{6,8}|\[[\w ]+ code\]")
FOOT = "\n\n-- \n"  # small print follows; mail programs know this marker
LABEL_MOST = 50


class Piece(NamedTuple):
    """A run of words, or a web address to link to."""

    words: str
    address: str = ""


@dataclass(frozen=True)
class Block:
    """A part of a mail: `words`, `list`, `quote`, `code` by lines; a `rule`; a `button` with its label and address."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...] = ()
    label: str = ""
    address: str = ""

    @property
    def tag(self) -> str:
        return {"list": "ul", "quote": "blockquote"}.get(self.kind, "p")

    @property
    def leads(self) -> bool:
        """Whether the address is a real one, not a stand-in for a secret."""
        return bool(ADDRESS.fullmatch(self.address))


def as_html(subject: str, text: str) -> str:
    """Render `text` in the lab's design. Everything after a line of `-- ` is small print.

    A web address on its own line becomes a button with the address below it; everything else is shown as written. If a mail has
    several buttons, the words before each one label it.
    """
    body, _dashes, foot = text.partition(FOOT)
    context = {
        "subject": subject,
        "language": get_language() or settings.LANGUAGE_CODE,
        "lab": settings.LAB_NAME,
        "product": settings.PRODUCT_NAME,
        "blocks": list(blocks(body)),
        "foot": list(blocks(foot, buttons=False)),
    }
    return get_template("mail/message.html").render(context)


def blocks(text: str, *, buttons: bool = True) -> Iterator[Block]:
    """Split a plain text into its parts, in order, without losing anything."""
    several = sum(map(_alone, text.split("\n"))) > 1
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        waiting: list[str] = []
        for line in paragraph.split("\n"):
            if not buttons or not _alone(line):
                waiting.append(line)
                continue
            label = _label(waiting)
            yield from _of_lines(waiting[:-1] if label else waiting)
            named = label or (_beginning(waiting) if several else "")
            yield Block("button", label=named or _("Open in the portal"), address=line.strip())
            waiting = []
        yield from _of_lines(waiting)


def _alone(line: str) -> bool:
    """Return whether the line is only an address, or a stand-in for one."""
    return bool(ADDRESS.fullmatch(line.strip()) or STAND_IN.fullmatch(line.strip()))


def _label(lines: list[str]) -> str:
    """Return a button's label: the line before it, if that is short and ends with a colon, such as "See the plan:"."""
    line = lines[-1].strip() if lines else ""
    short = line.endswith(":") and len(line) <= LABEL_MOST and not re.search(r"[.!?,;]\s", line)
    return line[:-1] if short else ""


def _beginning(lines: list[str]) -> str:
    """Return the start of the line before a button, up to its first punctuation mark, if that is short."""
    words = re.split(r"[.!?,;:](?:\s|$)", lines[-1].strip() if lines else "")[0]
    return words if len(words) <= LABEL_MOST else ""


def _of_lines(lines: list[str]) -> Iterator[Block]:
    """Group consecutive lines of the same kind."""
    run: list[str] = []
    kind = "words"
    for line in lines:
        this = _kind(line)
        if this != kind and run:
            yield _block(kind, run)
            run = []
        kind = this
        run.append(line)
    if any(line.strip() for line in run):
        yield _block(kind, run)


def _kind(line: str) -> str:
    if line.startswith("- "):
        return "list"
    if line.startswith(">"):
        return "quote"
    if RULE.fullmatch(line):
        return "rule"
    return "code" if CODE.fullmatch(line.strip()) else "words"


def _block(kind: str, lines: list[str]) -> Block:
    start = {"list": "- ", "quote": ">"}.get(kind, "")
    return Block(kind, tuple(tuple(_pieces(line.removeprefix(start).strip())) for line in lines))


def _pieces(line: str) -> Iterator[Piece]:
    end = 0
    for match in ADDRESS.finditer(line):
        if match.start() > end:
            yield Piece(line[end : match.start()])
        yield Piece(match[0], match[0])
        end = match.end()
    if end < len(line) or not line:
        yield Piece(line[end:])
