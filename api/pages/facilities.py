"""Pages about facilities: the list, one facility, and offering a slot there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.errors import FieldError, InvalidRequest, field_errors_of
from api.guard.asking import get_principal
from api.guard.once import once
from api.pages.form_state import FormState, to_number, to_text, without_empty
from api.pages.requests import query_text
from api.presenters.facilities import present_facility, present_facility_list
from api.schemas.slot import read_slot
from api.wiring import get_services
from logistics.facility import Facility
from logistics.people import Specialist
from logistics.repository.facilities import get_facility, list_facilities
from logistics.repository.specialists import list_specialists
from scheduling.errors import SlotInPast
from scheduling.offer_slots import offer_slots
from scheduling.preferences import load_preferences
from scheduling.repository.errors import SlotsCollide
from scheduling.repository.slots import list_open_slots
from scheduling.slots import Slot

pages = Blueprint("facilities", __name__)

_HORIZON: Final = timedelta(days=400)
_LABELS: Final = {
    "specialist_id": "Specialist",
    "date": "Date",
    "time": "Time",
    "minutes": "Length in minutes",
    "fee": "Fee",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A facility with its people and what they offer."""

    facility: Facility
    specialists: tuple[Specialist, ...]
    slots: tuple[Slot, ...]


@pages.get("/facilities")
@acts(Action.FACILITY_READ)
def list_page() -> str:
    """Show all facilities; whoever works at one begins with that one alone."""
    own = get_principal().facility_id
    with get_services().sessions.read() as session:
        facilities, specialists = list_facilities(session), list_specialists(session)
    if own:
        facilities = tuple(one for one in facilities if one.id == own)
    return render_template("facility_list.html", **present_facility_list(facilities, specialists))


@pages.get("/facilities/<facility_id>")
@acts(Action.FACILITY_READ)
def facility_page(facility_id: str) -> str:
    """Show one facility with its specialists, its open slots and the form to offer one."""
    return _page(_find(facility_id), FormState(_LABELS, {"minutes": "60"}))


@pages.post("/facilities/<facility_id>/slots")
@acts(Action.SLOT_OFFER)
@once
def offer(facility_id: str) -> Response | tuple[str, int]:
    """Offer the slot the form describes, or show what is wrong beside the fields."""
    services = get_services()
    place = _find(facility_id)
    currency = load_preferences().currency
    known = {specialist.id for specialist in place.specialists}
    try:
        slot = read_slot(
            _body(place.facility.zone, currency), specialist_ids=known, currency=currency
        )
        offer_slots((slot,), sessions=services.sessions, now=services.now())
    except (InvalidRequest, SlotInPast) as error:
        faults = tuple(_placed(fault) for fault in field_errors_of(error))
        return _page(place, FormState(_LABELS, _posted(), faults)), 422
    except SlotsCollide:
        fault = FieldError("time", "the specialist has another slot then; choose another time")
        return _page(place, FormState(_LABELS, _posted(), (fault,))), 409
    address = url_for("facilities.facility_page", facility_id=facility_id, offered="yes")
    return redirect(f"{address}#slots", 303)


def _find(facility_id: str) -> _Place:
    services = get_services()
    now = services.now()
    with services.sessions.read() as session:
        facility = get_facility(session, facility_id)
        specialists = list_specialists(session, facility_ids=[facility_id])
        slots = list_open_slots(
            session,
            specialist_ids=[specialist.id for specialist in specialists],
            after=now,
            before=now + _HORIZON,
        )
    return _Place(facility, specialists, slots)


def _page(place: _Place, form: FormState) -> str:
    asked = query_text("page", longest=6)
    return render_template(
        "facility.html",
        facility=present_facility(
            place.facility,
            place.specialists,
            place.slots,
            now=get_services().now(),
            page=int(asked) if asked.isascii() and asked.isdigit() else 1,
        ),
        form=form.to_dict(),
        currency=load_preferences().currency,
        was_offered=query_text("offered") == "yes",
    )


def _posted() -> dict[str, str | list[str]]:
    return {name: request.form.get(name, "") for name in _LABELS}


def _body(zone: str, currency: str) -> dict[str, Any]:
    """Return the JSON that the posted form says; the zone is the facility's."""
    day, clock = request.form.get("date", "").strip(), request.form.get("time", "").strip()
    return {
        **without_empty({
            "specialist_id": request.form.get("specialist_id") or None,
            "local_start": f"{day}T{clock}" if day and clock else None,
            "minutes": to_number(request.form.get("minutes", "")),
        }),
        "zone": zone,
        "fee": {"amount": to_text(request.form.get("fee", "").strip()), "currency": currency},
    }  # fmt: skip


def _placed(fault: FieldError) -> FieldError:
    """Return the fault at the field of the form where it can be put right."""
    places = {
        "local_start": "date" if "passed" in fault.message or not _has_day() else "time",
        "fee.amount": "fee",
        "fee.currency": "fee",
    }
    return FieldError(places.get(fault.field, fault.field), fault.message)


def _has_day() -> bool:
    """Return whether the date that was typed exists."""
    try:
        date.fromisoformat(request.form.get("date", "").strip())
    except ValueError:
        return False
    return True
