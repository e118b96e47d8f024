"""Who has looked at a case or changed it: the page for the person it is about, and as CSV."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug import Response

from api.access.actions import Action, acts
from api.audit.access_report import AccessReport, Emergency, access_report
from api.guard.noting import note_done
from api.overrides.glass import list_broken_glass
from api.presenters.access_report import present_report, report_csv
from api.wiring import get_services
from logistics.repository.cases import require_case
from logistics.repository.organisations import list_organisations

pages = Blueprint("access_report", __name__)


@pages.get("/cases/<reference>/access")
@acts(Action.ACCESS_READ)
def report_page(reference: str) -> str:
    """Show who has read or changed what of a case within reach."""
    report, organisations = _read(reference)
    return render_template("case_access.html", report=present_report(report, organisations))


@pages.get("/cases/<reference>/access.csv")
@acts(Action.ACCESS_READ)
def report_file(reference: str) -> Response:
    """Give the same as a CSV file."""
    report, organisations = _read(reference)
    answer = Response(report_csv(report, organisations), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=access.csv"
    return answer


def _read(reference: str) -> tuple[AccessReport, dict[str, str]]:
    """Return the report of a case within reach; raises CaseNotFound."""
    with get_services().sessions.read() as session:
        require_case(session, reference)
        emergencies = [
            Emergency(user_id=one.user_id, reason=one.reason, since=one.begun_at, until=one.ends_at)
            for one in list_broken_glass(session, case_reference=reference, limit=None)
        ]
        report = access_report(session, reference, emergencies=emergencies)
        organisations = {one.id: one.name for one in list_organisations(session)}
    note_done(Action.ACCESS_READ, {"entries": report.count}, case_references=(reference,))
    return report, organisations
