"""One fault in a valid CSV file: one finding, of the right rule, at the right cell."""

import pytest

from bench.verdicts.made_up import PLANS, Table, rows
from pricing.price_files.validation.csv_wording import SENTENCES
from pricing.price_files.validation.standard import ATTESTATION
from tests.pricing.price_files.validation.judging import found, judged_table

FIRST = "|".join(PLANS[0])
TALL_FAULTS = [
    # header, row (4 is the first of charges), value written, version, rule
    ("description", 4, "", "2.0.0", "value-missing"),
    ("setting", 4, "", "3.0.0", "value-missing"),
    ("setting", 4, "ward", "3.0.0", "value-not-allowed"),
    ("code|1", 4, "", "3.0.0", "value-missing"),
    ("code|1|type", 4, "", "3.0.0", "value-missing"),
    ("code|1|type", 4, "CMG", "2.2.0", "value-not-allowed"),
    ("standard_charge|gross", 4, "$5", "3.0.0", "not-a-positive-number"),
    ("standard_charge|max", 4, "0.00", "2.0.0", "not-a-positive-number"),
    ("standard_charge|max", 4, "", "2.1.0", "minimum-maximum-missing"),
    ("standard_charge|methodology", 4, "", "2.1.0", "value-missing"),
    ("payer_name", 4, "", "3.0.0", "value-missing"),
    ("plan_name", 4, "", "3.0.0", "value-missing"),
    ("median_amount", 5, "", "3.0.0", "median-missing"),
    ("10th_percentile", 5, "", "3.0.0", "tenth-percentile-missing"),
    ("90th_percentile", 5, "", "3.0.0", "ninetieth-percentile-missing"),
    ("90th_percentile", 5, "1,5", "3.0.0", "not-a-positive-number"),
    ("count", 5, "", "3.0.0", "count-missing"),
    ("count", 5, "10", "3.0.0", "count-unreadable"),
    ("estimated_amount", 5, "", "2.2.0", "estimate-missing"),
    ("estimated_amount", 5, "x", "2.2.0", "not-a-positive-number"),
    ("drug_unit_of_measurement", 6, "x", "3.0.0", "not-a-positive-number"),
    ("drug_type_of_measurement", 6, "L", "3.0.0", "value-not-allowed"),
]


def changed(table: Table, header: str, row: int, value: str) -> tuple[Table, int]:
    """Return a table with one cell written anew, and the column of the cell."""
    column = table[2].index(header)
    table[row - 1][column] = value
    return table, column


@pytest.mark.parametrize(("header", "row", "value", "version", "rule"), TALL_FAULTS)
def test_a_fault_in_a_tall_row_is_one_finding(
    header: str, row: int, value: str, version: str, rule: str
) -> None:
    table, column = changed(rows(version, "tall"), header, row, value)

    (finding,) = judged_table(table, version).errors.listed

    assert (finding.rule, finding.field, finding.row) == (rule, header, row)
    assert finding.place == f"{chr(ord('A') + column)}{row}"
    assert header in finding.message


WIDE_FAULTS = [
    (f"standard_charge|{FIRST}|negotiated_dollar", 4, "12.345.6", "not-a-positive-number"),
    (f"standard_charge|{FIRST}|methodology", 4, "guess", "value-not-allowed"),
    (f"standard_charge|{FIRST}|methodology", 4, "", "value-missing"),
    (f"standard_charge|{FIRST}|methodology", 4, "Other", "notes-missing-for-other"),
    (f"count|{FIRST}", 5, "", "count-missing"),
    (f"count|{FIRST}", 5, "1-10", "count-unreadable"),
    (f"median_amount|{FIRST}", 5, "", "median-missing"),
    (f"10th_percentile|{FIRST}", 5, "", "tenth-percentile-missing"),
    (f"90th_percentile|{FIRST}", 5, "", "ninetieth-percentile-missing"),
    (f"additional_payer_notes|{FIRST}", 7, "", "notes-missing-for-zero"),
    ("standard_charge|min", 4, "", "minimum-maximum-missing"),
]


@pytest.mark.parametrize(("header", "row", "value", "rule"), WIDE_FAULTS)
def test_a_fault_in_a_wide_row_is_found(header: str, row: int, value: str, rule: str) -> None:
    table, _ = changed(rows("3.0.0", "wide"), header, row, value)

    assert rule in {finding.rule for finding in judged_table(table).errors.listed}
    assert {finding.row for finding in judged_table(table).errors.listed} == {row}


