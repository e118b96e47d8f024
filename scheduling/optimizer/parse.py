"""From JSON text to a problem: where a document is checked and every fault gets its path."""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scheduling.optimizer.errors import Fault, InvalidProblem
from scheduling.optimizer.faults import list_faults
from scheduling.optimizer.problem import Problem


def parse_problem(document: str | bytes | Mapping[str, Any]) -> Problem:
    """Read a problem document from JSON text or from the object it describes.

    Raises:
        InvalidProblem: with every fault found and its path.
    """
    if isinstance(document, Mapping):
        document = _to_json(document)
    try:
        problem = Problem.model_validate_json(document)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True, include_input=False)
        raise InvalidProblem([_to_fault(detail) for detail in details]) from error
    faults = _repeated_keys(document) or list_faults(problem)
    if faults:
        raise InvalidProblem(faults)
    return problem


def _repeated_keys(document: str | bytes) -> list[Fault]:
    """Return a fault for every key that stands twice in one object: readers would differ."""
    faults: list[Fault] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            faults.append(Fault("$", f"has the key {twice!r} twice in one object; keep one"))

    json.loads(document, object_pairs_hook=look)
    return faults


def _to_json(document: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(document), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidProblem([Fault("$", f"is not JSON: {error}")]) from error


_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a key of the document; remove it",
    "int_type": "must be a whole number, without quotes and without a fraction",
    "int_from_float": "must be a whole number, without a fraction",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "none_required": "must be null",
}


def _to_fault(detail: ErrorDetails) -> Fault:
    path = ""
    for step in detail["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    message = _WORDS.get(detail["type"], detail["msg"][:1].lower() + detail["msg"][1:])
    return Fault(path.lstrip(".") or "$", message)
