"""The users of an organisation as its administrator sees them, and members of a case."""

from __future__ import annotations

import pytest

from api.access.roles import Role
from api.people.users import get_user
from tests.api.faces.page import text_of
from tests.api.faces.visitors import Visitor, real_app, store_user
from tests.api.faces.worlds import World
from tests.api.people.worlds import store_second_factor

PASSWORD = "another five plain words"


@pytest.fixture
def visitor(world: World) -> Visitor:
    """An administrator of the sample operator at the list of users."""
    opened = Visitor(real_app(world))
    opened.come_in_as("demo-administrator")
    opened.open("/users")
    return opened


def test_only_users_of_the_own_organisation_are_listed(visitor: Visitor) -> None:
    names = visitor.open("/users").text

    assert "Ines Sample" in names
    assert "Anton Sample" in names
    for elsewhere in ("Noor Sample", "Rhea Sample", "Walter Haskins"):
        assert elsewhere not in names


def test_a_new_user_sets_a_password_with_the_address_and_comes_in(visitor: Visitor) -> None:
    page = visitor.send(
        "/users", name="Nia New", email="nia@clinic.example", roles=["case_manager"]
    )
    address = text_of(page.all(".//main//code")[0])
    assert address.startswith("http://127.0.0.1:8000/welcome#")
    newcomer = Visitor(visitor.app)
    newcomer.open("/welcome")
    code = address.partition("#")[2]
    refused = newcomer.send("/welcome", code=code, password="short", status=422)
    assert refused.by_id("field-code").get("value") == code

    assert "The password is set" in newcomer.send("/welcome", code=code, password=PASSWORD).text
    assert newcomer.log_in("nia@clinic.example", PASSWORD).heading == "Cases"
    newcomer.send("/logout")
    newcomer.open("/welcome")
    assert "ask your administrator" in newcomer.send(
        "/welcome", code=code, password=PASSWORD, status=410
    ).text  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "field-name"),
        ({"email": ""}, "field-email"),
        ({"email": "no address"}, "field-email"),
        ({"roles": []}, "field-roles"),
        ({"roles": ["insurer_reviewer"]}, "field-roles"),
        ({"roles": ["system"]}, "field-roles"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    visitor: Visitor, fields: dict[str, object], field: str
) -> None:
    good: dict[str, object] = {"name": "N", "email": "n@x.example", "roles": ["auditor"]}

    page = visitor.send("/users", status=422, **{**good, **fields})

    element = page.by_id(field)
    assert element.get("aria-describedby", "").endswith("fault")


def test_roles_are_changed(world: World, visitor: Visitor) -> None:
    user = store_user(world)
    visitor.open(f"/users/{user.id}")

    assert "are changed" in visitor.send("/roles", roles=["auditor"]).text
    assert visitor.send("/roles", roles=[], status=422).by_id("field-roles") is not None
    assert Visitor(visitor.app).log_in("ines@clinic.example").heading != "Cases"


def test_a_suspended_user_is_out_at_once_and_back_when_let_in(
    world: World, visitor: Visitor
) -> None:
    user = store_user(world)
    colleague = Visitor(visitor.app)
    colleague.log_in("ines@clinic.example")
    visitor.open(f"/users/{user.id}")

    assert "is suspended" in visitor.send("/suspend").text
    assert colleague.open("/account").heading == "Log in"
    colleague.log_in("ines@clinic.example", status=422)
    assert "may come in again" in visitor.send("/activate").text
    assert colleague.log_in("ines@clinic.example").heading == "Cases"


def test_a_reset_second_factor_is_gone(world: World, visitor: Visitor) -> None:
    user = store_user(world)
    with world.services.database.write() as session:
        store_second_factor(session, user.id)
    visitor.open(f"/users/{user.id}")

    assert "is removed" in visitor.send("/reset-second-factor").text
    assert Visitor(visitor.app).log_in("ines@clinic.example").heading == "Cases"


def test_a_reset_password_opens_nothing(world: World, visitor: Visitor) -> None:
    user = store_user(world)
    visitor.open(f"/users/{user.id}")

    assert "/welcome#" in visitor.send("/reset-password").text
    Visitor(visitor.app).log_in("ines@clinic.example", status=422)


