"""What PDF/UA-1 asks that a machine can see, of any PDF: each breach as a sentence."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

DRAWS = {"Tj", "TJ", "'", '"', "Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "BI", "INLINE IMAGE"}
STANDARD = {
    "Document", "Sect", "Div", "P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "Caption", "THead", "TBody", "TR",
    "TH", "TD", "Figure", "Span",
}  # fmt: skip
INSIDE = {
    "Document": {"Sect", "Div", "P", "H1", "H2", "H3", "L", "Table", "Figure"},
    "L": {"Caption", "LI"}, "LI": {"Lbl", "LBody"}, "Table": {"Caption", "THead", "TBody", "TR"}, "THead": {"TR"}, "TBody": {"TR"},
    "TR": {"TH", "TD"}, "P": {"Span", "Figure"}, "Lbl": set(), "H1": {"Span"}, "H2": {"Span"}, "H3": {"Span"},
}  # fmt: skip


def breaches(data: bytes) -> list[str]:
    """Every rule that the file breaks; none when it may say that it is PDF/UA-1."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [*_claim(data, pdf), *_catalogue(pdf), *_tree(pdf), *_headings(pdf), *_content(pdf), *_fonts(pdf), *_annotations(pdf)]


def elements(pdf: Any) -> Iterator[Any]:
    """Every element of the structure, in reading order."""

    def below(element: Any) -> Iterator[Any]:
        yield element
        for kid in kids(element):
            yield from below(kid)

    yield from below(pdf.Root.StructTreeRoot.K[0])


