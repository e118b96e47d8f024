"""The documentation of the REST interface, made from its own OpenAPI document."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from api.access.actions import Action, acts
from api.presenters.reference import present_reference
from api.schemas.description import openapi_document

pages = Blueprint("reference", __name__)


@pages.get("/docs")
@acts(Action.PUBLIC_READ)
def reference_page() -> str:
    """Show every operation with its parameters, bodies and answers."""
    document = openapi_document(current_app)
    return render_template("reference.html", reference=present_reference(document))
