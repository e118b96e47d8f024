"""The forms of an estimate and of a bill: which fields they have, and what is added when read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from api.pages.document_form import DocumentForm, FormField, FormGroup, FormRows
from pricing.estimate.codes import CodeType

_CODE_TYPES: Final = tuple((one, one) for one in get_args(CodeType))
_KINDS: Final = (("facility", "facility"), ("professional", "professional"))
_SHORT: Final = "small letters, such as hospital"


def _code_fields() -> tuple[FormField, ...]:
    return (
        FormField("code_type", "kind of code", "select", (("", "choose"), *_CODE_TYPES)),
        FormField("code", "code"),
    )


ESTIMATE_FORM: Final = DocumentForm((
    FormGroup("What it is for", (
        FormField("primary.description", "What is done, in plain words"),
        FormField("primary.date", "Day of the service", "date"),
        FormField("scheduled_on", "Scheduled on", "date", is_optional=True),
        FormField("requested_on", "Asked for on", "date", is_optional=True),
        FormField(
            "changed_on", "Change of scope known on", "date", is_optional=True,
            hint="only where this version answers a change",
        ),
        FormField("valid_until", "Valid until", "date"),
        FormField("currency", "Currency", hint="three letters, such as USD"),
    )),
    FormRows("diagnoses", "Diagnoses", "Diagnosis", (
        FormField("code", "ICD-10-CM code"),
        FormField("description", "in plain words", is_optional=True),
    ), spare=1, hint="The principal one first."),
    FormRows("providers", "Who will bill", "Provider", (
        FormField("id", "short name", hint=_SHORT),
        FormField("name", "name"),
        FormField("kind", "kind", "select", _KINDS),
        FormField("convening", "gives this estimate", "check"),
        FormField("npi", "NPI", is_optional=True),
        FormField("tin", "TIN", is_optional=True),
        FormField("state", "state", is_optional=True),
        FormField("location", "address", is_optional=True),
        FormField("asked_on", "asked on", "date", is_optional=True),
        FormField("answered_on", "answered on", "date", is_optional=True),
    ), spare=1, hint="One gives the estimate; the others are asked what they expect to charge."),
    FormRows("items", "What is expected", "Item", (
        FormField("id", "number", "hidden"),
        FormField("description", "in plain words"),
        FormField("provider", "short name of who bills it"),
        *_code_fields(),
        FormField("quantity", "quantity", "whole", is_optional=True, hint="else 1"),
        FormField("date", "date", "date", is_optional=True, hint="else the day of the service"),
        FormField("charge", "expected charge, all together", "amount"),
    ), spare=3, hint="Save to get more empty rows."),
    FormRows("separate", "Scheduled separately", "Separate item", (
        FormField("description", "what"),
        FormField("provider", "who", is_optional=True),
    ), spare=1, hint="What will need a date, and an estimate, of its own."),
    FormGroup("Who pays", (
        FormField("payers.plan", "The plan", "amount", is_optional=True),
        FormField("payers.patient", "The patient beside the plan", "amount", is_optional=True),
        FormField("payers.self_pay", "Self-pay", "amount", is_optional=True),
    ), hint="Left empty, all of it is self-pay."),
    FormGroup("Disclaimers", (
        FormField(
            "disclaimers", "Beside the four that every estimate says, one a line", "area",
            is_optional=True,
        ),
    )),
))  # fmt: skip

BILL_FORM: Final = DocumentForm((
    FormGroup("The bill", (
        FormField("id", "Number of the bill"),
        FormField("date", "Date of the bill", "date"),
        FormField("currency", "Currency", hint="three letters, such as USD"),
    )),
    FormRows("providers", "Who bills", "Provider", (
        FormField("id", "short name", hint=_SHORT),
        FormField("name", "name"),
        FormField("npi", "NPI", is_optional=True),
        FormField(
            "replaces", "stood in for", is_optional=True,
            hint="short name of the provider in the estimate",
        ),
    ), spare=1),
    FormRows("lines", "Lines", "Line", (
        FormField("id", "number", "hidden"),
        FormField("provider", "short name of who bills it"),
        *_code_fields(),
        FormField("description", "as the bill says", is_optional=True),
        FormField("units", "units", "whole", is_optional=True, hint="else 1"),
        FormField("date", "date", "date", is_optional=True),
        FormField("amount", "amount", "amount"),
    ), spare=5),
))  # fmt: skip


def completed_estimate(typed: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return an estimate that was typed, with what its form does not ask.

    An item without a date is on the day of the service. A charge that stays as it was stays from
    where it was; one that is typed is typed.
    """
    day = typed.get("primary", {}).get("date")
    sources = {one["id"]: one for one in before.get("items", ())}
    for item in typed["items"]:
        if day is not None:
            item.setdefault("date", day)
        known = sources.get(item["id"], {})
        if "source" in known and _is_same(known.get("charge"), item.get("charge")):
            item["source"] = known["source"]
    return typed


def _is_same(one: str | None, other: str | None) -> bool:
    try:
        return one is not None and other is not None and Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
