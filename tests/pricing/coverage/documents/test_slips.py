"""Slips of people who write documents by hand: refused on their line, in words that put it right.

None may be taken for something else, and none may end the reading otherwise than by its fault.
"""

from __future__ import annotations

from itertools import zip_longest

import pytest

from pricing.coverage.documents.read import read_policy, read_trip
from tests.pricing.coverage.documents.examples import POLICY, blocks_of, changed, faults_of

TRIP = next(
    one for one in blocks_of("policy-documents.md") if one.startswith("format: sojourn-trip")
)
AMOUNT = "amount_each: 210"
MILES = "road_mi > 100"

POLICY_SLIPS = [
    ("cap: 10000", "cap: 10,000", "write 10000"),
    ("cap: 10000", "cap: 10'000", "digits of a number stand together; write 10000"),
    ("cap: 10000", "cap: 10 000", "digits of a number stand together; write 10000"),
    ("cap: 10000", "cap: 1 000 000", "digits of a number stand together; write 1000000"),
    ("cap: 10000", "cap: 1'000'000", "digits of a number stand together; write 1000000"),
    ("cap: 10000", "cap: 10_000", "digits of a number stand together; write 10000"),
    ("cap: 10000", "cap: 10\N{NARROW NO-BREAK SPACE}000", "write 10000"),
    ("cap: 10000", "cap: 10’000", "digits of a number stand together; write 10000"),
    ("cap: 10000", "cap: if(patient.age < 18, 10'000, 5000)", "write 10000"),
    ("cap: 10000", "cap: 80 %", "is a share where an amount belongs"),
    ("cap: 10000", "cap: 1e400", "write plain digits"),
    ("cap: 10000", "cap: power(10, 100000000)", "longer than three thousand digits"),
    ("cap: 10000", f"cap: {'9' * 400}", "at most 30 digits"),
    ("cap: 10000", "pays_share: 80", "did you mean 80 %?"),
    ("up_to: 50", "up_to: 50,00", "decimals stand behind a point: 50.00"),
    ("up_to: 50", "up_to: 50,5", "decimals stand behind a point: 50.5"),
    ("up_to: 50", "up_to: -50", "must not be negative"),
    ("up_to: 50", "up_to: fifty", "fifty is no word of the language"),
    ("up_to: 50", "up_to: nothing", "write 0"),
    ("up_to: 50", "up_to: unlimited", "what has no limit leaves the key out"),
    ("up_to: 50", "up_to: 50 USD", "a number has no unit; write 50 alone"),
    ("up_to: 50", "up_to: $50", "write an amount as a plain number"),
    ("up_to: 50", "up_to:\N{NO-BREAK SPACE}50", "a space that is none to YAML"),
    ("    up_to: 50", "\N{NO-BREAK SPACE}   up_to: 50", "a space that is none to YAML"),
    (MILES, "road_mi > 100 miles", "a number has no unit; write 100 alone"),
    (MILES, f"{MILES} and trip.start_hour > 10:30", "hours are decimal: write 10.5"),
    (MILES, f"{MILES} and trip.start_hour > 9:20", "hours are decimal: write 9 + 20/60"),
    (MILES, f"{MILES} and patient.residence = NO", "small letters, or 'NO' for a text"),
    (MILES, f"{MILES} and patient.residence = no", "cannot be compared with a yes or no"),
    (MILES, "road_mi > '100'", "a number cannot be compared with a text"),
    (MILES, "road_mi > 100 − 5", "write -"),
    (MILES, "road_mi ≥ 100", "write >="),
    ("distances.home_to_site.road_mi", "distance.home_to_site",
     "a distance is written distances.home_to_site.road_mi"),
    ("currency: USD", "currency: usd", "three capital letters, such as USD"),
    ("valid_from: 2026-01-01", "valid_from: 2026–01–01", "must be a date like 2026-01-31"),
    ("valid_from: 2026-01-01", "valid_from: 2026-02-30", "must be a day of the calendar"),
    ("    covers: [car]", "\tcovers: [car]", "a tab"),
    ("covers: [car]", "covers: car", "must be a list, such as [a, b]"),
    ("travellers: pair", "travellers: [pair]", "must be one text"),
    ("    up_to: 50", "    up_to: 50\n    pays: nothing", "stands here already, on line 35"),
    ("cap: 10000", "pays_share: 80 percent", "write 80 %"),
    ("cap: 10000", "pays_share: 80pct", "write 80 %"),
    (MILES, f"{MILES} and line.date > 31.1.2026", "is no date; write 2026-01-31"),
    (MILES, f"{MILES} and patient.age < 18 years", "write 18 alone, and 18 years after a date"),
    ("value: 0.21}", "value: 0,21}", "decimals stand behind a point: write 0.21"),
    ("value: 0.205}", "value: 0,205}", "decimals stand behind a point: write 0.205"),
    ("    pays: actual", "    pays:actual", "behind - and a space"),
    ("- {at_most: 1, who: person.same_day}", "- one", "such as {at_most: …}"),
    ("  limits:", "limits:", "it belongs into an entry of versions: look at the indentation"),
]  # fmt: skip

