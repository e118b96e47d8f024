"""The REST interface, asked whatever its own description allows and forbids, as one caller.

Schemathesis makes up the requests from the published OpenAPI document. Of what the description
allows, half names things that exist, as nothing made up ever would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

KEPT: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
)
"""What every answer must keep to."""

_REFUSALS: Final = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "409",
    "413",
    "415",
    "422",
    "428",
    "429",
]
_CONFIG: Final = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": _REFUSALS}}}
)
"""A text that is too long for its field may be too long for a request: 413 refuses it, too."""

_CHANCE: Final = st.randoms(use_true_random=False)


@dataclass(slots=True)
class Tried:
    """What became of one operation: how often each status was answered, and what was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fuzzer:
    """The interface of an application, and what exists there.

    ``known`` has something for each part of an address, ``bodies`` a right body for each operation
    (such as ``POST /api/v1/cases``) that takes one.
    """

    app: Flask
    known: Mapping[str, str]
    bodies: Mapping[str, Mapping[str, Any]]

    def fuzz(self, session_token: str, *, mode: GenerationMode, examples: int) -> dict[str, Tried]:
        """Ask every operation that many times as whose session it is; empty: as nobody.

        Return what became of each, by its label.
        """
        tried: dict[str, Tried] = {}
        for found in _operations(self.app):
            if not isinstance(found, Ok):
                raise TypeError(found)
            operation = found.ok()
            one = tried.setdefault(operation.label, Tried())
            if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation.definition.raw):
                continue
            try:
                self._ask(operation, session_token, mode, examples, one.statuses)
            except FailureGroup as group:
                one.faults += [f"{fault.title}: {fault.message}" for fault in _leaves(group)]
        return tried

    def _ask(
        self,
        operation: Any,  # noqa: ANN401 — schemathesis' own
        session_token: str,
        mode: GenerationMode,
        examples: int,
        statuses: Counter[int],
    ) -> None:
        # A page of ours is what sends a cookie; without that every POST would be refused.
        headers = {"Sec-Fetch-Site": "same-origin"}
        cookies = {"sojourn": session_token} if session_token else {}

        @given(
            case=operation.as_strategy(generation_mode=mode), is_real=st.booleans(), chance=_CHANCE
        )
        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        def keeps(case: schemathesis.Case[Any], *, is_real: bool, chance: Random) -> None:
            if is_real and mode is GenerationMode.POSITIVE:
                self._make_real(case, operation.label, chance)
            answer = case.call_and_validate(checks=list(KEPT), headers=headers, cookies=cookies)
            statuses[answer.status_code] += 1

        keeps()

    def _make_real(self, case: schemathesis.Case[Any], label: str, chance: Random) -> None:
        """Have a request name what exists; of its body one field is left as it was made up."""
        case.path_parameters |= {name: self.known[name] for name in case.path_parameters}
        if label in self.bodies and isinstance(case.body, dict):
            kept = chance.choice(["", *sorted(case.body)])
            case.body = {**self.bodies[label], **({kept: case.body[kept]} if kept else {})}


def _operations(app: Flask) -> Any:  # noqa: ANN401 — schemathesis' own
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=_CONFIG).get_all_operations()


def _can_be_wrong(description: Mapping[str, Any]) -> bool:
    """Tell whether an operation takes anything but words of an address, all of which are right."""
    return "requestBody" in description or any(
        one["in"] != "path" or one["schema"].keys() & {"pattern", "maximum", "format", "enum"}
        for one in description.get("parameters", ())
    )


def _leaves(group: BaseExceptionGroup[Any]) -> Iterator[Any]:
    """Yield the failures of a group of groups."""
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one
