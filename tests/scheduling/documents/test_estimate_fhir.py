"""The bundle of an estimate: what Da Vinci PCT 2.0.1 requires, the sums, nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from pricing.estimate.estimate_document import Estimate
from scheduling.documents.estimate_fhir import estimate_to_bundle
from tests.pricing.estimate.estimates import documented_estimate, estimate_of, item
from tests.shared_files import shared_folder

MADE_AT: Final = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
PROFILES: Final = ("gfe-bundle", "gfe-summary", "gfe-institutional", "gfe-professional")


def bundle_of(estimate: Estimate | None = None) -> dict[str, Any]:
    """Return the bundle of an estimate, the page's if none is named, through JSON and back."""
    found = estimate_to_bundle(estimate or documented_estimate(), made_at=MADE_AT)
    whole: dict[str, Any] = json.loads(json.dumps(found))
    return whole


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the resources of a kind."""
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if one["resourceType"] == kind]


def at(parts: list[Any], path: list[str]) -> Iterator[list[Any]]:
    """Yield for every parent of a path what stands at its last key."""
    key, *rest = path
    for part in parts:
        found = part.get(key, [])
        below = found if isinstance(found, list) else [found]
        if rest:
            yield from at(below, rest)
        else:
            yield below


def of_profile(bundle: dict[str, Any], profile: str) -> list[dict[str, Any]]:
    """Return the bundle itself, or the claims of a profile."""
    return [
        one
        for one in (bundle, *resources(bundle, "Claim"))
        if one["meta"]["profile"][0].endswith(f"davinci-pct-{profile}")
    ]


@pytest.mark.parametrize("profile", PROFILES)
def test_everything_that_a_profile_requires_is_there_and_what_it_forbids_is_not(
    profile: str,
) -> None:
    folder = shared_folder("data/fhir/pct/structuredefs")
    file = folder / f"StructureDefinition-davinci-pct-{profile}.json"
    rules = json.loads(file.read_text("utf-8"))["differential"]["element"]
    found = of_profile(bundle_of(), profile)
    assert found

    looked_at = 0
    for rule in rules:
        _, *path = rule["id"].replace("[x]", "Date").split(".")
        if not path or ":" in rule["id"] or "location" in rule["id"]:
            continue
        for standing in at(found, path):
            looked_at += 1
            assert len(standing) >= rule.get("min", 0), rule["id"]
            if rule.get("max", "*") != "*":
                assert len(standing) <= int(rule["max"]), rule["id"]
    assert looked_at >= 7


def test_the_summary_comes_first_and_says_the_total() -> None:
    first = bundle_of()["entry"][0]["resource"]

    assert first["type"]["coding"][0]["code"] == "estimate-summary"
    assert first["total"] == {"value": 16406.14, "currency": "USD"}


def test_the_claims_of_the_providers_sum_to_the_summary() -> None:
    _, *claims = resources(bundle_of(), "Claim")

    assert [one["type"]["coding"][0]["code"] for one in claims] == ["institutional", "professional"]
    for claim in claims:
        net = sum(round(one["net"]["value"] * 100) for one in claim["item"])
        assert net == round(claim["total"]["value"] * 100)
    assert sum(round(one["total"]["value"] * 100) for one in claims) == 16_406_14


def references(part: Any) -> Iterator[str]:  # noqa: ANN401 — JSON
    """Yield every reference of a resource."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "reference")
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from references(one)


def test_every_reference_is_to_an_entry_of_the_bundle() -> None:
    bundle = bundle_of()
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]

    assert set(references(bundle)) <= set(addresses)
    assert len(set(addresses)) == len(addresses)


def test_who_pays_themselves_is_covered_by_themselves() -> None:
    (coverage,) = resources(bundle_of(), "Coverage")
    (patient,) = resources(bundle_of(), "Patient")

    assert coverage["extension"][0]["valueCode"] == "self-pay"
    assert coverage["payor"][0]["reference"].endswith(patient["id"])


def test_a_plan_that_pays_is_insurance() -> None:
    insured = estimate_of(item("stay"), payers={"plan": "60.00", "patient": "40.00"})

    (coverage,) = resources(bundle_of(insured), "Coverage")

    assert coverage["extension"][0]["valueCode"] == "insurance"


def test_every_claim_carries_the_disclaimers() -> None:
    for claim in resources(bundle_of(), "Claim"):
        said = [one for one in claim["extension"] if one["url"].endswith("gfeDisclaimer")]
        assert len(said) == 4


def test_codes_carry_the_words_that_people_wrote() -> None:
    _, hospital, _ = resources(bundle_of(), "Claim")

    stay, walker, therapy = hospital["item"]
    assert stay["productOrService"]["coding"][0]["display"] == "The stay in hospital"
    assert walker["productOrService"]["coding"][0]["code"] == "E0143"
    assert therapy["revenue"]["coding"][0]["code"] == "0420"
    assert "coding" not in walker["revenue"]


def test_more_items_than_a_claim_holds_are_several_claims() -> None:
    items = [item(f"i{number}", provider="surgeon") for number in range(51)]

    _, *claims = resources(bundle_of(estimate_of(*items)), "Claim")

    assert [len(one["item"]) for one in claims] == [50, 1]


def test_the_same_version_gives_the_same_bundle_and_the_next_another() -> None:
    later = documented_estimate().model_copy(update={"version": 2})

    assert bundle_of() == bundle_of()
    assert bundle_of()["id"] != bundle_of(later)["id"]
