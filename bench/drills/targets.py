"""What a scan attacks: every query, JSON body and form of the service, each as a whole request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.security.cookies import form_cookie, session_cookie
from api.security.forms import FIELD, token_of
from bench.sample_service import STAND_IN, SampleService

WHO: Final = ("demo-coordinator", "demo-case-manager", "demo-administrator", "demo-auditor", "")
"""Whose pages are looked through for forms; what several see is attacked as the first of them."""

_VARIABLE: Final = re.compile(r"<(?:\w+:)?(\w+)>|\{(\w+)\}")
_FIELDS: Final = ("input", "textarea", "select")
_FORM: Final = "application/x-www-form-urlencoded"
_OWN: Final = frozenset({FIELD, "request_key"})


@dataclass(frozen=True, slots=True)
class Target:
    """One request with something in it to attack."""

    method: str
    address: str
    secret: str = ""
    """Of the session of whoever sends it, or of the forms of nobody."""

    is_nobodys: bool = False
    body: str = ""
    media: str = ""

    @property
    def name(self) -> str:
        """Return what it is called in a report."""
        return f"{self.method} {self.address}"

    @property
    def path(self) -> str:
        """Return method and address without the query."""
        return f"{self.method} {urlsplit(self.address).path}"

    @property
    def names(self) -> frozenset[str]:
        """Return what it takes."""
        pairs = urlsplit(self.address).query.split("&") + (
            self.body.split("&") if self.is_form else [self.media]
        )
        return frozenset(pair.partition("=")[0] for pair in pairs if pair)

    @property
    def is_form(self) -> bool:
        """Return whether it is sent by a form of a page."""
        return self.media == _FORM

    def to_request(self, host: str) -> str:
        """Return it as HTTP/1.1, sent by a page of ours behind TLS."""
        lines = [f"{self.method} {self.address} HTTP/1.1", f"Host: {host}"]
        if self.secret:
            name = (form_cookie if self.is_nobodys else session_cookie)(is_https=True)
            lines += [f"Cookie: {name}={self.secret}", "Sec-Fetch-Site: same-origin"]
        if self.body:
            lines += [f"Content-Type: {self.media}", f"Content-Length: {len(self.body.encode())}"]
        return "\r\n".join([*lines, "", self.body])


def list_targets(sample: SampleService) -> list[Target]:
    """Return everything of the service that takes text."""
    app = create_app(sample.services.settings, sample.services)
    api_user = sample.log_in(WHO[0])
    found: list[Target] = []
    everything = [*_of_interface(app, sample, api_user), *_of_pages(app, sample)]
    # Whatever takes all that another one takes, and more, goes before it.
    for target in sorted(everything, key=lambda one: len(one.names), reverse=True):
        if not any(target.path == one.path and target.names <= one.names for one in found):
            found.append(target)
    return found


def _filled(rule: str, known: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda name: known.get(name[1] or name[2], "1"), rule)


def _of_interface(app: Flask, sample: SampleService, secret: str) -> Iterator[Target]:
    """Yield the operations of the OpenAPI document that take a query or a body."""
    document: Any = app.test_client().get("/openapi.json").json
    bodies = sample.bodies
    for path, item in document["paths"].items():
        for method, operation in item.items():
            address = _filled(path, sample.known)
            queries = {
                one["name"]: "1" for one in operation.get("parameters", ()) if one["in"] == "query"
            }
            if queries:
                address += f"?{urlencode(queries)}"
            label = f"{method.upper()} {path}"
            if "requestBody" in operation:
                body = json.dumps(bodies[label])
                yield Target(method.upper(), address, secret, body=body, media="application/json")
            elif queries:
                yield Target(method.upper(), address, secret)


def _of_pages(app: Flask, sample: SampleService) -> Iterator[Target]:
    """Yield the forms and the links with queries of the pages that each role sees."""
    known = {**sample.known, "user_id": STAND_IN, "seq": "1"}
    for user_id in WHO:
        secret = sample.log_in(user_id) if user_id else "a browser of nobody"
        client = FlaskClient(app, app.response_class)
        if user_id:
            client.set_cookie(session_cookie(is_https=False), secret)
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.rule.startswith(("/api/", "/static/")):
                continue
            answer = client.get(_filled(rule.rule, known))
            if answer.mimetype == "text/html" and answer.status_code == HTTPStatus.OK:
                parser = html5lib.HTMLParser(namespaceHTMLElements=False)
                for target in _of_page(parser.parse(answer.text)):
                    yield replace(
                        target,
                        secret=secret,
                        is_nobodys=not user_id,
                        body=target.body.replace("TOKEN", token_of(secret)),
                    )


def _of_page(root: Element) -> Iterator[Target]:
    for link in root.iter("a"):
        address = str(link.get("href", ""))
        if address.startswith("/") and "?" in address:
            yield Target("GET", address.partition("#")[0])
    for form in root.iter("form"):
        values = dict(_values(form))
        if not values.keys() - _OWN:
            continue
        action = str(form.get("action"))
        if str(form.get("method", "get")).lower() == "get":
            yield Target("GET", f"{action}?{urlencode(values)}")
        else:
            sent = urlencode({**values, FIELD: "TOKEN"})
            yield Target("POST", action, body=sent, media=_FORM)


def _values(form: Element) -> Iterator[tuple[str, str]]:
    """Yield the fields of a form with what stands in them; what is empty gets something."""
    for one in form.iter():
        name = one.get("name")
        if one.tag not in _FIELDS or not name:
            continue
        if one.tag == "select":
            options = [str(option.get("value", "")) for option in one.iter("option")]
            yield name, next(filter(None, options), "1")
        else:
            yield name, str(one.get("value") or "1")
