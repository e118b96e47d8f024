"""The own account as a browser shows it."""

from __future__ import annotations

import pyotp
import pytest

from tests.api.faces.page import text_of
from tests.api.faces.visitors import Visitor, real_app, store_user
from tests.api.faces.worlds import NOW, World
from tests.api.people.worlds import PASSWORD, store_second_factor

EMAIL = "ines@clinic.example"
ANOTHER = "another five plain words"


@pytest.fixture
def visitor(world: World) -> Visitor:
    """A coordinator who has logged in and opened the account."""
    store_user(world)
    opened = Visitor(real_app(world))
    opened.log_in(EMAIL)
    opened.open("/account")
    return opened


def test_the_account_shows_who_one_is(visitor: Visitor) -> None:
    page = visitor.open("/account")

    for words in ("Ines Keller", EMAIL, "Coordinator", "Sojourn sample operator", "This one"):
        assert words in page.text


def test_a_new_password_ends_the_other_sessions(visitor: Visitor) -> None:
    other = Visitor(visitor.app)
    other.log_in(EMAIL)

    page = visitor.send("/account/password", present=PASSWORD, password=ANOTHER)

    assert "all other sessions have ended" in page.text
    assert other.open("/account").heading == "Log in"
    assert Visitor(visitor.app).log_in(EMAIL, ANOTHER).heading == "Cases"


@pytest.mark.parametrize(
    ("present", "password", "field"),
    [("wrong", ANOTHER, "field-present"), (PASSWORD, "short", "field-password")],
)
def test_a_refused_password_is_told_at_its_field_and_not_repeated(
    visitor: Visitor, present: str, password: str, field: str
) -> None:
    page = visitor.send("/account/password", present=present, password=password, status=422)

    assert page.by_id(field).get("aria-invalid") == "true"
    assert page.by_id(field).get("value") == ""
    assert ANOTHER not in page.response.text


def test_a_second_factor_is_set_up_used_and_removed(visitor: Visitor) -> None:
    other = Visitor(visitor.app)
    other.log_in(EMAIL)
    page = visitor.open("/account/second-factor")
    phone = pyotp.TOTP(text_of(page.by_id("key")))
    assert len(page.all(".//main//div[@role='img']")) == 1
    visitor.send("/account/second-factor", code="12", status=422)
    visitor.open("/account/second-factor")

    page = visitor.send("/account/second-factor", code=phone.at(NOW))

    codes = [text_of(one) for one in page.all(".//main//li")]
    assert len(codes) == 10
    assert other.open("/account").heading == "Log in"
    assert visitor.open("/account/second-factor").heading == "Account"
    assert "10 of 10 recovery codes" in visitor.open("/account").text
    assert "used before" in visitor.send("/change", code="000000", wish="remove", status=422).text
    page = visitor.send("/change", code=codes[0], wish="renew")
    renewed = [text_of(one) for one in page.all(".//main//li")]
    assert not set(codes) & set(renewed)
    visitor.open("/account")
    assert "is removed" in visitor.send("/change", code=renewed[5], wish="remove").text


def test_sessions_are_listed_and_ended_one_by_one_or_all(visitor: Visitor) -> None:
    others = [Visitor(visitor.app) for _ in range(3)]
    for other in others:
        other.log_in(EMAIL)

    page = visitor.open("/account")
    assert len(page.all(".//section[@aria-labelledby='sessions']//tbody/tr")) == 4
    assert "has ended" in visitor.send("/end").text
    assert "All other sessions" in visitor.send("/sessions/end-others").text

    for other in others:
        assert other.open("/account").heading == "Log in"
    assert visitor.open("/account").heading == "Account"


def test_nobody_ends_a_session_of_another(world: World, visitor: Visitor) -> None:
    store_user(world, "other@clinic.example")
    other = Visitor(visitor.app)
    other.log_in("other@clinic.example")
    Visitor(visitor.app).log_in("other@clinic.example")
    page = other.open("/account")
    action = next(
        str(one.get("action"))
        for one in page.all(".//form")
        if str(one.get("action")).endswith("/end")
    )
    assert visitor.page is not None
    token = visitor.page.form("/account/password")["form_token"]

    answer = visitor.client.post(action, data={"form_token": token})

    assert answer.status_code == 404
    assert len(other.open("/account").all(".//section[@aria-labelledby='sessions']//tbody/tr")) == 2


def test_a_token_is_shown_once_works_and_is_revoked(visitor: Visitor) -> None:
    page = visitor.send("/account/tokens", name="report", scopes=["case.list"], days="30")
    token = text_of(page.all(".//main//code")[0])
    assert token.startswith("sjn_")
    bearer = {"Authorization": f"Bearer {token}"}
    machine = visitor.app.test_client()

    assert machine.get("/api/v1/cases", headers=bearer).status_code == 200
    assert machine.get("/api/v1/cases/SJ-1001", headers=bearer).status_code == 403
    assert token not in visitor.open("/account").response.text
    assert "is revoked" in visitor.send("/revoke").text
    assert machine.get("/api/v1/cases", headers=bearer).status_code == 401


def test_what_a_token_may_do_is_said_in_words(visitor: Visitor) -> None:
    page = visitor.open("/account")

    labels = [text_of(label) for label in page.all(".//fieldset[@class='choices']//label")]
    assert "Plan a visit plan.make" in labels


def test_a_refused_token_keeps_what_was_typed(visitor: Visitor) -> None:
    page = visitor.send(
        "/account/tokens", name="report", scopes=["case.list"], days="x", status=422
    )

    assert page.by_id("field-name").get("value") == "report"
    assert page.by_id("field-days").get("value") == "x"
    assert page.form("/account/tokens")["scopes"] == ["case.list"]


def test_whoever_may_not_make_tokens_sees_no_form(world: World) -> None:
    visitor = Visitor(real_app(world))
    visitor.come_in_as("demo-patient")

    page = visitor.open("/account")

    assert "API tokens" not in page.text
    assert "Change the password" not in page.text


def test_a_second_factor_makes_a_lost_phone_wait(world: World) -> None:
    user = store_user(world, "two@clinic.example")
    visitor = Visitor(real_app(world))
    visitor.log_in("two@clinic.example")
    with world.services.database.write() as session:
        store_second_factor(session, user.id)
    visitor.open("/account")
    for _ in range(6):
        visitor.send("/change", code="000000", wish="remove", status=422)

    assert "try again in" in visitor.send("/change", code="0", wish="remove", status=429).text
