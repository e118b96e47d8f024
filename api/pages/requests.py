"""What the pages ask of a request: its text, and the one-time key of its form."""

from __future__ import annotations

import re
from typing import Final
from uuid import uuid4

from flask import request

from api.errors import ConfirmationMissing
from api.pages.form_state import showable

_KEY: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def new_request_key() -> str:
    """Return a key for one form: the same form sent twice carries the same key."""
    return uuid4().hex


def read_request_key() -> str:
    """Return the key of the form that was sent; raises ConfirmationMissing."""
    key = request.form.get("request_key", "")
    if not _KEY.fullmatch(key):
        raise ConfirmationMissing
    return key


def query_text(name: str, *, longest: int = 100) -> str:
    """Return a parameter of the query as trimmed text; empty where there is none."""
    return showable(request.args.get(name, "")).strip()[:longest]
