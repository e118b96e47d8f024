"""A share or deductible that stops where the first of several maxima is met."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pricing.coverage.decision import BalanceKey, Decision
from pricing.coverage.documents.read import read_policy
from pricing.documents.faults import InvalidDocument
from tests.pricing.coverage.answering import answer_to, policy_from
from tests.pricing.coverage.deciding import decided, line_of, policy_text, trip_text
from tests.pricing.coverage.documents.examples import blocks_of
from tests.pricing.coverage.made_up_policies import policy

ALL: Final = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
EITHER: Final = """limits:
- id: coinsurance
  text: 80 % is paid, all once one has paid 2,000 in the year or the household 3,000.
  pays_share: 80 %
  at_most: 2000
  at_most_per: calendar_year
  also_at_most:
  - {amount: 3000, per: calendar_year, whose: household}
"""


_WHOSE: Final = dict.fromkeys(("coinsurance-household", "family-deductible", "family-oop"), "smith")


def claimed(rules: str, amount: int, used: dict[str, int]) -> Decision:
    """Return the decision on a treatment of Mary's, of the household Smith, in 2026."""
    before = {BalanceKey(name, _WHOSE.get(name, "mary"), "2026"): Fraction(spent * 100)
              for name, spent in used.items()}  # fmt: skip
    bill = (
        f"- {{id: bill, kind: treatment, date: 2026-03-02, amount: {amount}, travellers: [mary]}}"
    )
    trip = trip_text(bill, more="household: smith")
    return decided(policy_text(ALL + rules), trip, balances=before)


@pytest.mark.parametrize(
    ("used", "taken"),
    [
        ({}, 1000_00),  # 20 % of 5,000: neither is met
        ({"coinsurance": 1900, "coinsurance-household": 1900}, 100_00),  # her own is met
        ({"coinsurance": 0, "coinsurance-household": 2600}, 400_00),  # the household's is met
        ({"coinsurance": 1900, "coinsurance-household": 2950}, 50_00),  # both, the household first
        ({"coinsurance": 2000, "coinsurance-household": 2000}, 0),
        ({"coinsurance": 0, "coinsurance-household": 3000}, 0),
    ],
)
def test_a_share_stops_where_either_maximum_is_met(used: dict[str, int], taken: int) -> None:
    decision = claimed(EITHER, 5000, used)

    assert decision.patient == taken
    after = {one.key.balance: one.after for one in decision.balances}
    for name in ("coinsurance", "coinsurance-household"):
        before = used.get(name, 0) * 100
        assert after[name] == before + taken


def test_the_trace_says_which_maximum_stopped_it() -> None:
    decision = claimed(EITHER, 5000, {"coinsurance-household": 2600})

    (step,) = [one for one in line_of(decision, "bill").trace if one.rule == "coinsurance"]
    assert step.arithmetic == (
        "80 % of 5,000.00; of the other 1,000.00 at most 3,000.00,"
        " of which 2,600.00 before (smith, 2026)"
    )


def test_each_of_several_people_has_a_maximum_and_all_have_one() -> None:
    rules = EITHER.replace(
        "at_most_per: calendar_year", "at_most_per: calendar_year\n  at_most_whose: person", 1
    )
    used = {
        BalanceKey("coinsurance", "mary", "2026"): Fraction(1950_00),
        BalanceKey("coinsurance", "tom", "2026"): Fraction(0),
        BalanceKey("coinsurance-household", "smith", "2026"): Fraction(2900_00),
    }
    trip = trip_text(
        "- {id: taxi, kind: taxi, date: 2026-03-02, amount: 1000}", more="household: smith"
    )

    decision = decided(policy_text(ALL + rules), trip, balances=used)

    # 200 is wished, 100 of each: Mary has 50 left of her own, Tom then 50 of the household's.
    after = {(one.key.balance, one.key.whose): one.after for one in decision.balances}
    assert decision.patient == 100_00
    assert after == {
        ("coinsurance", "mary"): 2000_00,
        ("coinsurance", "tom"): 50_00,
        ("coinsurance-household", "smith"): 3000_00,
    }


@pytest.mark.parametrize(
    ("used", "amount", "patient"),
    [
        # 500 deductible, then 20 % of 2,500.
        ({}, 3000, 1000_00),
        # 20 % of 9,500 would be 1,900, but 2,000 is the most that she pays.
        ({}, 10_000, 2000_00),
        # Others have paid 800 of the household's deductibles: 200, then 20 % of 2,800.
        ({"family-deductible": 800, "family-oop": 800}, 3000, 760_00),
        # The household has paid 3,700 of its 4,000: 300 is left, all of it deductible.
        ({"family-deductible": 0, "family-oop": 3700}, 3000, 300_00),
        # Her own 1,700 are paid: 300 is left, whatever the deductible.
        ({"oop": 1700, "family-oop": 1700, "family-deductible": 0}, 3000, 300_00),
    ],
)
def test_the_plan_of_the_page(used: dict[str, int], amount: int, patient: int) -> None:
    part = next(one for one in blocks_of("policy-documents.md") if "family-oop" in one)

    decision = claimed(part, amount, used)

    assert decision.patient == patient


