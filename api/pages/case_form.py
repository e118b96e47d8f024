"""The form of a case and its visit: from posted fields to the JSON the schemas check, and back.

Fields are named by their path in the JSON (``visit.needs.0.title``), so that a fault found there
points at the field. Blocks left empty (a second companion, a third appointment) are no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from api.errors import FieldError
from api.pages.form_state import (
    FormState,
    join_words,
    to_number,
    to_text,
    to_words,
    without_empty,
)
from api.schemas.case import visit_answer
from logistics.case.model import MAX_COMPANIONS
from logistics.case.visit_request import MAX_NEEDS, VisitRequest

Form = MultiDict[str, str]

_PERSON: Final = {
    "name": "Name",
    "birth_date": "Date of birth",
    "home_airport": "Home airport",
    "languages": "Languages",
}
_NEED: Final = {
    "id": "Id",
    "title": "Title",
    "specialty": "Specialty",
    "minutes": "Length in minutes",
    "gap_min_minutes": "Least minutes after the appointment before",
    "gap_max_minutes": "Most minutes after the appointment before",
    "recovery_minutes": "Minutes of recovery before departure",
}
_NUMBERS: Final = frozenset(
    ("minutes", "gap_min_minutes", "gap_max_minutes", "recovery_minutes", "rooms", "max_nights",
     "meeting_minutes", "max_connections", "max_segment_minutes", "max_travel_minutes")
)  # fmt: skip
_LIMITS: Final = {
    "assistance": "Assistance on the way",
    "cabins": "Cabins that may be booked",
    "nonstop_only": "Nonstop flights only",
    "max_connections": "Most changes of flight",
    "max_segment_minutes": "Longest single flight in minutes",
    "max_travel_minutes": "Longest journey in minutes",
}
_WISHES: Final = {
    "earliest_date": "Leave home on or after",
    "latest_date": "Home again by the end of",
    "rooms": "Rooms",
    "max_nights": "Most nights",
    "meeting_minutes": "Separate travellers arrive within minutes",
}


PROPOSED: Final = "proposed"
"""The hidden field with the reference that the form of a new case came with."""


def visit_labels() -> dict[str, str]:
    """Return every field of the visit with its label."""
    labels: dict[str, str] = {}
    for place in range(MAX_NEEDS):
        before = f"visit.needs.{place}"
        labels |= {
            f"{before}.{name}": _numbered("Appointment", place, text)
            for name, text in _NEED.items()
        }
    labels["visit.facility_ids"] = "Facilities to choose from"
    labels |= {f"visit.{name}": text for name, text in _WISHES.items()}
    return labels | {f"visit.limits.{name}": text for name, text in _LIMITS.items()}


def case_labels() -> dict[str, str]:
    """Return every field of a new case with its label."""
    labels = {
        "reference": "Reference",
        "title": "Title",
        "service_level": "Service level",
        "payer_id": "Who pays",
        "diagnosis": "Diagnosis",
        "story": "Story",
    }
    labels |= {f"patient.{name}": f"Patient: {text.lower()}" for name, text in _PERSON.items()}
    for place in range(MAX_COMPANIONS):
        before = f"companions.{place}"
        labels |= {
            f"{before}.person.{name}": _numbered("Companion", place, text)
            for name, text in _PERSON.items()
        }
        labels[f"{before}.relation"] = _numbered("Companion", place, "Relation to the patient")
        labels[f"{before}.travels_with_patient"] = _numbered(
            "Companion", place, "Travels with the patient"
        )
    return labels | visit_labels()


def read_case_form(form: Form) -> dict[str, Any]:
    """Return the JSON that the posted form of a new case says."""
    companions = [
        _companion(form, f"companions.{place}")
        for place in range(MAX_COMPANIONS)
        if _is_filled(form, f"companions.{place}.person", tuple(_PERSON))
    ]
    return {
        **without_empty({
            "reference": form.get("reference", "").strip().upper() or None,
            "title": form.get("title", "").strip() or None,
            "service_level": form.get("service_level") or None,
        }),
        "diagnosis": form.get("diagnosis", "").strip(),
        "story": form.get("story", "").strip(),
        "payer_id": form.get("payer_id") or None,
        "patient": _person(form, "patient"),
        "companions": companions,
        "visit": read_visit_form(form),
    }  # fmt: skip


def read_visit_form(form: Form) -> dict[str, Any]:
    """Return the JSON that the posted wishes for a visit say."""
    needs = [
        _need(form, f"visit.needs.{place}")
        for place in range(MAX_NEEDS)
        if _is_filled(form, f"visit.needs.{place}", ("title", "minutes"))
    ]
    return {
        "needs": _with_ids(needs),
        "facility_ids": form.getlist("visit.facility_ids"),
        "limits": {
            "assistance": form.getlist("visit.limits.assistance"),
            "cabins": form.getlist("visit.limits.cabins"),
            "nonstop_only": form.get("visit.limits.nonstop_only") == "yes",
            **{
                name: to_number(form.get(f"visit.limits.{name}", ""))
                for name in _LIMITS
                if name in _NUMBERS
            },
        },
        "rooms": to_number(form.get("visit.rooms", "")),
        "earliest_date": form.get("visit.earliest_date", "").strip() or None,
        "latest_date": form.get("visit.latest_date", "").strip() or None,
        "max_nights": to_number(form.get("visit.max_nights", "")),
        "meeting_minutes": to_number(form.get("visit.meeting_minutes", "")),
    }


def new_case_state(reference: str) -> FormState:
    """Return the empty form of a new case, with the values most cases have."""
    values: dict[str, str | list[str]] = {
        "reference": reference,
        PROPOSED: reference,
        "service_level": "premium",
        "visit.rooms": "1",
        "visit.needs.0.minutes": "60",
        "visit.limits.cabins": ["economy"],
        "visit.meeting_minutes": "1440",
    }
    values |= {f"companions.{place}.travels_with_patient": "yes" for place in range(MAX_COMPANIONS)}
    return FormState(case_labels(), values)


def is_as_proposed(form: Form) -> bool:
    """Tell whether the reference is the one that the form came with."""
    proposed = form.get(PROPOSED, "")
    return bool(proposed) and form.get("reference", "").strip().upper() == proposed


def posted_case_state(
    body: Mapping[str, Any], faults: tuple[FieldError, ...], *, proposed: str
) -> FormState:
    """Return the form of a new case as it was sent, with what is wrong."""
    values = new_case_state("").values
    kept = {name: value for name, value in values.items() if name.startswith("companions.")}
    kept[PROPOSED] = proposed
    return FormState(case_labels(), {**kept, **_flatten(body)}, faults)


def posted_visit_state(body: Mapping[str, Any], faults: tuple[FieldError, ...]) -> FormState:
    """Return the form of a visit as it was sent, with what is wrong."""
    named = tuple(
        FieldError(f"visit.{fault.field.removeprefix('visit.')}", fault.message) for fault in faults
    )
    return FormState(visit_labels(), _flatten({"visit": body}), named)


def visit_state(visit: VisitRequest) -> FormState:
    """Return the form of a visit as it is stored."""
    return FormState(visit_labels(), _flatten({"visit": visit_answer(visit)}))


def _numbered(block: str, place: int, text: str) -> str:
    return f"{block} {place + 1}: {text.lower()}"


def _is_filled(form: Form, before: str, names: tuple[str, ...]) -> bool:
    return any(form.get(f"{before}.{name}", "").strip() for name in names)


def _person(form: Form, before: str) -> dict[str, Any]:
    def said(name: str) -> str | None:
        return form.get(f"{before}.{name}", "").strip() or None

    airport = said("home_airport")
    return without_empty({
        "name": said("name"),
        "birth_date": said("birth_date"),
        "home_airport": airport.upper() if airport else None,
        "languages": to_words(form.get(f"{before}.languages", "").lower()),
    })  # fmt: skip


def _companion(form: Form, before: str) -> dict[str, Any]:
    return {
        "person": _person(form, f"{before}.person"),
        "relation": form.get(f"{before}.relation", ""),
        "travels_with_patient": form.get(f"{before}.travels_with_patient") == "yes",
    }


def _need(form: Form, before: str) -> dict[str, Any]:
    def said(name: str) -> str:
        return form.get(f"{before}.{name}", "").strip()

    return {
        **without_empty({
            "id": said("id") or None,
            "title": said("title") or None,
            "specialty": said("specialty") or None,
            "minutes": to_number(said("minutes")),
        }),
        "gap_min_minutes": to_number(said("gap_min_minutes")) or 0,
        "gap_max_minutes": to_number(said("gap_max_minutes")),
        "recovery_minutes": to_number(said("recovery_minutes")) or 0,
    }  # fmt: skip


def _with_ids(needs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each new appointment a name of its own; stored ones keep theirs."""
    used = {need["id"] for need in needs if "id" in need}
    free = (
        name for number in range(1, 2 * MAX_NEEDS + 1) if (name := f"visit-{number}") not in used
    )
    return [need if "id" in need else {"id": next(free), **need} for need in needs]


def _flatten(value: Any, path: str = "") -> dict[str, str | list[str]]:  # noqa: ANN401 — JSON
    """Return JSON values by the names of their fields."""
    if path.endswith(("facility_ids", "assistance", "cabins")):
        return {path: [str(word) for word in value]}
    if path.endswith("languages"):
        return {path: join_words(value)}
    if isinstance(value, Mapping):
        pairs: Any = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    else:
        text = ("yes" if value else "") if isinstance(value, bool) else to_text(value)
        return {path: text}
    found: dict[str, str | list[str]] = {}
    for name, inner in pairs:
        found |= _flatten(inner, f"{path}.{name}" if path else str(name))
    return found
