"""Pages that tell how the documents of the house are written."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from api.access.actions import Action, acts
from api.presenters.guides import find_guide, list_guides

pages = Blueprint("guides", __name__)


@pages.get("/guides/")
@acts(Action.PUBLIC_READ)
def list_page() -> str:
    """Show which guides there are."""
    return render_template("guide_list.html", guides=list_guides())


@pages.get("/guides/<name>")
@acts(Action.PUBLIC_READ)
def guide_page(name: str) -> str:
    """Show a guide."""
    guide = find_guide(name)
    if guide is None:
        raise NotFound
    return render_template("guide.html", guide=guide)
