"""The published description of the REST interface is valid, and the interface keeps to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from schemathesis import GenerationMode

from bench.fuzzing import Fuzzer
from tests.api.faces.claim_worlds import store_claim
from tests.api.faces.estimate_worlds import BILL, ESTIMATE, store_estimate
from tests.api.faces.test_bad_input import SLOT
from tests.api.faces.test_claims_rest import SPENT
from tests.api.faces.test_coverage_rest import PAID, TAXI, store_policy
from tests.api.faces.test_rest import CASE
from tests.api.faces.worlds import PEOPLE, PLANNED, Template, World, open_world
from tests.api.matrix.expected import ANYBODY, EXPECTED

pytestmark = pytest.mark.sweep

CHANGE_NOTHING: Final = {"checkPolicy", "compareOffers", "decideCoverage", "priceClaim"}
"""A second time they give the same answer, so they need no key."""

_EXAMPLES: Final = 8
_EXAMPLES_OF_OTHERS: Final = 2
_VARIABLE: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_LETTERS: Final = {
    "coordinator": "c",
    "case_manager": "m",
    "insurer_reviewer": "r",
    "facility_contact": "f",
    "auditor": "a",
    "administrator": "d",
    "patient": "p",
    "companion": "n",
    "stranger": "c",
    "strange_reviewer": "r",
    "strange_administrator": "d",
}


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


@pytest.fixture(scope="module")
def fuzzed_world(
    world_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for everybody: whatever is done to it, the interface keeps to its description."""
    opened = open_world(world_template, tmp_path_factory.mktemp("fuzzed"))
    store_policy(opened)
    yield opened
    opened.services.database.dispose()


def _estimated(world: World) -> int:
    """Return the number of an issued version; there is a bill of that number, too."""
    with world.services.database.write() as session:
        return store_estimate(session).number


@pytest.fixture(scope="module")
def fuzzer(fuzzed_world: World) -> Fuzzer:
    """The interface of that world."""
    known = {
        "reference": PLANNED,
        "plan_id": fuzzed_world.template.plan_id,
        "itinerary_id": fuzzed_world.template.itinerary_id,
        "facility_id": "mayo-clinic-rochester",
        "policy_id": "taxi-plan",
        "number": str(_estimated(fuzzed_world)),
        "item": "1",
        "claim_id": store_claim(fuzzed_world, is_filed=False).id,
    }
    bodies: dict[str, Any] = {
        "POST /api/v1/cases": CASE,
        "PUT /api/v1/cases/{reference}/visit": CASE["visit"],
        "POST /api/v1/slots": SLOT,
        "POST /api/v1/plans/{plan_id}/accept": {"proposal": "best"},
        "POST /api/v1/cases/{reference}/claims": {"expenses": [SPENT]},
        "POST /api/v1/claims/{claim_id}/file": {"version": 2},
        "PUT /api/v1/cases/{reference}/estimate": {"revision": 0, "estimate": ESTIMATE},
        "POST /api/v1/cases/{reference}/bills": {"bill": BILL},
        "POST /api/v1/policies/check": {"policy": PAID},
        "POST /api/v1/coverage/decisions": {"policy": PAID, "trip": TAXI},
    }
    return Fuzzer(fuzzed_world.app, known, bodies)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", ["", *PEOPLE])
def test_whatever_anybody_sends_the_interface_keeps_to_its_description(
    fuzzer: Fuzzer, fuzzed_world: World, name: str, mode: GenerationMode
) -> None:
    examples = _EXAMPLES if name == "coordinator" else _EXAMPLES_OF_OTHERS
    token = fuzzed_world.template.tokens[name] if name else ""

    tried = fuzzer.fuzz(token, mode=mode, examples=examples)

    assert len(tried) >= 19
    assert not {operation: one.faults for operation, one in tried.items() if one.faults}
    for operation, one in tried.items():
        allowed = EXPECTED[_endpoint_of(fuzzed_world, operation)]
        if allowed == ANYBODY or (name and _LETTERS[name] in allowed.lower()):
            # Refused at the door each time, nothing would have been tried.
            assert not one.statuses.keys() & {401, 403}, operation
        else:
            assert one.statuses.keys() <= {403 if name else 401}, operation


def _endpoint_of(world: World, operation: str) -> str:
    method, path = operation.split(" ")
    return next(
        str(rule.endpoint)
        for rule in world.app.url_map.iter_rules()
        if method in (rule.methods or ()) and _VARIABLE.sub(r"{\1}", rule.rule) == path
    )


def test_every_operation_that_acts_once_says_so(client: FlaskClient) -> None:
    paths = _document(client)["paths"]
    posts = [
        item["post"]
        for item in paths.values()
        if "post" in item and item["post"]["operationId"] not in CHANGE_NOTHING
    ]

    assert len(posts) >= 5
    for one in posts:
        headers = [each["name"] for each in one["parameters"] if each["in"] == "header"]
        assert headers == ["Idempotency-Key"]
        assert {"409", "422", "429"} <= one["responses"].keys()


def _document(client: FlaskClient) -> dict[str, Any]:
    document = client.get("/openapi.json").json
    assert isinstance(document, dict)
    return document
