"""The page on which people state what a case's coverage is decided by and no booking tells."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest, field_errors_of
from api.guard.asking import get_principal
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.case_facts import FactsFile, open_facts, read_facts
from api.pages.facts_form import (
    Values,
    field_of,
    labels_of,
    posted_values,
    read_values,
    stored_values,
)
from api.pages.form_state import FormState
from api.pages.requests import query_text
from api.presenters.case_facts import present_facts
from api.wiring import get_services
from logistics.errors import CaseFactsChanged, HouseholdFixed, InvalidField
from logistics.state_facts import state_facts

pages = Blueprint("case_facts", __name__)

_VERSION: Final = re.compile(r"\d{1,9}", re.ASCII)


@pages.get("/cases/<reference>/facts")
@acts(Action.FACTS_STATE)
def facts_page(reference: str) -> str:
    """Show what is stated, and what the policy in force asks."""
    file = _open(reference)
    return _page(file, _form(file, stored_values(file)))


@pages.post("/cases/<reference>/facts")
@acts(Action.FACTS_STATE)
@once
def state(reference: str) -> Response | tuple[str, int]:
    """Store what the form says, or show what is wrong beside its fields."""
    services, file = get_services(), _open(reference)
    version = _posted_version(reference)
    values = posted_values(request.form, file)
    try:
        facts = read_facts(file, read_values(file, values))
        with services.sessions.write() as session:
            by = get_principal().user_id
            stored = state_facts(session, reference, facts, version, by=by, now=services.now())
            add_done(session, Action.FACTS_STATE, {"version": stored.version})
    except InvalidRequest as error:
        faults = tuple(
            FieldError(field_of(one.field, file, values), one.message) for one in error.errors
        )
        return _page(file, _form(file, values, faults)), 422
    except InvalidField as error:
        return _page(file, _form(file, values, field_errors_of(error))), 422
    except HouseholdFixed as error:
        fault = FieldError("household", str(error))
        return _page(file, _form(file, values, (fault,))), 409
    return redirect(url_for("case_facts.facts_page", reference=reference, done="saved"), 303)


def _open(reference: str) -> FactsFile:
    services = get_services()
    with services.sessions.read() as session:
        return open_facts(session, reference, services.today())


def _form(file: FactsFile, values: Values, faults: tuple[FieldError, ...] = ()) -> FormState:
    return FormState(labels_of(file), values, faults, all_optional=True)


def _page(file: FactsFile, form: FormState) -> str:
    return render_template(
        "case_facts.html",
        case=present_facts(file),
        form=form.to_dict(),
        is_saved=query_text("done") == "saved",
    )


def _posted_version(reference: str) -> int:
    """Return the version that the form was shown for; raises CaseFactsChanged for none."""
    text = request.form.get("version", "")
    if not _VERSION.fullmatch(text):
        raise CaseFactsChanged(reference)
    return int(text)
