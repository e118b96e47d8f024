"""Estimates and bills over REST: versions of a case, its draft, issuing, bills and their check."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field
from sqlmodel import Session

from api.access.actions import Action, acts
from api.coverage.wishes import answer_of
from api.guard.asking import get_principal, may_do
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.bill_agreement import allowed_of, ask_agreement
from api.operations.case_estimates import (
    EstimateFile,
    open_estimates,
    read_written_bill,
    read_written_estimate,
)
from api.operations.deadlines import open_deadlines
from api.operations.item_prices import (
    PricedItem,
    Pricing,
    Published,
    agreed_by,
    find_priced_item,
    published_of,
    save_pricing,
    taken_from,
)
from api.rest.reading import API_PREFIX, CasePath
from api.schemas.estimate import (
    AgreementPriceBody,
    BillAnswer,
    BillBody,
    BillComparisonBody,
    BillList,
    BillSummary,
    DraftBody,
    EstimateAnswer,
    EstimateDeadlineList,
    EstimateList,
    EstimateMoveBody,
    ItemPrices,
    PriceBody,
    bill_summary,
    deadlines_answer,
    estimate_answer,
    estimate_summary,
    prices_answer,
)
from api.schemas.problem import refusals
from api.wiring import get_services
from logistics.case_estimates import CaseBill
from logistics.errors import BillNotFound
from logistics.handle_estimate import issue_estimate, save_draft, withdraw_estimate, write_bill
from pricing.estimate.bill_answer import bill_to_document
from scheduling.documents.estimate_fhir import estimate_to_bundle

rest = APIBlueprint(
    "estimates_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Estimates")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)
_NUMBER_MAX = 2**31 - 1


class ItemPath(CasePath):
    """The item of a draft that an address names."""

    item: str = Field(max_length=64, description="id of the item")


class EstimatePath(CasePath):
    """The version of an estimate, or the bill, that an address names."""

    number: int = Field(ge=1, le=_NUMBER_MAX, description="number of the version, or of the bill")


@rest.get("/deadlines", responses={200: EstimateDeadlineList}, operation_id="listDeadlines")
@acts(Action.ESTIMATE_WRITE)
def list_deadlines() -> dict[str, Any]:
    """List what is due about estimates and bills of all cases, what is late first."""
    services = get_services()
    today = services.today()
    with services.sessions.read() as session:
        return deadlines_answer(open_deadlines(session, today), today)


@rest.get(
    "/cases/<reference>/estimates",
    responses={200: EstimateList, **refusals(404)},
    operation_id="listCaseEstimates",
)
@acts(Action.ESTIMATE_READ)
def list_case_estimates(path: CasePath) -> dict[str, Any]:
    """List the versions of the estimate of a case."""
    services = get_services()
    with services.sessions.read() as session:
        file = open_file(session, path.reference)
    today = services.today()
    return {"estimates": [estimate_summary(one, today) for one in file.versions]}


@rest.get(
    "/cases/<reference>/estimates/<number>",
    responses={200: EstimateAnswer, **refusals(404, 422)},
    operation_id="getEstimate",
)
@acts(Action.ESTIMATE_READ)
def get_one_estimate(path: EstimatePath) -> dict[str, Any]:
    """Tell everything about a version: what it says, sums, clock, what differs from before."""
    return _answer(path.reference, path.number)


@rest.get(
    "/cases/<reference>/estimates/<number>/fhir",
    responses={200: {"description": "A FHIR R4 Bundle"}, **refusals(404, 422)},
    operation_id="getEstimateBundle",
)
@acts(Action.ESTIMATE_READ)
def get_bundle(path: EstimatePath) -> dict[str, Any]:
    """Give a version as a FHIR R4 bundle of Da Vinci Patient Cost Transparency."""
    services = get_services()
    with services.sessions.read() as session:
        version = open_file(session, path.reference).get_version(path.number)
    return estimate_to_bundle(version.estimate, made_at=version.saved_at)


@rest.put(
    "/cases/<reference>/estimate",
    responses={200: EstimateAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="saveEstimate",
)
@acts(Action.ESTIMATE_WRITE)
def put_draft(path: CasePath, body: DraftBody) -> dict[str, Any]:
    """Write the draft of a case; the first one, or the one after what was issued."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.write() as session:
        file = open_file(session, path.reference)
        estimate = read_written_estimate(file, body.estimate)
        saved = save_draft(
            session, path.reference, estimate, body.revision, by=by, now=services.now()
        )
        note(session, "saved", saved.number)
    return _answer(path.reference, saved.number)


