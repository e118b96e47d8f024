"""From the list of cases to an itinerary in the patient's calendar, in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, Site

pytestmark = pytest.mark.needs_tool("chromium")

PLANNED = re.compile("The visit, planned")


def _download(page: Page, name: str, folder: Path) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file.read_bytes()


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_visit_is_planned_compared_and_accepted(
    open_page: OpenPage, tmp_path: Path, *, has_javascript: bool
) -> None:
    page = open_page("/", java_script_enabled=has_javascript)

    page.get_by_label("Search").fill("kowalczyk")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="There and back in a day").click()
    page.get_by_role("button", name="Plan the visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PLANNED, timeout=60_000)

    expect(page.get_by_text("Proven best").first).to_be_visible()
    table = page.locator("table.compare")
    assert table.locator("thead th").count() >= 2
    page.get_by_role("button", name=re.compile("^Accept Best overall")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Visit of Denise Kowalczyk")
    calendar = Calendar.from_ical(_download(page, "Calendar", tmp_path))
    assert len(calendar.events) >= 3
    assert _download(page, "PDF", tmp_path).startswith(b"%PDF")
    page.get_by_role("link", name="SJ-1004").click()
    expect(page.get_by_text("Accepted:")).to_be_visible()


def test_the_other_proposal_becomes_a_second_revision_that_says_what_changed(
    open_page: OpenPage, site: Site
) -> None:
    page = open_page(f"/plans/{site.world.template.plan_id}")

    page.get_by_role("button", name="Accept Soonest").click()

    expect(page.get_by_text("IT-SJ-1001, revision 2")).to_be_visible()
    first = page.get_by_role("heading", name="Revision 2").locator("xpath=..")
    expect(first).to_contain_text("now")
    page.get_by_role("link", name="Revision 1").click()
    expect(page.get_by_text("There is a newer revision.")).to_be_visible()


def test_a_plan_that_cannot_be_leads_to_the_wishes(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"/plans/{site.world.template.impossible_id}")

    expect(page.get_by_text("What stands in the way")).to_be_visible()
    page.get_by_role("link", name="Change the wishes for the visit").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Wishes for the visit")


def test_a_rejected_flight_says_why(open_page: OpenPage, site: Site) -> None:
    page = open_page(f"/plans/{site.world.template.plan_id}")

    page.get_by_role("link", name="Why not another flight, hotel or slot?").click()
    page.get_by_role("link", name=re.compile("Flights there")).click()
    page.get_by_label("Search among flights there").fill("flex")
    page.get_by_role("button", name="Show").click()

    reasons = page.locator(".reason")
    assert 1 <= reasons.count() <= 12
    expect(reasons.first).to_contain_text("flex")


def test_a_case_is_opened_after_its_faults_are_put_right(open_page: OpenPage) -> None:
    page = open_page("/cases/new")
    page.get_by_role("button", name="Open the case").click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("to put right")
    summary.get_by_role("link", name=re.compile("Patient: name")).click()
    expect(page.get_by_label("Patient: Name")).to_be_focused()

    page.get_by_label("Title", exact=True).first.fill("Opened in a browser")
    page.get_by_label("Patient: Name").fill("Ana <b>Sample</b>")
    page.get_by_label("Patient: Date of birth").fill("1970-05-01")
    page.get_by_label("Patient: Home airport").fill("ORD")
    page.get_by_label("Patient: Languages").fill("en")
    page.get_by_label("Appointment 1: Title").fill("Consultation")
    page.get_by_label("Appointment 1: Specialty").select_option("cardiology")
    page.get_by_label(re.compile("^Mayo Clinic")).check()
    page.get_by_role("button", name="Open the case").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Opened in a browser")
    expect(page.get_by_text("Ana <b>Sample</b>").first).to_be_visible()


def test_the_same_visit_comes_from_page_and_rest(open_page: OpenPage, site: Site) -> None:
    plan_id = site.world.template.plan_id
    told = json.loads(site.world.client.get(f"/api/v1/plans/{plan_id}").text)

    page = open_page(f"/plans/{plan_id}")

    for proposal in told["proposals"]:
        patient = proposal["coverage"]["patient"]
        assert f"USD {int(patient['minor']) / 100:,.2f}" in page.content()
