"""Bodies larger than are read are refused before anybody asks who sends them."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

from api.settings import Settings


def refuse_large_bodies(app: Flask, settings: Settings) -> None:
    """Refuse a body that says it is too large, or that is, where it comes without a length."""
    most = settings.max_upload_bytes

    def refuse() -> None:
        length = request.content_length
        if length is None and request.environ.get("wsgi.input_terminated"):
            # Sent in chunks. Werkzeug stops at the limit without a word when it reads them all.
            length = len(request.get_data(cache=True)) + 1
        if (length or 0) > most:
            raise RequestEntityTooLarge

    app.before_request(refuse)
