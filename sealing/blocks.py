"""The parts of which a letter or report is made: headings, paragraphs, lists, facts, tables and charts.

`plain` turns them into JSON, which is frozen when the document is issued; templates/sealing/document.html prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Heading:
    """A heading below the document's title: level 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Labels with their values, such as “Effective date: 3 March 2027”."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table with a caption, one header per column, and rows whose first cell is their header.

    `numbers` are the positions of the columns with numbers, which are aligned to the right.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"Every row of “{self.caption}” needs {len(self.columns)} cells.")


@dataclass(frozen=True)
class Charts:
    """Charts beside each other, at most two: what each shows in words, and its drawing as SVG (web/charts/lines.py).

    The drawing is the portal's own and escapes every text in it. Its `<title>` becomes the alternative text in the PDF.
    """

    drawings: tuple[tuple[str, str], ...]


Part = Heading | Paragraph | Bullets | Facts | Table | Charts
NAMES: dict[type[Part], str] = {
    Heading: "heading", Paragraph: "paragraph", Bullets: "bullets", Facts: "facts", Table: "table", Charts: "charts",
}  # fmt: skip


def plain(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return `parts` in JSON's types, each with the name of its type."""
    return [{"type": NAMES[type(part)], **asdict(part)} for part in parts]


def texts(value: Any) -> Iterator[str]:
    """Yield every text in `value`, as `plain` returned it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item) if name != "type" else ()
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