def kids(element: Any) -> list[Any]:
    """The elements directly inside one."""
    children = element.get("/K", [])
    children = children if isinstance(children, pikepdf.Array) else [children]
    return [kid for kid in children if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def alternatives(data: bytes) -> list[str]:
    """Every alternative text in the file, in reading order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [str(element["/Alt"]) for element in elements(pdf) if "/Alt" in element]


def tag(element: Any) -> str:
    return str(element.S).lstrip("/")


def _claim(data: bytes, pdf: Any) -> Iterator[str]:
    metadata = pdf.Root.Metadata.read_bytes().decode()
    if not re.search(r'pdfuaid:part(="1"|>1<)', metadata):
        yield "The metadata don't claim PDF/UA-1."
    if "dc:title" not in metadata:
        yield "The metadata have no title."
    versions = {data[5:8].decode(), str(pdf.Root.get("/Version", "/1.7")).lstrip("/")}
    if versions != {"1.7"}:
        yield f"PDF/UA-1 is PDF 1.7; the file says {sorted(versions)}."


def _catalogue(pdf: Any) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "The file is not marked as tagged."
    if not str(root.get("/Lang", "")):
        yield "There is no language."
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "The title is not shown in place of the file name."
    for number, page in enumerate(pdf.pages, 1):
        if page.get("/Tabs") != "/S" or "/StructParents" not in page:
            yield f"Page {number} has no order of its own for the Tab key."


def _tree(pdf: Any) -> Iterator[str]:
    tops = pdf.Root.StructTreeRoot.K
    if len(tops) != 1 or tag(tops[0]) != "Document":
        yield "The structure is not one document."
    for element in elements(pdf):
        name, inside = tag(element), [tag(kid) for kid in kids(element)]
        if name not in STANDARD:
            yield f"{name} is no standard type."
        if name in INSIDE and not set(inside) <= INSIDE[name]:
            yield f"{name} holds {sorted(set(inside) - INSIDE[name])}."
        if name == "L" and "/ListNumbering" not in element.get("/A", {}):
            yield "A list doesn't say how it is numbered."
        if name == "LI" and (inside != ["Lbl", "LBody"]):
            yield f"A list item holds {inside}."
        if name == "TH" and element.get("/A", {}).get("/Scope") not in ("/Row", "/Column"):
            yield "A header cell has no scope."
        if name == "Figure" and not (str(element.get("/Alt", "")) and "/BBox" in element.get("/A", {})):
            yield "A picture has no text in its place, or no place."
        if name == "Table":
            yield from _table(element)


def _table(table: Any) -> Iterator[str]:
    rows = [row for part in kids(table) for row in ([part] if tag(part) == "TR" else kids(part)) if tag(row) == "TR"]
    if len({len(kids(row)) for row in rows}) != 1:
        yield "Rows of a table have different numbers of cells."
    if [tag(part) for part in kids(table)].count("THead") != 1:
        yield "A table has no head, or two."


def _headings(pdf: Any) -> Iterator[str]:
    levels = [int(tag(element)[1]) for element in elements(pdf) if re.fullmatch(r"H\d", tag(element))]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"There is not one title before everything: {levels}."
    yield from (f"A heading {below} follows a heading {above}." for above, below in itertools.pairwise(levels) if below > above + 1)


def _content(pdf: Any) -> Iterator[str]:
    """Everything drawn is part of the structure, or said to be no part of it."""
    parents = {int(number): refs for number, refs in _pairs(pdf.Root.StructTreeRoot.ParentTree.Nums)}
    claimed = {(page, number) for element in elements(pdf) for page, number in _claims(pdf, element)}
    for index, page in enumerate(pdf.pages):
        drawn: set[int] = set()
        for number in _marks(page):
            if number is None:
                yield f"Page {index + 1} draws something outside the structure."
            elif number >= 0:
                drawn.add(number)
                if parents[int(page.StructParents)][number] is None or (index, number) not in claimed:
                    yield f"Page {index + 1} draws piece {number}, which no element claims."
        for number in {number for place, number in claimed if place == index} - drawn - _empty(page):
            yield f"An element claims piece {number} of page {index + 1}, which is not there."


def _pairs(array: Any) -> Iterator[tuple[Any, Any]]:
    items = list(array)
    yield from zip(items[::2], items[1::2], strict=True)


def _claims(pdf: Any, element: Any) -> Iterator[tuple[int, int]]:
    places = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
    children = element.get("/K", [])
    for kid in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(kid, int):
            yield places[element.Pg.objgen], kid
        elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
            yield places[kid.Pg.objgen], int(kid.MCID)


def _marks(page: Any) -> Iterator[int | None]:
    """For each thing drawn the piece it belongs to; -1 for what is no part of the structure, None for what says neither."""
    stack: list[int | None] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BDC":
            stack.append(int(operands[1]["/MCID"]) if "/MCID" in operands[1] else -1 if operands[0] == "/Artifact" else None)
        elif str(operator) == "BMC":
            stack.append(-1 if operands[0] == "/Artifact" else None)
        elif str(operator) == "EMC":
            stack.pop()
        elif str(operator) in DRAWS:
            yield next((mark for mark in reversed(stack) if mark is not None), None)


def _empty(page: Any) -> set[int]:
    """Pieces that hold nothing but a space."""
    return {int(o[1]["/MCID"]) for o, op in pikepdf.parse_content_stream(page) if str(op) == "BDC" and "/MCID" in o[1]}


def _fonts(pdf: Any) -> Iterator[str]:
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            if not {"/FontFile2", "/FontFile3"} & set(descriptor.keys()):
                yield f"{font.BaseFont} is not in the file."
            if "/ToUnicode" not in font or b"<>" in font.ToUnicode.read_bytes():
                yield f"{font.BaseFont} can't be read aloud."


def _annotations(pdf: Any) -> Iterator[str]:
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            if not int(annotation.get("/F", 0)) & 2 and "/StructParent" not in annotation:
                yield f"An annotation is neither hidden nor in the structure: {annotation.get('/Subtype')}."


# ── What is read aloud, and where it stands ──────────────────────────────────────────────────

PAIR = re.compile(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")


def read_aloud(data: bytes) -> str:
    """The words of the structure in its order, without any space: what a screen reader says."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        texts = {(index, number): words for index, page in enumerate(pdf.pages) for number, words in _text_by_mark(page).items()}
        return "".join(texts.get(claim, "") for element in elements(pdf) for claim in _claims(pdf, element))


def _text_by_mark(page: Any) -> dict[int, str]:
    """The words of each piece of a page."""
    letters = {name: _letters(font) for name, font in page.Resources.Font.items()}
    texts: dict[int, str] = {}
    mark, font = None, {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BDC":
            mark = int(operands[1]["/MCID"]) if "/MCID" in operands[1] else None
            spoken = str(operands[1].get("/ActualText", ""))
            if spoken and mark is not None:
                texts[mark], mark = "".join(spoken.split()), None
        elif str(operator) == "Tf":
            font = letters[str(operands[0])]
        elif str(operator) == "TJ" and mark is not None:
            glyphs = "".join(bytes(part).hex() for part in operands[0] if isinstance(part, pikepdf.String))
            words = "".join(font.get(glyphs[n : n + 4], "�") for n in range(0, len(glyphs), 4)).replace("\u034f", "")
            texts[mark] = texts.get(mark, "") + "".join(words.split())
    return texts


def _letters(font: Any) -> dict[str, str]:
    pairs = PAIR.findall(font.ToUnicode.read_bytes().decode("latin-1"))
    return {glyph.lower(): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
