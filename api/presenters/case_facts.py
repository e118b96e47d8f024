"""The form of what is stated about a case: its fields in groups, in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from api.formatting import format_date
from api.operations.case_facts import FactsFile
from logistics.fact_questions import FactQuestion, Place
from pricing.expressions.types import FactType

APPROVALS: Final = 2
STAYS: Final = 1
RATES: Final = 1
"""Empty rows that follow the filled ones."""

_RULES_SHOWN: Final = 2
_LABELS: Final = MappingProxyType(
    {
        "patient.residence": "Country of residence",
        "person.role": "Role on the trip",
        "person.medically_required": "Medically required",
        "person.ordered_in_writing": "Ordered in writing",
        "site.region": "Region",
        "site.network": "In the plan's network",
        "site.designations": "Designations, one a line",
        "site.care_cost": "Cost of the care there",
        "site.travel_cost": "Cost of travelling there",
        "nearest.name": "Name",
        "nearest.city": "City",
        "nearest.region": "Region",
        "nearest.country": "Country",
        "nearest.network": "In the plan's network",
        "nearest.designations": "Designations, one a line",
        "nearest.care_cost": "Cost of the care there",
        "nearest.travel_cost": "Cost of travelling there",
        "care.procedure": "Procedure",
        "care.diagnosis": "Diagnosis, as the policy names it",
        "care.setting": "Setting",
        "care.purpose": "Purpose",
        "care.occurrence": "Occurrence",
        "care.telehealth_tried": "Telehealth was tried first",
        "referral.date": "Day of the referral",
        "referral.by": "Referred by",
        "visit.procedure": "Procedure",
        "visit.diagnosis": "Diagnosis",
        "line.arranged_by": "Travel is arranged by",
        "line.booked_through": "Travel is booked through",
    }
)
_WAYS: Final = MappingProxyType(
    {
        "road_mi": "miles by road",
        "road_km": "kilometres by road",
        "straight_mi": "miles in a straight line",
        "straight_km": "kilometres in a straight line",
    }
)
_CHOICES: Final = MappingProxyType(
    {
        "care.setting": (
            ("", "not stated"),
            ("inpatient", "Inpatient"),
            ("outpatient", "Outpatient"),
        ),
    }
)
_YES_NO: Final = (("", "not stated"), ("yes", "Yes"), ("no", "No"))
_KINDS: Final = MappingProxyType(
    {FactType.NUMBER: "number", FactType.DATE: "date", FactType.TEXTS: "area"}
)
_TITLES: Final = MappingProxyType(
    {
        "patient": "The patient",
        "nearest": "The nearest place that could have treated",
        "care": "The care",
        "referral": "The referral",
        "expenses": "Every expense, unless it says otherwise itself",
    }
)
_REST: Final = "The trip"
_ORDER: Final = (
    *("", "patient", "companions", "care", "referral", "sites", "nearest"),
    *("visits", "expenses"),
)
"""In which order the parts of the facts are shown."""


@dataclass(frozen=True, slots=True)
class FactField:
    """One field: its name in the form, its place in the facts, and how it is asked."""

    name: str
    place: Place
    label: str
    kind: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what the template reads."""
        return {
            "name": self.name,
            "kind": self.kind,
            "hint": self.hint,
            "options": [{"value": value, "label": label} for value, label in self.options],
        }


@dataclass(slots=True)
class FactGroup:
    """Fields that stand together under a title."""

    title: str
    fields: list[FactField] = field(default_factory=list)


def group_questions(file: FactsFile) -> tuple[FactGroup, ...]:
    """Return the questions of the policy as fields, those about one subject together."""
    groups: dict[tuple[str, str], FactGroup] = {}
    for question in file.questions:
        part, key = question.part
        grouped = (part, key) if key or part in _TITLES else ("", "")
        title = question.about or _TITLES.get(part, _REST)
        groups.setdefault(grouped, FactGroup(title)).fields.append(_field(question))
    return tuple(
        group
        for (part, _), group in sorted(groups.items(), key=lambda one: _ORDER.index(one[0][0]))
    )


