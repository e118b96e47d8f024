"""The published description of the REST interface is valid, and the interface keeps to it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.api.faces.worlds import World

KEPT = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
)


def test_the_description_is_valid_openapi(client: FlaskClient) -> None:
    document = _document(client)

    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_has_a_summary_an_id_of_its_own_and_its_refusals(
    client: FlaskClient,
) -> None:
    operations = [one for item in _document(client)["paths"].values() for one in item.values()]

    identifiers = [one["operationId"] for one in operations]
    assert len(set(identifiers)) == len(identifiers) >= 19
    for one in operations:
        assert one["summary"].endswith(".")
        refused = [status for status in one["responses"] if int(status) >= 400]
        assert refused
        for status in refused:
            assert set(one["responses"][status]["content"]) == {"application/problem+json"}


def test_every_route_under_the_interface_is_described(world: World) -> None:
    routed = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }

    assert routed <= set(_document(world.client)["paths"])


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_the_interface_keeps_to_its_description(
    world: World, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", world.app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        _try(found.ok(), mode, world.template.tokens["coordinator"])


def _try(operation: Any, mode: GenerationMode, token: str) -> None:  # noqa: ANN401 — schemathesis' own
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    def keeps(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=list(KEPT), cookies={"sojourn": token})

    # Operations that take nothing cannot be asked wrongly.
    with suppress(Unsatisfiable):
        keeps()


def test_every_operation_that_acts_once_says_so(client: FlaskClient) -> None:
    paths = _document(client)["paths"]
    posts = [item["post"] for item in paths.values() if "post" in item]

    assert len(posts) >= 5
    for one in posts:
        headers = [each["name"] for each in one["parameters"] if each["in"] == "header"]
        assert headers == ["Idempotency-Key"]
        assert {"409", "422", "429"} <= one["responses"].keys()


def _document(client: FlaskClient) -> dict[str, Any]:
    document = client.get("/openapi.json").json
    assert isinstance(document, dict)
    return document
