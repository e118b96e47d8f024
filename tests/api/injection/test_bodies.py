"""Hostile text, and what is no text, in every field and parameter of the REST interface."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.faces.worlds import PLANNED, World
from tests.api.injection.corpus import CORPUS, NEVER_TEXT, ONE_OF_EACH, TEXTS, Breadth
from tests.api.injection.doors import (
    CHECK,
    Leaf,
    body_leaves,
    claim_names,
    filled,
    found_at,
    full_bodies,
    parameters,
    placed,
)

pytestmark = pytest.mark.sweep

_TAKES_TEXT: Final = {
    *("title", "diagnosis", "story", "patient.name", "companions.0.person.name"),
    *("visit.needs.0.title", "visit.needs.0.specialty", "needs.0.title", "needs.0.specialty"),
}
"""The only fields that take words; what is planted in them is looked at in `test_faces`."""

_ODD: Final = (
    "NaN", "Infinity", "-Infinity", "1e999", "-0.0", "1" + "0" * 400, "-" + "9" * 30, "true",
    "null", "[]", "{}", '{"$ref": "#/"}', '{"__proto__": {"x": 1}}', "[" * 300 + "]" * 300,
    '{"a":' * 300 + "1" + "}" * 300, '"' + "x" * 100_000 + '"', "[" + "1," * 50_000 + "1]",
)  # fmt: skip
"""JSON that is read as something, which no field asks for."""


@pytest.fixture(scope="module")
def document(world: World) -> dict[str, Any]:
    """The OpenAPI document."""
    found = world.client.get("/openapi.json").json
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def names(world: World) -> dict[str, str]:
    """Something that exists for each part of an address."""
    return {
        **claim_names(world),
        "reference": PLANNED,
        "plan_id": world.template.plan_id,
        "itinerary_id": world.template.itinerary_id,
        "facility_id": "mayo-clinic-rochester",
        "policy_id": "irs-medical-travel",
    }


def _send(client: FlaskClient, leaf: Leaf, names: Mapping[str, str], body: object) -> TestResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.open(
        filled(leaf.path, names), method=leaf.method, data=content, content_type="application/json"
    )


def test_every_field_takes_hostile_text_as_text_or_refuses_it(
    world: World, document: dict[str, Any], names: dict[str, str]
) -> None:
    client, bodies = world.client, _Bodies(full_bodies(world))
    taking: list[Leaf] = []
    for leaf in _keeping_leaves(document):
        for text in ONE_OF_EACH:
            answer = _send(client, leaf, names, placed(bodies[leaf], leaf.place, text))
            assert answer.status_code < 500, (leaf, text)
            if answer.status_code < 300:
                assert text not in NEVER_TEXT, leaf
                taking.append(leaf)
            else:
                assert answer.mimetype == "application/problem+json"
    assert {".".join(map(str, leaf.place)) for leaf in taking} == _TAKES_TEXT

    for operation in {leaf.operation for leaf in taking}:
        leaves = [leaf for leaf in dict.fromkeys(taking) if leaf.operation == operation]
        for text in TEXTS:
            body = bodies[leaves[0]]
            for leaf in leaves:
                body = placed(body, leaf.place, text)
            answer = _send(client, leaves[0], names, body)
            assert answer.status_code < 300, (operation, text, answer.text)
            assert answer.json is not None
            told = answer.json if "reference" in body else answer.json["visit"]
            assert {found_at(told, leaf.place) for leaf in leaves} == {text.strip()}


def test_a_document_that_is_looked_over_is_said_to_be_wrong(world: World) -> None:
    for text in TEXTS:
        answer = world.client.post(CHECK.partition(" ")[2], json={"policy": text})

        assert answer.status_code in {200, 422}
        assert answer.status_code == 422 or not (answer.json or {})["well"]


def _keeping_leaves(document: dict[str, Any]) -> Iterator[Leaf]:
    """Yield every place of a body but of those that are looked over and not kept."""
    return (leaf for leaf in body_leaves(document) if leaf.operation != CHECK)


@dataclass(slots=True)
class _Bodies:
    """A right body for each operation, each time of another case."""

    full: Mapping[str, dict[str, Any]]
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(4_000, 10_000)))

    def __getitem__(self, leaf: Leaf) -> dict[str, Any]:
        body = self.full[leaf.operation]
        if "reference" not in body:
            return body
        return {**body, "reference": f"SJ-{next(self.numbers)}"}


def test_what_is_no_value_of_any_field_is_refused_by_its_name(
    world: World, document: dict[str, Any], names: dict[str, str]
) -> None:
    client, bodies = world.client, full_bodies(world)
    for leaf in body_leaves(document):
        marked = json.dumps(placed(bodies[leaf.operation], leaf.place, "HERE"))
        for odd in _ODD:
            answer = _send(client, leaf, names, marked.replace('"HERE"', odd).encode())
            assert answer.status_code < 500, (leaf, odd[:30])
            assert answer.is_json


def test_no_parameter_is_anything_but_a_value(
    world: World, document: dict[str, Any], names: dict[str, str], breadth: Breadth
) -> None:
    client = world.client
    likely = (*CORPUS["sql"], *CORPUS["path"], *CORPUS["header"])
    for turn, (method, path, where, name) in enumerate(parameters(document)):
        for text in (*breadth.some(ONE_OF_EACH, turn, 5), *breadth.some(likely, turn, 7)):
            answer = _ask(client, method, path, names, (where, name, text))
            if answer is None:
                continue
            assert answer.status_code < 500, (path, name, text)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "xqz" not in {key.lower() for key in answer.headers.keys()}  # noqa: SIM118 — headers
            if where == "path":
                assert answer.status_code in {404, 405, 308, 415, 422}, (path, text)
            if where == "query" and answer.status_code == 200:
                # A filter that fits nothing finds nothing.
                assert all(not found for found in answer.json.values()), (path, name, text)  # type: ignore[union-attr]  # — an object


def _ask(
    client: FlaskClient,
    method: str,
    path: str,
    names: Mapping[str, str],
    where: tuple[str, str, str],
) -> TestResponse | None:
    """Ask with a text at a place; None where no client could send it there."""
    kind, name, text = where
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    if kind == "path":
        address = filled(path, {**names, name: quote(text, safe="/")})
        return client.open(address, method=method, json={})
    if kind == "query":
        return client.open(filled(path, names), method=method, query_string={name: text})
    headers = {name: text.encode().decode("latin-1")}
    try:
        return client.open(filled(path, names), method=method, headers=headers, json={})
    except ValueError:
        # A header holds no line break: werkzeug's client refuses it, as servers do.
        return None


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"[" * 499_000 + b"]" * 499_000,
        b'{"title": ' + b"9" * 900_000 + b"}",
        b'{"title": 1e' + b"9" * 900_000 + b"}",
        b'{"title": "\\ud800"}',
        b'{"title": "' + b"\\u0000" * 100_000 + b'"}',
        b'{"x": NaN, "y": Infinity}',
        b"{" + b",".join(b'"k%d": 1' % number for number in range(60_000)) + b"}",
        b'{"companions": [' + b",".join([b"{}"] * 100_000) + b"]}",
        b'{"title": 1, "title": "2"}',
        b'{"' + b"x" * 900_000 + b'": 1}',
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
    ],
)
def test_a_bomb_of_json_is_refused_at_every_door(world: World, content: bytes) -> None:
    for method, path in (
        ("POST", "/api/v1/cases"),
        ("PUT", f"/api/v1/cases/{PLANNED}/visit"),
        ("POST", "/api/v1/slots"),
        ("POST", f"/api/v1/plans/{world.template.plan_id}/accept"),
    ):
        answer = world.client.open(
            path, method=method, data=content, content_type="application/json"
        )
        assert 400 <= answer.status_code < 500, (path, answer.text[:200])
        assert len(answer.data) < 50_000


def test_what_was_refused_and_taken_forged_no_line_of_the_log(
    world: World, log: io.StringIO
) -> None:
    for text in TEXTS:
        world.client.get("/api/v1/slots", query_string={"facility_id": text})
        world.client.post("/api/v1/cases", json={"title": text}, headers={"User-Agent": "x"})
        world.client.get("/api/v1/itineraries/" + text.replace("\n", "%0A").replace("\r", "%0D"))

    lines = log.getvalue().splitlines()
    assert len(lines) >= 3 * len(TEXTS)
    for line in lines:
        assert "xqz" not in line.lower()
        assert line.isprintable()
        assert isinstance(json.loads(line), dict)
