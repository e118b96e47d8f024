"""What a JSON price file must hold, version by version, in the words of JSON Schema.

Read from CMS's data dictionaries and JSON schemas v2.0 to v3.0 (2026-11). ``title`` says why a
condition stands, for the sentence shown where it is not met.
"""

from __future__ import annotations

from typing import Any, Final

from pricing.price_files.validation.standard import (
    DRUG_UNITS,
    METHODOLOGIES,
    SETTINGS,
    STATES_IN_JSON,
    code_types,
    statement,
)

Schema = dict[str, Any]

CHARGES: Final = "standard_charge_information"
_CHARGE_KINDS: Final = (
    "standard_charge_dollar",
    "standard_charge_algorithm",
    "standard_charge_percentage",
)
_PERCENTILES: Final = ["median_amount", "10th_percentile", "90th_percentile"]
_COUNT: Final = r"0|1 through 10|1[1-9]|[2-9][0-9]+|[1-9][0-9]{2,}"
_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_ANY_TEXT: Final[Schema] = {"type": "string"}
_AMOUNT: Final[Schema] = {"type": "number", "exclusiveMinimum": 0}


def _choice(values: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(values)}


def _some(item: Schema, least: int = 1) -> Schema:
    listed: Schema = {"type": "array", "items": item}
    return {**listed, "minItems": least} if least else listed


