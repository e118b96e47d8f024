"""The letter on paper: tagged, complete, literal, and made within its limits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pricing.money import Money
from scheduling.documents.reimbursement_letter import (
    PaidExpense,
    ReimbursementLetter,
    letter_to_pdf,
    to_sheet,
)
from scheduling.errors import DocumentFailed
from tests.itineraries import HARD_NAMES
from tests.scheduling.documents.claims import (
    few_nights,
    letter_over,
    line,
    refused,
    usual_letter,
)
from tests.scheduling.documents.paper import ask, tags_of, words_of

_PAPER_POINTS = 595.3
_MARGIN_POINTS = 47.0


def _pages(document: bytes, folder: Path) -> list[str]:
    """Return the text of each page."""
    text = ask("pdftotext", "-layout", document=document, folder=folder)
    return text.removesuffix("\f").split("\f")


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert letter_to_pdf(usual_letter()) == letter_to_pdf(usual_letter())


def test_a_letter_is_tagged_and_claims_universal_accessibility(tmp_path: Path) -> None:
    document = letter_to_pdf(usual_letter())

    about = ask("pdfinfo", document=document, folder=tmp_path)

    assert re.search(r"Tagged: +yes", about)
    assert re.search(r"Title: +Reimbursement of claim SJ-1001-C1", about)
    assert b"pdfuaid:part" in document
    assert b"/Lang" in document


def test_tables_and_headings_are_in_the_structure(tmp_path: Path) -> None:
    tags = tags_of(letter_to_pdf(usual_letter()), tmp_path)

    assert {"H1", "H2", "Table", "THead", "TH", "TD", "TFoot", "L", "LI"} <= set(tags)
    assert tags.count("H1") == 1
    assert tags.count("Table") == 4


def test_every_column_of_a_table_has_its_heading() -> None:
    document = letter_to_pdf(usual_letter())

    assert document.count(b"/Scope/Column") == 6 + 3 + 4 + 5


def test_a_usual_claim_fits_on_one_page(tmp_path: Path) -> None:
    assert len(_pages(letter_to_pdf(usual_letter()), tmp_path)) == 1


def test_everything_to_be_said_is_in_the_text(tmp_path: Path) -> None:
    letter = usual_letter()

    words = words_of(letter_to_pdf(letter), tmp_path).replace(" ", "")

    said = [
        letter.opening, letter.policy, letter.tax, letter.review, letter.proof, *letter.rates,
        *letter.claim.addressed_to, letter.claim.plan, letter.claim.case_reference,
        "Mon 21 Dec 2026", "1, Fri 18 Dec 2026",
    ]  # fmt: skip
    said += [text for one in letter.reasons for text in (one.text, *one.effects)]
    said += [text for one in letter.open_points for text in (one.missing, one.rule_text)]
    said += [text for one in letter.caps for text in (one.text, one.whose, one.period_words)]
    said += [one.label for one in letter.expenses]
    assert not [text for text in said if text.replace(" ", "") not in words]


def test_the_amounts_of_a_line_stand_in_one_row(tmp_path: Path) -> None:
    text = ask("pdftotext", "-layout", document=letter_to_pdf(usual_letter()), folder=tmp_path)

    assert re.search(r"USD 960\.00 +USD 800\.00 +USD 160\.00 +USD 300\.00", text)
    assert re.search(r"In all +USD 1,940\.20 +USD 1,690\.20 +USD 250\.00 +USD 300\.00", text)
    assert "CHF 42.61 as spent" in text


def test_without_anything_taxable_there_is_neither_column_nor_sentence(tmp_path: Path) -> None:
    words = words_of(letter_to_pdf(letter_over([line("flight", 842_00, 842_00)])), tmp_path)

    assert "axable" not in words


def test_what_does_not_apply_has_no_section(tmp_path: Path) -> None:
    words = words_of(letter_to_pdf(letter_over([line("flight", 842_00, 842_00)])), tmp_path)

    assert "pays the whole claim: USD 842.00 to Mary Sample." in words
    for heading in ("Why less is paid", "still do", "each limit", "Central Bank"):
        assert heading not in words


def test_a_claim_of_which_nothing_is_paid_tells_every_reason(tmp_path: Path) -> None:
    words = words_of(letter_to_pdf(letter_over([refused("taxi", 54_00)])), tmp_path)

    assert "pays nothing of the USD 54.00 claimed" in words
    assert "An expense must be approved before it is incurred." in words


def test_a_claim_without_lines_is_still_a_letter(tmp_path: Path) -> None:
    words = words_of(letter_to_pdf(letter_over([])), tmp_path)

    assert "No amount was claimed" in words


def test_two_hundred_lines_break_over_pages_under_repeated_headings(tmp_path: Path) -> None:
    lines = [few_nights(f"hotel-{number}", 160_00, 130_00) for number in range(200)]

    pages = _pages(letter_to_pdf(letter_over(lines)), tmp_path)

    assert len(pages) > 3
    with_rows = [page for page in pages if re.search(r"^ *Hotel \d+ ", page, re.MULTILINE)]
    assert all(re.search(r"Expense +Date +Claimed", page) for page in with_rows)
    everything = "\n".join(pages)
    assert all(re.search(rf"\bHotel {number}\b", everything) for number in range(200))
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_amounts_have_the_decimals_of_their_currency(tmp_path: Path) -> None:
    yen = words_of(
        letter_to_pdf(letter_over([line("r", 96_000, 96_000)], currency="JPY")), tmp_path
    )
    dinar = words_of(
        letter_to_pdf(letter_over([line("r", 1_250, 1_250)], currency="KWD")), tmp_path
    )

    assert "JPY 96,000 JPY 96,000 JPY 0" in yen
    assert "KWD 1.250 KWD 1.250 KWD 0.000" in dinar


def test_a_real_letter_is_not_called_a_sample(tmp_path: Path) -> None:
    letter = usual_letter()
    real = replace(letter, claim=replace(letter.claim, is_sample=False))

    assert "Sample data." in words_of(letter_to_pdf(letter), tmp_path)
    assert "Sample data." not in words_of(letter_to_pdf(real), tmp_path)


def _everywhere(text: str) -> ReimbursementLetter:
    """Return the usual letter with the text in each of its places."""
    letter = usual_letter()
    claim = replace(
        letter.claim, payer=text, plan=text, patient=text, addressed_to=(text, text), claim_id=text,
        case_reference=text,
    )  # fmt: skip
    return replace(
        letter,
        claim=claim,
        opening=text,
        policy=text,
        expenses=tuple(replace(one, label=text, dates=text) for one in letter.expenses),
        reasons=tuple(
            replace(one, text=text, rule=text, effects=(text,)) for one in letter.reasons
        ),
        caps=tuple(replace(one, text=text, whose=text) for one in letter.caps),
        open_points=tuple(replace(one, concerns=text, missing=text) for one in letter.open_points),
        tax=text,
        review=text,
        proof=text,
        rates=(text,),
    )


def test_markup_in_every_field_stays_text(tmp_path: Path) -> None:
    wicked = '#panic("x") $ \\ @nobody *a* _b_ `c` // [ ] = /* <label> " #import "y"'

    words = words_of(letter_to_pdf(_everywhere(wicked)), tmp_path)

    assert words.replace(" ", "").count(wicked.replace(" ", "")) > 20


@pytest.mark.parametrize("name", HARD_NAMES)
def test_any_name_can_stand_anywhere(name: str, tmp_path: Path) -> None:
    document = letter_to_pdf(_everywhere(name))

    assert re.search(r"Tagged: +yes", ask("pdfinfo", document=document, folder=tmp_path))


@pytest.mark.needs_tool("fonts")
def test_a_name_from_right_to_left_keeps_its_sentence_in_order(tmp_path: Path) -> None:
    name = "محمد بن عبد الله"
    letter = letter_over([few_nights("hotel", 960_00, 800_00)], paid_to=name, patient=name)

    document = letter_to_pdf(letter)

    assert b"pdfuaid:part" in document
    assert "USD 800.00 to" in words_of(document, tmp_path)
    assert "محمد" in words_of(document, tmp_path)


def test_a_name_of_two_parts_is_broken_between_them(tmp_path: Path) -> None:
    name = "Анастасия Вознесенская-Щербакова"

    words = words_of(letter_to_pdf(letter_over([refused("taxi", 54_00)], patient=name)), tmp_path)

    assert words.count("Щербакова") == 1


@pytest.mark.parametrize("letters", [24, 40, 60, 240])
def test_a_very_long_word_stays_within_its_column(letters: int, tmp_path: Path) -> None:
    word = ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte" * 4)[:letters]

    found = _boxes(letter_to_pdf(_everywhere(word)), tmp_path)

    assert max(right for _, _, right in found) < _PAPER_POINTS - _MARGIN_POINTS
    for (row, _, right), (next_line, left, _) in pairwise(sorted(found)):
        assert row != next_line or right <= left + 0.5


def _boxes(document: bytes, folder: Path) -> list[tuple[str, float, float]]:
    """Return page and top, left end and right end of every word."""
    text = ask("pdftotext", "-bbox", document=document, folder=folder)
    return [
        (f"{number} {top}", float(left), float(right))
        for number, page in enumerate(text.split("<page "))
        for left, top, right in re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"', page
        )
    ]


def test_a_typesetter_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(DocumentFailed, match=r"letter of claim SJ-1001-C1 .* took longer than"):
        letter_to_pdf(usual_letter(), timeout_seconds=0.01)


def test_a_point_without_a_day_or_a_worth_says_so() -> None:
    letter = usual_letter()
    (point, *_) = letter.open_points
    bare = replace(letter, open_points=(replace(point, until=None, worth=None),))

    (row,) = to_sheet(bare)["open_points"]

    assert (row["until"], row["worth"]) == ("no day is set", "not known")


def test_a_worth_of_a_point_is_an_amount_and_its_day_a_date() -> None:
    letter = usual_letter()
    (point, *_) = letter.open_points
    worth = replace(point, until=date(2026, 12, 3), worth=Money(840_00, "USD"))

    (row,) = to_sheet(replace(letter, open_points=(worth,)))["open_points"]

    assert (row["until"], row["worth"]) == ("Thu 3 Dec 2026", "USD 840.00")


def _expense(claimed: int, paid: int, taxable: int, *reasons: int) -> PaidExpense:
    return PaidExpense(
        label="Hotel",
        dates="",
        spent="",
        claimed=Money(claimed, "USD"),
        paid=Money(paid, "USD"),
        taxable=Money(taxable, "USD"),
        reasons=reasons,
    )


@pytest.mark.parametrize("amounts", [(100, 101, 0), (100, 90, 91), (100, 90, -1), (-1, -1, 0)])
def test_amounts_that_do_not_follow_from_each_other_are_refused(
    amounts: tuple[int, int, int],
) -> None:
    with pytest.raises(ValueError, match="not in this order"):
        _expense(*amounts, 1)


def test_no_expense_is_paid_less_without_a_reason() -> None:
    with pytest.raises(ValueError, match="no rule says why"):
        _expense(100, 99, 0)

    assert _expense(100, 99, 0, 1).left == Money(1, "USD")