def emptied(table: Table, row: int, *headers: str) -> Table:
    for header in headers:
        table[row - 1][table[2].index(header)] = ""
    return table


def test_an_item_needs_a_code_or_a_modifier() -> None:
    table = emptied(rows("3.0.0", "tall"), 4, "code|1", "code|1|type")

    assert found(judged_table(table).errors) == [("row 4", "code-missing")]
    table[3][table[2].index("modifiers")] = "50"
    assert judged_table(table).is_valid


def test_a_modifier_needs_more_than_its_description() -> None:
    table = emptied(rows("3.0.0", "tall"), 9, "additional_generic_notes")

    assert found(judged_table(table).errors) == [("X9", "modifier-information-missing")]


def test_an_item_needs_a_charge() -> None:
    table = rows("3.0.0", "wide")
    for column, header in enumerate(table[2]):
        if header.startswith(("standard_charge", "median", "10th", "90th", "count")):
            table[3][column] = ""

    assert found(judged_table(table).errors) == [("I4", "charge-missing")]


def test_a_drug_needs_its_measurement() -> None:
    both = ("drug_unit_of_measurement", "drug_type_of_measurement")
    table = emptied(rows("3.0.0", "tall"), 6, *both)

    assert found(judged_table(table).errors) == [("G6", "drug-information-missing")]
    assert judged_table(emptied(rows("3.0.0", "tall"), 6, both[1])).errors.counts == {
        "value-missing": 1,
        "drug-information-missing": 1,
    }


def test_a_payer_and_plan_need_a_charge() -> None:
    table = emptied(
        rows("3.0.0", "tall"), 4, "standard_charge|negotiated_dollar", "standard_charge|methodology"
    )

    assert found(judged_table(table).errors) == [("L4", "payer-charge-missing")]


@pytest.mark.parametrize("value", ["999999999", "999999999.0", "9.99999999e8", "0x3b9ac9ff"])
def test_nine_nines_deserve_a_look(value: str) -> None:
    table, _ = changed(rows("3.0.0", "tall"), "median_amount", 5, value)

    assert found(judged_table(table).alerts) == [("R5", "nine-nines")]


METADATA_FAULTS = [
    ("hospital_name", "", "3.0.0", "value-missing"),
    ("last_updated_on", "2026-02-29", "3.0.0", "date-unreadable"),
    ("last_updated_on", "13/1/2026", "2.0.0", "date-unreadable"),
    (ATTESTATION, "yes", "3.0.0", "value-not-allowed"),
]


@pytest.mark.parametrize(("header", "value", "version", "rule"), METADATA_FAULTS)
def test_a_fault_in_row_2_is_one_finding(header: str, value: str, version: str, rule: str) -> None:
    table = rows(version, "tall")
    column = table[0].index(header)
    table[1][column] = value

    errors = judged_table(table, version).errors

    assert found(errors) == [(f"{chr(ord('A') + column)}2", rule)]


HEADER_FAULTS = [
    ("license_number|TX", "license_number|ZZ", ["state-unknown", "metadata-header-missing"]),
    ("license_number|TX", "", ["metadata-header-missing"]),
    ("attester_name", "version", ["metadata-header-twice", "metadata-header-missing"]),
]


@pytest.mark.parametrize(("header", "written", "rules"), HEADER_FAULTS)
def test_a_fault_in_row_1_leaves_the_rows_to_be_checked(
    header: str, written: str, rules: list[str]
) -> None:
    table, _ = changed(rows("3.0.0", "tall"), "setting", 4, "ward")
    table[0][table[0].index(header)] = written

    assert [rule for _, rule in found(judged_table(table).errors)] == [*rules, "value-not-allowed"]


COLUMN_FAULTS = [
    ("tall", "setting", "", ["column-missing"]),
    ("tall", "code|2", "code|1", ["column-twice", "column-missing"]),
    ("tall", "code|2", "code|[i]", ["placeholder-left", "column-missing"]),
    ("tall", "payer_name", "payer", ["neither-tall-nor-wide"]),
    (
        "wide",
        f"count|{FIRST}",
        "count|[payer_name]|[plan_name]",
        ["placeholder-left", "column-missing"],
    ),
]


