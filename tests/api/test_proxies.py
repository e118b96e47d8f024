"""Behind reverse proxies: as many as were said are believed, and not one more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from api.access.actions import Action, acts
from api.app import create_app
from api.settings import Settings


@acts(Action.PUBLIC_READ)
def _tell() -> dict[str, Any]:
    return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host}


def _app(tmp_path: Path, hops: int) -> Flask:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'none.sqlite'}", proxy_hops=hops)
    app = create_app(replace(settings, trusted_hosts=("localhost", "visits.example")))
    app.view_functions["about.about_page"] = _tell
    return app


@pytest.mark.parametrize(
    ("hops", "address", "scheme"),
    [(0, "127.0.0.1", "http"), (1, "203.0.113.3", "https"), (2, "203.0.113.2", "http")],
)
def test_so_many_proxies_are_believed(tmp_path: Path, hops: int, address: str, scheme: str) -> None:
    told = _app(tmp_path, hops).test_client().get(
        "/about",
        headers={
            "X-Forwarded-For": "203.0.113.1, 203.0.113.2, 203.0.113.3",
            "X-Forwarded-Proto": "http, https",
            "X-Forwarded-Host": "visits.example",
        },
    )  # fmt: skip

    assert told.json == {"address": address, "scheme": scheme, "host": "localhost"}


def test_who_comes_past_the_proxies_is_who_comes(tmp_path: Path) -> None:
    told = _app(tmp_path, 2).test_client().get(
        "/about", headers={"X-Forwarded-For": "203.0.113.1"}
    )  # fmt: skip

    assert told.json is not None
    assert told.json["address"] == "127.0.0.1"


def test_what_is_read_of_a_body_is_a_setting(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'none.sqlite'}", max_upload_bytes=20_000
    )

    assert create_app(settings).config["MAX_CONTENT_LENGTH"] == 20_000
