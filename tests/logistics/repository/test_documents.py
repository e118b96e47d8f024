"""Documents give back exactly what was written, and refuse what they did not write."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from pydantic import TypeAdapter

from logistics.case.model import Case
from logistics.people import Assistance
from logistics.repository.documents import Documents, UnreadableDocument
from scheduling.itinerary import Itinerary, LocalInstant
from scheduling.planning import Proposal
from tests.storage.builders import case, itinerary
from tests.storage.strategies import cases, itineraries, proposals

CASES: Documents[Case] = Documents(Case)
ITINERARIES: Documents[Itinerary] = Documents(Itinerary)
PROPOSALS: Documents[Proposal] = Documents(Proposal)
INSTANTS: Documents[LocalInstant] = Documents(LocalInstant)


@dataclass(frozen=True, slots=True)
class _Grown:
    """A value which had one field less when it was stored."""

    name: str
    colour: str = "green"


@given(cases)
def test_a_case_comes_back_as_it_was(value: Case) -> None:
    assert CASES.read(CASES.write(value)) == value


@settings(max_examples=40)
@given(itineraries)
def test_an_itinerary_comes_back_as_it_was(value: Itinerary) -> None:
    assert ITINERARIES.read(ITINERARIES.write(value)) == value


@given(proposals)
def test_a_proposal_comes_back_as_it_was(value: Proposal) -> None:
    assert PROPOSALS.read(PROPOSALS.write(value)) == value


@settings(max_examples=40)
@given(itineraries)
def test_another_reader_of_the_same_types_agrees(value: Itinerary) -> None:
    assert TypeAdapter(Itinerary).validate_json(ITINERARIES.write(value)) == value


def test_instants_come_back_with_pythons_own_utc() -> None:
    read = ITINERARIES.read(ITINERARIES.write(itinerary("plan-1")))

    assert read.accepted_at.tzinfo is UTC


def test_an_offset_is_written_as_utc() -> None:
    documents: Documents[datetime] = Documents(datetime)
    local = datetime(2027, 3, 28, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert documents.write(local) == '"2027-03-27T23:30:00+00:00"'
    assert documents.read('"2027-03-28T01:30:00+02:00"').tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    documents: Documents[datetime] = Documents(datetime)

    with pytest.raises(ValueError, match="no offset"):
        documents.write(datetime(2027, 3, 28, 1, 30))  # noqa: DTZ001 — what must be refused
    with pytest.raises(UnreadableDocument, match="no offset"):
        documents.read('"2027-03-28T01:30:00"')


def test_a_set_is_written_in_one_order() -> None:
    documents: Documents[frozenset[Assistance]] = Documents(frozenset[Assistance])

    assert documents.write(frozenset(Assistance)) == '["oxygen","wheelchair"]'


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_without_a_value_is_refused(number: float) -> None:
    documents: Documents[dict[str, float]] = Documents(dict[str, float])

    with pytest.raises(ValueError, match="not JSON compliant"):
        documents.write({"seconds": number})


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="half a character"):
        CASES.write(replace(case(), story="\ud83e"))


def test_a_field_added_later_takes_its_default_in_old_documents() -> None:
    documents: Documents[_Grown] = Documents(_Grown)

    assert documents.read('{"name": "x"}') == _Grown("x", "green")


@pytest.mark.parametrize(
    "change",
    [
        {"title": 7},
        {"is_sample": 1},
        {"service_level": "gold"},
        {"patient": None},
        {"companions": [{}]},
        {"weather": "fine"},
        {"title": " "},
    ],
)
def test_a_document_of_another_shape_is_refused(change: dict[str, object]) -> None:
    document = json.loads(CASES.write(case())) | change

    with pytest.raises(UnreadableDocument):
        CASES.read(json.dumps(document))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument):
        CASES.read(text)
