"""The structure of a printed document for screen readers: one tree across all pages (PDF/UA-1).

WeasyPrint builds a tree per page: a table, list or paragraph that continues on the next page becomes two, headings are nested in
headings, header cells have no scope, and the margins are read out on every page. This module builds the tree from the HTML
elements instead: an element is one node, however many pages it covers. `tests/agreements/sealing/test_structure.py` checks the
rules, so that a new release of WeasyPrint can't undo them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

POINTS = 0.75  # points in a CSS pixel
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "section": "Sect", "div": "Div", "p": "P", "ul": "L", "ol": "L", "dl": "L", "li": "LI", "li::marker": "Lbl", "dt": "Lbl", "dd": "LBody",
    "table": "Table", "caption": "Caption", "thead": "THead", "tbody": "TBody", "tr": "TR", "th": "TH", "td": "TD", "img": "Figure",
    f"{SVG}svg": "Figure",
}  # fmt: skip
NUMBERING = {"ul": "Disc", "ol": "Decimal", "dl": "None"}
REORDERED = re.compile("[\u0590-\u0dff\ufb1d-\ufdff\ufe70-\ufefe]")  # Hebrew, Arabic, the scripts of India
NO_LETTER = b"034f"  # for a glyph that only adds to the one before it
SCOPES = {"row": "Row", "col": "Column"}


@dataclass
class Mark:
    """A piece of a page's content, by its number on that page."""

    page: int
    number: int


@dataclass
class Node:
    """An element of the structure."""

    tag: str
    kids: list[Node | Mark] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    body: Node | None = None  # of a list item: the node for its content

    def add(self, tag: str, **facts: Any) -> Node:
        node = Node(tag, facts=facts)
        self.kids.append(node)
        return node


def install() -> None:
    """Make this process tag every printed document with `add_tags`."""
    weasyprint.pdf.add_tags = add_tags


def add_tags(pdf: Any, document: Any, pdf_version: Any, page_streams: Sequence[Any]) -> None:
    """Give `pdf` its structure; called by WeasyPrint once all pages are drawn."""
    reader = _Reader()
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        reader.read(number, page, stream)
    _write(pdf, reader.root, reader.marks)
    _name_every_glyph(pdf)
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


class _Reader:
    """Reads the boxes of each page in order and collects nodes by their HTML element."""

    def __init__(self) -> None:
        self.root = Node("Document")
        self.nodes: dict[tuple[Any, str], Node] = {}
        self.marks: list[int] = []
        self.heads: dict[Any, int] = {}

    def read(self, number: int, page: Any, stream: Any) -> None:
        self.number, self.height, self.tags = number, page.height, stream._tags
        self.stream = stream.stream
        self.places = {
            item["MCID"]: place for place, item in enumerate(self.stream) if isinstance(item, pydyf.Dictionary) and "MCID" in item
        }
        self.marks.append(len(self.tags))
        for child in page._page_box.children:
            self._visit(child, self.root)
        # What no element of the text claimed is in the margins or is a repeated table head.
        for unclaimed in self.tags.values():
            self._leave_out(unclaimed["mcid"])
        self.tags.clear()

    def _visit(self, box: Any, parent: Node) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox) or self._is_repeated_head(box):
            return
        if isinstance(box, boxes.ReplacedBox) and not _alternative(box.element):
            return
        node = self._node(box, parent)
        if isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
            if mark := self.tags.pop(box, None):
                node.kids.append(Mark(self.number, mark["mcid"]))
                self._say(mark["mcid"], getattr(box, "text", ""))
            return
        for child in getattr(box, "children", ()):
            self._visit(child, node)

    def _is_repeated_head(self, box: Any) -> bool:
        return box.element is not None and box.element_tag == "thead" and self.heads.setdefault(box.element, self.number) != self.number

    def _leave_out(self, mark: int) -> None:
        """Remove a piece of content from what is read aloud."""
        place = self.places[mark]
        self.stream[place - 1], self.stream[place] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})

    def _say(self, mark: int, text: str) -> None:
        """Add the actual text for scripts whose glyphs are in a different order from their letters."""
        if REORDERED.search(text):
            self.stream[self.places[mark]]["ActualText"] = pydyf.String(text)

    def _node(self, box: Any, parent: Node) -> Node:
        """Return the node of the element that `box` belongs to, created on first use; `parent` if it has none of its own."""
        tag = TAGS.get(box.element_tag or "") if box.element is not None else None
        if tag is None:
            return parent
        key = (box.element, box.element_tag)
        if key not in self.nodes:
            self.nodes[key] = self._new_node(tag, box, parent)
        return self.nodes[key].body or self.nodes[key]

    def _new_node(self, tag: str, box: Any, parent: Node) -> Node:
        if tag == "Lbl" and box.element_tag == "li::marker":
            item = self.nodes[(box.element, "li")]
            item.kids.insert(0, Node("Lbl"))
            return item.kids[0]  # type: ignore[return-value]
        if box.element_tag == "div" and parent.tag == "L":
            tag = "LI"
        node = parent.add(tag, **self._facts(tag, box))
        if box.element_tag == "li":
            node.body = node.add("LBody")
        return node

    def _facts(self, tag: str, box: Any) -> dict[str, Any]:
        if tag == "L":
            return {"A": {"O": "/List", "ListNumbering": f"/{NUMBERING[box.element_tag]}"}}
        if tag == "TH":
            return {"A": {"O": "/Table", "Scope": f"/{SCOPES[box.element.attrib['scope']]}"}}
        if tag == "Figure":
            return {"Alt": pydyf.String(_alternative(box.element)), "A": {"O": "/Layout", "BBox": pydyf.Array(self._corners(box))}}
        return {}

    def _corners(self, box: Any) -> tuple[float, ...]:
        """Return a picture's position on the page as PDF measures it, in points from the bottom."""
        left, top = box.content_box_x(), box.content_box_y()
        return tuple(value * POINTS for value in (left, self.height - top - box.height, left + box.width, self.height - top))


