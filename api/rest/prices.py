"""Price files over REST: what was imported, and the evidence about a code."""

from __future__ import annotations

from typing import Any, Literal

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.access.actions import Action, acts
from api.operations.price_evidence import PriceQuestion, Shelves, ask_prices
from api.rest.reading import API_PREFIX
from api.schemas.fields import Answer, Asked
from api.schemas.problem import refusals
from api.wiring import get_services
from pricing.price_files.dataset import list_manifests, to_document

rest = APIBlueprint(
    "prices_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Prices")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)


class EvidenceQuery(Asked):
    """Which code of which hospitals; all of them where none is named."""

    billing_code: str = Field(max_length=100, description='such as "MS-DRG 470" or J0001')
    type: str | None = Field(default=None, max_length=20, description="MS-DRG, HCPCS, NDC …")
    facility: str | None = Field(default=None, max_length=100, description="one of our facilities")
    hospital: str | None = Field(default=None, max_length=200, description="a hospital's name")
    setting: Literal["inpatient", "outpatient"] | None = None
    billing_class: Literal["facility", "professional"] | None = None
    wage_index: str = Field(default="1", max_length=12, description="of Medicare's comparison")
    locality: str | None = Field(
        default=None, max_length=20, description="Medicare's, for physicians' services: TX-18"
    )


class PriceFileList(Answer):
    """The datasets, each with its manifest."""

    files: list[dict[str, Any]]


class EvidenceAnswer(Answer):
    """What `sojourn prices evidence --json` prints; amounts are exact text in dollars."""

    code: str
    type: str | None
    medicare: dict[str, Any] | None
    comparison: list[dict[str, Any]]
    hospitals: list[dict[str, Any]]


@rest.get("/prices/files", responses={200: PriceFileList}, operation_id="listPriceFiles")
@acts(Action.PRICES_READ)
def list_files() -> dict[str, Any]:
    """List the price files that were imported."""
    manifests = list_manifests(get_services().settings.price_files)
    return {"files": [to_document(one) for one in manifests]}


@rest.get(
    "/prices/evidence",
    responses={200: EvidenceAnswer, **refusals(404, 409, 422)},
    operation_id="getPriceEvidence",
)
@acts(Action.PRICES_READ)
def get_evidence(query: EvidenceQuery) -> dict[str, Any]:
    """Tell what hospitals charge and accept for a code, and what Medicare pays."""
    services = get_services()
    question = PriceQuestion(
        code=query.billing_code,
        kind=query.type or None,
        facilities=[query.facility] if query.facility else [],
        hospitals=[query.hospital] if query.hospital else [],
        setting=query.setting,
        billing_class=query.billing_class,
        wage_index=query.wage_index or "1",
        locality=query.locality or None,
    )
    shelves = Shelves(services.settings.price_files, services.settings.benchmarks)
    return ask_prices(shelves, question, services.today())
