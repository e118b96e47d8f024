"""A kind of problem: what an error is called where it becomes an answer, and its sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem: HTTP status, a title, and the fragment that ends its type's URI."""

    status: int
    title: str

    @property
    def slug(self) -> str:
        """Return the title as a URI fragment."""
        kept = "".join(c if c.isalnum() else "-" for c in self.title.lower())
        return "-".join(part for part in kept.split("-") if part)


_NAME: Final = re.compile(r"\w+([.\[/]\w|_|(-\w+)+\.\w)")
"""The first word of a sentence where it is the name of a file or of a field."""


def to_sentence(text: str) -> str:
    """Return the text with a capital first letter and a full stop.

    Names of files and fields (``plan.yaml:3:``, ``facts.tier``) stay as they are written.
    """
    stripped = text.strip()
    if not stripped:
        return ""
    ending = "" if stripped[-1] in ".!?" else "."
    is_name = _NAME.match(stripped) is not None
    return (stripped[0] if is_name else stripped[0].upper()) + stripped[1:] + ending
