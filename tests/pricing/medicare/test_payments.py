"""Payments: the published formulas, exact until the cent, each step shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.medicare.errors import (
    BenchmarkNotFound,
    BenchmarkUnreadable,
    CodeNotFound,
    InvalidFactor,
    NotPaid,
)
from pricing.medicare.inpatient import inpatient_payment
from pricing.medicare.outpatient import outpatient_payment
from pricing.medicare.payment import Payment, factor, in_cents, to_document
from pricing.medicare.physician import physician_payment
from pricing.medicare.rates import inpatient_rates, outpatient_rates
from pricing.medicare.reading import read_table
from pricing.money import Money
from tests.pricing.medicare.made_up import FILES, table

INDEX = st.decimals("0.3", "2.0", places=4)


def stay(drg: str, wage_index: str = "1", capital: str | None = None) -> Payment:
    return inpatient_payment(
        table("table5.txt"),
        inpatient_rates(2026),
        drg,
        wage_index=Decimal(wage_index),
        capital_factor=None if capital is None else Decimal(capital),
    )


def visit(apc: str, wage_index: str = "1") -> Payment:
    return outpatient_payment(
        table("addendum_a.txt"), outpatient_rates(2025), apc, wage_index=Decimal(wage_index)
    )


def service(code: str, locality: str = "AL-00", *, in_facility: bool = False) -> Payment:
    services, localities = table("pfs_2025_rvu.csv"), table("gpci.csv")
    return physician_payment(services, localities, code, locality, in_facility=in_facility)


def test_ms_drg_470_at_wage_index_1_is_known_to_the_cent() -> None:
    assert stay("470").amount == Money(14_036_14, "USD")


# Computed by hand: operating 6752.61 × (share × index + rest), capital 524.15 × index^0.6848
# rounded to four decimals, their sum × 1.9289.
@pytest.mark.parametrize(
    ("wage_index", "capital", "cents"),
    [("1.2345", None, 16_208_95), ("1.2345", "1.1552", 16_208_95), ("0.8", "0.9", 12_319_93)],
)
def test_wages_change_their_share_of_a_stay(
    wage_index: str, capital: str | None, cents: int
) -> None:
    assert stay("470", wage_index, capital).amount.minor == cents


def test_every_step_is_shown_as_it_was_computed() -> None:
    document = to_document(stay("470", "0.8"))

    assert document["amount"] == "12277.77"
    assert document["steps"][-1]["result"] == "12277.7654279145"
    assert [step["arithmetic"] for step in document["steps"]] == [
        "6752.61 × 0.62 × 0.8 + 6752.61 × 0.38",
        "0.8 to the power of 0.6848, to four decimals",
        "524.15 × 0.8583",
        "(5915.28636 + 449.877945) × 1.9289",
    ]
    assert "SHA-256" in document["sources"][0]


def test_labor_weighs_more_above_index_1() -> None:
    assert "× 0.62 ×" in stay("470", "1.0000").steps[0].arithmetic
    assert "× 0.66 ×" in stay("470", "1.0001").steps[0].arithmetic


@given(INDEX, INDEX)
def test_higher_wages_never_pay_less(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))

    assert stay("470", str(low)).amount <= stay("470", str(high)).amount
    assert visit("5012", str(low)).amount <= visit("5012", str(high)).amount


def test_a_code_may_be_written_without_its_zeros() -> None:
    assert stay("1").code == "001"
    assert visit("701").code == "0701"


def test_sixty_percent_of_a_rate_follow_wages() -> None:
    assert visit("5012").amount == Money(128_87, "USD")
    assert visit("5012", "1.2345").amount == Money(147_00, "USD")


def test_a_drug_is_paid_alike_everywhere() -> None:
    assert visit("0701", "1.5").amount == visit("0701", "0.5").amount == Money(1_740_72, "USD")


def test_relative_values_are_weighed_by_locality_and_place() -> None:
    # (0.45 × 1 + 0.66 × 0.869 + 0.06 × 0.575) × 32.3465 = 34.22389086
    assert service("G0101").amount == Money(34_22, "USD")
    # (0.45 × 1.02 + 0.30 × 1.01 + 0.06 × 0.9) × 32.3465 = 26.394744
    assert service("g0101", "tx-09", in_facility=True).amount == Money(26_39, "USD")


@pytest.mark.parametrize(("exact", "cents"), [("1.005", 101), ("1.0049999", 100), ("0.125", 13)])
def test_half_a_cent_goes_up(exact: str, cents: int) -> None:
    assert in_cents(Decimal(exact)).minor == cents


def test_what_is_not_paid_is_refused_with_the_reason() -> None:
    with pytest.raises(NotPaid, match="no weight"):
        stay("999")
    with pytest.raises(NotPaid, match="no rate"):
        visit("2038")
    with pytest.raises(NotPaid, match="status X"):
        service("G0008")
    with pytest.raises(NotPaid, match="not done in a facility"):
        service("G0101-26", in_facility=True)


def test_unknown_codes_and_years_are_refused() -> None:
    with pytest.raises(CodeNotFound, match="'471' is not in MS-DRG weights"):
        stay("471")
    with pytest.raises(CodeNotFound):
        visit("5013")
    with pytest.raises(CodeNotFound):
        service("G9999")
    with pytest.raises(CodeNotFound, match="'ZZ-00'"):
        service("G0101", "ZZ-00")
    with pytest.raises(BenchmarkNotFound, match="inpatient rates of 2019; there are: 2026"):
        inpatient_rates(2019)


def test_tables_of_two_years_are_not_mixed() -> None:
    older = read_table(FILES["gpci.csv"], "gpci.csv", 2024)

    with pytest.raises(BenchmarkUnreadable, match="of 2024, the services are of 2025"):
        physician_payment(table("pfs_2025_rvu.csv"), older, "G0101", "AL-00", in_facility=False)


@pytest.mark.parametrize("text", ["", "0", "-1", "NaN", "Infinity", "11", "one"])
def test_a_factor_that_can_be_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidFactor, match=r"such as 1\.0345"):
        factor("wage index", text)
