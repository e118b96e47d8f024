"""The documentation of the REST interface, made from its own OpenAPI document."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, render_template
from flask_openapi3.openapi import OpenAPI

from api.presenters.reference import present_reference

pages = Blueprint("reference", __name__)


@pages.get("/docs")
def reference_page() -> str:
    """Show every operation with its parameters, bodies and answers."""
    document = cast("OpenAPI", current_app).api_doc
    return render_template("reference.html", reference=present_reference(document))
