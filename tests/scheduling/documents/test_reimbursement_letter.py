"""The reimbursement letter: the decision's own amounts, every reason, and a tagged PDF."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pricing.coverage.answer import to_document
from scheduling.documents.reimbursement_letter import (
    LetterHead,
    ReimbursementLetter,
    letter_of,
    letter_to_pdf,
    to_sheet,
)
from tests.itineraries import HARD_NAMES
from tests.pricing.coverage.deciding import decided, policy_text, trip_text
from tests.tools import require_tool

POLICY = policy_text(
    """
    conditions:
    - id: receipts
      text: Every expense needs a receipt.
      at: claim
      requires: line.receipt
      needed_by: add_days(trip.end, 60)
      remedy: Send the bill.
    benefits:
    - {id: hotel, text: Lodging up to 100 a night., covers: [lodging], pays: actual,
       up_to: 100, per: night}
    - {id: taxi, text: Taxis., covers: [taxi], pays: actual}
    limits:
    - {id: year, text: At most 150 a year., cap: 150, per: calendar_year}
    tax: {taxable: everything}
    """
)
TRIP = trip_text(
    """
    - {id: hotel, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-03, amount: 260,
       receipt: yes}
    - {id: taxi, kind: taxi, date: 2026-03-02, amount: 40, receipt: no}
    - {id: phone, kind: phone, date: 2026-03-02, amount: 7, receipt: yes}
    """
)
HEAD = LetterHead(
    payer="Meridian sample insurer",
    plan="Test plan",
    claim="SJ-1001-C1",
    case="SJ-1001",
    patient="Mary Sample",
    number=3,
    decided_at=datetime(2026, 4, 1, 9, 0, tzinfo=UTC),
    policy_digest="a" * 64,
    is_sample=True,
)
LABELS = {"hotel": "Hotel, 2 nights", "taxi": "Taxi on 2 March"}


def letter(policy: str = POLICY, trip: str = TRIP) -> ReimbursementLetter:
    """Return the letter about the trip under the policy."""
    answer = to_document(decided(policy, trip))
    return letter_of(answer, HEAD, labels=LABELS, caps=("At most 150 a year: nothing is left.",))


def words(document: bytes, folder: Path) -> str:
    """Return the text of all pages with single spaces."""
    path = folder / "letter.pdf"
    path.write_bytes(document)
    command = [str(require_tool("pdftotext")), str(path), "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def test_the_amounts_are_those_of_the_decision() -> None:
    made = letter()

    assert (
        made.opening == "Of the USD 307.00 that were claimed for Mary Sample, USD 150.00 are paid."
    )
    assert made.totals == ("USD 307.00", "USD 150.00", "USD 157.00", "USD 150.00")
    assert made.lines[0] == (
        "Hotel, 2 nights", "USD 260.00", "USD 150.00", "USD 110.00", "USD 150.00",
    )  # fmt: skip


def test_every_rule_that_lowered_an_expense_is_named_once_with_what_it_lowered() -> None:
    reasons = dict(letter().reasons)

    assert reasons["Lodging up to 100 a night."] == "Hotel, 2 nights"
    assert reasons["At most 150 a year."] == "Hotel, 2 nights"
    assert reasons["Every expense needs a receipt."] == "Taxi on 2 March"
    assert "phone" in reasons.values()


def test_what_may_still_be_done_says_until_when_and_its_worth() -> None:
    more = letter(policy=POLICY.replace("cap: 150", "cap: 900"))

    assert more.missing == ("Send the bill. This could bring USD 40.00 more until 2026-05-05.",)


def test_a_claim_that_is_paid_nothing_or_all_says_so_at_once() -> None:
    nothing = letter(trip=TRIP.replace("receipt: yes", "receipt: no"))
    only_taxi = trip_text("- {id: taxi, kind: taxi, date: 2026-03-02, amount: 40, receipt: yes}")

    assert nothing.opening.endswith("nothing can be paid.")
    assert letter(trip=only_taxi).opening.startswith("All of the USD 40.00")
    assert letter(trip=only_taxi).reasons == ()


def test_the_pdf_is_tagged_and_holds_every_word(tmp_path: Path) -> None:
    made = letter()
    document = letter_to_pdf(made)

    text = words(document, tmp_path)

    assert b"pdfuaid:part" in document
    for said in (made.opening, "Hotel, 2 nights", "USD 110.00", "Why not more", made.tax):
        assert said in text
    assert "At most 150 a year: nothing is left." in text


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert letter_to_pdf(letter()) == letter_to_pdf(letter())


def test_names_of_any_script_and_markup_are_printed_as_they_are(tmp_path: Path) -> None:
    for name in (*HARD_NAMES, "#import *bold* $x$ <b>"):
        made = replace(letter(), head=replace(HEAD, patient=name))
        assert letter_to_pdf(made).startswith(b"%PDF-")
    plain = replace(letter(), opening="#import *bold* $x$ <b>")
    assert "#import *bold* $x$ <b>" in words(letter_to_pdf(plain), tmp_path)


def test_a_long_letter_repeats_its_head_rows_over_its_pages(tmp_path: Path) -> None:
    line = ("An expense with a long name that takes more than one line of the table",)
    made = letter()
    many = replace(made, lines=tuple((*line, *made.lines[0][1:]) for _ in range(120)))

    text = words(letter_to_pdf(many), tmp_path)

    assert text.count("Left to you") > 2
    assert to_sheet(many)["totals"] == list(made.totals)
