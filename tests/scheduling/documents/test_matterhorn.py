"""Every paper keeps what the Matterhorn protocol asks of PDF/UA-1 and can be read from a PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

import pytest
from pikepdf import Dictionary, Name, Pdf

from pricing.estimate.bill_check import check_bill
from pricing.estimate.status import EstimateStatus
from scheduling.documents.dispute_letter import dispute_to_pdf
from scheduling.documents.estimate_paper import estimate_to_pdf
from scheduling.documents.pdf import to_pdf
from scheduling.documents.reimbursement_letter import letter_to_pdf
from tests.itineraries import companion_elsewhere, day_visit, hard_names, intercontinental
from tests.pricing.estimate.estimates import bill_of, documented_estimate, line
from tests.scheduling.documents.claims import usual_letter
from tests.scheduling.documents.matterhorn import faults_of

_MADE: Final = datetime(2026, 12, 2, tzinfo=UTC)


def _estimate() -> bytes:
    estimate = documented_estimate()
    return estimate_to_pdf(estimate, status=EstimateStatus.ISSUED, made_at=_MADE, is_sample=True)


def _dispute() -> bytes:
    bill = bill_of(line("1", amount="99999.00"), line("2", amount="10.00"))
    check = check_bill(bill, documented_estimate(), today=date(2027, 2, 1))
    return dispute_to_pdf(
        check, case_reference="SJ-1001", written_on=date(2027, 2, 1), is_sample=True
    )


PAPERS: Final[dict[str, Callable[[], bytes]]] = {
    "estimate": _estimate,
    "dispute": _dispute,
    "reimbursement": lambda: letter_to_pdf(usual_letter()),
    "long flight": lambda: to_pdf(intercontinental()),
    "companion": lambda: to_pdf(companion_elsewhere()),
    "one day": lambda: to_pdf(day_visit()),
    "hard names": lambda: to_pdf(hard_names()),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_breaks_no_checkpoint_that_can_be_read(name: str) -> None:
    assert faults_of(PAPERS[name]()) == []


@cache
def _itinerary() -> bytes:
    return to_pdf(intercontinental())


def _tags(pdf: Pdf, name: str) -> list[Any]:
    tags = [one for one in pdf.objects if isinstance(one, Dictionary) and "/P" in one]
    return [one for one in tags if one.get("/S") == name]


def _without(key: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        del pdf.Root[key]

    return change


def _titled_by_nobody(pdf: Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        del metadata["dc:title"]


def _claiming_nothing(pdf: Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        del metadata["pdfuaid:part"]


def _renamed(before: str, after: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        _tags(pdf, before)[0].S = Name(after)

    return change


def _drawn(stream: bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].contents_add(stream)

    return change


def _unsaid(tag: str, key: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        del _tags(pdf, tag)[0][key]

    return change


def _unreadable(pdf: Pdf) -> None:
    del next(iter(pdf.pages[0].Resources.Font.values()))["/ToUnicode"]


def _not_embedded(pdf: Pdf) -> None:
    font = next(iter(pdf.pages[0].Resources.Font.values()))
    described = font.DescendantFonts[0].FontDescriptor
    for key in [one for one in described.keys() if one.startswith("/FontFile")]:  # noqa: SIM118 — no dictionary of Python's
        del described[key]


def _shorter_row(pdf: Pdf) -> None:
    row = _tags(pdf, "/TR")[-1]
    del row.K[-1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without("/MarkInfo"), "06: it does not say that it is tagged"),
        (_without("/Lang"), "11: it names no language"),
        (_without("/ViewerPreferences"), "07: its window shows the name of the file"),
        (_titled_by_nobody, "06: it has no title"),
        (_claiming_nothing, "05: it does not claim PDF/UA-1"),
        (_renamed("/P", "/Paragraph"), "02: Paragraph is mapped to nothing that is standard"),
        (_drawn(b"0 0 m 9 9 l S"), "01: S is neither tagged nor an artifact, page 1"),
        (
            _drawn(b"/P <</MCID 9999>> BDC 0 0 m 9 9 l S EMC"),
            "01: content 9999 is in no tag, page 1",
        ),
        (
            _drawn(b"/Artifact BMC /P <</MCID 0>> BDC 0 0 m 9 9 l S EMC EMC"),
            "01: tagged content lies in an artifact, page 1",
        ),
        (
            _drawn(b"/P <</MCID 0>> BDC /Artifact BMC 0 0 m 9 9 l S EMC EMC"),
            "01: an artifact lies in tagged content, page 1",
        ),
        (_unsaid("/Figure", "/Alt"), "13: a figure has no words"),
        (_renamed("/H2", "/H4"), "14: a heading of level 4 follows one of level 1"),
        (_renamed("/H1", "/H2"), "14: the first heading is of level 2"),
        (_unsaid("/TH", "/A"), "15: the head of a column or row has no scope"),
        (_renamed("/LI", "/P"), "09: a list holds ['P']"),
        (_renamed("/LBody", "/P"), "09: an item of a list holds ['P']"),
    ],
)
def test_whatever_is_broken_is_told(change: Callable[[Pdf], None], said: str) -> None:
    assert said in _faults_after(change)


@pytest.mark.parametrize(
    ("change", "begins"),
    [
        (_unreadable, "10: nobody can read the letters of"),
        (_not_embedded, "31: "),
        (_shorter_row, "15: rows of one table have"),
    ],
)
def test_whatever_font_or_table_is_broken_is_told(
    change: Callable[[Pdf], None], begins: str
) -> None:
    assert any(one.startswith(begins) for one in _faults_after(change))


def _faults_after(change: Callable[[Pdf], None]) -> list[str]:
    changed = io.BytesIO()
    with Pdf.open(io.BytesIO(_itinerary())) as pdf:
        change(pdf)
        pdf.save(changed)
    return faults_of(changed.getvalue())
