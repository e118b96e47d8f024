"""What each rule of JSON files says when it is broken: what is wrong and what to write instead."""

from __future__ import annotations

import json
from typing import Any, Final

from pricing.price_files.validation.shapes import Breach
from pricing.price_files.validation.verdict import Finding

_VALUE_LENGTH: Final = 80

_RULES: Final = {
    "type": "wrong-type",
    "exclusiveMinimum": "not-a-positive-number",
    "minLength": "text-empty",
    "pattern": "count-unreadable",
    "format": "date-unreadable",
    "const": "statement-altered",
    "enum": "value-not-allowed",
    "anyOf": "charge-missing",
    "if": "condition-unmet",
    "minItems": "list-empty",
    "required": "value-missing",
}
_TYPES: Final = {
    "string": "a text in quotation marks",
    "number": "a number without quotation marks",
    "boolean": "true or false without quotation marks",
    "array": "a list in brackets",
    "object": "an object in braces",
}
_SENTENCES: Final = {
    "type": '"{name}" is {value}; write {wanted}',
    "exclusiveMinimum": '"{name}" is {value}; write a number above zero, or leave it out',
    "minLength": '"{name}" is an empty text; write its value, or leave it out where it may be',
    "pattern": '"{name}" is {value}; write "0", "1 through 10", or a number from 11 on as text',
    "format": '"{name}" is {value}, which is no day; write it as "2026-01-31"',
    "const": (
        '"{name}" is not the statement the format asks for, word for word; copy it from the data '
        "dictionary"
    ),
    "enum": '"{name}" is {value}; write one of: {wanted}',
    "anyOf": (
        "there is no charge; write gross_charge, discounted_cash, or a payer's "
        "standard_charge_dollar, standard_charge_percentage or standard_charge_algorithm"
    ),
    "if": "{wanted}; what is missing is named above",
    "minItems": '"{name}" is an empty list; write at least one entry, or leave it out',
    "required": '"{wanted}" is missing; add it',
}
_ALERTS: Final = {
    "estimated-amount-given": '"estimated_amount" is no longer asked for since 2026-01-01; write '
    "median_amount, 10th_percentile, 90th_percentile and count instead",
    "nine-nines": '"{field}" is nine nines, which stand for no amount; write a real one, or leave '
    "it out and explain the count of 0",
}


def error_finding(breach: Breach) -> Finding:
    """Return a broken keyword as a finding."""
    return Finding(
        rule=rule_of(breach),
        place=breach.path,
        message=_sentence(breach),
        field=str(breach.wanted) if breach.keyword == "required" else _last(breach.path),
    )


def rule_of(breach: Breach) -> str:
    """Return the rule that a breach is of."""
    return _RULES[breach.keyword]


def alert_finding(breach: Breach) -> Finding:
    """Return what an alert schema forbids as a finding."""
    rule = alert_rule_of(breach)
    field = _last(breach.path)
    return Finding(rule, breach.path, _ALERTS[rule].format(field=field), field)


def alert_rule_of(breach: Breach) -> str:
    """Return the rule that an alert is of."""
    return str(breach.wanted["title"])


def _sentence(breach: Breach) -> str:
    return _SENTENCES[breach.keyword].format(
        name=_last(breach.path) or "the file",
        value=_shown(breach.value),
        wanted=_wanted(breach),
    )


def _wanted(breach: Breach) -> str:
    if breach.keyword == "type":
        return _TYPES[breach.wanted]
    if breach.keyword == "if":
        return str(breach.schema["title"])
    return ", ".join(breach.wanted) if isinstance(breach.wanted, list) else str(breach.wanted)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _shown(value: Any) -> str:  # noqa: ANN401 — any JSON value
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    text = json.dumps(plain, ensure_ascii=False)
    return text if len(text) <= _VALUE_LENGTH else text[: _VALUE_LENGTH - 1] + "…"
