"""Slots over REST: which are open, and offering new ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.access.actions import Action, acts
from api.guard.once import once
from api.rest.reading import API_PREFIX
from api.schemas.fields import Asked
from api.schemas.problem import refusals
from api.schemas.slot import SlotAnswer, SlotBody, SlotList, slot_answer, to_slot
from api.wiring import get_services
from logistics.repository.specialists import list_specialists
from scheduling.offer_slots import offer_slots
from scheduling.preferences import load_preferences
from scheduling.repository.slots import list_open_slots

rest = APIBlueprint(
    "slots_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Slots")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)
_HORIZON: Final = timedelta(days=400)


class SlotQuery(Asked):
    """Whose open slots are asked for."""

    facility_id: str | None = Field(default=None, description="only those at this facility")
    specialist_id: str | None = Field(default=None, description="only those of this specialist")


@rest.get("/slots", responses={200: SlotList}, operation_id="listOpenSlots")
@acts(Action.SLOT_READ)
def list_slots(query: SlotQuery) -> dict[str, Any]:
    """List the slots that nobody has booked, from now on."""
    services = get_services()
    now = services.now()
    facility_ids = None if query.facility_id is None else [query.facility_id]
    with services.sessions.read() as session:
        asked = [
            specialist.id
            for specialist in list_specialists(session, facility_ids=facility_ids)
            if query.specialist_id in {None, specialist.id}
        ]
        slots = list_open_slots(session, specialist_ids=asked, after=now, before=now + _HORIZON)
    return {"slots": [slot_answer(slot) for slot in slots]}


@rest.post(
    "/slots",
    responses={201: SlotAnswer, **refusals(409, 413, 415, 422)},
    operation_id="offerSlot",
)
@acts(Action.SLOT_OFFER)
@once
def offer(body: SlotBody) -> tuple[dict[str, Any], int]:
    """Offer a slot of a specialist."""
    services = get_services()
    with services.sessions.read() as session:
        known = {specialist.id for specialist in list_specialists(session)}
    slot = to_slot(body, specialist_ids=known, currency=load_preferences().currency)
    offer_slots((slot,), sessions=services.sessions, now=services.now())
    return slot_answer(slot), 201
