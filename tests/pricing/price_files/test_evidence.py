"""Evidence for a code: what is charged and accepted, where it stands, and what weakens it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

import duckdb
import pytest

from pricing.price_files.asking import CodeQuestion, open_desk, parse_code
from pricing.price_files.dataset import current_of, list_manifests
from pricing.price_files.errors import CodeNotPriced, SeveralCodeTypes, TooManyCharges
from pricing.price_files.evidence import Asked, Evidence, HospitalEvidence, find_evidence
from pricing.price_files.evidence_document import amount_text, to_document
from tests.pricing.price_files.made_up import FEE, HEAD, Desk, Item, Pays, tall

TODAY: Final = date(2026, 11, 26)
HOSPITALS: Final = 20


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection that all tests ask."""
    with open_desk() as desk:
        yield desk


@dataclass(frozen=True)
class Ask:
    """Imports items and asks for a code."""

    desk: Desk
    connection: duckdb.DuckDBPyConnection

    def __call__(
        self,
        items: Iterable[Item] = (),
        code: str = "470",
        today: date = TODAY,
        **narrowed: str | None,
    ) -> Evidence:
        """Return the evidence of all hospitals imported so far."""
        if items:
            self.desk.take(tall(items))
        manifests = tuple(current_of(list_manifests(self.desk.root)).values())
        question = CodeQuestion(code=code, **narrowed)
        asked = Asked(root=self.desk.root, manifests=manifests, question=question, today=today)
        return find_evidence(self.connection, asked)


@pytest.fixture
def ask(desk: Desk, connection: duckdb.DuckDBPyConnection) -> Ask:
    """Return somebody who asks at an empty desk."""
    return Ask(desk, connection)


def only(evidence: Evidence) -> HospitalEvidence:
    """Return the one hospital's evidence."""
    (hospital,) = evidence.hospitals
    return hospital


def paying(*amounts: int, **cells: str) -> Item:
    """Return an item that as many plans pay for."""
    plans = tuple(
        Pays(plan=f"Plan {number}", cells={"dollar": str(amount), **FEE})
        for number, amount in enumerate(amounts)
    )
    return Item(cells={"gross": "1000", "cash": "500", **cells}, payers=plans)


def test_every_payers_amount_is_there_with_its_row(ask: Ask) -> None:
    found = only(ask([paying(600, 700, 800)]))

    assert [(one.row.row, one.row.plan, one.amount) for one in found.rates] == [
        (4, "Plan 0", Decimal(600)),
        (5, "Plan 1", Decimal(700)),
        (6, "Plan 2", Decimal(800)),
    ]


def test_amounts_are_spread_by_the_next_higher_observed_one(ask: Ask) -> None:
    spread = only(ask([paying(100, 200, 300, 400, 500, 600)])).negotiated["all"]

    told = (spread.minimum, spread.p10, spread.median, spread.p90, spread.maximum)
    assert told == tuple(map(Decimal, (100, 200, 400, 600, 600)))
    assert spread.count == 6


def test_gross_and_cash_count_once_for_an_item_and_not_for_each_payer(ask: Ask) -> None:
    found = only(ask([paying(600, 700, 800)]))

    assert found.gross is not None
    assert found.cash is not None
    assert (found.gross.count, found.gross.median) == (1, Decimal(1000))
    assert (found.cash.count, found.cash.median) == (1, Decimal(500))


def test_a_percentage_is_priced_on_the_gross_charge_stated_beside_it(ask: Ask) -> None:
    pays = Pays(cells={"percent": "70.555", "count": "12", **FEE})

    (rate,) = only(ask([Item(cells={"gross": "1000.10"}, payers=(pays,))])).rates

    assert (rate.amount, rate.basis) == (Decimal("705.62"), "percent of gross")
    assert rate.of_gross == Decimal("0.7055")


@pytest.mark.parametrize(
    ("cells", "own", "reason"),
    [
        ({"percent": "70"}, {"gross": "", "cash": "1"}, "a percentage is stated and no gross"),
        ({"percent": "0.7"}, {}, "below 1"),
        ({"algorithm": "by the day"}, {}, "an algorithm is stated and no amount"),
        ({"dollar": "0"}, {}, "zero or negative"),
        ({"dollar": "999999999"}, {}, "nines"),
        ({"dollar": "$5"}, {}, "cannot be read"),
    ],
)
def test_what_cannot_be_priced_is_listed_with_the_reason_and_left_out(
    ask: Ask, cells: dict[str, str], own: dict[str, str], reason: str
) -> None:
    found = only(ask([Item(cells=own, payers=(Pays(cells={**FEE, **cells}),))]))

    (rate,) = found.rates
    assert rate.amount is None
    assert rate.unpriced is not None
    assert reason in rate.unpriced
    assert found.negotiated == {}
    assert any(reason in notice for notice in found.notices)


