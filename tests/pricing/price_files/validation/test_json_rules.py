"""One fault in a valid JSON file: the findings of its rule, at the right place."""

from collections.abc import Callable
from typing import Any

import pytest

from bench.verdicts.made_up import document
from tests.pricing.price_files.validation.judging import found, judged, judged_document

Change = Callable[[dict[str, Any]], object]
ITEM = "/standard_charge_information/0"
CHARGE = f"{ITEM}/standard_charges/0"
PAYER = f"{CHARGE}/payers_information/0"
FORMULA = f"{CHARGE}/payers_information/1"


def item(file: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = file["standard_charge_information"][0]
    return first


def charge(file: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = item(file)["standard_charges"][0]
    return first


def payer(file: dict[str, Any], number: int = 0) -> dict[str, Any]:
    chosen: dict[str, Any] = charge(file)["payers_information"][number]
    return chosen


def setting(of: Callable[[dict[str, Any]], dict[str, Any]], name: str, value: object) -> Change:
    return lambda file: of(file).__setitem__(name, value)


def leaving(of: Callable[[dict[str, Any]], dict[str, Any]], name: str) -> Change:
    return lambda file: of(file).pop(name)


def itself(file: dict[str, Any]) -> dict[str, Any]:
    return file


def formula(file: dict[str, Any]) -> dict[str, Any]:
    return payer(file, 1)


def drug(file: dict[str, Any]) -> dict[str, Any]:
    third: dict[str, Any] = file["standard_charge_information"][2]
    return third


FAULTS: list[tuple[Change, list[tuple[str, str]]]] = [
    (leaving(itself, "hospital_name"), [("", "value-missing")]),
    (leaving(itself, "standard_charge_information"), [("", "value-missing")]),
    (setting(itself, "standard_charge_information", []), [("", "value-missing")]),
    (setting(itself, "hospital_name", ""), [("/hospital_name", "text-empty")]),
    (setting(itself, "hospital_address", []), [("/hospital_address", "list-empty")]),
    (setting(itself, "last_updated_on", "7/1/2026"), [("/last_updated_on", "date-unreadable")]),
    (setting(itself, "last_updated_on", 2026), [("/last_updated_on", "wrong-type")]),
    (
        lambda file: file["attestation"].update(attestation="We promise."),
        [("/attestation/attestation", "statement-altered")],
    ),
    (
        lambda file: file["attestation"].update(confirm_attestation="true"),
        [("/attestation/confirm_attestation", "wrong-type")],
    ),
    (
        lambda file: file["license_information"].update(state="ZZ"),
        [("/license_information/state", "value-not-allowed")],
    ),
    (setting(item, "description", ""), [(f"{ITEM}/description", "text-empty")]),
    (setting(item, "code_information", []), [(f"{ITEM}/code_information", "list-empty")]),
    (setting(charge, "setting", "ward"), [(f"{CHARGE}/setting", "value-not-allowed")]),
    (setting(charge, "gross_charge", "5"), [(f"{CHARGE}/gross_charge", "wrong-type")]),
    (setting(charge, "gross_charge", 0), [(f"{CHARGE}/gross_charge", "not-a-positive-number")]),
    (
        lambda file: charge(file).update(gross_charge=True),
        [(f"{CHARGE}/gross_charge", "wrong-type")],
    ),
    (leaving(charge, "minimum"), [(CHARGE, "value-missing"), (CHARGE, "condition-unmet")]),
    (setting(formula, "count", "10"), [(f"{FORMULA}/count", "count-unreadable")]),
    (setting(formula, "count", 14), [(f"{FORMULA}/count", "wrong-type")]),
    (leaving(formula, "count"), [(FORMULA, "value-missing"), (FORMULA, "condition-unmet")]),
    (
        leaving(formula, "10th_percentile"),
        [(FORMULA, "value-missing"), (FORMULA, "condition-unmet")],
    ),
    (
        setting(payer, "methodology", "other"),
        [(PAYER, "value-missing"), (PAYER, "condition-unmet")],
    ),
    (
        leaving(drug, "drug_information"),
        [
            ("/standard_charge_information/2", "value-missing"),
            ("/standard_charge_information/2", "condition-unmet"),
        ],
    ),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_a_fault_is_found_where_it_is(change: Change, expected: list[tuple[str, str]]) -> None:
    file = document("3.0.0")
    change(file)

    assert found(judged_document(file).errors) == expected


def test_a_payer_without_a_charge_misses_each_kind_of_it() -> None:
    file = document("3.0.0")
    del payer(file)["standard_charge_dollar"]

    errors = judged_document(file).errors

    assert errors.counts["charge-missing"] == 1
    assert [one.field for one in errors.listed if one.rule == "value-missing"] == [
        "standard_charge_dollar",
        "standard_charge_percentage",
        "standard_charge_algorithm",
    ]


def test_a_condition_says_why_it_stands() -> None:
    file = document("3.0.0")
    del charge(file)["maximum"]

    missing, condition = judged_document(file).errors.listed

    assert missing.message == '"maximum" is missing; add it'
    assert condition.message.startswith("a payer's charge in dollars comes with the lowest")


@pytest.mark.parametrize(
    ("version", "rules"),
    [
        ("2.0.0", []),
        ("2.1.0", []),
        ("2.2.0", ["value-missing", "condition-unmet"]),
    ],
)
def test_the_estimate_is_asked_for_by_v2_2_alone(version: str, rules: list[str]) -> None:
    file = document(version)
    payer(file, 1).pop("estimated_amount", None)

    assert [rule for _, rule in found(judged_document(file, version).errors)] == rules


def test_what_deserves_a_look_leaves_a_file_valid() -> None:
    file = document("3.0.0")
    file["version"] = "2.2.0"
    file["attestation"]["confirm_attestation"] = False
    formula(file)["median_amount"] = 999999999
    payer(file)["estimated_amount"] = 5

    verdict = judged_document(file)

    assert verdict.is_valid
    assert found(verdict.alerts) == [
        (PAYER, "estimated-amount-given"),
        (f"{FORMULA}/median_amount", "nine-nines"),
        ("/attestation/confirm_attestation", "statement-false"),
        ("/version", "version-differs"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (b'{"hospital_name": "x"\n', 2, "a comma or brace follows"),
        (b'{"hospital_name":\nNaN}', 2, "NaN is no JSON value"),
        (b'{"hospital_name": 01}', 1, "a comma or brace follows"),
        (b'{"hospital_name": "a\tb"}', 1, "control character"),
        (b'{"standard_charge_information": [{},\n]}', 2, "expecting value"),
        (b"{,}", 1, "begins with its name"),
        (b'{"a" 1}', 1, "a colon follows"),
        (b'{"a": ' + b"[" * 100_000, 1, "nested too deep"),
    ],
)
def test_text_that_is_no_json_is_one_error_with_its_line(text: bytes, line: int, why: str) -> None:
    (error,) = judged(text, kind="json").errors.listed

    assert error.rule == "json-unreadable"
    assert error.row == line
    assert why in error.message


def test_what_the_official_reader_forgives_is_forgiven() -> None:
    content = b'{"hospital_name": "x", } and so on'

    verdict = judged(content, kind="json")

    assert "json-unreadable" not in verdict.errors.counts
    assert verdict.notes == ("text follows the end of the JSON; it was not looked at",)


def test_a_value_of_the_wrong_type_is_an_error_and_no_alert() -> None:
    file = document("3.0.0")
    charge(file)["payers_information"] = "none"

    verdict = judged_document(file)

    assert verdict.errors.counts["wrong-type"] >= 1
    assert verdict.alerts.total == 0


def test_v2_1_does_not_know_estimates() -> None:
    for version, rule in (("2.0.0", "wrong-type"), ("2.1.0", None), ("2.2.0", "wrong-type")):
        file = document(version)
        payer(file)["estimated_amount"] = "about 5"

        rules = set(judged_document(file, version).errors.counts)

        assert rules == ({rule} if rule else set()), version


def test_an_empty_list_of_modifiers_is_forbidden_by_v3_alone() -> None:
    for version, rules in (("2.2.0", []), ("3.0.0", [("/modifier_information", "list-empty")])):
        file = document(version)
        file["modifier_information"] = []

        assert found(judged_document(file, version).errors) == rules
