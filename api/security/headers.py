"""The headers of every answer."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from api.settings import Settings

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        # Our own files; nothing inline, nothing made up by a script, nothing from elsewhere.
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "frame-src 'none'",
        "object-src 'none'",
    )
)
_UNUSED: Final = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
    "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "usb",
)  # fmt: skip
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
}
_TLS_ONLY: Final = "max-age=63072000; includeSubDomains"


def add_headers(app: Flask, settings: Settings) -> None:
    """Have every answer carry the headers; where people use TLS, also that they always must."""
    headers = dict(_HEADERS)
    if settings.is_https:
        headers["Strict-Transport-Security"] = _TLS_ONLY

    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            # Pages and answers are about people's health: no cache may keep them, not even the
            # browser's, which shows them to the next person after a logout.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(add)
