"""The small reader of JSON Schema agrees with a complete one on what holds."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bench.verdicts.mutations import broken_file
from pricing.price_files.validation.json_format import CHARGES, file_schema, item_schema
from pricing.price_files.validation.shapes import compile_shape
from pricing.price_files.validation.standard import VERSIONS


@given(st.integers(0, 10**6), st.sampled_from(VERSIONS))
def test_a_complete_validator_finds_the_same_items_right(seed: int, version: str) -> None:
    try:
        document: Any = json.loads(broken_file(seed, version, "json"), parse_int=float)
    except ValueError:
        return
    schema = item_schema(version)
    ours, theirs = compile_shape(schema), Draft7Validator(schema)

    charges = document.get(CHARGES) if isinstance(document, dict) else None
    for item in charges if isinstance(charges, list) else []:
        if "Infinity" not in json.dumps(item):
            assert ours.holds(item) == theirs.is_valid(item)
            assert ours.holds(item) == (not list(ours.breaches(item, "")))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_schemas_are_json_schemas(version: str) -> None:
    for schema in (item_schema(version), file_schema(version)):
        Draft7Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("schema", "value", "keywords"),
    [
        ({"type": "string", "enum": ["a"]}, 5.0, ["type", "enum"]),
        ({"type": "string", "minLength": 1}, 5.0, ["type"]),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, [5.0], ["type"]),
        ({"type": "number", "exclusiveMinimum": 0}, float("inf"), ["type"]),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, ["required"] * 2 + ["anyOf"]),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1.0}, ["required", "if"]),
        ({"not": {"required": ["a"]}}, "text", ["not"]),
        ({"required": ["a"]}, "text", []),
    ],
)
def test_breaches_come_in_the_official_order(
    schema: dict[str, Any], value: object, keywords: list[str]
) -> None:
    shape = compile_shape(schema)

    assert [breach.keyword for breach in shape.breaches(value, "")] == keywords
    assert shape.holds(value) == (not keywords)


def test_a_keyword_that_is_not_known_is_no_silent_pass() -> None:
    with pytest.raises(KeyError):
        compile_shape({"type": "integer"})
