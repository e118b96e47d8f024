"""A fetched page, held to what every page must be before a test looks at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

_FIELDS: Final = ("input", "select", "textarea")


@dataclass(frozen=True, slots=True)
class Page:
    """The tree of a page and what came with it."""

    response: TestResponse
    root: Element

    @property
    def title(self) -> str:
        """Return the text of `<title>`."""
        return text_of(self.root.find(".//title"))

    @property
    def heading(self) -> str:
        """Return the text of the one `<h1>`."""
        return text_of(self.root.find(".//h1"))

    @property
    def text(self) -> str:
        """Return everything the page says, spaces folded."""
        return text_of(self.root.find("body"))

    def all(self, path: str) -> list[Element]:
        """Return the elements at an ElementTree path such as ``.//li``."""
        return self.root.findall(path)

    def by_id(self, name: str) -> Element:
        """Return the element with the id; KeyError without one."""
        for element in self.root.iter():
            if element.get("id") == name:
                return element
        raise KeyError(name)

    def form(self, action_end: str) -> dict[str, str | list[str]]:
        """Return the fields of the form whose action ends so, as a browser would send them."""
        for form in self.all(".//form"):
            if str(form.get("action")).endswith(action_end):
                return dict(_fields_of(form))
        raise KeyError(action_end)


def fetch(app: Flask, client: FlaskClient, path: str, *, status: int = 200) -> Page:
    """Fetch a page with GET and check it."""
    return checked(app, client.get(path), status=status)


def checked(app: Flask, response: TestResponse, *, status: int = 200) -> Page:
    """Return the answer as a page, after checking everything a page must be."""
    assert response.status_code == status, response.text[:2000]
    assert response.content_type == "text/html; charset=utf-8"
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(response.text)
    page = Page(response, root)
    assert root.get("lang") == "en"
    assert page.title.endswith(" · Sojourn")
    assert len(page.title) > len(" · Sojourn")
    assert len(page.all(".//h1")) == 1
    assert page.heading
    _check_ids(page)
    _check_labels(page)
    _check_addresses(app, page)
    _check_nothing_inline(page)
    return page


def text_of(element: Element | None) -> str:
    """Return the text inside an element, spaces folded."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def _check_ids(page: Page) -> None:
    ids = [str(one.get("id")) for one in page.root.iter() if one.get("id") is not None]
    assert not [name for name, count in Counter(ids).items() if count > 1]
    for element in page.root.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            missing = set(str(element.get(attribute, "")).split()) - set(ids)
            assert not missing, f"{element.tag} {attribute} names no element: {missing}"
        address = element.get("href", "")
        if address.startswith("#") and "}" not in str(element.tag):
            assert address[1:] in ids, f"{address} leads nowhere"


def _check_labels(page: Page) -> None:
    labelled = {one.get("for") for one in page.all(".//label")}
    for tag in _FIELDS:
        for field in page.all(f".//{tag}"):
            if field.get("type") != "hidden":
                assert field.get("id") in labelled, f"{field.attrib} has no label"


def _check_addresses(app: Flask, page: Page) -> None:
    for form in page.all(".//form"):
        method = str(form.get("method", "get")).upper()
        assert form.get("action"), "a form without an action"
        assert _is_routed(app, str(form.get("action")), method), form.attrib
    for link in page.all(".//a"):
        address = str(link.get("href", ""))
        assert address
        if address.startswith("/"):
            assert _is_routed(app, address, "GET"), address


def _is_routed(app: Flask, address: str, method: str) -> bool:
    try:
        app.url_map.bind("localhost").match(urlsplit(address).path, method=method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _check_nothing_inline(page: Page) -> None:
    for element in page.root.iter():
        tag = str(element.tag)
        assert tag != "style"
        assert tag != "script" or element.get("src")
        assert "style" not in element.attrib, element.attrib
        assert not [name for name in element.attrib if str(name).startswith("on")]


def _fields_of(form: Element) -> Iterator[tuple[str, Any]]:
    many: dict[str, list[str]] = {}
    for field in form.iter():
        name = field.get("name")
        if name is None or field.tag not in _FIELDS:
            continue
        if field.get("type") == "checkbox":
            many.setdefault(name, [])
            if "checked" in field.attrib:
                many[name].append(str(field.get("value")))
        elif field.tag == "select":
            yield name, _selected(field)
        elif field.tag == "textarea":
            yield name, "".join(field.itertext())
        else:
            yield name, str(field.get("value", ""))
    yield from many.items()


def _selected(select: Element) -> str:
    options = select.findall("option")
    chosen = [one for one in options if "selected" in one.attrib] or options[:1]
    return str(chosen[0].get("value", "")) if chosen else ""