def test_payers_for_patients_from_abroad_stand_apart(ask: Ask) -> None:
    payers = ("Embassy of Alder", "Birch International", "Cedar Health")
    item = Item(payers=tuple(
        Pays(payer, "All", {"dollar": str(700 + number), **FEE})
        for number, payer in enumerate(payers)
    ))  # fmt: skip

    found = only(ask([item]))

    assert {name: one.median for name, one in found.negotiated.items()} == {
        "all": 701,
        "embassy": 700,
        "international": 701,
        "domestic": 702,
    }
    assert found.of_gross["embassy"].median == Decimal("0.7")


def test_a_rate_that_says_the_same_again_counts_once(ask: Ask) -> None:
    found = only(ask([paying(600), paying(600), paying(700)]))

    assert found.negotiated["all"].count == 2
    assert len(found.rates) == 3


def test_rates_under_a_modifier_are_left_out_beside_others(ask: Ask) -> None:
    found = only(ask([paying(600), paying(300, modifiers="50")]))

    assert found.negotiated["all"].maximum == 600
    assert found.negotiated["all"].count == 1
    assert "1 rate is left out: a modifier stands beside the code" in found.notices


def test_rates_under_a_modifier_count_where_there_are_no_others(ask: Ask) -> None:
    assert only(ask([paying(300, modifiers="50")])).negotiated["all"].count == 1


def test_a_revenue_code_in_the_column_of_modifiers_is_no_modifier(ask: Ask) -> None:
    found = only(ask([paying(600), paying(300, modifiers="360")]))

    assert found.negotiated["all"].count == 2


def test_few_amounts_are_said_aloud(ask: Ask) -> None:
    assert "only 2 negotiated amounts: too few to lean upon" in only(ask([paying(6, 7)])).notices


def test_a_stale_file_is_said_aloud(ask: Ask) -> None:
    found = only(ask([paying(6)], today=date(2027, 3, 5)))

    assert "the file is stale: it was last updated 368 days ago, on 2026-03-02" in found.notices
    assert not any("stale" in one for one in only(ask(today=date(2027, 3, 2))).notices)


def test_a_file_without_a_date_is_said_aloud(
    desk: Desk, connection: duckdb.DuckDBPyConnection
) -> None:
    manifest = desk.take(tall(head={**HEAD, "last_updated_on": "July 1"})).manifest
    question = CodeQuestion(code="470")

    found = find_evidence(
        connection, Asked(root=desk.root, manifests=(manifest,), question=question, today=TODAY)
    )

    assert any("no date" in one for one in only(found).notices)


def test_mixed_settings_are_said_aloud_and_one_can_be_asked_for(ask: Ask) -> None:
    items = [paying(600), paying(300, setting="outpatient"), paying(200, setting="both")]

    mixed, narrowed = only(ask(items)), only(ask(setting="outpatient"))

    assert any("inpatient, outpatient" in one for one in mixed.notices)
    assert [one.amount for one in narrowed.rates] == [300, 200]


def test_counts_of_ten_or_fewer_are_said_aloud(ask: Ask) -> None:
    cells = {"percent": "70", "count": "1 through 10", **FEE}

    found = only(ask([Item(payers=(Pays(cells=cells),))]))

    assert "1 of 1 rate rests on ten payments or fewer, as the file says" in found.notices


def test_hospitals_are_compared(desk: Desk, ask: Ask) -> None:
    desk.take(tall([paying(100, 200)], {**HEAD, "hospital_name": "Alder"}))
    desk.take(tall([paying(900)], {**HEAD, "hospital_name": "Birch"}))
    desk.take(tall([Item(codes=(("LOCAL", "X"),))], {**HEAD, "hospital_name": "Cedar"}))

    document = to_document(ask())

    lines = {one["hospital"]: one for one in document["comparison"]}
    assert lines["Alder"]["negotiated"]["all"]["median"] == "200.00"
    assert lines["Birch"]["negotiated"]["all"]["median"] == "900.00"
    assert lines["Cedar"]["negotiated"] == {}
    assert document["hospitals"][2]["notices"] == ["the file has no charge of this code"]


def test_every_figure_of_the_document_leads_to_file_row_and_date(ask: Ask) -> None:
    (hospital,) = to_document(ask([paying(600)]))["hospitals"]

    assert hospital["source"]["updated_on"] == "2026-03-02"
    assert len(hospital["source"]["sha256"]) == 64
    assert hospital["rates"][0]["row"] == 4
    assert json.dumps(hospital)


