"""What holds for any claim; and a second reckoning in plain whole numbers that must agree."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pricing.contracts.pricing_of import paid, price

FEW = settings(max_examples=25)
CHARGES = st.lists(st.integers(0, 90_000_00), min_size=1, max_size=6)
"""Charges of lines in cents."""
PERCENT = st.integers(1, 150)


def units(cents: int) -> str:
    """Return cents as an amount in whole units."""
    return f"{cents // 100}.{cents % 100:02}"


def lines_of(charges: list[int]) -> str:
    """Return lines with these charges, the first of them room and board."""
    lines = [f"- {{revenue_code: 120, charge: {units(charge)}}}" for charge in charges]
    return "lines:\n" + "\n".join(lines)


def cents(text: str) -> int:
    """Return an amount in cents."""
    return int(text.replace(".", ""))


def half_up(numerator: int, denominator: int) -> int:
    """Return a fraction of whole numbers rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def whole(pays: str) -> str:
    """Return terms with one rate for the whole claim."""
    return f"terms: [{{id: t, text: T., for: claim, pays: {pays}}}]"


@FEW
@given(CHARGES, PERCENT, st.integers(0, 50_000_00))
def test_the_lines_sum_to_what_is_allowed_whatever_is_shared_out(
    charges: list[int], percent: int, floor: int
) -> None:
    terms = (
        f"terms: [{{id: t, text: T., pays: {{share: {percent} %, of: charges}}}}]\n"
        f"steps: [{{id: s, text: S., at_least: {units(floor)}}},"
        " {id: r, text: R., reduce_by: 2 %}]"
    )

    answer = price(terms, lines_of(charges))

    assert sum(line["allowed_cents"] for line in answer["lines"]) == answer["allowed_cents"]
    assert [line["id"] for line in answer["lines"]] == [str(n + 1) for n in range(len(charges))]
    before = max(floor, sum(half_up(charge * percent, 100) for charge in charges))
    assert answer["allowed_cents"] == half_up(before * 98, 100)


@FEW
@given(CHARGES, PERCENT, st.integers(0, 90_000_00))
def test_lesser_of_is_the_least_and_greater_of_the_greatest(
    charges: list[int], percent: int, case: int
) -> None:
    share, flat = f"{{share: {percent} %, of: charges}}", f"{{case_rate: {units(case)}}}"
    claim = lines_of(charges)
    alone = [cents(paid(whole(pays), claim)) for pays in (share, flat)]

    assert cents(paid(whole(f"{{lesser_of: [{share}, {flat}]}}"), claim)) == min(alone)
    assert cents(paid(whole(f"{{greater_of: [{share}, {flat}]}}"), claim)) == max(alone)


@FEW
@given(CHARGES, st.integers(0, 10_000_00), PERCENT)
def test_a_share_never_falls_when_charges_rise(charges: list[int], more: int, percent: int) -> None:
    terms = whole(f"{{share: {percent} %, of: charges}}")

    assert cents(paid(terms, lines_of([*charges[:-1], charges[-1] + more]))) >= cents(
        paid(terms, lines_of(charges))
    )


@FEW
@given(CHARGES, st.integers(1, 100), st.integers(0, 90_000_00))
def test_stop_loss_pays_everything_or_the_excess(
    charges: list[int], percent: int, bound: int
) -> None:
    base = 7_000_00
    total = sum(charges)
    found = {}
    for form in ("first_dollar", "second_dollar"):
        step = f"{{form: {form}, exceeds: {units(bound)}, share: {percent} %}}"
        terms = f"{whole('{case_rate: 7000}')}\nsteps: [{{id: s, text: S., stop_loss: {step}}}]"
        found[form] = cents(paid(terms, lines_of(charges)))

    excess = max(0, total - bound)
    assert found["second_dollar"] == base + half_up(excess * percent, 100)
    assert found["first_dollar"] == (half_up(total * percent, 100) if excess else base)


@FEW
@given(st.lists(st.integers(1, 9_000_00), min_size=1, max_size=5, unique=True))
def test_the_order_of_procedures_does_not_matter_to_their_sum(fees: list[int]) -> None:
    terms = (
        "terms: [{id: t, text: T., pays: {share: 100 %, of: charges, "
        "then: [{ranked: [100 %, 50 %, 25 %]}]}}]"
    )
    shares = [100, 50, *[25] * 5]
    expected = sum(
        half_up(fee * share, 100)
        for fee, share in zip(sorted(fees, reverse=True), shares, strict=False)
    )

    assert cents(paid(terms, lines_of(fees))) == expected
    assert cents(paid(terms, lines_of(fees[::-1]))) == expected


