"""The guides to the documents that people write, as pages.

A guide is one of the Markdown files in ``docs/``: the same words in the source and on the page. A
wheel carries them beside this code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

_API: Final = Path(__file__).resolve().parent.parent
_PLACES: Final = (_API / "guide_texts", _API.parent / "docs")
_NAMES: Final = {
    "policy-documents": "For whoever writes a travel policy.",
    "trip-documents": "For whoever tries a policy with a trip of their own.",
    "contract-documents": "For whoever writes down what a facility and a payer agreed.",
}
_TO_A_GUIDE: Final = re.compile(r"(?:([\w-]+)\.md)?(#[\w-]+)?")
_NO_SLUG: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a guide: the part of the address behind ``#``, and its heading."""

    anchor: str
    heading: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide as HTML of our own words, without its title."""

    name: str
    title: str
    about: str
    sections: tuple[Section, ...]
    content: Markup


def list_guides() -> tuple[Guide, ...]:
    """Return every guide."""
    return tuple(_read(name) for name in _NAMES)


def find_guide(name: str) -> Guide | None:
    """Return the guide of a name, such as ``policy-documents``, if there is one."""
    return _read(name) if name in _NAMES else None


def first_example(name: str) -> str:
    """Return the first YAML document that a guide shows: the whole one to begin with."""
    return next(one.content for one in _parse(name) if one.type == "fence" and one.info == "yaml")


@lru_cache(maxsize=len(_NAMES))
def _read(name: str) -> Guide:
    tokens = _parse(name)
    # The title is the page's: three tokens of the first heading.
    title, rest = tokens[1].content, tokens[3:]
    return Guide(
        name=name,
        title=title,
        about=_NAMES[name],
        sections=_with_anchors(rest),
        # The files are ours, and HTML in them is shown as text.
        content=Markup(_MARKDOWN.renderer.render(rest, _MARKDOWN.options, {})),  # noqa: S704 — our own words
    )


def _parse(name: str) -> list[Token]:
    folder = next(place for place in _PLACES if place.is_dir())
    return _MARKDOWN.parse((folder / f"{name}.md").read_text("utf-8"))


def _with_anchors(tokens: list[Token]) -> tuple[Section, ...]:
    """Give every heading the anchor that Markdown readers give it; return the sections."""
    sections = []
    for heading, words in pairwise(tokens):
        if heading.type != "heading_open":
            continue
        text = "".join(child.content for child in words.children or ())
        anchor = _NO_SLUG.sub("", text.lower()).replace(" ", "-")
        heading.attrSet("id", anchor)
        if heading.tag == "h2":
            sections.append(Section(anchor, text))
    return tuple(sections)


class _Renderer(RendererHTML):
    """Markdown as the pages of the house want it."""

    def table_open(self, *_: Any) -> str:  # noqa: ANN401 — the library's own
        """A wide table moves sideways by itself, also with the keyboard."""
        return '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>\n'

    def table_close(self, *_: Any) -> str:  # noqa: ANN401 — as above
        """End what `table_open` began."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:  # noqa: ANN401 — as above
        """A column without a heading has an empty cell there: it heads nothing."""
        return self._head_cell(tokens, idx, tokens[idx + 1], *rest)

    def th_close(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:  # noqa: ANN401 — as above
        """End what `th_open` began."""
        return self._head_cell(tokens, idx, tokens[idx - 1], *rest)

    def _head_cell(
        self,
        tokens: Sequence[Token],
        idx: int,
        words: Token,
        *rest: Any,  # noqa: ANN401 — as above
    ) -> str:
        tokens[idx].tag = "th" if words.content else "td"
        return self.renderToken(tokens, idx, *rest[:2])

    def fence(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:  # noqa: ANN401 — as above
        """An example too wide for a phone moves sideways, also with the keyboard."""
        shown = super().fence(tokens, idx, *rest)
        return shown.replace("<pre>", '<pre role="group" aria-label="Example" tabindex="0">', 1)

    def link_open(self, tokens: Sequence[Token], idx: int, *rest: Any) -> str:  # noqa: ANN401 — as above
        """A link to another guide leads to its page; one to another file only marks its words."""
        href = str(tokens[idx].attrs["href"])
        inside = _TO_A_GUIDE.fullmatch(href)
        if inside is not None and (inside[1] is None or inside[1] in _NAMES):
            tokens[idx].attrSet("href", (inside[1] or "") + (inside[2] or ""))
        elif not href.startswith("https://"):
            tokens[idx].attrs.pop("href")
        return self.renderToken(tokens, idx, *rest[:2])


_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
