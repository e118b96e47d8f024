"""A paper in sections: a head of facts, an opening, then headings with text, a table, a list.

What estimates and letters about bills share; laid out by ``sectioned_paper.typ`` as a tagged PDF
(PDF/UA-1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduling.documents import wording
from scheduling.documents.press import FONTS, TIMEOUT_SECONDS, typeset


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table: the first column is as wide as there is room, those named last are amounts.

    ``total`` closes it; () for none.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    amounts: int
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A heading with what stands below it."""

    heading: str
    text: tuple[str, ...] = ()
    table: PaperTable | None = None
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionedPaper:
    """Everything on the paper; ``sample`` says that it is invented, "" where it is not."""

    title: str
    author: str
    stamp: str
    to: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    opening: str
    sections: tuple[PaperSection, ...]
    sample: str


def paper_to_pdf(
    paper: SectionedPaper, *, made_at: datetime, timeout_seconds: float = TIMEOUT_SECONDS
) -> bytes:
    """Return the paper as PDF, the same bytes for the same paper, fonts and typesetter.

    Raises DocumentFailed when it cannot be typeset or takes longer than the limit.
    """
    return typeset(
        to_sheet(paper),
        name=wording.one_line(paper.title),
        template="sectioned_paper.typ",
        made_at=made_at,
        timeout_seconds=timeout_seconds,
    )


def to_sheet(paper: SectionedPaper) -> dict[str, Any]:
    """Return what the template shows: one line for each text."""
    return {
        "title": wording.one_line(paper.title),
        "author": wording.one_line(paper.author),
        "stamp": wording.one_line(paper.stamp),
        "to": [wording.one_line(one) for one in paper.to],
        "facts": [[label, wording.one_line(text)] for label, text in paper.facts if text],
        "opening": wording.one_line(paper.opening),
        "sections": [_section(one) for one in paper.sections],
        "sample": paper.sample,
        "fonts": FONTS,
    }


def _section(section: PaperSection) -> dict[str, Any]:
    table = section.table
    return {
        "heading": wording.one_line(section.heading),
        "text": [wording.one_line(one) for one in section.text],
        "points": [wording.one_line(one) for one in section.points],
        "table": None
        if table is None
        else {
            "heads": table.heads,
            "rows": [[wording.one_line(cell) for cell in row] for row in table.rows],
            "total": table.total,
            "amounts": table.amounts,
        },
    }
