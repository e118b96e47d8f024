"""Looking at an answer for anything that hostile text may have become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

from tests.api.injection.corpus import MARK

_ADDRESSES: Final = ("href", "src", "action", "formaction", "data", "srcset", "poster", "ping")
_KINDS: Final = {"", "https", "otpauth"}


def parsed(text: str) -> Element:
    """Return the tree of a page, by the parser that HTML itself describes; it must be valid."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(text)
    return root


def escapes(root: Element) -> list[str]:
    """Return what of a page is no text of ours and no text of theirs: empty, if all is well."""
    return [words for element in root.iter() for words in _escapes_of(element)]


def kinds_of(root: Element) -> set[tuple[str, str]]:
    """Return every element of a page with every attribute, without what they say."""
    return {
        (str(element.tag), str(name)) for element in root.iter() for name in ("", *element.attrib)
    }


def comments_of(root: Element) -> int:
    """Return how many comments there are."""
    return sum(callable(element.tag) for element in root.iter())


def _escapes_of(element: Element) -> Iterator[str]:
    if callable(element.tag):
        yield f"a comment: {element.text}"
        return
    tag = str(element.tag)
    if MARK in tag or tag in {"style", "iframe", "object", "embed", "base"}:
        yield f"<{tag}>"
    if tag == "script" and ("".join(element.itertext()).strip() or not element.get("src")):
        yield "an inline script"
    for attribute, value in element.attrib.items():
        name = str(attribute)
        if MARK in name or name.startswith("on") or name in {"style", "srcdoc"}:
            yield f"<{tag} {name}>"
        if name in _ADDRESSES and not _is_ours(value):
            yield f"<{tag} {name}={value!r}>"


def _is_ours(address: str) -> bool:
    """Return whether an address leads to a page of ours, or to a source that we name."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        parts.scheme in _KINDS
        and MARK not in parts.netloc
        and not address.startswith(("//", "/\\", "\\"))
    )
