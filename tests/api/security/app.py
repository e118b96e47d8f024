"""A small application with the doors of the real one: no database, two forms, one REST address."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, render_template_string
from werkzeug.exceptions import HTTPException

from api.errors import find_problem_kind
from api.security.forms import protect_forms
from api.security.headers import add_headers
from api.security.origins import refuse_other_sites
from api.settings import Settings

PLAIN: Final = Settings()
BEHIND_TLS: Final = Settings(
    environment="production",
    public_url="https://visits.example",
    trusted_hosts=("localhost", "visits.example"),
)
PAGE: Final = "/form"
REST: Final = "/api/v1/things"


def make_app(settings: Settings) -> Flask:
    """Return the application behind the doors that these settings ask for."""
    app = Flask("doors")
    app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts)
    add_headers(app, settings)
    refuse_other_sites(app, settings)
    protect_forms(app, settings)
    app.register_error_handler(Exception, _tell)
    app.add_url_rule(PAGE, "page", lambda: render_template_string("<form>{{ form_token() }}"))
    app.add_url_rule(PAGE, "send", lambda: "done", methods=["POST"])
    app.add_url_rule(REST, "rest", lambda: {"is": "done"}, methods=["GET", "POST", "PUT", "DELETE"])
    return app


def _tell(error: Exception) -> Any:  # noqa: ANN401 — as Flask's handlers
    if isinstance(error, HTTPException):
        return error
    kind = find_problem_kind(error)
    assert kind is not None, error
    return kind.title, kind.status
