"""What a PDF breaks of PDF/UA-1, as far as the Matterhorn protocol can be read from its objects.

Each fault begins with the number of the protocol's checkpoint. What only people can judge (whether
an order is sensible, words are true) is not looked at.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Pdf

_GROUPING: Final = {
    "Document",
    "Part",
    "Art",
    "Sect",
    "Div",
    "BlockQuote",
    "Caption",
    "TOC",
    "TOCI",
}
_BLOCKS: Final = {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"}
_TABLES: Final = {"Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"}
_INLINE: Final = {"Span", "Quote", "Note", "Reference", "Code", "Link", "Annot", "BibEntry"}
_OTHERS: Final = {"Index", "NonStruct", "Private", "Figure", "Formula", "Form"}
_STANDARD: Final = _GROUPING | _BLOCKS | _TABLES | _INLINE | _OTHERS
_ROWS: Final = {"TR", "THead", "TBody", "TFoot"}
_PAINTING: Final = frozenset(
    ("Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do")
) | {"INLINE IMAGE"}
_ARTIFACT: Final = -1
_NEITHER: Final = -2
_Element = tuple[str, Any]


def faults_of(document: bytes) -> list[str]:
    """Return what a PDF breaks, checkpoint by checkpoint; nothing is what one hopes for."""
    with Pdf.open(io.BytesIO(document)) as pdf:
        elements = list(_elements(pdf))
        return [
            *_of_document(pdf),
            *_of_roles(pdf),
            *_of_content(pdf),
            *_of_figures(elements),
            *_of_headings(elements),
            *_of_tables(pdf, elements),
            *_of_lists(pdf, elements),
            *_of_fonts(pdf),
            *_of_annotations(pdf),
        ]


def _of_document(pdf: Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if pdf.is_encrypted:
        yield "26: it is encrypted"
    if root.get("/MarkInfo", Dictionary()).get("/Marked") is not True:
        yield "06: it does not say that it is tagged"
    if root.get("/MarkInfo", Dictionary()).get("/Suspects") is True:
        yield "06: it says that its tags may be wrong"
    if not str(root.get("/Lang", "")):
        yield "11: it names no language"
    if root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle") is not True:
        yield "07: its window shows the name of the file"
    with pdf.open_metadata() as metadata:
        if not metadata.get("dc:title"):
            yield "06: it has no title"
        if metadata.get("pdfuaid:part") != "1":
            yield "05: it does not claim PDF/UA-1"


def _of_roles(pdf: Pdf) -> Iterator[str]:
    roles: Any = pdf.Root.StructTreeRoot.get("/RoleMap", Dictionary())
    for mapped in roles:
        if str(mapped)[1:] in _STANDARD:
            yield f"02: {mapped} is standard and is mapped all the same"
    for name, _ in _elements(pdf):
        if name not in _STANDARD:
            yield f"02: {name} is mapped to nothing that is standard"


def _of_content(pdf: Pdf) -> Iterator[str]:
    held = _held_content(pdf)
    for number, page in enumerate(pdf.pages, 1):
        shown: set[int] = set()
        open_marks: list[int] = []
        for step in pikepdf.parse_content_stream(page):
            name = str(step.operator)
            if name in {"BMC", "BDC"}:
                mark = _mark_of(page, list(step.operands))
                around = {one for one in open_marks if one != _NEITHER}
                if mark == _ARTIFACT and around - {_ARTIFACT}:
                    yield f"01: an artifact lies in tagged content, page {number}"
                if mark >= 0 and _ARTIFACT in around:
                    yield f"01: tagged content lies in an artifact, page {number}"
                shown |= {mark} if mark >= 0 else set()
                open_marks.append(mark)
            elif name == "EMC":
                open_marks.pop()
            elif name in _PAINTING and set(open_marks) <= {_NEITHER}:
                yield f"01: {name} is neither tagged nor an artifact, page {number}"
        of_page = held.get(page.obj.objgen, set())
        yield from (f"01: content {one} is in no tag, page {number}" for one in shown - of_page)
        yield from (f"01: no content {one} is there, page {number}" for one in of_page - shown)


def _mark_of(page: Any, operands: list[Any]) -> int:  # noqa: ANN401 — a page
    """Return the number of marked content, or what it is without one."""
    if str(operands[0]) == "/Artifact":
        return _ARTIFACT
    if len(operands) == 1:
        return _NEITHER
    known = operands[1]
    if not isinstance(known, Dictionary):
        known = page.Resources.Properties[str(known)]
    return int(known.get("/MCID", _NEITHER))


def _held_content(pdf: Pdf) -> dict[tuple[int, int], set[int]]:
    """Return the numbers of marked content that the tree holds, by page."""
    held: dict[tuple[int, int], set[int]] = {}

    def walk(node: Any, page: Any) -> None:  # noqa: ANN401 — objects of a PDF
        page = node.get("/Pg", page)
        for kid in _kids(node):
            if not isinstance(kid, Dictionary):
                held.setdefault(page.objgen, set()).add(int(kid))
            elif "/MCID" in kid:
                held.setdefault(kid.get("/Pg", page).objgen, set()).add(int(kid.MCID))
            elif "/S" in kid:
                walk(kid, page)

    walk(pdf.Root.StructTreeRoot, None)
    return held


def _of_figures(elements: list[_Element]) -> Iterator[str]:
    for name, element in elements:
        told = str(element.get("/Alt", "")) or str(element.get("/ActualText", ""))
        if name == "Figure" and not told.strip():
            yield "13: a figure has no words"
        if name == "Formula" and not told.strip():
            yield "17: a formula has no words"


def _of_headings(elements: list[_Element]) -> Iterator[str]:
    names = [name for name, _ in elements]
    levels = [int(name[1]) for name in names if name[:1] == "H" and name[1:].isdigit()]
    if "H" in names and levels:
        yield "14: headings with and without levels"
    if levels[:1] not in ([], [1]):
        yield f"14: the first heading is of level {levels[0]}"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"14: a heading of level {after} follows one of level {before}"


def _of_tables(pdf: Pdf, elements: list[_Element]) -> Iterator[str]:
    for name, element in elements:
        if name == "TH" and _attribute(element, "/Scope") is None:
            yield "15: the head of a column or row has no scope"
        if name != "Table":
            continue
        if {kind for kind, _ in _children(pdf, element)} - _ROWS - {"Caption"}:
            yield "09: a table holds what is no row"
        rows = [
            [one for one in _children(pdf, row) if one[0] in {"TH", "TD"}]
            for kind, row in _below(pdf, element)
            if kind == "TR"
        ]
        widths = {sum(int(_attribute(cell, "/ColSpan") or 1) for _, cell in row) for row in rows}
        spans = [cell for row in rows for _, cell in row if _attribute(cell, "/RowSpan")]
        if len(widths) > 1 and not spans:
            yield f"15: rows of one table have {sorted(widths)} cells"
        if not any(kind == "TH" for row in rows for kind, _ in row):
            yield "15: a table has no heads"


def _of_lists(pdf: Pdf, elements: list[_Element]) -> Iterator[str]:
    for name, element in elements:
        inside = {kind for kind, _ in _children(pdf, element)}
        if name == "L" and inside - {"LI", "Caption"}:
            yield f"09: a list holds {sorted(inside - {'LI', 'Caption'})}"
        if name == "LI" and inside - {"Lbl", "LBody"}:
            yield f"09: an item of a list holds {sorted(inside - {'Lbl', 'LBody'})}"


def _of_fonts(pdf: Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for font in _fonts(page.Resources):
            name = str(font.get("/BaseFont", font.Subtype))
            if "/ToUnicode" not in font:
                yield f"10: nobody can read the letters of {name}"
            if font.Subtype == "/Type3":
                continue
            inner = font.DescendantFonts[0] if font.Subtype == "/Type0" else font
            described = inner.get("/FontDescriptor", Dictionary())
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()):
                yield f"31: {name} is not embedded"


def _of_annotations(pdf: Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        notes = list(page.get("/Annots", Array()))
        if notes and page.get("/Tabs") != "/S":
            yield f"28: the keys do not follow the structure, page {number}"
        for note in notes:
            if "/StructParent" not in note:
                yield f"28: {note.Subtype} is in no tag, page {number}"
            if note.Subtype == "/Link" and not str(note.get("/Contents", "")):
                yield f"28: a link has no words, page {number}"


def _fonts(resources: Any) -> Iterator[Any]:  # noqa: ANN401 — objects of a PDF
    """Yield the fonts of a page and of what it draws."""
    yield from resources.get("/Font", Dictionary()).values()
    for drawn in resources.get("/XObject", Dictionary()).values():
        if drawn.get("/Subtype") == "/Form" and "/Resources" in drawn:
            yield from _fonts(drawn.Resources)


def _elements(pdf: Pdf) -> Iterator[_Element]:
    """Yield every element with its standard name, in reading order."""
    yield from _below(pdf, pdf.Root.StructTreeRoot)


def _below(pdf: Pdf, node: Any) -> Iterator[_Element]:  # noqa: ANN401 — an object of a PDF
    for name, element in _children(pdf, node):
        yield name, element
        yield from _below(pdf, element)


def _children(pdf: Pdf, node: Any) -> Iterator[_Element]:  # noqa: ANN401 — an object of a PDF
    roles = pdf.Root.StructTreeRoot.get("/RoleMap", Dictionary())
    for kid in _kids(node):
        if isinstance(kid, Dictionary) and "/S" in kid:
            name, seen = str(kid.S), set[str]()
            while name in roles and name not in seen:
                seen.add(name)
                name = str(roles[name])
            yield name[1:], kid


def _kids(node: Any) -> list[Any]:  # noqa: ANN401 — an object of a PDF
    kids = node.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _attribute(element: Any, name: str) -> Any:  # noqa: ANN401 — objects of a PDF
    told = element.get("/A", Array())
    for one in list(told) if isinstance(told, Array) else [told]:
        if isinstance(one, Dictionary) and name in one:
            return one[name]
    return None
