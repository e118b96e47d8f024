"""Contracts over REST: a claim priced by terms, two offers compared; nothing is stored."""

from __future__ import annotations

from typing import Annotated, Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.access.actions import Action, acts
from api.coverage.apart import ask_apart
from api.coverage.contract_jobs import DOCUMENT_MAX
from api.coverage.wishes import answer_of
from api.rest.reading import API_PREFIX
from api.schemas.fields import Answer, Body, DocumentText
from api.schemas.problem import refusals

rest = APIBlueprint(
    "contracts_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Contracts")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)
_Document = Annotated[DocumentText, Field(max_length=DOCUMENT_MAX, description="in YAML or JSON")]


class PriceClaimBody(Body):
    """A claim, and the terms that price it, as docs/contract-documents.md explains them."""

    terms: _Document
    claim: _Document


class CompareOffersBody(Body):
    """Two offers and the expected stay on which they are compared."""

    a: _Document
    b: _Document
    stay: _Document


class PricedAnswer(Answer):
    """What `sojourn contract price --json` prints."""

    claim: str
    currency: str
    allowed_cents: int
    payer_cents: int
    patient_cents: int
    patient_trace: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    warnings: list[dict[str, Any]] = Field(description="what looks wrong in terms and claim")


class ComparisonAnswer(Answer):
    """What `sojourn contract compare --json` prints."""

    stay: str
    currency: str
    scenarios: list[dict[str, Any]]
    curve: list[dict[str, Any]]
    break_even: list[dict[str, Any]]
    warnings: list[dict[str, Any]] = Field(description="what looks wrong in the offers")


@rest.post(
    "/contracts/prices",
    responses={200: PricedAnswer, **refusals(409, 413, 415, 422)},
    operation_id="priceClaim",
)
@acts(Action.CONTRACTS_TRY)
def price_claim(body: PriceClaimBody) -> dict[str, Any]:
    """Price a claim by the terms of a contract, with the trace of each line."""
    return answer_of(ask_apart("contract_price", body.model_dump()))


@rest.post(
    "/contracts/comparisons",
    responses={200: ComparisonAnswer, **refusals(409, 413, 415, 422)},
    operation_id="compareOffers",
)
@acts(Action.CONTRACTS_TRY)
def compare_offers(body: CompareOffersBody) -> dict[str, Any]:
    """Compare two offers on an expected stay, scenario by scenario and by length of stay."""
    return answer_of(ask_apart("contract_compare", body.model_dump()))
