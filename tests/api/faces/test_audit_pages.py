"""The auditor's pages and the report of who looked at a case: whole, and shown to whom."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audit.head import keep_head, load_key, sign_head
from api.audit.trail import add_entries
from api.presenters.csv_text import csv_text, neutralise
from tests.api.audit.builders import drop_triggers
from tests.api.faces.noted import REASON, forget_trail, note, principal_of, store_noted
from tests.api.faces.page import Page, fetch, text_of
from tests.api.faces.worlds import NOW, PEOPLE, World, app_of

Visit = Callable[..., Page]


@pytest.fixture
def noted(world: World) -> World:
    """A world in which seven things were noted; the detail of one was erased."""
    forget_trail(world)
    store_noted(world)
    return world


@pytest.fixture
def visit(noted: World) -> Visit:
    """Fetch a page as one of the people; the auditor unless told otherwise."""

    def get(path: str, who: str = "auditor", *, status: int = 200) -> Page:
        return fetch(noted.app, noted.client_of(who), path, status=status)

    return get


def numbers(page: Page) -> list[int]:
    """Return the numbers of the entries a list shows."""
    return [
        int("".join(link.itertext()).removeprefix("Entry "))
        for link in page.all(".//tbody/tr/th/a")
    ]


def test_the_auditor_sees_the_entries_of_the_own_organisation(visit: Visit) -> None:
    page = visit("/audit")

    assert page.heading == "Audit trail"
    assert numbers(page) == [7, 6, 5, 3, 2, 1]
    assert "Ines Sample" in page.text
    assert "Rhea Sample" not in page.text
    assert "SJ-1001, SJ-1002, SJ-1003 and 1 more" in page.text


def test_the_auditor_begins_with_the_trail(visit: Visit) -> None:
    page = visit("/audit")

    (current,) = [link for link in page.all(".//nav//a") if link.get("aria-current") == "page"]
    assert current.text == "Audit"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("case=SJ-1002", [7, 2]),
        ("action=case.read", [5, 1]),
        ("outcome=denied", [5]),
        ("outcome=odd", [7, 6, 5, 3, 2, 1]),
        ("user=demo-administrator", [6]),
        ("since=2027-03-01&until=2027-03-01", [7, 6, 5, 3, 2, 1]),
        ("since=2027-03-02", []),
        ("until=2027-02-28", []),
        ("since=yesterday", [7, 6, 5, 3, 2, 1]),
        ("since=9999-12-31", [7, 6, 5, 3, 2, 1]),
        ("before=3", [2, 1]),
        ("after=5", [7, 6]),
        ("after=x&before=-1", [7, 6, 5, 3, 2, 1]),
        ("organisation=payer-sample", [7, 6, 5, 3, 2, 1]),
    ],
)
def test_a_search_narrows_the_list(visit: Visit, query: str, shown: list[int]) -> None:
    assert numbers(visit(f"/audit?{query}")) == shown


def test_a_search_without_an_answer_says_so(visit: Visit) -> None:
    page = visit("/audit?case=%3Cscript%3E")

    assert "No entry matches" in page.text
    assert page.by_id("filter-case").get("value") == "<script>"


def test_a_day_that_is_none_is_told(visit: Visit) -> None:
    assert "Not understood:" in visit("/audit?until=soon").text


def test_pages_lead_on_and_keep_the_search(noted: World, visit: Visit) -> None:
    with noted.services.database.write() as session:
        add_entries(
            session,
            [note(one, principal_of("coordinator"), "case.read", "SJ-7") for one in range(60)],
        )

    first = visit("/audit?case=SJ-7")
    (older,) = first.all(".//nav[@class='pager']/a")
    second = visit(str(older.get("href")))
    (newer,) = second.all(".//nav[@class='pager']/a")

    assert (len(numbers(first)), len(numbers(second))) == (50, 10)
    assert numbers(visit(str(newer.get("href")))) == numbers(first)


def test_an_empty_trail_says_what_comes(world: World) -> None:
    forget_trail(world)

    page = fetch(world.app, world.client_of("auditor"), "/audit")

    assert "There is no entry yet" in page.text


def test_an_entry_is_shown_whole(visit: Visit) -> None:
    page = visit("/audit/1")

    assert page.heading == "Read a case"
    for words in ("2027-03-01 10:31:00 UTC", "Coordinator", "req-1", "diagnosis, title", "SJ-1001"):
        assert words in page.text


def test_many_rows_are_shown_in_part(visit: Visit) -> None:
    assert "and 10 more" in visit("/audit/2").text


def test_an_erased_detail_leads_to_its_erasure(noted: World, visit: Visit) -> None:
    page = visit("/audit/3")

    assert "The detail was erased." in page.text
    assert "Entry 8 says by whom and why" in page.text
    # The erasure is the service's own, and no organisation's.
    assert noted.client_of("auditor").get("/audit/8").status_code == 404


def test_what_was_noted_beside_the_rows_is_shown_as_text(visit: Visit) -> None:
    assert "=1+1 <b>" in visit("/audit/6").text
    assert "198.51.100.0/24" in visit("/audit/5").text


@pytest.mark.parametrize("path", ["/audit/4", "/audit/99", "/audit/0", "/audit/" + "9" * 40])
def test_entries_of_others_are_as_if_they_were_not(visit: Visit, path: str) -> None:
    assert visit(path, status=404).heading


def test_the_chain_is_checked_on_a_page(noted: World, visit: Visit) -> None:
    whole = visit("/audit/check")
    with noted.services.database._engines.migrator.begin() as connection:
        drop_triggers(connection)
        connection.exec_driver_sql("UPDATE audit_entry SET user_id = 'x' WHERE seq = 4")

    broken = visit("/audit/check")

    assert whole.heading == "The chain is whole"
    assert "8 entries" in whole.text
    assert broken.heading == "The chain is broken"
    assert "Entry 4: the entry is not what was written" in broken.text


def _keeping_heads(world: World, heads: Path) -> World:
    settings = replace(world.services.settings, audit_heads=heads)
    services = replace(world.services, settings=settings)
    return World(app_of(services), services, world.template)


def test_the_chain_is_compared_with_the_heads_that_are_kept(noted: World, tmp_path: Path) -> None:
    keeping = _keeping_heads(noted, tmp_path / "heads.jsonl")
    # An end that nothing in the chain itself refers to.
    keeping.client_of("auditor").get("/audit/1")
    with keeping.services.database.read() as session:
        head = sign_head(session, load_key("", is_sample=True), now=NOW)
    keep_head(tmp_path / "heads.jsonl", head)
    auditor = keeping.client_of("auditor")

    whole = fetch(keeping.app, auditor, "/audit/check")
    with noted.services.database._engines.migrator.begin() as connection:
        drop_triggers(connection)
        for table in ("audit_case", "audit_detail", "audit_entry"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE seq >= {head.seq}")  # noqa: S608 — the names above
    cut = fetch(keeping.app, auditor, "/audit/check")

    assert f"1 kept head, the newest of entry {head.seq}" in whole.text
    assert whole.heading == "The chain is whole"
    assert cut.heading == "The chain is broken"


def test_kept_heads_that_are_gone_are_not_passed_over(noted: World, tmp_path: Path) -> None:
    keeping = _keeping_heads(noted, tmp_path / "none.jsonl")

    page = fetch(keeping.app, keeping.client_of("auditor"), "/audit/check")

    assert "Not compared with the kept heads: the heads that are kept cannot be read" in page.text
    assert str(tmp_path) not in page.text


def test_who_reads_the_trail_is_in_it(visit: Visit) -> None:
    visit("/audit?case=SJ-1001")
    visit("/audit/2")
    visit("/audit/check")
    visit("/cases/SJ-1001/access", "patient")

    assert numbers(visit("/audit?user=demo-auditor")) == [11, 10, 9]
    searched = visit("/audit/9").text
    assert '"case": "SJ-1001"' in searched
    assert "127.0.0.0/24" in searched
    report = visit("/cases/SJ-1001/access", "patient")
    assert "See who looked at a case" in report.text


@pytest.mark.parametrize("who", [name for name in PEOPLE if name != "auditor"])
@pytest.mark.parametrize("path", ["/audit", "/audit/1", "/audit/check"])
def test_only_auditors_read_the_trail(noted: World, who: str, path: str) -> None:
    assert noted.client_of(who).get(path).status_code == 403


def test_the_report_says_who_looked_at_a_case(visit: Visit) -> None:
    page = visit("/cases/SJ-1001/access", "coordinator")

    assert page.heading == "Who has looked at case SJ-1001"
    headings = [heading.text for heading in page.all(".//section/h2")]
    assert [str(heading).partition(",")[0] for heading in headings] == [
        "Administrator",
        "Insurer’s reviewer",
        "Coordinator",
        "The service itself",
    ]
    assert "Case: diagnosis, title" in page.text
    assert "Erased" in page.text
    assert f"Reason{REASON}" in [text_of(fact) for fact in page.all(".//dl/div")]


def test_patients_see_who_looked_at_their_own_case_and_nobodys_name(visit: Visit) -> None:
    page = visit("/cases/SJ-1001/access", "patient")

    assert "Coordinator, Sojourn sample operator" in page.text
    assert "Ines Sample" not in page.text
    assert REASON in page.text
    assert visit("/cases/SJ-1002/access", "patient", status=404).heading


def test_a_companion_has_not_seen_what_stayed_hidden(world: World, visit: Visit) -> None:
    forget_trail(world)
    visit("/", "companion")
    visit(f"/itineraries/{world.template.itinerary_id}", "companion")

    page = visit("/cases/SJ-1001/access", "patient")

    (section,) = [one for one in page.all(".//section") if "Companion" in text_of(one)]
    facts = [text_of(fact) for fact in section.iterfind(".//dl/div")]
    read = [fact for fact in facts if fact.startswith("Read")]
    assert any("Case: companions" in fact for fact in read)
    assert not [fact for fact in read if re.search("diagnosis|title|story", fact)]
    assert "Stayed hiddenItinerary: coverage; Case: diagnosis, story, title" in facts


def test_the_case_page_leads_to_the_report(visit: Visit) -> None:
    links = [link.get("href") for link in visit("/cases/SJ-1001", "coordinator").all(".//main//a")]

    assert "/cases/SJ-1001/access" in links


def test_a_case_nobody_looked_at_says_so(visit: Visit) -> None:
    assert "Nobody yet" in visit("/cases/SJ-1010/access", "coordinator").text


@pytest.mark.parametrize("end", ["", ".csv"])
@pytest.mark.parametrize(
    ("who", "reference", "status"),
    [
        ("stranger", "SJ-1001", 404),
        ("coordinator", "NO-SUCH", 404),
        ("coordinator", "%00", 404),
        ("auditor", "SJ-1001", 403),
        ("insurer_reviewer", "SJ-1001", 403),
    ],
)
def test_the_report_is_for_those_who_reach_the_case(
    noted: World, who: str, reference: str, status: int, end: str
) -> None:
    answer = noted.client_of(who).get(f"/cases/{reference}/access{end}")

    assert answer.status_code == status


def test_the_report_as_csv_holds_no_formula(noted: World) -> None:
    answer = noted.client_of("coordinator").get("/cases/SJ-1001/access.csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))

    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [line["User"] for line in lines] == [
        "demo-administrator",
        "demo-reviewer",
        *["demo-coordinator"] * 3,
        "system",
    ]
    assert lines[0]["Reason"] == f"'{REASON}"
    assert {line["Outcome"] for line in lines} == {"Done"}


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=3))
def test_no_cell_of_a_csv_file_begins_a_formula(rows: list[list[str]]) -> None:
    text = csv_text(("a", "b"), rows)

    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert len(cells) == 2 * (len(rows) + 1)
    assert not [cell for cell in cells if cell.strip(" ").startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "  =1", "\uff1d1"])
def test_a_formula_is_made_text(cell: str) -> None:
    assert neutralise(cell) == f"'{cell}"
    assert neutralise(f"a{cell}") == f"a{cell}"
