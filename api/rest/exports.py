"""Everything about the people of one case, as one archive to hand over."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from mimetypes import guess_extension
from typing import Any, Final

from flask import Response, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from sqlmodel import Session

from api.access.actions import Action, acts
from api.audit.access_report import AccessReport, access_report
from api.people.members import list_members
from api.people.users import get_user
from api.rest.reading import API_PREFIX, CasePath
from api.schemas.case import case_answer
from api.schemas.claim import claim_answer
from api.schemas.plan import plan_answer
from api.schemas.problem import refusals
from api.wiring import get_services
from logistics.claims.claim import Claim
from logistics.repository.accounts import list_decisions
from logistics.repository.case_facts import get_case_facts
from logistics.repository.cases import get_case
from logistics.repository.claims import list_claims
from logistics.repository.documents import Documents
from logistics.repository.estimates import list_bills, list_estimates
from logistics.repository.organisations import find_payer
from logistics.repository.receipts import get_receipt_content, list_receipts
from pricing.coverage.documents.write import to_plain
from pricing.coverage.record import Inputs
from scheduling.documents.itinerary_json import to_document
from scheduling.documents.pdf import to_pdf
from scheduling.invites.calendar import to_calendar
from scheduling.repository.itineraries import find_itinerary_for_case, list_revisions
from scheduling.repository.plans import get_plan, list_plans

rest = APIBlueprint(
    "exports_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Cases")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)

_INPUTS: Final[Documents[Inputs]] = Documents(Inputs)
_ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
_ABOUT = """Everything that is kept about the people of case {reference}, as of {now}.

case.json            the case: patient, companions, diagnosis, wishes
accounts.json        the accounts of patient and companions
plans/               every plan, with its proposals; *-problem.json is what the search knew
itineraries/         every revision, as JSON, PDF and calendar
facts.json           what is stated about the case for its coverage
estimates/           every version of what care will cost, and the bills that came
claims/              every claim, its decisions with what they were made from, its receipts
access.json          who has looked at the case or changed it, and when
"""


@rest.get(
    "/cases/<reference>/export",
    responses={200: {"description": "A ZIP archive", "content": _ZIP}, **refusals(404)},
    operation_id="exportCase",
)
@acts(Action.PERSON_EXPORT)
def export_case(path: CasePath) -> Response:
    """Give everything about the people of a case, as an archive of documents."""
    services = get_services()
    # Receipts may take more than there is memory: the archive goes to a file that has no name.
    content = tempfile.TemporaryFile()  # noqa: SIM115 — the response closes it when it is sent
    with (
        services.sessions.read() as session,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, data in _files(session, path.reference, services.now()):
            archive.writestr(name, data)
    content.seek(0)
    response = send_file(content, mimetype="application/zip")
    # References are ASCII letters, digits and hyphens; the name needs no encoding.
    response.headers["Content-Disposition"] = f'attachment; filename="{path.reference}.zip"'
    return response


def _files(session: Session, reference: str, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each document of the archive."""
    case = get_case(session, reference)
    about = _ABOUT.format(reference=reference, now=now.isoformat(timespec="minutes"))
    yield "README.txt", about.encode()
    yield "case.json", _json(case_answer(case, payer_id=find_payer(session, reference)))
    yield "accounts.json", _json({"accounts": list(_accounts(session, reference))})
    yield "access.json", _json(_access(access_report(session, reference)))
    for summary in list_plans(session, reference):
        plan = get_plan(session, summary.id)
        yield f"plans/{plan.id}.json", _json(plan_answer(plan))
        if plan.problem is not None:
            yield f"plans/{plan.id}-problem.json", plan.problem
    yield from _itineraries(session, reference)
    yield "facts.json", _json(to_plain(get_case_facts(session, reference).facts))
    for version in list_estimates(session, reference):
        yield f"estimates/{version.number}.json", _json(to_plain(version.estimate))
    for bill in list_bills(session, reference):
        yield f"estimates/bill-{bill.number}.json", _json(to_plain(bill.bill))
    for claim in list_claims(session, reference):
        yield from _claim(session, claim)


def _claim(session: Session, claim: Claim) -> Iterator[tuple[str, bytes]]:
    receipts = list_receipts(session, claim.id)
    name = f"claims/{claim.id}"
    yield f"{name}.json", _json(claim_answer(claim, receipts))
    for decision in list_decisions(session, claim.id):
        kept = {
            "decided_at": decision.decided_at.isoformat(),
            "decided_by": decision.decided_by,
            "inputs": json.loads(_INPUTS.write(decision.inputs)),
            "answer": decision.answer,
        }
        yield f"{name}-decision-{decision.number}.json", _json(kept)
    for receipt in receipts:
        _, content = get_receipt_content(session, claim.id, receipt.id)
        ending = guess_extension(receipt.media) or ""
        yield f"{name}-receipts/{receipt.id}{ending}", content


def _itineraries(session: Session, reference: str) -> Iterator[tuple[str, bytes]]:
    latest = find_itinerary_for_case(session, reference)
    if latest is None:
        return
    for itinerary in list_revisions(session, latest.id):
        name = f"itineraries/{itinerary.id}-{itinerary.revision}"
        yield f"{name}.json", _json(to_document(itinerary))
        yield f"{name}.ics", to_calendar(itinerary)
        yield f"{name}.pdf", to_pdf(itinerary)


def _accounts(session: Session, reference: str) -> Iterator[dict[str, Any]]:
    for member in list_members(session, reference):
        user = get_user(session, member.user_id)
        yield {
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "relation": member.relation.value,
            "status": user.status.value,
        }


def _access(report: AccessReport) -> dict[str, Any]:
    return {
        "case": report.case_reference,
        "visitors": [
            {
                "user": visitor.user_id,
                "kind": visitor.principal_kind,
                "organisation": visitor.organisation_id,
                "roles": list(visitor.roles),
                "accesses": [
                    {
                        "action": one.action,
                        "outcome": one.outcome.value,
                        "count": one.count,
                        "first_at": one.first_at.isoformat(),
                        "last_at": one.last_at.isoformat(),
                        "read": {table: list(names) for table, names in one.read.items()},
                        "changed": {table: list(names) for table, names in one.changed.items()},
                    }
                    for one in visitor.accesses
                ],
            }
            for visitor in report.visitors
        ],
    }


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
