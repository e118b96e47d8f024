"""Documents to spoil: the whole examples of the pages, and how a case marks the line at fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pricing.documents.faults import Fault, InvalidDocument

DOCS: Final = Path(__file__).parents[4] / "docs"
HERE: Final = "# here"
"""A comment that a case puts on the line where the fault must be found."""


def blocks_of(page: str) -> list[str]:
    """Return the YAML blocks of a page of the documentation."""
    return re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)


POLICY: Final = blocks_of("policy-documents.md")[0]
TRIP: Final = blocks_of("trip-documents.md")[0]
BALANCES: Final = next(one for one in blocks_of("trip-documents.md") if "sojourn-balances" in one)


def changed(text: str, old: str, new: str) -> str:
    """Return the text with its one `old` replaced."""
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    return text.replace(old, new)


def line_of(text: str, mark: str = HERE) -> int:
    """Return the line on which a mark stands."""
    assert text.count(mark) == 1
    return text[: text.index(mark)].count("\n") + 1


def faults_of(read: Callable[[str, str], Any], text: str) -> tuple[Fault, ...]:
    """Return what is wrong with a document, () when it is well."""
    try:
        read(text, "document")
    except InvalidDocument as error:
        return error.faults
    return ()
