"""The OpenAPI document as a page people can read: operations by noun, with their fields."""

from __future__ import annotations

from typing import Any, Final

_METHODS: Final = ("get", "post", "put", "delete")


def present_reference(document: dict[str, Any]) -> dict[str, Any]:
    """Return the operations of an OpenAPI document by tag, and its schemas with their fields."""
    schemas = document.get("components", {}).get("schemas", {})
    tags: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = methods[method]
                tag = operation.get("tags", ["other"])[0]
                tags.setdefault(tag, []).append(_operation(path, method, operation))
    return {
        "tags": [{"name": name, "operations": operations} for name, operations in tags.items()],
        "schemas": [_schema(name, schemas[name]) for name in sorted(schemas)],
    }


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "parameters": [
            {
                "name": parameter["name"],
                "place": parameter["in"],
                "required": bool(parameter.get("required")),
                "type": _type(parameter.get("schema", {})),
                "description": parameter.get("description", ""),
            }
            for parameter in operation.get("parameters", [])
        ],
        "body": _names(body),
        "responses": [
            {
                "status": status,
                "description": response.get("description", ""),
                "schemas": _names(response.get("content", {})),
            }
            for status, response in operation["responses"].items()
        ],
    }


def _names(content: dict[str, Any]) -> list[dict[str, str]]:
    """Return the media types with the schema each has; an empty name where it has none."""
    return [
        {"media": media, "schema": _reference(of.get("schema", {}))}
        for media, of in content.items()
    ]


def _schema(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    required = schema.get("required", [])
    return {
        "name": name,
        "description": schema.get("description", ""),
        "words": [str(word) for word in schema.get("enum", [])],
        "fields": [
            {
                "name": field,
                "type": _type(of),
                "required": field in required,
                "description": of.get("description", ""),
            }
            for field, of in schema.get("properties", {}).items()
        ],
    }


def _reference(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _reference(schema)
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"])
    return str(schema.get("format") or schema.get("type", "any"))