@pytest.mark.parametrize(("layout", "header", "written", "rules"), COLUMN_FAULTS)
def test_a_fault_in_row_3_ends_the_check(
    layout: str, header: str, written: str, rules: list[str]
) -> None:
    table, _ = changed(rows("3.0.0", layout), "setting", 4, "ward")
    table[2][table[2].index(header)] = written

    errors = judged_table(table).errors

    assert [rule for _, rule in found(errors)] == [*rules, "rows-not-checked"]


def test_unknown_and_blank_columns_are_nobodys_business() -> None:
    table = rows("3.0.0", "tall")
    for row, cells in enumerate(table[2:]):
        cells += ["billing_class" if row == 0 else "facility", "", ""]

    assert judged_table(table).is_valid


@pytest.mark.parametrize(("row", "place"), [(1, "A1"), (3, "A3")])
def test_a_blank_header_row_says_all(row: int, place: str) -> None:
    table = rows("3.0.0", "tall")
    table[row - 1] = ["", " "]

    assert found(judged_table(table).errors) == [(place, "header-row-blank")]


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_a_file_without_rows_of_charges_is_not_valid(kept: int) -> None:
    errors = judged_table(rows("3.0.0", "tall")[:kept]).errors

    assert found(errors) == [("A1", "no-rows")]


def test_a_false_statement_and_another_version_deserve_a_look() -> None:
    table = rows("3.0.0", "tall")
    table[1][table[0].index("version")] = "2.2.0"
    table[1][table[0].index(ATTESTATION)] = "FALSE"

    alerts = judged_table(table).alerts

    # The official validator places both in row 3, though they are about values in row 2.
    assert found(alerts) == [("C3", "version-differs"), ("G3", "statement-false")]
    assert {alert.row for alert in alerts.listed} == {2}


def test_the_column_of_estimates_is_no_longer_asked_for() -> None:
    table = rows("3.0.0", "tall")
    for row, cells in enumerate(table[2:]):
        cells.append("Estimated_Amount" if row == 0 else "5")

    assert found(judged_table(table).alerts) == [("Y3", "estimated-amount-column")]


def test_a_slip_in_the_number_of_a_code_column_is_told_in_bounded_time() -> None:
    table = rows("3.0.0", "tall")
    table[2][table[2].index("code|2")] = "code|999999999"

    assert judged_table(table).errors.counts["column-missing"] == 1997


def test_every_rule_says_what_to_write() -> None:
    for rule, sentence in SENTENCES.items():
        assert set(rule) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert ";" in sentence or ":" in sentence


@pytest.mark.parametrize(
    ("day", "is_day"),
    [("2000-02-29", True), ("1900-02-29", False), ("2/29/2024", True), ("2/29/2023", False)],
)
def test_leap_years_are_those_of_the_calendar(day: str, is_day: bool) -> None:  # noqa: FBT001 — the table reads better
    table = rows("3.0.0", "tall")
    table[1][table[0].index("last_updated_on")] = day

    assert judged_table(table).is_valid is is_day


def test_a_hospital_without_a_licence_number_leaves_it_blank() -> None:
    table = rows("3.0.0", "tall")
    table[1][table[0].index("license_number|TX")] = ""

    assert judged_table(table).is_valid


@pytest.mark.parametrize(("version", "is_valid"), [("2.0.0", True), ("2.1.0", False)])
def test_v2_0_asks_nothing_of_cells_together(version: str, is_valid: bool) -> None:  # noqa: FBT001 — as above
    table = emptied(rows(version, "tall"), 4, "standard_charge|min")

    assert judged_table(table, version).is_valid is is_valid


def test_v2_2_asks_no_estimate_beside_a_dollar_amount() -> None:
    table = emptied(rows("2.2.0", "tall"), 8, "estimated_amount")

    assert judged_table(table, "2.2.0").is_valid


def test_alerts_about_rows_1_and_2_wait_until_these_are_right() -> None:
    table = rows("3.0.0", "tall")
    table[1][table[0].index("version")] = "2.2.0"
    table[1][table[0].index("hospital_name")] = ""

    assert found(judged_table(table).alerts) == []


def test_a_row_that_ends_early_is_filled_with_empty_cells() -> None:
    table = rows("3.0.0", "tall")
    del table[3][table[2].index("median_amount") :]

    assert judged_table(table).errors.counts == {"minimum-maximum-missing": 1}
