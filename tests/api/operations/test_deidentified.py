"""Cases for analysis: nobody is named, and nobody is singled out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from api.operations.deidentified import SMALLEST_GROUP, AnonymousCase, anonymise, to_csv
from logistics.case.model import Case
from tests.storage.builders import case, itinerary

TODAY = date(2027, 3, 1)


def _case(number: int = 1, *, born: date = date(1970, 2, 28), airport: str = "ORD") -> Case:
    one = case(f"SJ-{number}")
    patient = replace(one.patient, birth_date=born, home_airport=airport)
    return replace(one, patient=patient, companions=())


def _anonymous(*cases: Case) -> tuple[AnonymousCase, ...]:
    return anonymise([(one, itinerary("p", reference=one.reference)) for one in cases], today=TODAY)


def test_a_row_says_nothing_that_names_somebody() -> None:
    text = to_csv(_anonymous(*(_case(number) for number in range(SMALLEST_GROUP))))

    for word in ("Mara", "Jo", "SJ-", "1970", "stenosis", "second opinion", "ORD", "2027-"):
        assert word not in text
    assert "50-59" in text


def test_money_is_the_cents_of_the_decision() -> None:
    (row, *_) = _anonymous(*(_case(number) for number in range(SMALLEST_GROUP)))
    decided = itinerary("p").coverage

    assert int(row.cost) == decided.amount.minor == int(row.payer) + int(row.patient)


def test_the_oldest_are_one_band() -> None:
    born = [date(1937, 1, 1), date(1930, 1, 1), date(1920, 1, 1)] * SMALLEST_GROUP
    rows = _anonymous(*(_case(number, born=one) for number, one in enumerate(born)))

    assert {row.age_band for row in rows} == {"90+"}


def test_who_is_rare_is_left_out_rather_than_singled_out() -> None:
    common = [_case(number) for number in range(10)]
    rare = _case(99, born=date(1931, 1, 1), airport="NRT")

    rows = _anonymous(*common, rare)

    assert len(rows) == 10
    assert "JP" not in {row.home_country for row in rows}


def test_without_enough_cases_there_is_nothing() -> None:
    assert _anonymous(_case()) == ()


@given(
    st.lists(
        st.tuples(st.integers(1925, 2020), st.sampled_from(["ORD", "LHR", "NRT", "ZRH"])),
        max_size=40,
    )
)
@settings(deadline=None, max_examples=60)
def test_every_combination_is_shared_by_enough(people: list[tuple[int, str]]) -> None:
    rows = _anonymous(
        *(
            _case(number, born=date(year, 1, 1), airport=airport)
            for number, (year, airport) in enumerate(people)
        )
    )

    sizes = Counter(
        (row.age_band, row.home_country, row.specialty, row.facility, row.year) for row in rows
    )
    assert all(size >= SMALLEST_GROUP for size in sizes.values())
    assert len(rows) <= len(people)


def test_another_reader_reads_the_same() -> None:
    rows = _anonymous(*(_case(number) for number in range(SMALLEST_GROUP)))

    read = list(csv.DictReader(io.StringIO(to_csv(rows))))

    assert [one["age_band"] for one in read] == [row.age_band for row in rows]
    assert not [cell for one in read for cell in one.values() if cell[:1] in {"=", "+", "-", "@"}]
