"""What somebody in a hurry would write: Flask and the ORM; no people, permissions, trail, metrics.

The measure of the service's own routes: the same answers at the same addresses from the same kind
of database, whose private fields it must open as well, and as durable.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, jsonify, request
from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

from api.database import open_database
from api.key_file import key_file_of
from api.schemas.case import VisitBody, case_answer, case_summary
from api.schemas.case_values import to_visit
from api.schemas.facility import facility_answer
from api.schemas.plan import plan_answer, plan_summary_answer
from api.schemas.slot import slot_answer
from api.settings import read_settings
from api.sqlite import find_driver
from logistics.repository.cases import get_case, list_cases, replace_case
from logistics.repository.facilities import list_facilities, list_facility_ids
from logistics.repository.organisations import find_payer
from logistics.repository.sealed import KEY_RING
from logistics.repository.specialists import list_specialists
from scheduling.documents.itinerary_json import to_document
from scheduling.repository.itineraries import get_itinerary
from scheduling.repository.plans import get_plan, list_plans
from scheduling.repository.slots import list_open_slots


def create() -> Flask:
    """Return the application over the database of the environment's SOJOURN_DATABASE_URL."""
    url = read_settings(os.environ).database_url
    engine = _engine(url)
    info = {KEY_RING: open_database(url, keys=key_file_of(url)).find_ring()}
    app = Flask("bare")

    def reading(rule: str, answer: Callable[..., Any]) -> None:
        def view(**path: str) -> Any:  # noqa: ANN401 — whatever Flask takes
            with Session(engine, info=info) as session:
                return jsonify(answer(session, **path))

        app.add_url_rule(f"/api/v1{rule}", rule, view)

    reading("/cases", lambda session: [case_summary(one) for one in list_cases(session)])
    reading("/cases/<reference>", _case)
    reading("/cases/<reference>/plans", _plans)
    reading("/plans/<plan_id>", _plan)
    reading("/itineraries/<number>", _itinerary)
    reading("/facilities", lambda session: [facility_answer(x) for x in list_facilities(session)])
    reading("/slots", _slots)

    @app.put("/api/v1/cases/<reference>/visit")
    def change(reference: str) -> Any:  # noqa: ANN401 — whatever Flask takes
        body = VisitBody.model_validate(request.json)
        with Session(engine, info=info) as session:
            visit = to_visit(body, facility_ids=list_facility_ids(session))
            case = replace(get_case(session, reference, for_update=True), visit=visit)
            replace_case(session, case)
            payer_id = find_payer(session, reference)
            session.commit()
        return jsonify(case_answer(case, payer_id=payer_id))

    return app


def _case(session: Session, reference: str) -> dict[str, Any]:
    return case_answer(get_case(session, reference), payer_id=find_payer(session, reference))


def _plan(session: Session, plan_id: str) -> dict[str, Any]:
    return plan_answer(get_plan(session, plan_id, with_problem=False))


def _plans(session: Session, reference: str) -> list[dict[str, Any]]:
    return [plan_summary_answer(plan) for plan in list_plans(session, reference)]


def _itinerary(session: Session, number: str) -> dict[str, Any]:
    return to_document(get_itinerary(session, number, None))


def _slots(session: Session) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    wanted = request.args["specialist_id"]
    asked = [one.id for one in list_specialists(session) if one.id == wanted]
    until = now + timedelta(days=400)
    slots = list_open_slots(session, specialist_ids=asked, after=now, before=until)
    return [slot_answer(slot) for slot in slots]


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    engine = create_engine(url, module=find_driver(), connect_args={"timeout": 10})
    event.listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: Any, _record: object) -> None:  # noqa: ANN401 — the driver's connection
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