def _object(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


def _has(*names: str) -> Schema:
    return {"required": list(names)}


def _has_one_of(*names: str) -> Schema:
    return {"anyOf": [_has(name) for name in names]}


def _is(name: str, value: str) -> Schema:
    """Return the condition that a property is there and has this value."""
    return {"properties": {name: {"const": value}}, "required": [name]}


def _when(condition: Schema, then: Schema, title: str) -> Schema:
    return {"if": condition, "then": then, "title": title}


def file_schema(version: str) -> Schema:
    """Return what the file must hold beside its charges."""
    newest = version >= "3"
    place = "location_name" if newest else "hospital_location"
    word = "attestation" if newest else "affirmation"
    text = _TEXT if newest else _ANY_TEXT
    properties: Schema = {
        "hospital_name": _TEXT,
        "hospital_address": _some(text),
        "last_updated_on": {"type": "string", "format": "date"},
        word: _statement(version, word),
        "license_information": _object(
            {"license_number": _TEXT, "state": _choice(STATES_IN_JSON)}, ["state"]
        ),
        "version": _TEXT,
        place: _some(text),
    }
    if newest:
        properties["type_2_npi"] = _some(_TEXT)
    if version >= "2.2":
        properties["modifier_information"] = _some(_modifier(version), 1 if newest else 0)
    required = ["hospital_name", CHARGES, "last_updated_on", place, "hospital_address"]
    required += ["type_2_npi"] if newest else []
    return _object(properties, [*required, "license_information", word, "version"])


def _statement(version: str, word: str) -> Schema:
    properties: Schema = {
        word: {"const": statement(version)},
        f"confirm_{word}": {"type": "boolean"},
    }
    required = [word, f"confirm_{word}"]
    if version >= "3":
        properties["attester_name"] = _TEXT
        required.append("attester_name")
    return _object(properties, required)


def _modifier(version: str) -> Schema:
    payer = _object(
        {"payer_name": _TEXT, "plan_name": _TEXT, "description": _TEXT},
        ["payer_name", "plan_name", "description"],
    )
    properties: Schema = {
        "description": _TEXT,
        "code": _TEXT,
        "modifier_payer_information": _some(payer),
    }
    if version >= "3":
        properties["setting"] = _choice(SETTINGS)
    return _object(properties, ["description", "modifier_payer_information", "code"])


def item_schema(version: str) -> Schema:
    """Return what an item or service must hold."""
    code = _object({"code": _TEXT, "type": _choice(code_types(version))}, ["code", "type"])
    properties: Schema = {"description": _TEXT}
    if version >= "2.2":
        unit = _AMOUNT if version >= "3" else _TEXT
        drug = {"unit": unit, "type": _choice(DRUG_UNITS)}
        properties["drug_information"] = _object(drug, ["unit", "type"])
    properties["code_information"] = _some(code)
    properties["standard_charges"] = _some(_charge(version))
    item = _object(properties, ["description", "code_information", "standard_charges"])
    if version < "2.2":
        return item
    return {**item, **_ndc_needs_drug(version)}


def _ndc_needs_drug(version: str) -> Schema:
    """Return the condition about NDC codes.

    That of v2.2 lacks the words that lists and properties must be there: it also fires where there
    is no code type to be seen.
    """
    is_ndc: Schema = {"type": "object", "properties": {"type": {"const": "NDC"}}}
    codes: Schema = {"type": "array", "contains": is_ndc}
    condition: Schema = {"type": "object", "properties": {"code_information": codes}}
    if version >= "3":
        is_ndc["required"] = ["type"]
        codes["minItems"] = 1
        condition["required"] = ["code_information"]
    return _when(condition, _has("drug_information"), "a code of type NDC is a drug")


def _charge(version: str) -> Schema:
    newest = version >= "3"
    properties: Schema = dict.fromkeys(
        ("minimum", "maximum", "gross_charge", "discounted_cash"), _AMOUNT
    )
    properties["setting"] = _choice(SETTINGS)
    if newest:
        properties["modifier_code"] = _some(_TEXT)
    properties["payers_information"] = _some(_payer(version))
    properties["additional_generic_notes"] = _TEXT if newest else _ANY_TEXT
    charge = _object(properties, ["setting"])
    if version < "2.1":
        return charge
    least = 1 if newest else 0
    of_payers = _some({"anyOf": [_typed(_has(kind)) for kind in _CHARGE_KINDS]}, least)
    in_dollars: Schema = {"type": "array", "contains": _typed(_has("standard_charge_dollar"))}
    if newest:
        in_dollars["minItems"] = 1
    return {
        **charge,
        "anyOf": [
            _typed(_has("gross_charge")),
            _typed(_has("discounted_cash")),
            _object({"payers_information": of_payers}, ["payers_information"]),
        ],
        **_when(
            _object({"payers_information": in_dollars}, ["payers_information"]),
            _has("minimum", "maximum"),
            "a payer's charge in dollars comes with the lowest and highest one negotiated",
        ),
    }


def _typed(schema: Schema) -> Schema:
    return {"type": "object", **schema}


def _payer(version: str) -> Schema:
    newest = version >= "3"
    text = _TEXT if newest else _ANY_TEXT
    properties: Schema = {
        "payer_name": _TEXT,
        "plan_name": _TEXT,
        "additional_payer_notes": text,
        "standard_charge_dollar": _AMOUNT,
        "standard_charge_algorithm": text,
        "standard_charge_percentage": _AMOUNT,
    }
    if newest:
        properties.update(dict.fromkeys(_PERCENTILES, _AMOUNT))
        properties["count"] = {"type": "string", "pattern": _COUNT}
    elif version != "2.1.0":
        properties["estimated_amount"] = _AMOUNT
    properties["methodology"] = _choice(METHODOLOGIES)
    payer = _object(properties, ["payer_name", "plan_name", "methodology"])
    return {**payer, **_payer_conditions(version)}


def _payer_conditions(version: str) -> Schema:
    by_formula = _has_one_of("standard_charge_percentage", "standard_charge_algorithm")
    notes = _has("additional_payer_notes")
    is_other = _is("methodology", "other")
    title = 'the methodology "other" is explained in the notes'
    if version < "2.1":
        return {}
    if version < "3":
        told: Schema = {"properties": {"additional_payer_notes": _TEXT}, **notes}
        other = _when(is_other, told, title)
        if version < "2.2":
            return other
        without_dollars = {**by_formula, "not": _has("standard_charge_dollar")}
        why = "a charge known as percentage or algorithm alone comes with the amount expected"
        return {"allOf": [other, _when(without_dollars, _has("estimated_amount"), why)]}
    counted = {**by_formula, "not": _is("count", "0")}
    formula = "a percentage or algorithm comes with"
    return {
        "allOf": [
            _has_one_of(
                "standard_charge_dollar",
                "standard_charge_percentage",
                "standard_charge_algorithm",
            ),
            _when(is_other, notes, title),
            _when(by_formula, _has("count"), f"{formula} the count of allowed amounts"),
            _when(counted, _has(*_PERCENTILES), f"{formula} percentiles, unless the count is 0"),
            _when(_is("count", "0"), notes, "a count of 0 is explained in the notes"),
        ]
    }


def alert_schema(version: str) -> Schema | None:
    """Return what items should not hold, each under ``not`` with its rule as ``title``."""
    if version < "2.2":
        return None
    if version < "3":
        payer: Schema = {"properties": {"estimated_amount": _nine_nines(999999999.0)}}
    else:
        properties: Schema = {"count": _nine_nines("999999999")}
        properties.update({name: _nine_nines(999999999.0) for name in _PERCENTILES})
        payer = {
            "not": {**_has("estimated_amount"), "title": "estimated-amount-given"},
            "properties": properties,
        }
    charges = {"properties": {"payers_information": {"type": "array", "items": payer}}}
    return {"properties": {"standard_charges": {"type": "array", "items": charges}}}


def _nine_nines(value: float | str) -> Schema:
    return {"not": {"const": value, "title": "nine-nines"}}