TRIP_SLIPS = [
    ("- {id: tom, same_day: yes}", "- tom", "must be keys with values, such as {id: …}"),
    (AMOUNT, "amount_each: '2,100.00'", "without signs between thousands: 2100.00"),
    (AMOUNT, "amount_each: 2'100", "without signs between thousands: 2100"),
    (AMOUNT, "amount_each: 2 100", "without signs between thousands: 2100"),
    (AMOUNT, "amount_each: 2,100", "an amount has no comma: write 2100"),
    (AMOUNT, "amount_each: 2.100", "if the point parts thousands, write 2100"),
    (AMOUNT, "amount_each: '95,50'", "decimals stand behind a point: 95.50"),
    (AMOUNT, "amount_each: 210 USD", "without currency"),
    (AMOUNT, "amount_each: 0x10", "must be a number like 95.50"),
    (AMOUNT, "amount_each: .inf", "must be a number like 95.50"),
    (AMOUNT, "amount_each: \N{FULLWIDTH DIGIT TWO}10", "must be a number like 95.50"),
    (AMOUNT, f"amount_each: {'9' * 30}", "must be a smaller number, of at most 12 digits"),
    (AMOUNT, f"{AMOUNT}, nights: 3", "must be a list of entries, such as [{date: …}]"),
    (AMOUNT, f"{AMOUNT}, nights: -3", "must be a list of entries, such as [{date: …}]"),
    (AMOUNT, f"{AMOUNT}, nights: [{{date: 2026-03-04, amount: 20}}]", "is not from 2026-03-01"),
    (AMOUNT, f"{AMOUNT}, travellers: [tim]", "did you mean tom?"),
    (AMOUNT, f"{AMOUNT}, rooms: 0", "must be 1 or more"),
    ("date: 2026-03-01, distance", "scheduled_hours: 7:30, distance", "7:30 is 7.5"),
    ("kind: lodging", "kind: hotel", "did you mean lodging?"),
    ("check_out: 2026-03-04", "check_out: 2026-02-28", "must be after check_in"),
    ("check_out: 2026-03-04", "check_out: 9999-03-04", "look at the year"),
    ("starts: 2026-03-01", "starts: 2026-03-01 08:00 PM", "such as 20:00 for 8 PM"),
    ("starts: 2026-03-01", "starts: 03/01/2026", "like 2026-01-31 or 2026-01-31T08:00"),
    ("{id: mary}", "{id: mary, birth_date: 62-03-01}", "must be a date like 2026-01-31"),
    ("same_day: yes", "same_day: 1", "must be yes or no"),
    ("same_day: yes", "same_day: y", "must be yes or no"),
    ("id: tom", "id: mary", "is the patient's id"),
    ("id: hotel", "id: drive", "'drive' is the id on line 13 too"),
    ("home_to_site", "home-to-site", "two places joined by _to_"),
]  # fmt: skip


def changed_line(before: str, after: str) -> int:
    """Return the first line that differs."""
    pairs = enumerate(zip_longest(before.split("\n"), after.split("\n")), start=1)
    return next(number for number, (old, new) in pairs if old != new)


@pytest.mark.parametrize(("old", "new", "words"), POLICY_SLIPS)
def test_a_slip_in_a_policy_is_told_on_its_line(old: str, new: str, words: str) -> None:
    text = changed(POLICY, old, new)

    told = [fault for fault in faults_of(read_policy, text) if words in fault.message]

    assert told, faults_of(read_policy, text)
    assert told[0].line == changed_line(POLICY, text)


@pytest.mark.parametrize(("old", "new", "words"), TRIP_SLIPS)
def test_a_slip_in_a_trip_is_told_on_its_line(old: str, new: str, words: str) -> None:
    text = changed(TRIP, old, new)

    told = [fault for fault in faults_of(read_trip, text) if words in fault.message]

    assert told, faults_of(read_trip, text)
    assert told[0].line == changed_line(TRIP, text)


def test_a_document_of_another_kind_is_refused_by_that_alone() -> None:
    (fault,) = faults_of(read_trip, POLICY)

    assert fault.line == 1
    assert fault.message == (
        "is a document of the kind policy; what is read here is a trip, sojourn-trip/1: "
        "give another file"
    )


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_an_empty_document_says_so(text: str) -> None:
    (fault,) = faults_of(read_trip, text)

    assert (fault.line, fault.message) == (1, "the document is empty")


@pytest.mark.parametrize("text", ["hello\n", "kind,amount\nair,40\n", "- a\n- b\n"])
def test_what_is_no_document_is_told_how_one_begins(text: str) -> None:
    (fault,) = faults_of(read_trip, text)

    assert fault.line == 1
    assert fault.message == "must be keys with values, such as format: sojourn-trip/1"


@pytest.mark.parametrize("begins", ["PK\x03\x04\x14", "%PDF-1.7\n", "{\\rtf1\\ansi"])
def test_a_file_of_another_program_is_no_text(begins: str) -> None:
    (fault,) = faults_of(read_policy, begins)

    assert (fault.line, fault.path) == (1, "")
    assert "save it as plain text" in fault.message


def test_of_two_documents_in_a_file_the_second_is_refused() -> None:
    (fault,) = faults_of(read_trip, f"{TRIP}---\n{TRIP}")

    assert fault.line == TRIP.count("\n") + 1
    assert fault.message == "a second document begins here; a file holds one"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (AMOUNT, 'amount_each: "210"'),
        (AMOUNT, "amount_each: 0210"),
        ("same_day: yes", "same_day: YES"),
        ("same_day: yes", "same_day: true"),
        ("{id: mary}", "&mary {id: mary}"),
    ],
)
def test_what_can_mean_one_thing_alone_is_read_so(old: str, new: str) -> None:
    assert read_trip(changed(TRIP, old, new), "trip") == read_trip(TRIP, "trip")


def test_norway_is_no_no() -> None:
    trip = read_trip(changed(TRIP, "{id: mary}", "{id: mary, residence: NO}"), "trip")

    assert trip.patient.residence == "NO"
