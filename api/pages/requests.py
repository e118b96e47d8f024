"""What the pages ask of a request: its text."""

from __future__ import annotations

from flask import request

from api.pages.form_state import showable


def query_text(name: str, *, longest: int = 100) -> str:
    """Return a parameter of the query as trimmed text; empty where there is none."""
    return showable(request.args.get(name, "")).strip()[:longest]
