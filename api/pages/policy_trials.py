"""The policy workbench: trying a policy with trips, keeping trips, comparing two revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from api.access.actions import Action, acts
from api.coverage.answering import TRIP
from api.coverage.apart import ask_apart
from api.coverage.wishes import list_refusals
from api.errors import FieldError
from api.guard.asking import get_principal
from api.guard.noting import add_done, note_done
from api.guard.once import once
from api.operations.policies import rules_of, told_of
from api.pages.form_state import FormState, showable
from api.pages.policies import Opened, open_policy, to_revision
from api.pages.requests import query_text
from api.policy_errors import TooLongToDecide
from api.presenters.comparison import present_comparison
from api.presenters.decisions import present_decision, present_refusals
from api.presenters.guides import first_example
from api.presenters.policies import present_editor, present_head
from api.wiring import get_services
from logistics.plain_text import find_no_text
from pricing.errors import TripNotFound
from pricing.policies import TRIP_MAX, RevisionKey, SampleTrip
from pricing.repository.sample_trips import (
    keep_sample_trip,
    list_sample_trips,
    remove_sample_trip,
)

pages = Blueprint("policy_trials", __name__)

_TRIAL: Final = {
    "trip": "Trip document",
    "balances": "Balances before",
    "as_of": "Decided on",
    "is_invented": "The people and facts of this trip are invented",
}
_READ_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of a trial: a decision, or why there is none; lines of the trip to mark."""

    decision: dict[str, Any] | None = None
    refusals: tuple[str, ...] = ()
    faults: tuple[dict[str, Any], ...] = ()
    warnings: tuple[dict[str, Any], ...] = ()


@pages.get("/policies/<policy_id>/try")
@acts(Action.COVERAGE_TRY)
def try_page(policy_id: str) -> str:
    """Show what a sample trip gets under a revision, and the form for a trip of one's own."""
    opened = open_policy(policy_id)
    trips = _trips(opened)
    chosen = query_text("trip")
    if not chosen:
        begun = {"trip": first_example("trip-documents"), "as_of": _today()}
        return _try_page(opened, trips, FormState(_TRIAL, begun), is_example=True)
    trip = next((one for one in trips if one.trip_id == chosen), None)
    if trip is None:
        raise TripNotFound(chosen)
    typed = {"trip": trip.text, "balances": "", "as_of": query_text("as_of") or _today()}
    return _tried_page(opened, trips, typed, chosen=chosen)[0]


@pages.post("/policies/<policy_id>/try")
@acts(Action.COVERAGE_TRY)
def try_typed(policy_id: str) -> tuple[str, int]:
    """Show what a typed trip gets; it is not kept."""
    opened = open_policy(policy_id)
    return _tried_page(opened, _trips(opened), _typed())


@pages.post("/policies/<policy_id>/trips")
@acts(Action.COVERAGE_WRITE)
@once
def keep(policy_id: str) -> Response | tuple[str, int]:
    """Keep a typed trip as a sample, in place of the one of its id."""
    services = get_services()
    opened, typed = open_policy(policy_id), _typed()
    faults = _trip_faults(typed["trip"])
    if request.form.get("is_invented") != "yes":
        words = "say so, or do not keep it: trips of real people stay with their cases"
        faults = (*faults, FieldError("is_invented", words))
    told = {} if faults else _identified(typed["trip"])
    faults = faults or tuple(FieldError("trip", one.message) for one in list_refusals(told))
    if faults:
        return _try_page(opened, _trips(opened), FormState(_TRIAL, typed, faults)), 422
    trip = SampleTrip(
        organisation_id=opened.key.organisation_id,
        policy_id=policy_id,
        trip_id=told["id"],
        text=typed["trip"],
        saved_at=services.now(),
        saved_by=get_principal().user_id,
    )
    with services.sessions.write() as session:
        keep_sample_trip(session, trip)
        add_done(session, Action.COVERAGE_WRITE, {**told_of(opened.key), "sample": "kept"})
    return redirect(url_for("policy_trials.try_page", policy_id=policy_id, trip=trip.trip_id), 303)


@pages.post("/policies/<policy_id>/trips/remove")
@acts(Action.COVERAGE_WRITE)
@once
def remove(policy_id: str) -> Response:
    """Remove a sample trip."""
    opened = open_policy(policy_id)
    with get_services().sessions.write() as session:
        remove_sample_trip(
            session, opened.key.organisation_id, policy_id, request.form.get("trip_id", "")
        )
        add_done(session, Action.COVERAGE_WRITE, {**told_of(opened.key), "sample": "removed"})
    return redirect(url_for("policy_trials.try_page", policy_id=policy_id), 303)


