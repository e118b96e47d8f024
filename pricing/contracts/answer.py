"""A priced claim as a document: what ``sojourn contract price --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from pricing.contracts.ledger import Entry
from pricing.contracts.price import Pricing
from pricing.contracts.scene import Line
from pricing.contracts.settling import Conditional, Taken
from pricing.contracts.taking import Applied
from pricing.contracts.tracing import Trace, shown

FORMAT: Final = "sojourn-contract-price/1"


def to_document(pricing: Pricing) -> dict[str, Any]:
    """Return everything about a priced claim; amounts in minor units, exact ones as text."""
    terms, claim = pricing.scene.prepared.terms, pricing.scene.claim
    lines = [_line(line, pricing) for line in pricing.scene.lines]
    charges = [line.charge for line in pricing.scene.lines]
    stated = [charge for charge in charges if charge is not None]
    return {
        "format": FORMAT,
        "terms": {"id": terms.id, "title": terms.title, "source": terms.source},
        "claim": claim.id,
        "currency": terms.currency,
        "charges_cents": (
            pricing.rounder.to_minor(sum(stated, Fraction(0)))
            if len(stated) == len(charges)
            else None
        ),
        "allowed_cents": pricing.rounder.to_minor(pricing.allowed),
        "patient_cents": pricing.rounder.to_minor(pricing.patient),
        "payer_cents": pricing.rounder.to_minor(pricing.payer),
        "patient_trace": [_trace(None, trace) for trace in pricing.patient_trace],
        "lines": lines,
        "groups": [_group(one) for one in pricing.applied],
        "steps": [_step(one, pricing) for one in pricing.steps],
        "conditional": [_conditional(one, pricing) for one in pricing.conditional],
        "unpriced": [line["id"] for line in lines if line["how"] == "unpriced"],
    }


def line_sentences(line: Mapping[str, Any]) -> list[str]:
    """Return how a line of the document came to its amount; an addition begins with its term."""
    return [
        ("" if one["rule"] in {None, line["term"]} else f"{one['rule']} in addition: ")
        + f"{one['what']}: {one['arithmetic']}"
        for one in line["trace"]
    ]


def step_sentence(step: Mapping[str, Any]) -> str:
    """Return what a step of the document did, or why it was not taken."""
    traces = step["trace"]
    if step["why_not"] or not traces:
        return step["why_not"] or ""
    words = "; ".join(one["arithmetic"] for one in traces)
    return words if step["after"] == traces[-1]["amount"] else f"{words}, rounded {step['after']}"


def _line(line: Line, pricing: Pricing) -> dict[str, Any]:
    entries = [entry for entry in pricing.entries if entry.line is line]
    own = next((e for e in entries if e.term is None or not e.term.in_addition), entries[0])
    added = [entry for entry in entries if entry is not own]
    amount = sum((entry.amount for entry in entries), Fraction(0))
    term = own.term
    terms = pricing.scene.prepared.terms
    return {
        "id": line.id,
        "code": line.code,
        "revenue_code": line.revenue_code,
        "charge_cents": None if line.charge is None else pricing.rounder.to_minor(line.charge),
        "allowed_cents": pricing.rounder.to_minor(amount),
        "how": own.how,
        "term": None if term is None else term.id,
        "text": None if term is None else term.text,
        "source": None if term is None else term.source or terms.source,
        "reason": own.reason,
        "added_by": [entry.term.id for entry in added if entry.term is not None],
        "changed_by": [
            taken.step.id
            for taken in pricing.steps
            if line.id in taken.lines and taken.before != taken.after
        ],
        "trace": [*_traces(own), *(trace for entry in added for trace in _traces(entry))],
    }


def _traces(entry: Entry) -> list[dict[str, Any]]:
    rule = None if entry.term is None else entry.term.id
    return [_trace(rule, trace) for trace in entry.trace]


def _trace(rule: str | None, trace: Trace) -> dict[str, Any]:
    return {
        "rule": rule,
        "what": trace.what,
        "text": trace.text,
        "arithmetic": trace.arithmetic,
        "amount": shown(trace.amount),
        "considered": [
            {
                "what": one.what,
                "arithmetic": one.arithmetic,
                "amount": shown(one.amount),
                "taken": one.is_taken,
            }
            for one in trace.considered
        ],
    }


def _group(applied: Applied) -> dict[str, Any]:
    term = applied.term
    return {
        "term": term.id,
        "text": term.text,
        "for": term.grouped,
        "lines": [line.id for line in applied.lines],
        "amount": shown(applied.priced.amount),
        "trace": [_trace(term.id, trace) for trace in applied.priced.trace],
    }


def _step(taken: Taken, pricing: Pricing) -> dict[str, Any]:
    step = taken.step
    return {
        "id": step.id,
        "text": step.text,
        "source": step.source or pricing.scene.prepared.terms.source,
        "of": step.of,
        "lines": list(taken.lines),
        "taken": taken.why_not is None,
        "why_not": taken.why_not,
        "before": shown(taken.before),
        "after": shown(taken.after),
        "trace": [_trace(step.id, trace) for trace in taken.trace],
    }


def _conditional(one: Conditional, pricing: Pricing) -> dict[str, Any]:
    return {
        "step": one.step.id,
        "text": one.step.text,
        "until": None if one.until is None else one.until.isoformat(),
        "change_cents": pricing.rounder.to_minor(one.change),
    }
