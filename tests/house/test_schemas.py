"""One name, one schema: of two under one name, the OpenAPI document would keep only the last."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import api
from api.schemas.fields import Answer, Asked, Body


def _schema_classes() -> Iterator[type[Answer | Asked | Body]]:
    """Yield every class that describes a part of a request or an answer."""
    for module in pkgutil.walk_packages(api.__path__, "api."):
        if module.name.startswith(("api.rest", "api.schemas")):
            importlib.import_module(module.name)
    waiting: list[Any] = [Answer, Asked, Body]
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        yield from (one for one in found if one.__module__.startswith("api."))


def _published() -> dict[str, set[str]]:
    """Return every schema as JSON, and those inside of it, by the name it is published under."""
    schemas = defaultdict(set)
    for one in _schema_classes():
        schema = one.model_json_schema(ref_template="{model}")
        parts = {one.__name__: schema, **schema.pop("$defs", {})}
        for name, part in parts.items():
            schemas[name].add(json.dumps(part, sort_keys=True))
    return schemas


def test_no_two_schema_classes_have_one_name() -> None:
    places = defaultdict(set)
    for one in _schema_classes():
        places[one.__name__].add(one.__module__)

    assert len(places) > 50
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_two_schemas_have_one_title() -> None:
    names = defaultdict(set)
    for name, found in _published().items():
        for schema in found:
            names[json.loads(schema).get("title", name)].add(name)

    assert {title: found for title, found in names.items() if len(found) > 1} == {}


def test_what_is_inside_of_schemas_is_the_same_under_one_name() -> None:
    assert [name for name, found in _published().items() if len(found) > 1] == []
