"""The estimate of a case: its page, its form, giving it to the patient, its PDF."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.guard.asking import get_principal, may_do
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.case_estimates import (
    EstimateFile,
    first_draft,
    open_estimates,
    read_written_estimate,
)
from api.pages.document_form import Counts, Typed
from api.pages.estimate_forms import ESTIMATE_FORM, completed_estimate
from api.pages.form_state import FormState
from api.pages.requests import query_text
from api.presenters.estimate_in_short import present_short
from api.presenters.estimates import (
    present_bills,
    present_estimate,
    present_versions,
)
from api.wiring import get_services
from logistics.case_estimates import CaseEstimate
from logistics.errors import EstimateChanged
from logistics.handle_estimate import issue_estimate, save_draft, withdraw_estimate
from pricing.coverage.documents.write import to_plain
from scheduling.documents.estimate_paper import estimate_to_pdf

pages = Blueprint("estimates", __name__)

_REVISION: Final = re.compile(r"\d{1,9}", re.ASCII)
_DONE: Final = {
    "saved": "The draft is saved. Look at it, then give it to the patient.",
    "priced": "The price is in the draft, with where it is from.",
    "issued": "The estimate is given to the patient, who reads it here.",
    "withdrawn": "That version is withdrawn.",
}


@pages.get("/cases/<reference>/estimate")
@acts(Action.ESTIMATE_READ)
def estimate_page(reference: str) -> str:
    """Show a version of the estimate, the newest unless another is asked for."""
    services = get_services()
    with services.sessions.read() as session:
        file = open_file(session, reference)
    today, asked = services.today(), query_text("version")
    number = int(asked) if _REVISION.fullmatch(asked) else None
    version = file.get_version(number) if file.versions or number is not None else None
    return render_template(
        "case_estimate.html",
        case={"reference": reference, "title": file.case.title},
        estimate=version and present_estimate(file, version, today),
        short=version and _short(version, today),
        versions=present_versions(file, today),
        bills=present_bills(file),
        has_draft=file.draft is not None,
        done=_DONE.get(query_text("done"), ""),
    )


@pages.get("/cases/<reference>/estimate/edit")
@acts(Action.ESTIMATE_WRITE)
def edit_page(reference: str) -> str:
    """Show the form of the draft; without one, of the next version."""
    services = get_services()
    with services.sessions.read() as session:
        file = open_file(session, reference)
    plain = first_draft(file, services.today())
    values, counts = ESTIMATE_FORM.filled_from(
        plain if file.draft is None else to_plain(file.draft.estimate)
    )
    return _form(file, values, counts, 0 if file.draft is None else file.draft.revision)


@pages.post("/cases/<reference>/estimate/edit")
@acts(Action.ESTIMATE_WRITE)
@once
def save(reference: str) -> Response | tuple[str, int]:
    """Save what was typed as the draft, or show what is wrong beside its fields."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.read() as session:
        file = open_file(session, reference)
    revision = posted_revision(reference)
    values, counts = ESTIMATE_FORM.typed_in(request.form)
    try:
        typed = completed_estimate(ESTIMATE_FORM.to_plain(values, counts), _before(file))
        estimate = read_written_estimate(file, typed)
    except InvalidRequest as error:
        faults = tuple(
            FieldError(ESTIMATE_FORM.field_at(one.field, values, counts), one.message)
            for one in error.errors
        )
        return _form(file, values, counts, revision, faults), 422
    with services.sessions.write() as session:
        saved = save_draft(session, reference, estimate, revision, by=by, now=services.now())
        note_estimate(session, "saved", saved.number)
    return _back(reference, "saved")


@pages.post("/cases/<reference>/estimates/<int:number>/issue")
@acts(Action.ESTIMATE_WRITE)
@once
def issue(reference: str, number: int) -> Response:
    """Give the draft to the patient today."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.write() as session:
        open_file(session, reference)
        issue_estimate(
            session,
            reference,
            number,
            posted_revision(reference),
            by=by,
            now=services.now(),
            today=services.today(),
        )
        note_estimate(session, "issued", number)
    return _back(reference, "issued")


@pages.post("/cases/<reference>/estimates/<int:number>/withdraw")
@acts(Action.ESTIMATE_WRITE)
@once
def withdraw(reference: str, number: int) -> Response:
    """Withdraw a version."""
    services, by = get_services(), get_principal().user_id
    with services.sessions.write() as session:
        open_file(session, reference)
        revision = posted_revision(reference)
        withdraw_estimate(session, reference, number, revision, by=by, now=services.now())
        note_estimate(session, "withdrawn", number)
    return _back(reference, "withdrawn")


@pages.get("/cases/<reference>/estimates/<int:number>/estimate.pdf")
@acts(Action.ESTIMATE_READ)
def paper(reference: str, number: int) -> Response:
    """Give a version as a tagged PDF."""
    services = get_services()
    with services.sessions.read() as session:
        file = open_file(session, reference)
    version = file.get_version(number)
    pdf = estimate_to_pdf(
        version.estimate,
        status=version.status_on(services.today()),
        made_at=version.saved_at,
        is_sample=file.case.is_sample,
    )
    return pdf_answer(pdf, f"{reference}-estimate-{number}.pdf")


def open_file(session: Session, reference: str) -> EstimateFile:
    """Return what who asks may see of a case's estimates; raises CaseNotFound."""
    return open_estimates(session, reference, with_drafts=may_do(Action.ESTIMATE_WRITE))


def note_estimate(session: Session, done: str, number: int) -> None:
    """Note in the trail what was done with a version or a bill, in the transaction of it."""
    add_done(session, Action.ESTIMATE_WRITE, {"number": number, "done": done})


def posted_revision(reference: str) -> int:
    """Return the revision that a form was shown for; raises EstimateChanged for none."""
    text = request.form.get("revision", "")
    if not _REVISION.fullmatch(text):
        raise EstimateChanged(reference)
    return int(text)


def pdf_answer(pdf: bytes, name: str) -> Response:
    """Return a PDF as an answer that is saved under a name."""
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _short(version: CaseEstimate, today: date) -> dict[str, Any] | None:
    """Return what a patient reads first; None for those who write estimates."""
    if may_do(Action.ESTIMATE_WRITE):
        return None
    return present_short(version.estimate, version.status_on(today))


def _before(file: EstimateFile) -> dict[str, Any]:
    known = file.draft or file.issued
    return {} if known is None else to_plain(known.estimate)


def _form(
    file: EstimateFile,
    values: Typed,
    counts: Counts,
    revision: int,
    faults: tuple[FieldError, ...] = (),
) -> str:
    reference = file.case.reference
    page = {
        "title": "Write the estimate",
        "lede": "What is done, who will bill for it, and what each item is expected to cost.",
        "reference": reference,
        "action": url_for("estimates.save", reference=reference),
        "revision": revision,
        "button": "Save the draft",
        "parts": ESTIMATE_FORM.shown(counts),
    }
    form = FormState(ESTIMATE_FORM.labels(counts), values, faults)
    return render_template("estimate_form.html", page=page, form=form.to_dict())


def _back(reference: str, done: str) -> Response:
    return redirect(url_for("estimates.estimate_page", reference=reference, done=done), 303)
