"""What was planted in every field is looked at through every face: it is text, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest
import vobject
from click.testing import CliRunner
from icalendar import Calendar

from api.commands.group import main
from api.presenters.csv_text import csv_text
from scheduling.documents.wording import one_line
from tests.api.faces.worlds import PEOPLE, PLANNED, World
from tests.api.injection.corpus import CORPUS, TEXTS, Breadth
from tests.api.injection.doors import addresses, claim_names
from tests.api.injection.looking import escapes, kinds_of, parsed
from tests.api.injection.planting import (
    PLACES,
    Planted,
    plant_accounts,
    plant_cases,
    plant_reasons,
)
from tests.tools import require_tool

pytestmark = pytest.mark.sweep

_TITLE, _PATIENT, _COMPANION, _NEED = (PLACES.index(place) for place in PLACES[:4])
_FORMULA: Final = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_LINE: Final = re.compile(r"[A-Z-]+[;:]")
_NOT_DRAWN: Final = CORPUS["unseen"]
"""What is set from right to left, drawn as one sign, or not drawn, comes out of a PDF otherwise."""


@pytest.fixture(scope="module")
def planted(world: World, breadth: Breadth) -> tuple[Planted, ...]:
    """Cases with texts of each kind in them, or with every text."""
    return plant_cases(world, breadth.planted)


@pytest.fixture(scope="module")
def crowded(world: World, planted: tuple[Planted, ...], breadth: Breadth) -> World:
    """The world in which users, tokens and reasons are called so, too."""
    plant_reasons(world, planted[0].reference, breadth.planted)
    plant_accounts(world, breadth.planted)
    return world


def test_no_page_has_an_element_or_attribute_that_is_not_ours(
    crowded: World, planted: tuple[Planted, ...], breadth: Breadth
) -> None:
    template = crowded.template
    plain = {
        **claim_names(crowded),
        "reference": PLANNED,
        "plan_id": template.plan_id,
        "itinerary_id": template.itinerary_id,
        "facility_id": "mayo-clinic-rochester",
        "policy_id": "irs-medical-travel",
        "user_id": PEOPLE["auditor"],
        "seq": 1,
    }
    wide = planted if breadth.is_whole else planted[::3]
    wrong: dict[Any, Any] = {}
    for who in ("coordinator", "case_manager", "administrator", "auditor", "insurer_reviewer"):
        client = crowded.client_of(who)
        for endpoint, page in addresses(crowded, plain).items():
            looked_at = wide if who == "coordinator" else planted[:1]
            for names in (plain, *(one.names for one in looked_at)):
                address = addresses(crowded, {**plain, **names})[endpoint]
                if names is not plain and address == page:
                    continue
                answer = client.get(address)
                # A busy machine may ask to come back: then it says when.
                is_busy = "Retry-After" in answer.headers
                assert answer.status_code < 500 or is_busy, address
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    faults = escapes(parsed(answer.text))
                    if faults:
                        wrong[who, address] = faults

    assert wrong == {}


def test_every_text_of_a_case_stands_on_its_page_letter_by_letter(
    world: World, planted: tuple[Planted, ...]
) -> None:
    for case in planted:
        root = parsed(world.client.get(f"/cases/{case.reference}").text)
        said = _folded("".join(root.itertext()))
        for place, text in zip(PLACES, case.texts, strict=True):
            assert _folded(text) in said, place


def test_a_hostile_case_has_the_elements_of_any_other(
    world: World, planted: tuple[Planted, ...]
) -> None:
    plain = kinds_of(parsed(world.client.get(f"/cases/{PLANNED}").text))
    for case in planted:
        assert kinds_of(parsed(world.client.get(f"/cases/{case.reference}").text)) <= plain


def test_a_calendar_has_the_parts_and_properties_of_any_other(
    world: World, planted: tuple[Planted, ...]
) -> None:
    plain = _shape(_calendar(world, world.template.itinerary_id))
    for case in planted:
        content = _calendar(world, case.itinerary_id)
        events = world.client.get(f"/api/v1/itineraries/{case.itinerary_id}").json["items"]  # type: ignore[index]  # — an object
        shape = _shape(content)

        assert set(shape) <= set(plain)
        assert shape.count(("VEVENT", "UID")) == len(events)
        assert len(vobject.readOne(content.decode()).vevent_list) == len(events)
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        unfolded = content.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
        assert all(_LINE.match(line) and not line.startswith("XQZ") for line in unfolded)
        read = Calendar.from_ical(content)
        assert str(read["NAME"]) == str(read["X-WR-CALNAME"])
        words = "".join(str(event["SUMMARY"]) + str(event["DESCRIPTION"]) for event in read.events)
        assert one_line(case.texts[_NEED]) in words
        assert one_line(case.texts[_PATIENT]) in words


def test_json_says_what_was_said(world: World, planted: tuple[Planted, ...]) -> None:
    for case in planted:
        told = world.client.get(f"/api/v1/itineraries/{case.itinerary_id}").text

        assert json.loads(told)["patient"] == case.texts[_PATIENT]


@pytest.mark.needs_tool("pdftotext")
def test_a_pdf_says_every_word_and_obeys_none(
    world: World, planted: tuple[Planted, ...], tmp_path: Path
) -> None:
    for case in planted:
        content = world.client.get(f"/api/v1/itineraries/{case.itinerary_id}.pdf").data
        said = _letters(_pdf_text(content, tmp_path))

        for place in (_PATIENT, _COMPANION, _NEED):
            text = case.texts[place]
            if not text.startswith(_NOT_DRAWN):
                assert _letters(one_line(text)) in said, text
        assert "root:x:0" not in said
        assert not re.search(rb"/(JavaScript|JS|Launch|OpenAction|EmbeddedFile)\b", content)


def test_an_export_has_no_name_that_leads_elsewhere(
    world: World, planted: tuple[Planted, ...]
) -> None:
    for case in planted:
        content = world.client.get(f"/api/v1/cases/{case.reference}/export").data
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                assert re.fullmatch(r"[\w./-]+", name, re.ASCII)
                assert ".." not in PurePosixPath(name).parts
                assert not name.startswith("/")
            told = json.loads(archive.read("case.json"))
        assert told["title"] == case.texts[_TITLE]


def test_no_cell_of_a_table_is_a_formula(crowded: World, planted: tuple[Planted, ...]) -> None:
    answer = crowded.client.get(f"/cases/{planted[0].reference}/access.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))

    assert answer.status_code == 200
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if _FORMULA.match(cell)]


def test_no_text_is_a_formula_in_any_table() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(["a", "b"], [[text, text] for text in TEXTS]))))

    assert len(rows) == 1 + len(TEXTS)
    for (cell, _), text in zip(rows[1:], TEXTS, strict=True):
        assert cell.removeprefix("'") == text.removeprefix("'")
        assert not _FORMULA.match(cell)


@pytest.mark.parametrize(
    "words",
    [
        ("cases",),
        ("users", "list"),
        ("audit", "list"),
        ("audit", "export"),
        ("organisations", "list"),
        ("deidentify",),
    ],
)
def test_no_command_lets_text_write_lines_or_steer_the_terminal(
    crowded: World, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    url = crowded.services.settings.database_url
    monkeypatch.setenv("SOJOURN_DATABASE_URL", url)

    plain = CliRunner().invoke(main, words, prog_name="sojourn")
    asked = [*words, "--json"] if words[-1] not in {"export", "deidentify"} else list(words)
    as_json = CliRunner().invoke(main, asked, prog_name="sojourn")

    assert plain.exit_code == as_json.exit_code == 0, plain.output
    assert _steering(plain.stdout) == []
    # JSON may hold what parts lines elsewhere.
    assert set(_steering(as_json.stdout)) <= set("\u2028\u2029")
    if words == ("cases",):
        assert len(plain.stdout.splitlines()) == 1 + len(json.loads(as_json.stdout)["cases"])


@pytest.mark.parametrize("form", ["text", "ics", "json"])
def test_no_itinerary_on_the_terminal_steers_it(
    world: World, planted: tuple[Planted, ...], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("SOJOURN_DATABASE_URL", world.services.settings.database_url)
    for case in planted[::2]:
        words = ["itinerary", case.itinerary_id, "--format", form]
        told = CliRunner().invoke(main, words, prog_name="sojourn").stdout

        assert set(_steering(told.replace("\r\n", "\n"))) <= set("\u2028\u2029")


def _calendar(world: World, itinerary_id: str) -> bytes:
    answer = world.client.get(f"/api/v1/itineraries/{itinerary_id}.ics")
    assert answer.status_code == 200
    content: bytes = answer.data
    return content


def _shape(content: bytes) -> list[tuple[str, str]]:
    """Return each part with each of its properties."""
    return [
        (str(part.name), str(name))
        for part in Calendar.from_ical(content).walk()
        for name in ("", *part.keys())
    ]


def _pdf_text(content: bytes, folder: Path) -> str:
    path = folder / "visit.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        [str(require_tool("pdftotext")), "-raw", str(path), "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def _folded(text: str) -> str:
    return " ".join(text.split())


def _letters(text: str) -> str:
    """Return the text without spaces and hyphens: lines break at them."""
    return re.sub(r"[\s\-\u00ad\u2010\u2011]", "", text)


def _steering(told: str) -> list[str]:
    """Return the characters that do something to a terminal rather than stand in it."""
    return sorted({letter for letter in told if letter != "\n" and not letter.isprintable()
                   and letter not in "\u200b\u200d\ufeff\u202e"})  # fmt: skip
