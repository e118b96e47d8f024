"""The ways in and out, as a browser goes them."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlmodel import col, select

from api.access.roles import Role
from api.audit.origin import Origin, get_origin
from api.pages.visitor import describe_device
from api.people.samples import load_sample_people
from api.tables.audit import AuditDetailRow, AuditEntryRow
from tests.api.faces.page import text_of
from tests.api.faces.visitors import Visitor, real_app, store_user
from tests.api.faces.worlds import NOW, World
from tests.api.people.provider import Provider, running_provider
from tests.api.people.worlds import PASSWORD, store_second_factor

EMAIL = "ines@clinic.example"


@pytest.fixture
def visitor(world: World) -> Visitor:
    """A browser at the application, which has one user besides the samples."""
    store_user(world)
    return Visitor(real_app(world))


def test_a_password_leads_to_the_first_page(visitor: Visitor) -> None:
    page = visitor.log_in(EMAIL)

    assert page.heading == "Cases"
    assert "Log out" in page.text


def test_the_page_asked_for_is_shown_after_the_login(visitor: Visitor) -> None:
    visitor.open("/cases/SJ-1001?x=1")
    assert visitor.path == "/login"

    visitor.send("/login", email=EMAIL, password=PASSWORD)

    assert visitor.path == "/cases/SJ-1001"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_no_login_leads_to_another_site(visitor: Visitor, target: str) -> None:
    visitor.open("/login")

    answer = visitor.post("/login", email=EMAIL, password=PASSWORD, next=target)

    assert urlsplit(answer.headers["Location"]).path == "/login"
    assert "evil" not in answer.headers["Location"]


def test_a_refusal_keeps_the_address_and_never_the_password(visitor: Visitor) -> None:
    page = visitor.log_in(EMAIL, "something secret", status=422)

    assert page.title.startswith("Error: ")
    assert "do not belong together" in page.text
    assert page.by_id("field-email").get("value") == EMAIL
    assert "something secret" not in page.response.text


def test_guessing_is_told_to_wait(visitor: Visitor) -> None:
    for _ in range(6):
        visitor.log_in(EMAIL, "wrong", status=422)

    page = visitor.log_in(EMAIL, status=429)

    assert "try again in 2 seconds" in page.text


def test_a_form_from_elsewhere_logs_nobody_in(visitor: Visitor) -> None:
    answer = visitor.client.post("/login", data={"email": EMAIL, "password": PASSWORD})

    assert answer.status_code == 403


def test_the_cookie_is_for_this_host_alone_where_there_is_tls(world: World) -> None:
    store_user(world)
    visitor = Visitor(real_app(world, public_url="https://localhost"))
    visitor.client.environ_base["wsgi.url_scheme"] = "https"
    visitor.open("https://localhost/login")
    assert visitor.page is not None
    form = {**visitor.page.form("/login"), "email": EMAIL, "password": PASSWORD}

    answer = visitor.client.post("https://localhost/login", data=form)

    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if "sojourn=" in one]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-sojourn"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(rest.split("; "))
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie


def test_logging_out_ends_it_even_for_a_copied_cookie(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    cookie = visitor.client.get_cookie("sojourn")
    assert cookie is not None

    assert visitor.send("/logout").heading == "Log in"
    assert visitor.client.get_cookie("sojourn") is None
    visitor.client.set_cookie("sojourn", cookie.value)
    assert visitor.open("/cases/SJ-1001").heading == "Log in"


def test_whoever_is_in_need_not_log_in(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)

    assert visitor.open("/login").heading == "Cases"


def test_a_second_factor_is_asked_for_and_nothing_shown_before(
    world: World, visitor: Visitor
) -> None:
    user = store_user(world, "two@clinic.example")
    with world.services.database.write() as session:
        phone, _ = store_second_factor(session, user.id)
    assert visitor.log_in("two@clinic.example").heading == "Second factor"
    assert visitor.open("/cases/SJ-1001").heading == "Log in"
    visitor.open("/login/second-factor?next=/cases/SJ-1001")

    assert "used before" in visitor.send("/second-factor", code="000000", status=422).text
    visitor.open("/login/second-factor?next=/cases/SJ-1001")
    visitor.send("/second-factor", code=phone.at(NOW))

    assert visitor.path == "/cases/SJ-1001"


@pytest.mark.parametrize("path", ["/login/second-factor", "/login/second-factor/new"])
def test_without_a_password_no_second_factor_is_asked_for(visitor: Visitor, path: str) -> None:
    assert visitor.open(path).heading == "Log in"


def test_a_demanding_organisation_has_it_set_up(world: World) -> None:
    store_user(world)
    visitor = Visitor(real_app(world, second_factor_for=frozenset({"operator"})))
    page = visitor.log_in(EMAIL)
    assert page.heading == "Set up a second factor"
    key = text_of(page.by_id("key"))
    assert "used before" in visitor.send("/new", code="000000", status=422).text

    page = visitor.send("/new", code=pyotp.TOTP(key).at(NOW))

    assert page.heading == "Recovery codes"
    assert len(page.all(".//main//li")) == 10
    assert visitor.open("/cases/SJ-1001").heading == "Second look before heart surgery"


@pytest.mark.parametrize("sample", [one.id for one in load_sample_people().users])
def test_each_sample_user_comes_in_with_a_press(world: World, sample: str) -> None:
    visitor = Visitor(real_app(world))
    page = visitor.open("/login")
    values = {one.get("value") for one in page.all(".//input[@name='user']")}
    assert sample in values

    assert "Log out" in visitor.come_in_as(sample).text


@pytest.mark.parametrize("sample", ["demo-patient", "demo-companion"])
def test_sample_members_see_their_own_case(world: World, sample: str) -> None:
    page = Visitor(real_app(world)).come_in_as(sample)

    assert page.heading == "Your trips"
    assert "SJ-1001" in page.text
    assert "SJ-1004" not in page.text


def test_there_are_no_sample_users_in_production(world: World) -> None:
    visitor = Visitor(real_app(world, environment="production"))
    page = visitor.open("/login")
    token = page.form("/login")["form_token"]

    answer = visitor.client.post(
        "/login/demo", data={"user": "demo-administrator", "form_token": token}
    )

    assert answer.status_code == 403
    assert not page.all(".//input[@name='user']")


def test_an_empty_production_says_how_to_begin(world: World) -> None:
    app = real_app(world, environment="production")

    assert "sojourn users create-admin" in Visitor(app).open("/login").text
    assert "create-admin" not in Visitor(real_app(world)).open("/login").text
    store_user(world, "admin@clinic.example", Role.ADMINISTRATOR)
    assert "create-admin" not in Visitor(app).open("/login").text


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that vouches for the user."""
    with running_provider(NOW) as opened:
        yield opened


