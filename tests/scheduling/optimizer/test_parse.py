"""Every fault of a document is named with its path, and nothing faulty gets through."""

import json
from typing import Any

import jsonschema
import pytest

from scheduling.optimizer.answer import Status
from scheduling.optimizer.errors import InvalidProblem
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.problem import schema, to_document
from scheduling.optimizer.solve import solve_document
from tests.scheduling.optimizer.one_trip import trip, trip_document
from tests.scheduling.optimizer.small_problems import small_document

# Whether JSON Schema can say it too: a key, a type, a range; not what rows say about each other.
FAULTS: list[tuple[str, Any, str, str]] = [
    ("slots__0__start", "2880", "slots[0].start", "must be a whole number"),
    ("slots__0__start", 2880.0, "slots[0].start", "must be a whole number"),
    ("slots__0__start", 2880.5, "slots[0].start", "must be a whole number"),
    ("slots__0__start", True, "slots[0].start", "must be a whole number"),
    ("slots__0__color", "red", "slots[0].color", "is not a key"),
    ("rules__rooms", 0, "rules.rooms", "greater than or equal to 1"),
    ("parties", [], "parties", "at least 1"),
    ("currency", "euro", "currency", "pattern"),
    ("format", "sojourn-problem/2", "format", "sojourn-problem/1"),
    ("trip_cap_cents", -1, "trip_cap_cents", "greater than or equal to 0"),
    ("outbound", {}, "outbound", "must be a list"),
    ("prices", None, "prices", "must be an object"),
]

CROSS_FAULTS: list[tuple[str, Any, str, str]] = [
    ("horizon_start", "2027-02-30T00:00:00Z", "horizon_start", "an instant that exists"),
    ("horizon_start", "2027-02-28T24:00:00Z", "horizon_start", "an instant that exists"),
    ("slots__1__id", "S1", "slots[1].id", "repeats slots[0].id"),
    ("slots__1__need", "walk", "slots[1].need", "no need has the id 'walk'"),
    ("return__0__party", "aunt", "return[0].party", "no party has the id 'aunt'"),
    ("commutes__0__lodging", "I", "commutes[0].lodging", "no lodging has the id 'I'"),
    ("lodgings__0__id", "clinic", "lodgings[0].id", "also the name of a site"),
    ("outbound__0__payable_cents", 301, "outbound[0].payable_cents", "at most the price, 300"),
    ("lodgings__0__payable_cents", [50, 81, 70, 80], "lodgings[0].payable_cents[1]", "price, 80"),
    ("lodgings__0__rooms_left", [2], "lodgings[0].rooms_left", "as many entries"),
    ("slots__0__end", 2880, "slots[0].end", "after the start, 2880"),
    ("waiting_from_day", 3, "slots[0].day", "before waiting_from_day, 3"),
    ("outbound__0__arrive", 1000, "outbound[0].arrive", "after depart"),
    ("outbound__0__connections", 0, "outbound[0].shortest_connection_minutes", "must be null"),
    (
        "return__0__shortest_connection_minutes",
        None,
        "return[0].shortest_connection_minutes",
        "given",
    ),
    ("needs__0__gap_min_minutes", 5, "needs[0].gap_min_minutes", "must be 0"),
    ("needs__0__gap_max_minutes", 5, "needs[0].gap_max_minutes", "must be null"),
    ("needs__1__gap_max_minutes", 59, "needs[1].gap_max_minutes", "at least gap_min_minutes, 60"),
    ("daily__0__city", "Thun", "daily", "no row for the city 'Bern'"),
]


@pytest.mark.parametrize(("change", "value", "path", "words"), [*FAULTS, *CROSS_FAULTS])
def test_a_fault_is_named_with_its_path(change: str, value: object, path: str, words: str) -> None:
    if change == "lodgings__0__id":
        changes: dict[str, Any] = {change: value, "commutes__0__lodging": value}
    else:
        changes = {change: value}

    with pytest.raises(InvalidProblem) as caught:
        trip(**changes)

    found = {fault.path: fault.message for fault in caught.value.faults}
    assert words in found[path]


@pytest.mark.parametrize(("change", "value", "path", "words"), FAULTS)
def test_the_schema_refuses_what_the_parser_refuses(
    change: str, value: object, path: str, words: str
) -> None:
    del path, words
    document = trip_document()
    place: Any = document
    steps = [int(step) if step.isdigit() else step for step in change.split("__")]
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value

    errors = list(jsonschema.Draft202012Validator(schema()).iter_errors(document))

    # JSON Schema counts 2880.0 among the integers; the parser wants it written as one.
    assert errors or value == 2880.0


def test_the_schema_accepts_what_the_parser_accepts() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for seed in range(20):
        validator.validate(small_document(seed))


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"format": NaN}', "[" * 5_000, '"\\ud800"']
)
def test_text_that_is_no_document_is_invalid(text: str) -> None:
    answer = solve_document(text)

    assert answer.status is Status.INVALID
    assert answer.faults
    assert answer.exit_status == 2


def test_a_key_that_stands_twice_is_refused_by_name() -> None:
    text = json.dumps(small_document(1))
    twice = text.replace('"price_cents":', '"price_cents": 1, "price_cents":', 1)

    answer = solve_document(twice)

    assert answer.status is Status.INVALID
    assert "'price_cents' twice" in answer.faults[0].message


def test_bytes_that_are_no_text_are_invalid() -> None:
    assert solve_document(b"\xff\xfe{").status is Status.INVALID


def test_a_missing_key_is_named() -> None:
    document = trip_document()
    del document["return"]

    answer = solve_document(json.dumps(document))

    assert [(fault.path, fault.message) for fault in answer.faults] == [("return", "is missing")]


def test_a_document_survives_being_read_and_written() -> None:
    for seed in range(20):
        document = small_document(seed)

        assert to_document(parse_problem(document)) == document


def test_amounts_that_could_overflow_are_refused() -> None:
    with pytest.raises(InvalidProblem, match="more than 64 bits hold safely"):
        trip(prices__patient_cent=10**12, slots__0__price_cents=10**6)


def test_a_huge_document_of_faults_lists_only_the_first_hundred() -> None:
    document = trip_document()
    document["slots"] = [document["slots"][0]] * 3_000

    with pytest.raises(InvalidProblem) as caught:
        parse_problem(document)

    assert len(caught.value.faults) == 100