@pytest.mark.parametrize(
    ("codes", "asked", "kind"),
    [
        (("MS-DRG", "003"), "3", None),
        (("NDC", "12345-678-9"), "12345067809", None),
        (("NDC", "12345-0678-09 [77]"), "12345-678-9", "NDC"),
        (("HCPCS", "j0001"), "J0001", None),
        (("CPT", "27447"), "27447", "CPT"),
        (("ICD", "0SRC0J9"), "0src0j9", "ICD"),
        (("RC", "360"), "0360", None),
        (("LOCAL", "X-1"), "x-1", None),
    ],
)
def test_a_code_is_found_however_it_is_written(
    ask: Ask, codes: tuple[str, str], asked: str, kind: str | None
) -> None:
    found = only(ask([Item(codes=(codes,), payers=(Pays(),))], code=asked, type=kind))

    assert [one.amount for one in found.rates] == [700]


def test_an_item_is_found_by_each_of_its_codes(ask: Ask) -> None:
    item = Item(codes=(("CDM", "1"), ("HCPCS", "C1713"), ("RC", "278")), payers=(Pays(),))

    assert only(ask([item], code="C1713")).rates == only(ask(code="278")).rates


def test_cpt_and_hcpcs_are_one_meaning(ask: Ask) -> None:
    items = [Item(codes=((kind, "27447"),), payers=(Pays(),)) for kind in ("CPT", "HCPCS")]

    assert only(ask(items, code="27447")).types == ("CPT", "HCPCS")


def test_a_code_of_several_meanings_must_be_named_with_its_type(ask: Ask) -> None:
    items = [Item(codes=((kind, "470"),), payers=(Pays(),)) for kind in ("MS-DRG", "RC")]

    with pytest.raises(SeveralCodeTypes, match="stands there as APR-DRG, MS-DRG, RC"):
        ask([*items, Item(codes=(("APR-DRG", "470"),))])
    assert only(ask(type="MS-DRG")).types == ("MS-DRG",)


def test_a_code_that_no_file_has_is_told(ask: Ask) -> None:
    with pytest.raises(CodeNotPriced, match="none of 1 price files"):
        ask([paying(6)], code="999")


def test_a_code_on_too_many_charges_is_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pricing.price_files.asking.ROWS_MAX", 2)

    with pytest.raises(TooManyCharges, match="more than 2"):
        ask([paying(6, 7, 8)])


@pytest.mark.parametrize(
    ("text", "kind", "parsed"),
    [
        ("MS-DRG 470", None, ("470", "MS-DRG")),
        ("470", "ms-drg", ("470", "MS-DRG")),
        ("A B 1", None, ("A B 1", None)),
        (" 470 ", None, ("470", None)),
    ],
)
def test_a_code_may_be_asked_with_its_type(
    text: str, kind: str | None, parsed: tuple[str, str | None]
) -> None:
    assert parse_code(text, kind) == parsed


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("700.000000", "700.00"),
        ("0.5", "0.50"),
        ("14229.885400", "14229.8854"),
        ("1000", "1000.00"),
    ],
)
def test_amounts_are_told_exactly(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text


def test_many_hospitals_are_asked_few_questions_and_keep_their_own_rows(ask: Ask) -> None:
    for number in range(HOSPITALS):
        others = [Item(codes=(("MS-DRG", str(100 + row)),)) for row in range(number)]
        head = {**HEAD, "hospital_name": f"Hospital {number:02d}"}
        ask.desk.take(tall([*others, paying(500 + number)], head), f"{number}.csv")
    asked = Counted(ask.connection)

    evidence = replace(ask, connection=asked)()  # type: ignore[arg-type]  # — asks as one does

    found = {one.manifest.hospital: one.rates[0] for one in evidence.hospitals}
    assert {name: (one.row.row, one.amount) for name, one in found.items()} == {
        f"Hospital {number:02d}": (4 + number, Decimal(500 + number)) for number in range(HOSPITALS)
    }
    assert asked.questions < HOSPITALS


class Counted:
    """A connection that counts what it is asked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Stand before a connection."""
        self._connection = connection
        self.questions = 0

    def execute(self, *words: object) -> duckdb.DuckDBPyConnection:
        """Ask, and count it."""
        self.questions += 1
        return self._connection.execute(*words)  # type: ignore[arg-type]  # — passed on as given

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """Return the next rows."""
        return self._connection.fetchmany(size)