def list_rows(file: FactsFile) -> dict[str, tuple[tuple[FactField, ...], ...]]:
    """Return the fields of approvals, nights in hospital and rates, row by row."""
    facts = file.stored.facts
    return {
        "approvals": _rows(
            ("approvals",),
            len(facts.approvals) + APPROVALS,
            (
                ("date", "given on", "date"),
                ("code", "code", "text"),
                ("covers", "what it covers", "text"),
            ),
            "Approval",
        ),
        "inpatient": _rows(
            ("patient", "inpatient"),
            len(facts.patient.inpatient) + STAYS,
            (("admitted", "admitted", "date"), ("discharged", "discharged", "date")),
            "Stay",
        ),
        "rates": _rows(
            ("rates",),
            len(facts.rates) + RATES,
            (
                ("from", "from currency", "text"),
                ("to", "to currency", "text"),
                ("value", "units of the second for one of the first", "number"),
                ("date", "of the day", "date"),
                ("source", "source", "text"),
            ),
            "Rate",
        ),
    }


def household_field() -> FactField:
    """Return the field of the household."""
    return FactField(
        "household",
        ("household",),
        "Number of the family or household at the payer",
        "text",
        "Cases of one family that state the same number share the balances of a household. "
        "Left empty, the patient is a household alone. It cannot change once a claim is decided.",
    )


def present_facts(file: FactsFile) -> dict[str, Any]:
    """Return what the page says besides its form."""
    policy = file.policy.prepared.policy
    rows = list_rows(file)
    return {
        "reference": file.case.reference,
        "title": file.case.title,
        "policy": policy.title,
        "sponsor": policy.sponsor,
        "version": file.stored.version,
        "saved": format_date(file.stored.saved_at.date()) if file.stored.saved_at else "",
        "groups": [
            {"title": one.title, "fields": [each.to_dict() for each in one.fields]}
            for one in group_questions(file)
        ],
        "asks_for_approval": file.asks_for_approval,
        "household": file.asks_for_household or file.stored.facts.household is not None,
        "rows": {
            name: [
                {
                    "title": row[0].label.partition(":")[0],
                    "fields": [each.to_dict() for each in row],
                }
                for row in found
            ]
            for name, found in rows.items()
        },
        "filled": {
            "approvals": bool(file.stored.facts.approvals),
            "inpatient": bool(file.stored.facts.patient.inpatient),
            "rates": bool(file.stored.facts.rates),
        },
    }


def _field(question: FactQuestion) -> FactField:
    fact = question.fact
    options = _CHOICES.get(fact.path, _YES_NO if fact.type is FactType.YES_NO else ())
    label = _label(question)
    return FactField(
        name=".".join(question.place),
        place=question.place,
        label=f"{question.about}: {label}" if question.about else label,
        kind="select" if options else _KINDS.get(fact.type, "text"),
        hint=" ".join(fact.rules[:_RULES_SHOWN]),
        options=options,
    )


def _label(question: FactQuestion) -> str:
    fact = question.fact
    if fact.is_declared:
        return fact.text.rstrip(".")
    if fact.path.startswith("distances."):
        _, between, way = fact.path.split(".")
        return f"{between.replace('_to_', ' to ').replace('_', ' ').capitalize()}, {_WAYS[way]}"
    return _LABELS[fact.path]


def _rows(
    above: Place, count: int, columns: tuple[tuple[str, str, str], ...], word: str
) -> tuple[tuple[FactField, ...], ...]:
    return tuple(
        tuple(
            FactField(
                name=".".join((*above, str(row), key)),
                place=(*above, str(row), key),
                label=f"{word} {row + 1}: {label}",
                kind=kind,
            )
            for key, label, kind in columns
        )
        for row in range(count)
    )