def test_a_provider_lets_in_whom_it_vouches_for(world: World, provider: Provider) -> None:
    store_user(world)
    visitor = Visitor(real_app(world, oidc=provider.settings()))
    assert "Continue with Clinic login" in visitor.open("/login").text
    begun = visitor.client.get("/login/outside")
    assert "HttpOnly" in begun.headers["Set-Cookie"]

    answer = provider.visit(begun.headers["Location"])
    page = visitor._take(
        visitor.client.get("/login/outside/back", query_string=answer, follow_redirects=True), 200
    )

    assert page.heading == "Cases"
    assert visitor.client.get_cookie("sojourn-outside") is None


def test_a_provider_that_vouches_for_nobody_here_leads_back(
    world: World, provider: Provider
) -> None:
    visitor = Visitor(real_app(world, oidc=provider.settings()))
    begun = visitor.client.get("/login/outside")
    answer = provider.visit(begun.headers["Location"])

    page = visitor._take(visitor.client.get("/login/outside/back", query_string=answer), 422)

    assert "ask the administrator" in page.text


def _stored(world: World) -> str:
    path = world.services.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


def test_what_goes_through_a_provider_is_kept_nowhere(
    world: World, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store_user(world)
    visitor = Visitor(real_app(world, oidc=provider.settings()))
    begun = visitor.client.get("/login/outside")
    secret = visitor.client.get_cookie("sojourn-outside")
    assert secret is not None
    sent = parse_qs(urlsplit(begun.headers["Location"]).query)
    # The provider of the tests runs in this process, and logs for itself.
    caplog.clear()
    answer = provider.visit(begun.headers["Location"])
    caplog.clear()

    back = visitor.client.get("/login/outside/back", query_string=answer)
    assert back.status_code == 303
    visitor.client.get("/login/outside/back", query_string=answer)

    private = [secret.value, answer["code"], answer["state"], sent["nonce"][0]]
    said = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
    for place in (said, _stored(world), str(back.headers)):
        assert not [one for one in private if one in place]


def test_a_page_whose_address_holds_a_code_tells_nobody_of_it(
    world: World, provider: Provider
) -> None:
    visitor = Visitor(real_app(world, oidc=provider.settings()))

    answer = visitor.client.get("/login/outside/back?code=a&state=b")

    assert answer.status_code == 422
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_provider_there_is_no_such_address(visitor: Visitor) -> None:
    visitor.open("/login/outside", status=404)
    visitor.open("/login/outside/back", status=404)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0", "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("curl/8", "Browser"),
        ("", "Browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert describe_device(agent) == words


def test_the_trail_says_from_where_and_by_which_request_somebody_came(
    world: World, visitor: Visitor
) -> None:
    visitor.log_in(EMAIL)

    with world.services.database.read() as session:
        entry = session.exec(
            select(AuditEntryRow).where(col(AuditEntryRow.action) == "account.logged_in")
        ).one()
        detail = json.loads(session.get_one(AuditDetailRow, entry.seq).detail)["detail"]
    assert detail["from"] == "127.0.0.0/24"
    assert entry.request_id


def test_what_is_done_outside_of_a_request_comes_from_nowhere(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)

    assert get_origin() == Origin()
