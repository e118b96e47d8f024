"""Every page is whole: valid, labelled, linked to places that exist."""

from urllib.parse import urlencode

import pytest

from tests.api.faces.conftest import GetPage
from tests.api.faces.page import fetch, text_of
from tests.api.faces.worlds import World


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "Cases"),
        ("/?level=vip", "Cases"),
        ("/?q=nothing-is-called-this", "Cases"),
        ("/cases/SJ-1001", "Second look before heart surgery"),
        ("/cases/SJ-1003", "Heart valve, VIP visit with a nurse"),
        ("/cases/new", "Open a case"),
        ("/cases/SJ-1011/visit", "Wishes for the visit"),
        ("/facilities", "Facilities"),
        ("/facilities/mayo-clinic-rochester", "Mayo Clinic"),
        ("/facilities/mayo-clinic-rochester?page=3", "Mayo Clinic"),
        ("/facilities/mayo-clinic-rochester?page=999999", "Mayo Clinic"),
        ("/about", "About Sojourn"),
        ("/problems", "Kinds of problem"),
        ("/docs", "REST interface"),
    ],
)
def test_a_page_is_whole(get_page: GetPage, path: str, heading: str) -> None:
    assert get_page(path).heading == heading


def test_the_page_of_a_plan_is_whole(get_page: GetPage, world: World) -> None:
    page = get_page(f"/plans/{world.template.plan_id}")

    assert page.heading == "The visit, planned"
    assert "Proven best" in page.text


def test_the_page_of_an_impossible_plan_names_what_stands_in_the_way(
    get_page: GetPage, world: World
) -> None:
    page = get_page(f"/plans/{world.template.impossible_id}")

    assert page.heading == "No visit is possible under these wishes."
    assert "What stands in the way" in page.text
    assert "Change the wishes for the visit" in page.text


@pytest.mark.parametrize("kind", ["slots", "outbound", "return", "lodgings", "transfers", "odd"])
def test_every_kind_of_option_says_why_not(get_page: GetPage, world: World, kind: str) -> None:
    page = get_page(f"/plans/{world.template.plan_id}/why-not?kind={kind}")

    assert page.heading == "Why not another?"
    assert len(page.all(".//li[@class='card reason']")) > 0


def test_one_option_can_be_asked_about(get_page: GetPage, world: World) -> None:
    path = f"/plans/{world.template.plan_id}"
    problem = world.client.get(f"/api/v1{path}/problem").json
    assert problem is not None
    option = problem["lodgings"][3]

    page = get_page(f"{path}/why-not?{urlencode({'option': option['id']})}")

    (reason,) = page.all(".//li[@class='card reason']")
    assert option["label"] in text_of(reason)
    assert "No option matches" in get_page(f"{path}/why-not?option=none").text


def test_the_page_of_an_itinerary_is_whole(get_page: GetPage, world: World) -> None:
    page = get_page(f"/itineraries/{world.template.itinerary_id}")

    assert page.heading.startswith("Visit of Walter Haskins")
    assert "Day by day" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/here",
        "/cases/NO-SUCH",
        "/plans/none",
        "/itineraries/none",
        "/facilities/none",
        "/plans/none/why-not",
        "/cases/%00",
        "/cases/" + "A" * 5000,
    ],
)
def test_an_address_of_nothing_is_a_friendly_page(get_page: GetPage, path: str) -> None:
    page = get_page(path, status=404)

    assert "To the cases" in page.text
    assert "Traceback" not in page.text


def test_what_is_hidden_leaves_no_word_on_a_patients_page(world: World) -> None:
    patient = fetch(world.app, world.client_of("patient"), "/cases/SJ-1001")
    coordinator = fetch(world.app, world.client, "/cases/SJ-1001")

    assert "(hidden)" not in patient.text
    assert coordinator.all(".//main/p[@class='lede']")
    assert not patient.all(".//main/p[@class='lede']")
