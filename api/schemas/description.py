"""The OpenAPI document of the REST interface, as it is published."""

from __future__ import annotations

import copy
from typing import Any, cast

from flask import Flask
from flask_openapi3.openapi import OpenAPI

_KEY = "openapi_document"


def openapi_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the application; made once.

    The framework adds a 422 in its own words to operations that have none of ours: those
    operations take nothing that could be wrong, so it is taken out.
    """
    if _KEY not in app.extensions:
        document = copy.deepcopy(cast("OpenAPI", app).api_doc)
        for item in document["paths"].values():
            for operation in item.values():
                added = operation["responses"].get("422", {})
                if "application/json" in added.get("content", {}):
                    del operation["responses"]["422"]
        app.extensions[_KEY] = document
    return cast("dict[str, Any]", app.extensions[_KEY])
