"""Hostile text in every field of every form that any role sees, and in every query of a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar, Final
from uuid import uuid4

import pytest
from flask import Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.test import TestResponse

from api.guard.once import FIELD as KEY_FIELD
from api.security.forms import FIELD, token_of
from tests.api.faces.worlds import PEOPLE, PLANNED, World, log_in
from tests.api.injection.corpus import MARK, NEVER_TEXT, ONE_OF_EACH, Breadth
from tests.api.injection.doors import PageForm, addresses, claim_names, forms_of
from tests.api.injection.looking import escapes, parsed

pytestmark = pytest.mark.sweep

_NEVER: Final = tuple(f"so much is said {text}" for text in NEVER_TEXT[:2])
_TOGETHER: Final = 5
_ALONE: Final = 1
"""So many strings are sent in all fields of a form, and in each while others stay as shown."""

_ENDINGS: Final = ("/remove", "/file", "/withdraw")
"""What takes away the access or the state that other forms want is sent after them."""

_QUERIES: Final = 3
"""So many strings are sent in the queries of a page by each who sees it."""


class _Recording(ImmutableMultiDict[str, str]):
    """The query of a request, which remembers what was looked for in any."""

    asked: ClassVar[set[str]] = set()

    def get(self, key: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401 — as werkzeug's own
        self.asked.add(key)
        return super().get(key, *args, **options)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


@pytest.fixture(scope="module")
def names(world: World) -> dict[str, Any]:
    """Something that exists for each part of a page's address."""
    return {
        **claim_names(world),
        "reference": PLANNED,
        "plan_id": world.template.plan_id,
        "itinerary_id": world.template.itinerary_id,
        "facility_id": "mayo-clinic-rochester",
        "policy_id": "irs-medical-travel",
        "user_id": "target",
        "seq": 1,
    }


@pytest.fixture(scope="module")
def forms(world: World, names: dict[str, Any]) -> list[PageForm]:
    """Every form that anybody sees; what is seen by many, once."""
    found: dict[tuple[str, tuple[str, ...]], PageForm] = {}
    for who in ("", *PEOPLE):
        client = world.client_of(who)
        for page in addresses(world, names).values():
            for form in forms_of(client, who, page):
                found.setdefault((form.action, tuple(sorted(form.names))), form)
    return sorted(found.values(), key=lambda form: form.action.endswith(_ENDINGS))


def _client(world: World, who: str) -> tuple[FlaskClient, str]:
    """Return a client in a session of its own, as a form may end it, and its secret."""
    secret = log_in(world.services, who) if who else "a browser of nobody"
    client = FlaskClient(world.app, world.app.response_class)
    client.set_cookie("sojourn" if who else "sojourn-form", secret)
    return client, secret


def _send(world: World, form: PageForm, **changed: str) -> TestResponse:
    client, secret = _client(world, form.who)
    fields = {**form.values, **changed}
    fields |= {FIELD: token_of(secret), KEY_FIELD: uuid4().hex}
    # What is half a character cannot be typed; a program sends its bytes all the same.
    sent = {name: _sendable(value) for name, value in fields.items()}
    if form.method == "GET":
        return client.get(form.action, query_string=sent)
    headers = {"Sec-Fetch-Site": "same-origin"}
    return client.post(form.action, data=sent, headers=headers)


def _sendable(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [str(_sendable(one)) for one in value]
    return value.encode("utf-8", "replace").decode()


def _hostile(form: PageForm, turn: int, breadth: Breadth) -> Iterator[dict[str, str]]:
    """Yield what to change in a form: all fields together, and each by itself."""
    for text in breadth.some(ONE_OF_EACH, turn, _TOGETHER):
        yield dict.fromkeys(form.names, text)
    for place, name in enumerate(form.names):
        for text in breadth.some(ONE_OF_EACH, turn + place, _ALONE):
            yield {name: text}


def _faults(answer: TestResponse) -> list[str]:
    faults = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    if answer.mimetype == "text/html" and answer.status_code not in {302, 303, 308}:
        faults += escapes(parsed(answer.text))
    if MARK in "".join(name.lower() for name, _ in answer.headers):
        faults.append("a header")
    location = answer.headers.get("Location", "/")
    if not location.startswith("/") or location.startswith(("//", "/\\")):
        faults.append(f"leads to {location}")
    return faults


def test_what_is_never_text_is_kept_by_no_form(
    world: World, forms: list[PageForm], breadth: Breadth
) -> None:
    for turn, form in enumerate(forms):
        for place, name in enumerate(form.names):
            for text in breadth.some(_NEVER, turn + place, 1):
                answer = _send(world, form, **{name: text})
                assert answer.status_code < 500, (form.action, name)
                assert "\x00" not in text or answer.status_code == 400
                assert "\x1b" not in answer.text
                assert "\x00" not in answer.text


def test_every_form_takes_hostile_text_as_text_or_refuses_it(
    world: World, forms: list[PageForm], breadth: Breadth
) -> None:
    assert len({form.action for form in forms if form.method == "POST"}) >= 20
    wrong = {
        (form.action, json.dumps(changed)[:80]): faults
        for turn, form in enumerate(forms)
        for changed in _hostile(form, turn, breadth)
        if (faults := _faults(_send(world, form, **changed)))
    }

    assert wrong == {}


def test_every_query_of_every_page_is_a_value(
    world: World, names: dict[str, Any], monkeypatch: pytest.MonkeyPatch, breadth: Breadth
) -> None:
    recording = type("Recording", (Request,), {"parameter_storage_class": _Recording})
    monkeypatch.setattr(world.app, "request_class", recording)
    wrong: dict[Any, list[str]] = {}
    found: set[str] = set()
    for number, who in enumerate(("coordinator", "auditor", "administrator", "")):
        client = world.client_of(who)
        for turn, (endpoint, page) in enumerate(addresses(world, names).items(), number):
            _Recording.asked.clear()
            client.get(page)
            queries = _Recording.asked - {FIELD, KEY_FIELD}
            found |= queries
            for text in breadth.some(ONE_OF_EACH, turn, _QUERIES) if queries else ():
                query = {name: str(_sendable(text)) for name in queries}
                faults = _faults(client.get(page, query_string=query))
                if faults:
                    wrong[endpoint, text] = faults

    assert wrong == {}
    assert {"done", "before", "next", "revision", "page"} <= found


def test_every_part_of_an_address_is_a_name(world: World) -> None:
    wrong: dict[Any, list[str]] = {}
    for who in ("coordinator", "administrator", ""):
        client = world.client_of(who)
        for endpoint, page in addresses(world, dict.fromkeys(_PARTS, "HERE")).items():
            for text in (
                *ONE_OF_EACH,
                "..",
                "%2e%2e",
                "..%2f..%2fetc%2fpasswd",
                "%00",
                "%0d%0aX:1",
            ):
                if "HERE" in page:
                    faults = _faults(client.get(page.replace("HERE", str(_sendable(text)))))
                    if faults:
                        wrong[endpoint, text] = faults

    assert wrong == {}


_PARTS: Final = (
    "reference",
    "plan_id",
    "itinerary_id",
    "facility_id",
    "policy_id",
    "user_id",
    "seq",
    "claim_id",
    "expense_id",
    "receipt_id",
    "number",
    "item",
)