@pages.get("/policies/<policy_id>/compare")
@acts(Action.COVERAGE_TRY)
def compare_page(policy_id: str) -> str:
    """Show what two revisions pay of every sample trip, the largest change first."""
    opened = open_policy(policy_id)
    newest = opened.policy.newest.key.revision
    in_force = opened.policy.in_force
    former = in_force.key.revision if in_force else max(1, newest - 1)
    sides = {
        "before": (to_revision(query_text("before"), former), query_text("before_version")),
        "after": (to_revision(query_text("after"), newest), query_text("after_version")),
    }
    as_of = query_text("as_of") or _today()
    compared, refusals = _compared(opened, sides, as_of)
    return render_template(
        "policy_compare.html",
        policy=present_head(opened.policy, opened.revision.note, opened.names),
        sides={
            name: {"revision": number, "version": version}
            for name, (number, version) in sides.items()
        },
        as_of=as_of,
        compared=compared,
        refusals=refusals,
    )


def _compared(
    opened: Opened, sides: dict[str, tuple[int, str]], as_of: str
) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return the comparison, or why there is none."""
    if not _is_day(as_of):
        return None, ("Decided on: write an existing day as YYYY-MM-DD",)
    rules = {
        name: _rules(opened, number=number, version=version)
        for name, (number, version) in sides.items()
    }
    trips = [{"id": trip.trip_id, "text": trip.text} for trip in _trips(opened)]
    try:
        told = ask_apart("compare", {**rules, "trips": trips, "as_of": as_of})
    except TooLongToDecide as error:
        return None, (str(error),)
    note_done(Action.COVERAGE_TRY, {**told_of(opened.key), "trips": len(trips)})
    refusals = tuple(present_refusals(list_refusals(told)))
    return (None if refusals else present_comparison(told["trips"])), refusals


def _tried_page(
    opened: Opened, trips: tuple[SampleTrip, ...], typed: dict[str, str], *, chosen: str = ""
) -> tuple[str, int]:
    faults = _trip_faults(typed["trip"])
    if not _is_day(typed["as_of"]):
        faults = (*faults, FieldError("as_of", "write an existing day as YYYY-MM-DD"))
    tried = None if faults else _try(opened, typed)
    form = FormState(_TRIAL, typed, faults)
    return _try_page(opened, trips, form, tried=tried, chosen=chosen), 422 if faults else 200


def _try(opened: Opened, typed: dict[str, str]) -> _Tried:
    """Decide the typed trip under the revision, and note that it was tried."""
    wish = {
        "rules": _rules(opened, number=opened.key.revision, version=""),
        "trip": typed["trip"],
        "balances": typed["balances"].strip() or None,
        "as_of": typed["as_of"],
    }
    try:
        told = ask_apart("decide", wish)
    except TooLongToDecide as error:
        return _Tried(refusals=(str(error),))
    note_done(Action.COVERAGE_TRY, told_of(opened.key))
    if "answer" in told:
        warnings = [one for one in told["answer"]["warnings"] if one["file"] == TRIP]
        decision = present_decision(told["answer"])
        return _Tried(decision=decision, warnings=tuple(warnings))
    faults = told.get("faults", ()) if told.get("document") == TRIP else ()
    return _Tried(refusals=tuple(present_refusals(list_refusals(told))), faults=tuple(faults))


def _rules(opened: Opened, *, number: int, version: str) -> dict[str, Any]:
    key = RevisionKey(
        organisation_id=opened.key.organisation_id,
        policy_id=opened.key.policy_id,
        revision=number,
    )
    with get_services().sessions.read() as session:
        return rules_of(session, key, version)


def _trips(opened: Opened) -> tuple[SampleTrip, ...]:
    with get_services().sessions.read() as session:
        return list_sample_trips(session, opened.key.organisation_id, opened.key.policy_id)


def _try_page(
    opened: Opened,
    trips: tuple[SampleTrip, ...],
    form: FormState,
    *,
    tried: _Tried | None = None,
    chosen: str = "",
    is_example: bool = False,
) -> str:
    found = tried or _Tried()
    text = showable(str(form.values.get("trip", "")))
    return render_template(
        "policy_try.html",
        editor=present_editor(text, found.faults, found.warnings),
        policy=present_head(opened.policy, opened.revision.note, opened.names),
        trips=[{"id": one.trip_id, "is_chosen": one.trip_id == chosen} for one in trips],
        chosen=chosen,
        is_example=is_example,
        form=form.to_dict(),
        tried=tried,
        as_of=showable(str(form.values["as_of"])),
    )


def _typed() -> dict[str, str]:
    typed = {name: request.form.get(name, "").replace("\r\n", "\n") for name in _TRIAL}
    return {**typed, "as_of": typed["as_of"].strip() or _today()}


def _trip_faults(text: str) -> tuple[FieldError, ...]:
    if not text.strip():
        return (FieldError("trip", "must not be empty"),)
    if len(text) > TRIP_MAX:
        return (FieldError("trip", f"has more than {TRIP_MAX:,} characters; make it shorter"),)
    found = find_no_text(text)
    return (
        (FieldError("trip", f"contains the character {found}, which is no text"),) if found else ()
    )


def _identified(text: str) -> dict[str, Any]:
    try:
        return ask_apart("identify_trip", {"text": text}, seconds=_READ_SECONDS)
    except TooLongToDecide as error:
        return {"refused": str(error)}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _today() -> str:
    return get_services().today().isoformat()
