"""A body larger than is read is refused at every door, whatever it claims to be."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from api.security.bodies import AROUND_FILE
from tests.api.faces.worlds import PEOPLE, World, log_in
from tests.api.matrix.expected import ANYBODY, EXPECTED

_LETTERS: Final = {
    "c": "coordinator",
    "m": "case_manager",
    "r": "insurer_reviewer",
    "a": "auditor",
    "d": "administrator",
}
_TOO_MANY: Final = 501


def _doors(world: World) -> Iterator[tuple[Rule, str]]:
    """Yield each route that takes a body, and somebody who may ask for it."""
    for rule in world.app.url_map.iter_rules():
        if (rule.methods or set()) & {"POST", "PUT"}:
            letters = EXPECTED[str(rule.endpoint)]
            who = "" if letters == ANYBODY else _LETTERS[letters[0].lower()]
            assert not who or who in PEOPLE
            yield rule, who


def _too_much(world: World, rule: Rule) -> bytes:
    """Return one byte more than is read at a door."""
    settings = world.services.settings
    if rule.endpoint == "claim_receipts.send":
        return b"x" * (settings.max_receipt_bytes + AROUND_FILE + 1)
    return b"x" * (settings.max_upload_bytes + 1)


def _open(world: World, rule: Rule, who: str, **sent: Any) -> int:  # noqa: ANN401 — as werkzeug's own
    client = FlaskClient(world.app, world.app.response_class)
    secret = log_in(world.services, who) if who else "a browser of nobody"
    client.set_cookie("sojourn" if who else "sojourn-form", secret)
    method = next(iter((rule.methods or set()) & {"POST", "PUT"}))
    path = re.sub(r"<\w+>", "x", re.sub(r"<int:\w+>", "1", rule.rule))
    sent = {"headers": {"Sec-Fetch-Site": "same-origin"}, **sent}
    return client.open(path, method=method, **sent).status_code


@pytest.mark.parametrize(
    "media", ["application/json", "application/x-www-form-urlencoded", "text/plain"]
)
def test_a_large_body_is_refused_at_every_door(world: World, media: str) -> None:
    doors = list(_doors(world))

    wrong = [
        (rule.rule, status)
        for rule, who in doors
        if (status := _open(world, rule, who, data=_too_much(world, rule), content_type=media))
        != 413
    ]

    assert len(doors) > 35
    assert not wrong


def test_a_large_body_of_unknown_length_is_refused_at_every_door(world: World) -> None:
    def status_of(rule: Rule, who: str) -> int:
        is_form = not rule.rule.startswith("/api/")
        media = "application/x-www-form-urlencoded" if is_form else "application/json"
        return _open(
            world,
            rule,
            who,
            input_stream=io.BytesIO(_too_much(world, rule)),
            content_type=media,
            headers={"Sec-Fetch-Site": "same-origin", "Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )

    asked = {rule.rule: status_of(rule, who) for rule, who in _doors(world)}

    assert {rule: status for rule, status in asked.items() if status != 413} == {}


def test_a_form_of_many_parts_is_refused_at_every_page(world: World) -> None:
    parts = {f"part{number}": "x" for number in range(_TOO_MANY)}

    asked = {
        rule.rule: _open(world, rule, who, data=parts, content_type="multipart/form-data")
        for rule, who in _doors(world)
        if not rule.rule.startswith("/api/")
    }

    assert {rule: status for rule, status in asked.items() if status != 413} == {}


def test_a_picture_of_many_pixels_is_refused_unseen(world: World) -> None:
    """There is no door for files; what comes to one all the same is not looked into."""
    flood = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\xff" * 8 + b"\x00" * 100

    for rule, who in _doors(world):
        sent = {"file": (io.BytesIO(flood), "../../x.png")}
        status = _open(world, rule, who, data=sent, content_type="multipart/form-data")
        assert status == (415 if rule.rule.startswith("/api/") else 403), rule.rule
