"""The bills of a case: writing one down, how it stands against the estimate, the dispute letter."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.coverage.wishes import list_refusals
from api.errors import FieldError, InvalidRequest
from api.guard.asking import get_principal
from api.guard.once import once
from api.operations.bill_agreement import allowed_of, ask_agreement
from api.operations.case_estimates import EstimateFile, read_written_bill
from api.pages.contracts import find_unfit
from api.pages.document_form import Counts, Typed
from api.pages.estimate_forms import BILL_FORM
from api.pages.estimates import note_estimate, open_file, pdf_answer, posted_revision
from api.pages.form_state import FormState
from api.policy_errors import TooLongToDecide
from api.presenters.bill_agreement import AGREEMENT, present_agreement, present_billers
from api.presenters.estimates import present_bill
from api.wiring import get_services
from logistics.case_estimates import CaseBill
from logistics.errors import BillNotFound
from logistics.handle_estimate import change_bill, write_bill
from pricing.coverage.documents.write import to_plain
from pricing.estimate.allowed_document import Allowed
from pricing.estimate.bill_document import Bill
from pricing.estimate.errors import WhoseAgreement
from scheduling.documents.dispute_letter import dispute_to_pdf

pages = Blueprint("case_bills", __name__)


@pages.get("/cases/<reference>/bills/new")
@acts(Action.ESTIMATE_WRITE)
def new_page(reference: str) -> str:
    """Show an empty form; whoever is on the estimate stands in it already."""
    file = _open(reference)
    values, counts = BILL_FORM.filled_from(_first(file))
    return _form(file, values, counts)


@pages.post("/cases/<reference>/bills/new")
@acts(Action.ESTIMATE_WRITE)
@once
def add(reference: str) -> Response | tuple[str, int]:
    """Write down a bill, or show what is wrong beside its fields."""
    services, by, file = get_services(), get_principal().user_id, _open(reference)
    values, counts = BILL_FORM.typed_in(request.form)
    found = _read(values, counts)
    if not isinstance(found, Bill):
        return _form(file, values, counts, faults=found), 422
    with services.sessions.write() as session:
        saved = write_bill(session, reference, found, by=by, now=services.now())
        note_estimate(session, "bill written", saved.number)
    return _to_bill(file, saved.number)


@pages.get("/cases/<reference>/bills/<int:number>")
@acts(Action.ESTIMATE_READ)
def bill_page(reference: str, number: int) -> str:
    """Show how a bill stands against the estimate."""
    file = _open(reference)
    return _page(file, _get(file, number), {})


@pages.post("/cases/<reference>/bills/<int:number>")
@acts(Action.ESTIMATE_WRITE)
@once
def compare(reference: str, number: int) -> str | tuple[str, int]:
    """Show how a bill stands against an agreement that was pasted; nothing is stored."""
    file = _open(reference)
    bill = _get(file, number)
    typed = {name: request.form.get(name, "").replace("\r\n", "\n") for name in AGREEMENT}
    allowed, faults = _ask(bill.bill, typed)
    if allowed is None:
        return _page(file, bill, typed, faults=faults), 422
    return _page(file, bill, typed, allowed)


@pages.get("/cases/<reference>/bills/<int:number>/edit")
@acts(Action.ESTIMATE_WRITE)
def edit_page(reference: str, number: int) -> str:
    """Show the form of a bill."""
    file = _open(reference)
    bill = _get(file, number)
    values, counts = BILL_FORM.filled_from(to_plain(bill.bill))
    return _form(file, values, counts, bill=bill)


@pages.post("/cases/<reference>/bills/<int:number>/edit")
@acts(Action.ESTIMATE_WRITE)
@once
def change(reference: str, number: int) -> Response | tuple[str, int]:
    """Save a bill anew, or show what is wrong beside its fields."""
    services, by, file = get_services(), get_principal().user_id, _open(reference)
    bill, revision = _get(file, number), posted_revision(reference)
    values, counts = BILL_FORM.typed_in(request.form)
    found = _read(values, counts)
    if not isinstance(found, Bill):
        return _form(file, values, counts, bill=bill, faults=found), 422
    with services.sessions.write() as session:
        change_bill(session, reference, number, found, revision, by=by, now=services.now())
        note_estimate(session, "bill changed", number)
    return _to_bill(file, number)


@pages.get("/cases/<reference>/bills/<int:number>/letter.pdf")
@acts(Action.ESTIMATE_READ)
def letter(reference: str, number: int) -> Response:
    """Give the letter about a bill that is above its estimate as a tagged PDF."""
    file, today = _open(reference), get_services().today()
    check = file.check(_get(file, number), today)
    pdf = dispute_to_pdf(
        check, case_reference=reference, written_on=today, is_sample=file.case.is_sample
    )
    return pdf_answer(pdf, f"{reference}-bill-{number}.pdf")


def _page(
    file: EstimateFile,
    bill: CaseBill,
    typed: dict[str, str],
    allowed: Allowed | None = None,
    *,
    faults: tuple[FieldError, ...] = (),
) -> str:
    check = file.check(bill, get_services().today(), allowed)
    return render_template(
        "case_bill.html",
        case={"reference": file.case.reference, "title": file.case.title},
        bill=present_bill(bill, check),
        agreement=present_agreement(check),
        billers=present_billers(bill.bill),
        form=FormState(AGREEMENT, typed, faults).to_dict(),
    )


def _ask(bill: Bill, typed: dict[str, str]) -> tuple[Allowed | None, tuple[FieldError, ...]]:
    """Return what the terms allow for a bill, or what is wrong with what was typed."""
    unfit = find_unfit(typed["terms"])
    if unfit:
        return None, (FieldError("terms", unfit),)
    try:
        told = ask_agreement(bill, typed["terms"], typed["provider"] or None)
    except WhoseAgreement as error:
        return None, (FieldError("provider", str(error)),)
    except TooLongToDecide as error:
        return None, (FieldError("terms", str(error)),)
    faults = list_refusals(told)
    if faults:
        return None, faults
    allowed = allowed_of(told["answer"])
    if allowed.currency != bill.currency:
        words = f"they are in {allowed.currency}, and the bill is in {bill.currency}"
        return None, (FieldError("terms", words),)
    return allowed, ()


def _open(reference: str) -> EstimateFile:
    with get_services().sessions.read() as session:
        return open_file(session, reference)


def _get(file: EstimateFile, number: int) -> CaseBill:
    for one in file.bills:
        if one.number == number:
            return one
    raise BillNotFound(file.case.reference, number)


def _first(file: EstimateFile) -> dict[str, Any]:
    if file.issued is None:
        return {"currency": "USD"}
    estimate = file.issued.estimate
    return {
        "currency": estimate.currency,
        "providers": [
            {"id": one.id, "name": one.name, "npi": one.npi} for one in estimate.providers
        ],
    }


def _read(values: Typed, counts: Counts) -> Bill | tuple[FieldError, ...]:
    """Return the bill that was typed, or what is wrong with it."""
    try:
        return read_written_bill(BILL_FORM.to_plain(values, counts))
    except InvalidRequest as error:
        return tuple(
            FieldError(BILL_FORM.field_at(one.field, values, counts), one.message)
            for one in error.errors
        )


def _form(
    file: EstimateFile,
    values: Typed,
    counts: Counts,
    *,
    bill: CaseBill | None = None,
    faults: tuple[FieldError, ...] = (),
) -> str:
    reference = file.case.reference
    page = {
        "title": "Write down a bill" if bill is None else "Change the bill",
        "lede": "Line by line, as the paper says; then it is held against the estimate.",
        "reference": reference,
        "action": url_for("case_bills.add", reference=reference)
        if bill is None
        else url_for("case_bills.change", reference=reference, number=bill.number),
        "revision": 0 if bill is None else bill.revision,
        "button": "Save the bill",
        "parts": BILL_FORM.shown(counts),
    }
    form = FormState(BILL_FORM.labels(counts), values, faults)
    return render_template("estimate_form.html", page=page, form=form.to_dict())


def _to_bill(file: EstimateFile, number: int) -> Response:
    """Return the way to a bill's page; without an estimate there is nothing to hold it against."""
    reference = file.case.reference
    if file.issued is None:
        return redirect(url_for("estimates.estimate_page", reference=reference), 303)
    return redirect(url_for("case_bills.bill_page", reference=reference, number=number), 303)