@rest.post(
    "/cases/<reference>/estimates/<number>/issue",
    responses={200: EstimateAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="issueEstimate",
)
@acts(Action.ESTIMATE_WRITE)
@once
def issue(path: EstimatePath, body: EstimateMoveBody) -> dict[str, Any]:
    """Issue a draft today; what was issued before is superseded."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.write() as session:
        open_file(session, path.reference)
        issue_estimate(
            session,
            path.reference,
            path.number,
            body.revision,
            by=by,
            now=services.now(),
            today=services.today(),
        )
        note(session, "issued", path.number)
    return _answer(path.reference, path.number)


@rest.post(
    "/cases/<reference>/estimates/<number>/withdraw",
    responses={200: EstimateAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="withdrawEstimate",
)
@acts(Action.ESTIMATE_WRITE)
@once
def withdraw(path: EstimatePath, body: EstimateMoveBody) -> dict[str, Any]:
    """Withdraw a draft, or what was issued."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.write() as session:
        open_file(session, path.reference)
        withdraw_estimate(
            session, path.reference, path.number, body.revision, by=by, now=services.now()
        )
        note(session, "withdrawn", path.number)
    return _answer(path.reference, path.number)


@rest.get(
    "/cases/<reference>/estimate/items/<item>/prices",
    responses={200: ItemPrices, **refusals(404, 422)},
    operation_id="listItemPrices",
)
@acts(Action.ESTIMATE_WRITE)
def list_item_prices(path: ItemPath) -> dict[str, Any]:
    """List what hospitals publish about the code of an item of the draft."""
    at = _priced(path)
    return prices_answer(at, _published(at))


@rest.post(
    "/cases/<reference>/estimate/items/<item>/price",
    responses={200: EstimateAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="takePublishedPrice",
)
@acts(Action.ESTIMATE_WRITE)
@once
def take_price(path: ItemPath, body: PriceBody) -> dict[str, Any]:
    """Take a published price as the charge of an item, with file, row and date as its source."""
    at = _priced(path)
    figures = taken_from(_published(at), body.published, at.item)
    return _save_pricing(at, Pricing(figures=figures, revision=body.revision, field="published"))


@rest.post(
    "/cases/<reference>/estimate/items/<item>/agreement",
    responses={200: EstimateAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="priceItemByAgreement",
)
@acts(Action.ESTIMATE_WRITE)
@once
def price_by_agreement(path: ItemPath, body: AgreementPriceBody) -> dict[str, Any]:
    """Price an item, and what is priced together with it, by terms, which are not stored."""
    at = _priced(path)
    figures = agreed_by(at, body.terms, setting=body.setting, days=body.days)
    return _save_pricing(at, Pricing(figures=figures, revision=body.revision, field="terms"))


@rest.get(
    "/cases/<reference>/bills",
    responses={200: BillList, **refusals(404)},
    operation_id="listCaseBills",
)
@acts(Action.ESTIMATE_READ)
def list_case_bills(path: CasePath) -> dict[str, Any]:
    """List the bills that came for a case."""
    with get_services().sessions.read() as session:
        return {"bills": [bill_summary(one) for one in open_file(session, path.reference).bills]}


@rest.post(
    "/cases/<reference>/bills",
    responses={201: BillSummary, **refusals(404, 409, 413, 415, 422)},
    operation_id="writeBill",
)
@acts(Action.ESTIMATE_WRITE)
@once
def add_bill(path: CasePath, body: BillBody) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Write down a bill that came."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.write() as session:
        open_file(session, path.reference)
        bill = read_written_bill(body.bill)
        saved = write_bill(session, path.reference, bill, by=by, now=services.now())
        note(session, "bill written", saved.number)
    address = url_for("estimates_rest.get_one_bill", reference=path.reference, number=saved.number)
    return bill_summary(saved), 201, {"Location": address}


@rest.get(
    "/cases/<reference>/bills/<number>",
    responses={200: BillAnswer, **refusals(404, 422)},
    operation_id="getBill",
)
@acts(Action.ESTIMATE_READ)
def get_one_bill(path: EstimatePath) -> dict[str, Any]:
    """Hold a bill against the estimate that was issued last."""
    services = get_services()
    with services.sessions.read() as session:
        file = open_file(session, path.reference)
    bill = _bill_of(file, path.number)
    checked = bill_to_document(file.check(bill, services.today()))
    return {**bill_summary(bill), "checked": checked}


@rest.post(
    "/cases/<reference>/bills/<number>/comparisons",
    responses={200: BillAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="compareBill",
)
@acts(Action.ESTIMATE_WRITE)
@once
def compare_bill(path: EstimatePath, body: BillComparisonBody) -> dict[str, Any]:
    """Hold a bill against an agreement as well; its terms price the bill, and are not stored."""
    services = get_services()
    with services.sessions.read() as session:
        file = open_file(session, path.reference)
    bill = _bill_of(file, path.number)
    answer = answer_of(ask_agreement(bill.bill, body.terms, body.provider))
    checked = bill_to_document(file.check(bill, services.today(), allowed_of(answer)))
    return {**bill_summary(bill), "checked": checked}


def open_file(session: Session, reference: str) -> EstimateFile:
    """Return what who asks may see; raises CaseNotFound."""
    return open_estimates(session, reference, with_drafts=may_do(Action.ESTIMATE_WRITE))


def _bill_of(file: EstimateFile, number: int) -> CaseBill:
    for one in file.bills:
        if one.number == number:
            return one
    raise BillNotFound(file.case.reference, number)


def note(session: Session, done: str, number: int) -> None:
    """Note in the trail what was done, in the transaction of it."""
    add_done(session, Action.ESTIMATE_WRITE, {"number": number, "done": done})


def _priced(path: ItemPath) -> PricedItem:
    """Return the draft's item; raises CaseNotFound, EstimateItemNotFound."""
    with get_services().sessions.read() as session:
        file = open_file(session, path.reference)
    return find_priced_item(file, path.item)


def _published(at: PricedItem) -> Published:
    services = get_services()
    return published_of(at, services.settings.price_files, services.today())


def _save_pricing(at: PricedItem, pricing: Pricing) -> dict[str, Any]:
    services, by, reference = get_services(), get_principal().user_id, at.draft.case_reference
    with services.sessions.write() as session:
        saved = save_pricing(session, reference, pricing, by=by, now=services.now())
        note(session, "priced", saved.number)
    return _answer(reference, saved.number)


def _answer(reference: str, number: int) -> dict[str, Any]:
    services = get_services()
    with services.sessions.read() as session:
        file = open_file(session, reference)
    return estimate_answer(file, file.get_version(number), services.today())
