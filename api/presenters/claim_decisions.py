"""Claims for those who decide them, and for the member: what is paid, missing, and left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from api.formatting import format_count, format_date
from api.operations.claim_letters import label_of
from api.operations.claims import ClaimFile, Foreseen, days_left
from api.presenters.claims import present_status
from api.presenters.decisions import name_lines, present_decision
from logistics.claims.claim import Claim, ClaimStatus
from logistics.claims.coverage import CoverageDecision
from logistics.trip_parts import name_of
from pricing.coverage.caps import CapLeft
from pricing.coverage.documents.read import read_trip
from pricing.coverage.documents.trip_document import Trip
from pricing.coverage.edition import Replay
from pricing.money import Money
from scheduling.documents import wording

_OF_PERIOD: Final = {
    "visit": "for each visit",
    "occurrence": "for each occurrence",
    "procedure": "for each procedure",
    "diagnosis": "for each diagnosis",
    "calendar_week": "in a week",
    "calendar_month": "in a month",
    "calendar_quarter": "in a quarter",
    "calendar_year": "in a year",
    "plan_year": "in a plan year",
    "lifetime": "in a lifetime",
    "rolling": "looking back from each day",
}


def present_queue(claims: Iterable[Claim], today: date) -> list[dict[str, Any]]:
    """Return the claims that wait, with how long they have waited."""
    return [
        {
            "id": claim.id,
            "case": claim.case_reference,
            "filed": format_date(claim.filed_at.date()) if claim.filed_at else "",
            "waiting": _waiting(claim, today),
            "expenses": format_count(len(claim.trip.expenses), "expense"),
        }
        for claim in claims
    ]


def _waiting(claim: Claim, today: date) -> str:
    days = 0 if claim.filed_at is None else (today - claim.filed_at.date()).days
    return f"waits {format_count(days, 'day')}" if days else "came today"


def present_claim_head(claim: Claim) -> dict[str, Any]:
    """Return which claim it is and how far it has come."""
    return {
        "id": claim.id,
        "case": claim.case_reference,
        "version": claim.version,
        "status": present_status(claim),
        "is_draft": claim.status is ClaimStatus.DRAFT,
        "is_filed": claim.status is ClaimStatus.FILED,
        "is_decided": claim.status is ClaimStatus.DECIDED,
        "filed": format_date(claim.filed_at.date()) if claim.filed_at else "",
    }


def present_foreseen(file: ClaimFile, foreseen: Foreseen, today: date) -> dict[str, Any]:
    """Return what the claim would come to now, what is missing, and what may be set aside."""
    answer = foreseen.answer
    return {
        "refusal": foreseen.refusal,
        "decision": None
        if answer is None
        else present_decision(answer, titles_of(file.claim.trip)),
        "deficiencies": [] if answer is None else list_deficiencies(file, answer, today),
        "overridable": [
            {"value": one.id, "label": f"{one.id}: {one.text}"} for one in foreseen.overridable
        ],
        "set_aside": [
            {"rule": one.rule, "by": one.by, "reason": one.reason, "day": format_date(one.date)}
            for one in file.claim.trip.overrides
        ],
    }


def present_earlier(file: ClaimFile) -> list[dict[str, str]]:
    """Return the claims of the household that are to be decided before this one."""
    return [{"id": one.id, "since": format_date(one.first_service)} for one in file.earlier]


def present_decided(decision: CoverageDecision) -> dict[str, Any]:
    """Return a decision as it was made, its lines called as the claim called them then."""
    return present_decision(decision.answer, titles_of(read_trip(decision.inputs.trip, "claim")))


def present_replay(replay: Replay) -> dict[str, str]:
    """Return as a notice what came of deciding again; of one edition only our fault differs."""
    if not replay.is_of_this_edition:
        said = f"{replay.sentence[0].upper()}{replay.sentence[1:]}."
        if not replay.differences:
            return {"kind": "good", "title": said, "text": ""}
        return {"kind": "warn", "title": said, "text": "What was decided stands as it was decided."}
    if not replay.differences:
        title = "Made again from what was kept, it is the same to the cent."
        return {"kind": "good", "title": title, "text": ""}
    return {
        "kind": "bad",
        "title": "Made again from what was kept, it differs.",
        "text": "Pay nothing by it, and tell who runs the service.",
    }


def titles_of(trip: Trip) -> dict[str, str]:
    """Return what the expenses of a claim are called, by their ids."""
    return {one.id: f"{label_of(one)} ({one.id})" for one in trip.expenses}


def list_deficiencies(
    file: ClaimFile, answer: Mapping[str, Any], today: date
) -> list[dict[str, str]]:
    """Return what is missing in a claim: for which expenses, until when, and worth how much."""
    titles = titles_of(file.claim.trip)
    found = [_deficiency(answer, one, titles, today) for one in answer["would_change"]]
    found += [
        {
            "text": f"The file “{one.name}” was sent for {one.claim_id} as well.",
            "remedy": "Check that it is not one expense claimed twice.",
            "lines": "",
            "until": "",
            "worth": "",
        }
        for one in file.same_elsewhere
    ]
    return found


def present_decisions(
    decisions: Iterable[CoverageDecision], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the decisions about a claim, the last one first."""
    return [
        {
            "number": one.number,
            "day": format_date(one.decided_at.date()),
            "by": names.get(one.decided_by, ""),
            "paid": _paid(one),
            "revision": one.policy_revision,
        }
        for one in reversed(list(decisions))
    ]


def present_caps(caps: Iterable[CapLeft], currency: str) -> list[dict[str, str]]:
    """Return what is left of each cap, in words."""
    return [
        {
            "text": one.text,
            "whose": name_of(one.whose),
            "period": _period(one),
            "used": wording.cap_amount(one, one.used, currency),
            "left": "depends on the trip"
            if one.left is None
            else wording.cap_amount(one, one.left, currency),
        }
        for one in caps
    ]


def _deficiency(
    answer: Mapping[str, Any], change: Mapping[str, Any], titles: Mapping[str, str], today: date
) -> dict[str, str]:
    until = date.fromisoformat(change["until"]) if change["until"] else None
    # Answers kept from before a change named its expenses have the trace alone.
    lines = change.get("lines") or [
        line["id"]
        for line in answer["lines"]
        if any(
            step["rule"] == change["rule"] and step["after_cents"] < step["before_cents"]
            for step in line["trace"]
        )
    ]
    return {
        "text": change["text"],
        "remedy": change["remedy"],
        "lines": name_lines(answer, lines, titles),
        "until": "" if until is None else _until(until, today),
        "worth": wording.money(Money(change["payable_change_cents"], answer["currency"])),
    }


def _until(until: date, today: date) -> str:
    left = days_left(until, today)
    return f"{format_date(until)}, {format_count(left, 'day')} left"


def _paid(decision: CoverageDecision) -> str:
    answer = decision.answer
    return wording.money(Money(answer["payable_cents"], answer["currency"]))


def _period(cap: CapLeft) -> str:
    return cap.period if cap.period not in {"", "lifetime"} else _OF_PERIOD[cap.per]