def test_nothing_is_done_to_users_elsewhere(world: World, visitor: Visitor) -> None:
    user = store_user(world, organisation_id="other-sample")
    assert visitor.page is not None
    token = visitor.page.form("/users")["form_token"]

    visitor.open(f"/users/{user.id}", status=404)
    for action in ("roles", "suspend", "activate", "reset-password", "reset-second-factor"):
        data = {"form_token": token, "roles": "auditor"}
        answer = visitor.client.post(f"/users/{user.id}/{action}", data=data)
        assert answer.status_code == 404, action
    assert Visitor(visitor.app).log_in("ines@clinic.example").heading == "Cases"


def test_nobody_locks_themselves_out(visitor: Visitor) -> None:
    page = visitor.open("/users/demo-administrator")
    token = page.form("/roles")["form_token"]

    assert "Suspend" not in [text_of(one) for one in page.all(".//button")]
    for action in ("suspend", "reset-password", "reset-second-factor", "roles"):
        data = {"form_token": token, "roles": "auditor"}
        answer = visitor.client.post(f"/users/demo-administrator/{action}", data=data)
        assert answer.status_code == 409, action


@pytest.mark.parametrize("sample", ["demo-coordinator", "demo-auditor", "demo-patient"])
def test_only_administrators_see_users(world: World, sample: str) -> None:
    visitor = Visitor(real_app(world))
    visitor.come_in_as(sample)

    visitor.open("/users", status=403)
    visitor.open("/users/demo-administrator", status=403)


def test_a_case_manager_gives_a_companion_a_link_that_opens_the_journey(world: World) -> None:
    manager = Visitor(real_app(world))
    manager.come_in_as("demo-case-manager")
    manager.open("/cases/SJ-1002/people")
    assert "can be given a link" in manager.send("/people").text
    page = manager.send("/link")
    address = text_of(page.all(".//main//code")[0])
    path, _, code = address.partition("#")
    assert path == "http://127.0.0.1:8000/link"
    patient = Visitor(manager.app)
    page = patient.open("/link")
    assert page.all(".//script")[0].get("src") == "/static/fragment.js"

    refused = patient.send("/link", code=code, birth_date="1990-01-01", status=410)
    assert "ask your case manager" in refused.text
    with world.services.database.read() as session:
        from logistics.repository.cases import get_case  # noqa: PLC0415 — here alone

        born = get_case(session, "SJ-1002").patient.birth_date
    page = patient.send("/link", code=code, birth_date=born.isoformat())

    assert page.heading == "Your trips"
    assert "SJ-1002" in page.text
    assert "SJ-1001" not in page.text
    patient.open("/cases/SJ-1001", status=404)

    manager.open("/cases/SJ-1002/people")
    assert "no access any more" in manager.send("/remove").text
    assert patient.open("/cases/SJ-1002").heading == "Log in"


@pytest.mark.parametrize(
    ("sample", "status"),
    [("demo-other-coordinator", 404), ("demo-reviewer", 403), ("demo-patient", 403)],
)
def test_people_of_a_case_are_for_its_operator(world: World, sample: str, status: int) -> None:
    visitor = Visitor(real_app(world))
    visitor.come_in_as(sample)
    visitor.open("/cases/SJ-1001/people", status=status)
    cookie = visitor.client.get_cookie("sojourn")
    assert cookie is not None
    from api.security.forms import token_of  # noqa: PLC0415 — here alone

    data = {"form_token": token_of(cookie.value), "place": "0"}
    for path in ("people", "people/demo-patient/link", "people/demo-patient/remove"):
        answer = visitor.client.post(f"/cases/SJ-1001/{path}", data=data)
        assert answer.status_code == status, path


def test_a_link_of_a_member_needs_a_place_of_the_case(world: World) -> None:
    visitor = Visitor(real_app(world))
    visitor.come_in_as("demo-case-manager")
    visitor.open("/cases/SJ-1002/people")

    for place in ("9", "x", "-1", ""):
        visitor.send("/people", place=place, status=422)
        visitor.open("/cases/SJ-1002/people")


def test_a_role_nobody_has_is_given_to_nobody(world: World, visitor: Visitor) -> None:
    user = store_user(world, "a@clinic.example", Role.AUDITOR)
    visitor.open(f"/users/{user.id}")

    visitor.send("/roles", roles=["patient"], status=422)

    with world.services.database.read() as session:
        assert get_user(session, user.id).roles == {Role.AUDITOR}
