"""The PDF: tagged, complete, literal, and made within its limits."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.documents import pdf, wording
from scheduling.documents.letters import has_own_fonts
from scheduling.documents.pdf import to_pdf, to_sheet
from scheduling.errors import DocumentFailed
from scheduling.itinerary import Itinerary
from tests.itineraries import (
    HARD_NAMES,
    companion_elsewhere,
    day_visit,
    every_itinerary,
    hard_names,
    intercontinental,
)
from tests.itinerary_parts import CHICAGO, at
from tests.scheduling.documents.paper import ask, tags_of, words_of


@pytest.mark.parametrize("visit", every_itinerary().values(), ids=every_itinerary())
def test_every_itinerary_becomes_a_pdf(visit: Itinerary) -> None:
    assert to_pdf(visit).startswith(b"%PDF-")


def test_the_same_itinerary_gives_the_same_bytes() -> None:
    assert to_pdf(day_visit()) == to_pdf(day_visit())


def test_a_pdf_is_tagged_and_claims_universal_accessibility(tmp_path: Path) -> None:
    document = to_pdf(intercontinental())

    about = ask("pdfinfo", document=document, folder=tmp_path)

    assert re.search(r"Tagged: +yes", about)
    assert re.search(r"Title: +Second opinion in Zürich", about)
    assert int(re.search(r"Pages: +(\d+)", about)[1]) in {2, 3, 4}  # type: ignore[index]  # — fails if absent
    assert b"pdfuaid:part" in document
    assert b"/Lang" in document


def test_tables_figures_and_headings_are_in_the_structure(tmp_path: Path) -> None:
    tags = set(tags_of(to_pdf(intercontinental()), tmp_path))

    assert {"H1", "H2", "Table", "THead", "TH", "TD", "TFoot", "Figure", "L", "LI"} <= tags


def test_figures_have_words_and_table_headings_a_scope() -> None:
    document = to_pdf(intercontinental())

    words = [
        bytes.fromhex(found.decode()).decode("utf-16")
        for found in re.findall(rb"/Alt<([0-9A-F]+)>", document)
    ] + [found.decode() for found in re.findall(rb"/Alt\((.*?[^\\])\)", document)]
    assert len(words) == 2
    assert any(text.startswith("Timeline of 8 items") for text in words)
    assert any(text.startswith("Map of the route: Houston") for text in words)
    assert document.count(b"/Scope/Column") == 4 + 5 + 4 + 4


@pytest.mark.parametrize("visit", [companion_elsewhere(), day_visit()], ids=["long", "short"])
def test_every_item_and_every_cent_is_in_the_text(visit: Itinerary, tmp_path: Path) -> None:
    words = words_of(to_pdf(visit), tmp_path)

    for item in visit.items:
        assert item.title in words
        assert f"{item.starts.local:%H:%M}" in words
    for line in visit.coverage.lines:
        assert f"{line.label} {wording.money(line.amount)} {wording.money(line.payer)}" in words
        assert wording.money(line.patient) in words
        assert line.reason in words
    assert f"In all {wording.money(visit.coverage.amount)}" in words
    for sentence in (*visit.bring, *visit.notices):
        assert sentence in words
    for contact in visit.contacts:
        assert f"{contact.role} {contact.name} {contact.phone}" in words


def test_pages_are_numbered_and_the_sample_notice_stands_on_the_first(tmp_path: Path) -> None:
    words = words_of(to_pdf(intercontinental()), tmp_path)

    assert "Sample data." in words.split("Page 1 of")[0]
    assert "Page 3 of 3" in words
    assert "Itinerary itn-7f3a · revision 1 · accepted 2026-11-20 09:30 UTC" in words


def test_the_box_at_the_top_tells_when_the_patient_leaves_not_the_companion() -> None:
    visit = companion_elsewhere()
    early = replace(
        visit.items[0],
        key="early",
        travellers=("Ben Sample",),
        starts=at("2026-12-05", "10:00", CHICAGO),
    )

    glance = dict(to_sheet(replace(visit, items=(early, *visit.items)))["glance"])

    assert glance["Leave"] == "Sun 6 Dec 2026, 10:20 CST"
    assert glance["Back"] == "Thu 10 Dec 2026, 22:05 CST"


def test_a_real_visit_is_not_called_a_sample(tmp_path: Path) -> None:
    real = replace(intercontinental(), is_sample=False)

    assert "Sample data." not in words_of(to_pdf(real), tmp_path)


LITERAL = [name.replace("\n", " ") for name in HARD_NAMES[2:7]]


def test_names_are_never_markup(tmp_path: Path) -> None:
    words = words_of(to_pdf(hard_names()), tmp_path)

    unbroken = words.replace(" ", "")
    assert all(name.replace(" ", "") in unbroken for name in LITERAL)


def test_markup_in_every_field_stays_text(tmp_path: Path) -> None:
    wicked = '#panic("x") $ \\ @nobody *a* _b_ `c` // [ ] = /* <label> " #import "y"'
    visit = intercontinental(wicked)
    visit = replace(
        visit,
        title=wicked,
        bring=(wicked,),
        notices=(wicked,),
        contacts=(replace(visit.contacts[0], name=wicked),),
        items=tuple(replace(it, title=wicked, details=((wicked, wicked),)) for it in visit.items),
    )

    words = words_of(to_pdf(visit), tmp_path)

    assert words.replace(" ", "").count(wicked.replace(" ", "")) > 10


def test_a_name_with_a_byte_order_mark_does_not_stop_the_document(tmp_path: Path) -> None:
    words = words_of(to_pdf(day_visit("\ufeffAna\ufeff Mark")), tmp_path)

    assert "Ana Mark" in words


@pytest.mark.needs_tool("fonts")
def test_chinese_and_arabic_are_set_in_the_machines_fonts(tmp_path: Path) -> None:
    document = to_pdf(hard_names())
    words = words_of(document, tmp_path)

    assert "王小明" in words
    assert "محمد" in words


def test_a_letter_no_font_has_does_not_stop_the_document(tmp_path: Path) -> None:
    nowhere = "Ana \U00016fe4\U000e0fff\U0010fffd"

    document = to_pdf(day_visit(nowhere))

    assert re.search(r"Tagged: +yes", ask("pdfinfo", document=document, folder=tmp_path))


def test_the_fonts_that_come_along_are_enough_for_most_names() -> None:
    for text in ("Zoë Łukasz Þór Şükrü", "Ελένη", "Анна Щербакова Ґ", "Nguyễn Thị Hằng", "– → ’ €"):
        assert has_own_fonts(text), text
    assert not has_own_fonts("王")


def test_a_page_in_our_letters_needs_no_font_of_the_machine() -> None:
    document = to_pdf(intercontinental("Nguyễn Łukasz Анна Ελένη"))

    assert b"pdfuaid:part" in document


def test_a_typesetter_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(DocumentFailed, match="took longer than"):
        to_pdf(day_visit(), timeout_seconds=0.01)


def test_what_the_typesetter_says_of_a_fault_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_costs(visit: Itinerary) -> dict[str, object]:
        return {key: part for key, part in to_sheet(visit).items() if key != "costs"}

    monkeypatch.setattr(pdf, "to_sheet", without_costs)

    with pytest.raises(DocumentFailed) as failure:
        to_pdf(day_visit())

    assert "costs" in failure.value.problem
    assert failure.value.document == "the PDF of itinerary itn-7f3a"