def _faults(limit: str) -> list[str]:
    try:
        read_policy(policy_text(f"{ALL}limits:\n{limit}"), "policy")
    except InvalidDocument as error:
        return [str(one.message) for one in error.faults]
    return []


_SHARE: Final = "pays_share: 80 %, at_most: 1, at_most_per: calendar_year"
_TAKEN: Final = "is the balance of another amount of this limit; name one of its own"


@pytest.mark.parametrize(
    ("limit", "further", "fault"),
    [
        ("pays_share: 80 %", "{amount: 1, per: calendar_year}", "belongs to at_most"),
        (_SHARE, "{amount: 1, per: calendar_month, balance: a}", f"a {_TAKEN}"),
        (
            _SHARE,
            "{amount: 1, per: calendar_month}, {amount: 2, per: calendar_week}",
            f"a-patient {_TAKEN}",
        ),
        (_SHARE, "{amount: -1, per: lifetime}", "must not be negative"),
        (
            _SHARE,
            "{amount: used.b, per: lifetime}",
            "used.b: no limit is named 'b'; there is a, a-patient",
        ),
        (
            _SHARE,
            "{amount: used.a, per: lifetime}",
            "its balance leads back to itself: a → a",
        ),
    ],
)
def test_a_maximum_that_cannot_be_is_a_fault(limit: str, further: str, fault: str) -> None:
    assert fault in _faults(f"- {{id: a, text: A., {limit}, also_at_most: [{further}]}}")


def test_used_reads_the_balance_of_a_further_maximum() -> None:
    read = "- {id: read, text: R., cap: used.coinsurance-household}\n"

    assert claimed(EITHER + read, 5000, {"coinsurance-household": 700}).payable == 700_00


_MONEY = st.integers(0, 300_00)
_BILLS = st.lists(
    st.tuples(st.integers(0, 400_00), st.sampled_from(["mary", "tom", "both"])),
    min_size=1,
    max_size=6,
)


def _trip(number: int, amount: int, who: str) -> dict[str, Any]:
    return {
        "format": "sojourn-trip/1",
        "id": f"T-{number}",
        "stage": "claim",
        "currency": "USD",
        "starts": "2026-03-01",
        "ends": "2026-03-06",
        "household": "smith",
        "patient": {"id": "mary", "age": 40},
        "companions": [{"id": "tom", "age": 41}],
        "expenses": [
            {"id": "bill", "kind": "taxi", "date": "2026-03-02", "amount": f"{amount / 100:.2f}"}
            | ({} if who == "both" else {"travellers": [who]})
        ],
    }


@given(_BILLS, _MONEY, _MONEY, st.integers(0, 100), st.sampled_from(["deductible", "pays_share"]))
def test_no_maximum_is_ever_passed_and_what_is_taken_is_what_is_remembered(
    bills: list[tuple[int, str]], own: int, common: int, percent: int, sort: str
) -> None:
    limit: dict[str, Any] = {
        "at_most": f"{own / 100:.2f}",
        "at_most_per": "lifetime",
        "at_most_whose": "person",
        "at_most_balance": "own",
        "also_at_most": [
            {"amount": f"{common / 100:.2f}", "per": "calendar_year", "whose": "household"}
            | {"balance": "all"}
        ],
    }
    if sort == "deductible":
        limit |= {"deductible": percent, "per": "calendar_month", "whose": "person"}
    else:
        limit |= {"pays_share": f"{percent} %"}
    made = policy_from(policy([{"covers": ["everything"], "pays": "actual"}], [limit]))
    balances, taken, wished = None, 0, 0
    for number, (amount, who) in enumerate(bills):
        answer = answer_to(made, _trip(number, amount, who), balances=balances)
        balances = answer["balances"]["after"]
        taken += answer["patient_cents"]
        wished += amount
    held: dict[tuple[str, str], int] = {
        (one["balance"], one["whose"]): round(float(one["amount"]) * 100)
        for one in (balances or {})["used"]
    }

    assert taken == held.get(("all", "smith"), 0) <= common
    assert taken == held.get(("own", "mary"), 0) + held.get(("own", "tom"), 0)
    assert max(held.get(("own", "mary"), 0), held.get(("own", "tom"), 0)) <= own
    assert 0 <= taken <= wished
    event("the household's is met" if taken == common else "it is not")
