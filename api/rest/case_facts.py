"""The facts of a case over REST: what is asked, what is stated, stating it anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest
from api.guard.asking import get_principal
from api.guard.noting import add_done
from api.guard.once import once
from api.operations.case_facts import open_facts, read_facts
from api.rest.reading import API_PREFIX, CasePath
from api.schemas.case_facts import FactsAnswer, FactsBody, facts_answer
from api.schemas.problem import refusals
from api.wiring import get_services
from logistics.state_facts import state_facts

rest = APIBlueprint(
    "case_facts_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Cases")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)


@rest.get(
    "/cases/<reference>/facts",
    responses={200: FactsAnswer, **refusals(404)},
    operation_id="getCaseFacts",
)
@acts(Action.FACTS_STATE)
def get_facts(path: CasePath) -> dict[str, Any]:
    """Tell what is stated about a case for its coverage, and what the policy in force asks."""
    services = get_services()
    with services.sessions.read() as session:
        return facts_answer(open_facts(session, path.reference, services.today()))


@rest.put(
    "/cases/<reference>/facts",
    responses={200: FactsAnswer, **refusals(404, 409, 413, 415, 422)},
    operation_id="stateCaseFacts",
)
@acts(Action.FACTS_STATE)
@once
def put_facts(path: CasePath, body: FactsBody) -> dict[str, Any]:
    """State facts about a case in place of those that were looked at."""
    services = get_services()
    with services.sessions.read() as session:
        file = open_facts(session, path.reference, services.today())
    try:
        facts = read_facts(file, body.facts)
    except InvalidRequest as error:
        told = tuple(FieldError(f"facts.{one.field}", one.message) for one in error.errors)
        raise InvalidRequest(told) from error
    with services.sessions.write() as session:
        by = get_principal().user_id
        stored = state_facts(
            session, path.reference, facts, body.version, by=by, now=services.now()
        )
        add_done(session, Action.FACTS_STATE, {"version": stored.version})
    return facts_answer(replace(file, stored=stored))
