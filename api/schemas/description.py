"""The OpenAPI document of the REST interface, as it is published."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, Final, cast

from flask import Flask
from flask_openapi3.openapi import OpenAPI

from api.guard.once import HEADER, acts_once
from api.schemas.problem import refusals

_KEY: Final = "openapi_document"
_VARIABLE: Final = re.compile(r"<(?:\w+:)?(\w+)>", re.ASCII)
_KEY_PARAMETER: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "any text chosen by the caller; sending it twice does the work once",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


def openapi_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the application; made once.

    The framework adds a 422 in its own words to operations that have none of ours: those
    operations take nothing that could be wrong, so it is taken out. What acts once says so.
    """
    if _KEY not in app.extensions:
        document = copy.deepcopy(cast("OpenAPI", app).api_doc)
        for item in document["paths"].values():
            for operation in item.values():
                added = operation["responses"].get("422", {})
                if "application/json" in added.get("content", {}):
                    del operation["responses"]["422"]
        for operation in _acting_once(app, document):
            parameters = operation.setdefault("parameters", [])
            if HEADER not in {parameter["name"] for parameter in parameters}:
                parameters.append(dict(_KEY_PARAMETER))
            operation["responses"] = {**refusals(409, 413, 415, 422), **operation["responses"]}
        app.extensions[_KEY] = document
    return cast("dict[str, Any]", app.extensions[_KEY])


def _acting_once(app: Flask, document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the operations whose views are declared with ``@once``."""
    for rule in app.url_map.iter_rules():
        item = document["paths"].get(_VARIABLE.sub(r"{\1}", rule.rule), {})
        if acts_once(app.view_functions[rule.endpoint]):
            yield from (
                operation
                for method, operation in item.items()
                if method.upper() in (rule.methods or ())
            )