def _alternative(picture: Any) -> str:
    """Return the alternative text of a picture: its `alt`, or the title of a drawing."""
    if picture.tag != f"{SVG}svg":
        return str(picture.attrib.get("alt") or "")
    title = picture.find(f"{SVG}title")
    return "" if title is None else str(title.text or "")


def _name_every_glyph(pdf: Any) -> None:
    """Map glyphs that are only part of a letter to an invisible character; WeasyPrint leaves them unmapped."""
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and b"begincmap" in thing.stream:
            thing.stream = [line.replace(b" <>", b" <" + NO_LETTER + b">") if isinstance(line, bytes) else line for line in thing.stream]


# ── Writing it ───────────────────────────────────────────────────────────────────────────────


def _write(pdf: Any, root: Node, marks: Sequence[int]) -> None:
    pages = pdf.page_references
    parents: list[list[Any]] = [[b"null"] * count for count in marks]
    numbers = pydyf.Dictionary({})
    pdf.add_object(numbers)
    tree = pydyf.Dictionary({"Type": "/StructTreeRoot", "ParentTree": numbers.reference})
    pdf.add_object(tree)
    document = _element(pdf, root, tree, pages, parents)
    tree["K"] = pydyf.Array([document.reference])
    tree["ParentTreeNextKey"] = len(parents)
    numbers["Nums"] = pydyf.Array(item for page, refs in enumerate(parents) for item in (page, pydyf.Array(refs)))
    pdf.catalog["StructTreeRoot"] = tree.reference


def _element(pdf: Any, node: Node, parent: Any, pages: Sequence[bytes], parents: list[list[Any]]) -> Any:
    element = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.tag}", "P": parent.reference})
    element.update({name: pydyf.Dictionary(value) if isinstance(value, dict) else value for name, value in node.facts.items()})
    pdf.add_object(element)
    page = next((kid.page for kid in node.kids if isinstance(kid, Mark)), None)
    if page is not None:
        element["Pg"] = pages[page]
    kids = pydyf.Array([])
    for kid in node.kids:
        if isinstance(kid, Mark):
            parents[kid.page][kid.number] = element.reference
            kids.append(kid.number if kid.page == page else _elsewhere(kid, pages))
        elif any(_marks(kid)):
            kids.append(_element(pdf, kid, element, pages, parents).reference)
    element["K"] = kids
    return element


def _elsewhere(mark: Mark, pages: Sequence[bytes]) -> Any:
    """Return a reference to a piece on a page other than the one its element starts on."""
    return pydyf.Dictionary({"Type": "/MCR", "Pg": pages[mark.page], "MCID": mark.number})


def _marks(node: Node) -> Iterator[Mark]:
    for kid in node.kids:
        if isinstance(kid, Mark):
            yield kid
        else:
            yield from _marks(kid)