@FEW
@given(st.integers(0, 60), st.integers(1, 12), st.integers(1, 12))
def test_days_are_paid_row_by_row(days: int, first: int, second: int) -> None:
    ends = (first, first + second)
    rows = (
        f"[{{from: 1, to: {ends[0]}, amount: 2000}}, {{from: {ends[0] + 1}, to: {ends[1]}, "
        f"amount: 1500.50}}, {{from: {ends[1] + 1}, amount: 900}}]"
    )
    expected = sum(
        200000 if day <= ends[0] else 150050 if day <= ends[1] else 90000
        for day in range(1, days + 1)
    )

    claim = f"days: {days}\nlines: [{{charge: 1}}]"

    assert cents(paid(whole(f"{{per_diem: {rows}}}"), claim)) == expected


@dataclass(frozen=True)
class Agreement:
    """Terms as numbers: cents, percent."""

    threshold: int
    implant_percent: int
    fee: int
    default_percent: int
    bound: int
    stop_percent: int
    ceiling_percent: int


AGREEMENTS = st.builds(
    Agreement,
    threshold=st.integers(0, 9_000_00),
    implant_percent=PERCENT,
    fee=st.integers(0, 3_000_00),
    default_percent=st.integers(1, 100),
    bound=st.integers(0, 60_000_00),
    stop_percent=st.integers(1, 100),
    ceiling_percent=st.integers(1, 100),
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["implant", "listed", "other"]),
        st.integers(0, 20_000_00),
        st.integers(0, 6_000_00),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=6,
)
"""Kind, charge, invoice, units."""
Lines = list[tuple[str, int, int, int]]


def written(agreement: Agreement) -> str:
    """Return an agreement as a document."""
    return f"""
schedules: {{fees: [{{code: A1, amount: {units(agreement.fee)}}}]}}
terms:
- id: implants
  text: T.
  lines: {{kinds: implant}}
  for: claim
  when: group.invoice > {units(agreement.threshold)}
  pays: {{share: {agreement.implant_percent} %, of: invoice}}
- id: listed
  text: T.
  pays: {{lesser_of: [{{schedule: fees}}, {{share: 100 %, of: charges}}]}}
- id: other
  text: T.
  pays: {{share: {agreement.default_percent} %, of: charges}}
steps:
- id: stop
  text: S.
  not_to: [implants]
  stop_loss:
    form: second_dollar
    exceeds: {units(agreement.bound)}
    share: {agreement.stop_percent} %
- id: ceiling
  text: S.
  at_most: {agreement.ceiling_percent} % * group.charges
"""


def reckoned(agreement: Agreement, lines: Lines) -> int:
    """Return what is allowed, reckoned in whole cents without any of the engine."""
    invoices = sum(invoice for kind, _, invoice, _ in lines if kind == "implant")
    is_carved_out = invoices > agreement.threshold
    carved = half_up(invoices * agreement.implant_percent, 100) if is_carved_out else 0
    rest, charged = 0, 0
    for kind, charge, _, count in lines:
        if kind == "implant" and is_carved_out:
            continue
        charged += charge
        listed = min(agreement.fee * count, charge)
        share = half_up(charge * agreement.default_percent, 100)
        rest += listed if kind == "listed" else share
    has_rest = any(not (kind == "implant" and is_carved_out) for kind, *_ in lines)
    if has_rest:
        excess = max(0, charged - agreement.bound)
        rest = half_up(rest * 100 + excess * agreement.stop_percent, 100)
    total = sum(charge for _, charge, _, _ in lines)
    return min(carved + rest, half_up(total * agreement.ceiling_percent, 100))


@FEW
@given(AGREEMENTS, LINES)
def test_a_second_reckoning_in_whole_cents_agrees(agreement: Agreement, lines: Lines) -> None:
    claim = "lines:\n" + "\n".join(
        f"- {{kind: {kind}, code: {'A1' if kind == 'listed' else 'B2'}, charge: {units(charge)}, "
        f"invoice: {units(invoice)}, units: {count}}}"
        for kind, charge, invoice, count in lines
    )

    answer = price(written(agreement), claim)

    assert answer["allowed_cents"] == reckoned(agreement, lines)
    assert sum(line["allowed_cents"] for line in answer["lines"]) == answer["allowed_cents"]
    assert all(line["allowed_cents"] >= 0 for line in answer["lines"])
