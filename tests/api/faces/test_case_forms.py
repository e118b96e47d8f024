"""The forms of a case: what is typed is kept, what is wrong is said beside its field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access.roles import Role
from api.people.users import NewUser, add_user
from logistics.repository.cases import get_case
from logistics.repository.organisations import add_organisations
from tests.api.faces.conftest import GetPage
from tests.api.faces.page import checked, fetch, text_of
from tests.api.faces.worlds import NOW, World, app_of, client_with, log_in, services_at
from tests.storage.builders import organisation

HARD_TEXTS = (
    "<script>alert('x')</script>",
    'Ana "Pepa" O\'Neill & Söhne',
    "محمد بن عبد الله",
    "王小明",
    "Zoë 🩺 Emoji",
    "{{ 7 * 7 }} {% raw %}",
)


def filled(**changes: str) -> dict[str, Any]:
    """Return the posted form of a good new case, with these fields otherwise."""
    form = {
        "reference": "SJ-3000",
        "title": "A new case",
        "service_level": "premium",
        "diagnosis": "",
        "story": "",
        "patient.name": "Ana Sample",
        "patient.birth_date": "1970-05-01",
        "patient.home_airport": "lhr",
        "patient.languages": "en, es",
        "visit.needs.0.title": "Consultation",
        "visit.needs.0.specialty": "cardiology",
        "visit.needs.0.minutes": "60",
        "visit.facility_ids": ["mayo-clinic-rochester"],
        "visit.limits.cabins": ["economy"],
        "visit.rooms": "1",
        "visit.meeting_minutes": "1440",
    }
    return {**form, **{name.replace("__", "."): value for name, value in changes.items()}}


def test_a_good_form_opens_a_case_and_shows_it(
    world: World, client: FlaskClient, get_page: GetPage
) -> None:
    response = client.post("/cases", data=filled())

    assert response.status_code == 303
    assert get_page(response.headers["Location"]).heading == "A new case"
    with world.services.sessions.read() as session:
        case = get_case(session, "SJ-3000")
    assert case.patient.home_airport == "LHR"
    assert case.patient.languages == ("en", "es")
    assert not case.is_sample


def test_two_who_were_proposed_the_same_reference_both_open_their_case(
    world: World, client: FlaskClient
) -> None:
    manager = world.client_of("case_manager")
    both = {"First": client, "Second": manager}
    forms = [fetch(world.app, one, "/cases/new").form("/cases") for one in both.values()]
    proposed = str(forms[0]["reference"])
    assert forms[0]["reference"] == forms[1]["reference"] == forms[1]["proposed"]

    answers = [
        one.post("/cases", data=filled(reference=proposed, proposed=proposed, title=title))
        for title, one in both.items()
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == f"/cases/{proposed}"
    second = fetch(world.app, manager, answers[1].headers["Location"])
    assert second.heading == "Second"


def test_a_taken_reference_that_somebody_chose_is_told_beside_its_field(
    world: World, client: FlaskClient
) -> None:
    proposed = str(fetch(world.app, client, "/cases/new").form("/cases")["reference"])

    answer = client.post("/cases", data=filled(reference="SJ-1001", proposed=proposed))

    page = checked(world.app, answer, status=409)
    assert page.form("/cases")["proposed"] == proposed


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"reference": "a b"}, "reference", "3 to 32 capital letters"),
        ({"reference": "SJ-1001"}, "reference", "exists already"),
        ({"title": "  "}, "title", "is required"),
        ({"patient.name": ""}, "patient.name", "is required"),
        ({"patient.birth_date": "2099-01-01"}, "patient.birth_date", "must not be in the future"),
        ({"patient.birth_date": "1970-02-30"}, "patient.birth_date", "there is no day"),
        ({"patient.birth_date": "tomorrow"}, "patient.birth_date", "YYYY-MM-DD"),
        ({"patient.birth_date": "1700-01-01"}, "patient.birth_date", "130 years"),
        ({"patient.home_airport": "XXX"}, "patient.home_airport", "no airport has"),
        ({"patient.languages": ""}, "patient.languages", "needs at least one"),
        ({"patient.languages": "english"}, "patient.languages", "language tag"),
        ({"visit.needs.0.minutes": "soon"}, "visit.needs.0.minutes", "whole number"),
        ({"visit.needs.0.minutes": "2"}, "visit.needs.0.minutes", "at least 5"),
        ({"visit.needs.0.minutes": "٦٠"}, "visit.needs.0.minutes", "whole number"),
        ({"visit.needs.0.specialty": ""}, "visit.needs.0.specialty", "is required"),
        ({"visit.facility_ids": []}, "visit.facility_ids", "needs at least one"),
        ({"visit.facility_ids": ["nowhere"]}, "visit.facility_ids", "there is no facility"),
        ({"visit.rooms": "9"}, "visit.rooms", "at most 4"),
        ({"visit.rooms": ""}, "visit.rooms", "whole number"),
        (
            {"visit.earliest_date": "2027-05-02", "visit.latest_date": "2027-05-01"},
            "visit.latest_date",
            "must not be before the earliest date",
        ),
        ({"visit.latest_date": "2027-02-28"}, "visit.latest_date", "has passed"),
        ({"visit.limits.cabins": []}, "visit.limits.cabins", "needs at least one"),
        ({"visit.limits.cabins": ["hold"]}, "visit.limits.cabins", "must be one of economy"),
        ({"visit.limits.max_connections": "-1"}, "visit.limits.max_connections", "at least 0"),
        (
            {
                "companions.0.person.name": "Ben",
                "companions.0.person.birth_date": "1971-01-01",
                "companions.0.person.home_airport": "ZRH",
                "companions.0.person.languages": "en",
                "companions.0.relation": "spouse",
                "companions.0.travels_with_patient": "yes",
            },
            "companions.0.travels_with_patient",
            "same home airport",
        ),
        ({"patient.birth_date": "2020-01-01"}, "companions.0.person.name", "at least one adult"),
    ],
)
def test_a_wrong_field_is_named_with_what_would_be_right(
    world: World, client: FlaskClient, changes: dict[str, Any], field: str, words: str
) -> None:
    response = client.post("/cases", data={**filled(), **changes})

    status = 409 if words == "exists already" else 422
    page = checked(world.app, response, status=status)
    identifier = "field-" + field.replace(".", "-").replace("_", "-")
    assert words in text_of(page.by_id(f"{identifier}-fault"))
    assert words in text_of(page.by_id("error-summary"))
    assert page.title.startswith("Error: ")
    links = [str(link.get("href")) for link in page.by_id("error-summary").iter("a")]
    assert f"#{identifier}" in links
    with world.services.sessions.read() as session:
        assert get_case(session, "SJ-1001").title == "Second look before heart surgery"


def test_what_was_typed_is_kept_beside_the_fault(world: World, client: FlaskClient) -> None:
    typed = filled()
    typed |= {
        "visit.needs.0.minutes": "an hour",
        "companions.1.person.name": "Second Block",
        "companions.1.relation": "friend",
        "visit.needs.3.title": "Fourth block",
        "visit.limits.nonstop_only": "yes",
    }

    page = checked(world.app, client.post("/cases", data=typed), status=422)

    form = page.form("/cases")
    assert form["visit.needs.0.minutes"] == "an hour"
    assert form["companions.0.person.name"] == "Second Block"
    assert form["companions.0.relation"] == "friend"
    assert form["visit.needs.1.title"] == "Fourth block"
    assert form["visit.limits.nonstop_only"] == ["yes"]
    assert form["visit.facility_ids"] == ["mayo-clinic-rochester"]


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_text_in_any_script_is_shown_as_it_was_typed(
    world: World, client: FlaskClient, get_page: GetPage, text: str
) -> None:
    response = client.post("/cases", data=filled(title=text, patient__name=text, story=text))

    page = get_page(response.headers["Location"])
    assert page.heading == text
    assert page.text.count(text) >= 3
    assert text in get_page("/").text
    edited = checked(
        world.app, client.post("/cases", data=filled(title=text, reference="")), status=422
    )
    assert edited.form("/cases")["title"] == text


def test_text_that_is_no_text_is_refused(world: World, client: FlaskClient) -> None:
    page = checked(world.app, client.post("/cases", data=filled(title="a\x07b")), status=422)

    assert "U+0007" in text_of(page.by_id("field-title-fault"))


def test_the_form_of_the_visit_sent_unchanged_changes_nothing(
    world: World, client: FlaskClient, get_page: GetPage
) -> None:
    with world.services.sessions.read() as session:
        before = {
            ref: get_case(session, ref) for ref in ("SJ-1001", "SJ-1009", "SJ-1011", "SJ-1018")
        }

    for reference in before:
        form = get_page(f"/cases/{reference}/visit").form(f"/cases/{reference}/visit")
        assert client.post(f"/cases/{reference}/visit", data=form).status_code == 303

    with world.services.sessions.read() as session:
        assert {ref: get_case(session, ref) for ref in before} == before


def test_changed_wishes_are_kept(world: World, client: FlaskClient, get_page: GetPage) -> None:
    form = get_page("/cases/SJ-1001/visit").form("/cases/SJ-1001/visit")

    form |= {"visit.max_nights": "4", "visit.limits.nonstop_only": "yes"}
    client.post("/cases/SJ-1001/visit", data=form)

    with world.services.sessions.read() as session:
        visit = get_case(session, "SJ-1001").visit
    assert visit.max_nights == 4
    assert visit.limits.nonstop_only


def test_a_wrong_wish_is_named_and_nothing_changes(
    world: World, client: FlaskClient, get_page: GetPage
) -> None:
    form = get_page("/cases/SJ-1001/visit").form("/cases/SJ-1001/visit")
    form["visit.latest_date"] = "2020-01-01"

    page = checked(world.app, client.post("/cases/SJ-1001/visit", data=form), status=422)

    assert text_of(page.by_id("field-visit-latest-date-fault"))
    assert page.form("/visit")["visit.latest_date"] == "2020-01-01"


def test_an_empty_database_says_how_to_begin(tmp_path: Path) -> None:
    services = services_at(tmp_path / "empty.sqlite")
    services.database.migrate()
    with services.database.write() as session:
        add_organisations(session, [organisation()])
        somebody = NewUser(
            id="demo-coordinator",
            organisation_id="operator",
            name="Sample",
            roles=frozenset({Role.COORDINATOR}),
        )
        add_user(session, somebody, now=NOW)
    token = log_in(services, "coordinator")
    app = app_of(services)

    for path, words in (("/", "There is no case yet"), ("/facilities", "There is no facility yet")):
        page = fetch(app, client_with(app, token), path)
        assert words in page.text
        assert "sojourn seed" in page.text
    services.database.dispose()


def test_a_search_finds_by_name_city_and_reference(get_page: GetPage) -> None:
    for text, title in (
        ("haskins", "Second look before heart surgery"),
        ("sj-1001", "Second look before heart surgery"),
        ("rochester denver", ""),
    ):
        page = get_page(f"/?q={text}")
        assert not title or title in page.text
    assert "VIP" in get_page("/?level=vip").text
    assert "Second look" not in get_page("/?level=vip").text
