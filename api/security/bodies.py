"""Bodies larger than are read are refused before anybody asks who sends them.

A route that takes receipts reads as much as a receipt may have; what is sent to it is held in
memory, as a file beside the database would be no sealed one.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO, Final

from flask import Flask, Request, request
from werkzeug.exceptions import RequestEntityTooLarge

from api.settings import Settings

AROUND_FILE: Final = 10_000
"""Bytes of a form beside the file in it."""

_OF_RECEIPTS: Final = frozenset({"claim_receipts.send"})
_MEGA: Final = 1_000_000


class HeldRequest(Request):
    """A request whose files are held in memory and never written to a disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()


def refuse_large_bodies(app: Flask, settings: Settings) -> None:
    """Refuse a body that says it is too large, or that is, where it comes without a length."""
    app.request_class = HeldRequest

    def refuse() -> None:
        is_receipt = request.endpoint in _OF_RECEIPTS
        most = settings.max_upload_bytes
        if is_receipt:
            most = request.max_content_length = settings.max_receipt_bytes + AROUND_FILE
        length = request.content_length
        if length is None and request.environ.get("wsgi.input_terminated"):
            # Sent in chunks. Werkzeug stops at the limit without a word when it reads them all.
            length = len(request.get_data(cache=True)) + 1
        if (length or 0) > most:
            raise RequestEntityTooLarge(_of_receipts(settings) if is_receipt else None)

    app.before_request(refuse)


def _of_receipts(settings: Settings) -> str:
    most = f"{settings.max_receipt_bytes / _MEGA:g} MB"
    return f"A receipt has at most {most}; send a smaller picture, or the pages one by one."
