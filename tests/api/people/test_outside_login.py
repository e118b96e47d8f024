"""Logging in through a provider: who is let in, and every way in which that can be a lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from api.access.principal import SYSTEM
from api.account_errors import LoginRefused, ProviderUnavailable
from api.database import Database
from api.people.outside_login import begin_outside, finish_outside
from api.people.sessions import BegunSession, Stage
from api.people.users import User, UserStatus, change_status, list_users
from api.settings import OidcSettings
from api.tables.people import OutsideIdentityRow
from logistics.organisation import OrganisationKind
from tests.api.people.provider import FOREIGN_KEY, Provider, running_provider
from tests.api.people.worlds import CALLER, store_second_factor, store_user
from tests.storage.builders import HOUR, NOW

BACK = "https://visits.example/login/outside/back"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that vouches for the coordinator."""
    with running_provider(NOW) as opened:
        yield opened


def finish(
    database: Database,
    settings: OidcSettings,
    secret: str | None,
    answer: dict[str, str],
    *,
    demanding: tuple[OrganisationKind, ...] = (),
) -> BegunSession:
    """Finish a login."""
    return finish_outside(
        database,
        settings,
        redirect_uri=BACK,
        browser_secret=secret,
        answer=answer,
        caller=CALLER,
        now=NOW,
        demanding=demanding,
    )


def log_in(database: Database, provider: Provider, **options: Any) -> BegunSession:  # noqa: ANN401 — those of `finish`
    """Go there and come back."""
    begun = begin_outside(provider.settings(), BACK)
    answer = provider.visit(begun.address)
    return finish(database, provider.settings(), begun.browser_secret, answer, **options)


def test_a_verified_address_leads_to_its_user(
    world: Database, user: User, provider: Provider
) -> None:
    begun = log_in(world, provider)

    assert (begun.user_id, begun.stage) == (user.id, Stage.FULL)


def test_later_the_providers_own_name_decides(
    world: Database, user: User, provider: Provider
) -> None:
    log_in(world, provider)
    provider.claims["email"] = "renamed@clinic.example"

    assert log_in(world, provider).user_id == user.id


def test_an_address_given_to_somebody_else_opens_nothing(
    world: Database, user: User, provider: Provider
) -> None:
    log_in(world, provider)
    provider.claims["sub"] = "subject-2"

    with pytest.raises(LoginRefused, match="administrator"):
        log_in(world, provider)
    with world.read() as session:
        assert session.exec(select(OutsideIdentityRow.user_id)).all() == [user.id]


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": None},
        {"email": "nobody@clinic.example"},
        {"email": ["ines@clinic.example"]},
    ],
)
@pytest.mark.usefixtures("user")
def test_without_a_verified_address_of_a_user_nobody_comes_in_or_is_made(
    world: Database, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims.update(claims)

    with pytest.raises(LoginRefused, match="administrator"):
        log_in(world, provider)
    with world.read() as session:
        assert len(list_users(session)) == 1


def _seconds(hours: int) -> int:
    return int((NOW + hours * HOUR).timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-service"},
        {"aud": ["another-service"]},
        {"aud": "another-service", "azp": "sojourn"},
        {"exp": _seconds(-1)},
        {"iat": _seconds(1)},
        {"nbf": _seconds(1)},
        {"nonce": "another"},
        {"azp": "another-service"},
        {"amr": "mfa"},
    ],
)
@pytest.mark.usefixtures("user")
def test_a_token_that_is_not_for_this_login_is_refused(
    world: Database, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims.update(claims)

    with pytest.raises(LoginRefused, match="cannot be trusted"):
        log_in(world, provider)


@pytest.mark.usefixtures("user")
def test_a_foreign_signature_is_refused(world: Database, provider: Provider) -> None:
    provider.signing_key = FOREIGN_KEY

    with pytest.raises(LoginRefused, match="cannot be trusted"):
        log_in(world, provider)


@pytest.mark.usefixtures("user")
def test_only_the_browser_that_began_can_finish(world: Database, provider: Provider) -> None:
    mine, other = (begin_outside(provider.settings(), BACK) for _ in range(2))
    answer = provider.visit(mine.address)

    for secret in (None, "", other.browser_secret):
        with pytest.raises(LoginRefused, match="begin again"):
            finish(world, provider.settings(), secret, answer)


@pytest.mark.usefixtures("user")
def test_an_answer_with_no_state_or_another_is_not_even_looked_at(
    world: Database, provider: Provider
) -> None:
    begun = begin_outside(provider.settings(), BACK)
    answer = provider.visit(begun.address)

    for wrong in ({"code": answer["code"]}, {**answer, "state": "another"}):
        with pytest.raises(LoginRefused, match="begin again"):
            finish(world, provider.settings(), begun.browser_secret, wrong)
    finish(world, provider.settings(), begun.browser_secret, answer)


@pytest.mark.usefixtures("user")
def test_an_answer_that_names_another_provider_is_not_even_looked_at(
    world: Database, provider: Provider
) -> None:
    begun = begin_outside(provider.settings(), BACK)
    answer = provider.visit(begun.address)

    with pytest.raises(LoginRefused, match="begin again"):
        finish(
            world,
            provider.settings(),
            begun.browser_secret,
            {**answer, "iss": "https://elsewhere.example"},
        )
    own = {**answer, "iss": provider.issuer}
    assert finish(world, provider.settings(), begun.browser_secret, own).stage is Stage.FULL


@pytest.mark.usefixtures("user")
def test_a_code_of_somebody_elses_login_is_refused(world: Database, provider: Provider) -> None:
    mine, theirs = (begin_outside(provider.settings(), BACK) for _ in range(2))
    own, stolen = provider.visit(mine.address), provider.visit(theirs.address)

    # The provider compares the PKCE challenge: the code was not given for this browser's secret.
    with pytest.raises(LoginRefused, match="begin again"):
        finish(
            world,
            provider.settings(),
            mine.browser_secret,
            {"state": own["state"], "code": stolen["code"]},
        )


@pytest.mark.usefixtures("user")
def test_a_code_works_once(world: Database, provider: Provider) -> None:
    begun = begin_outside(provider.settings(), BACK)
    answer = provider.visit(begun.address)
    finish(world, provider.settings(), begun.browser_secret, answer)

    with pytest.raises(LoginRefused, match="begin again"):
        finish(world, provider.settings(), begun.browser_secret, answer)


@pytest.mark.usefixtures("user")
def test_a_refusal_there_is_a_refusal_here(world: Database, provider: Provider) -> None:
    begun = begin_outside(provider.settings(), BACK)
    answer = provider.visit(begun.address)
    refused = {"error": "access_denied", "state": answer["state"]}

    with pytest.raises(LoginRefused, match="Clinic login has not let you in"):
        finish(world, provider.settings(), begun.browser_secret, refused)


def test_a_suspended_user_stays_out(world: Database, user: User, provider: Provider) -> None:
    log_in(world, provider)
    with world.write() as session:
        change_status(session, user, UserStatus.SUSPENDED, by=SYSTEM)

    with pytest.raises(LoginRefused):
        log_in(world, provider)


def test_the_own_second_factor_is_asked_for_unless_the_provider_asked(
    world: Database, user: User, provider: Provider
) -> None:
    with world.write() as session:
        store_second_factor(session, user.id)

    assert log_in(world, provider).stage is Stage.SECOND_FACTOR
    provider.claims["amr"] = ["pwd", "mfa"]
    assert log_in(world, provider).stage is Stage.FULL


def test_a_demanding_organisation_is_content_with_the_providers(
    world: Database, user: User, provider: Provider
) -> None:
    del user
    demanding = (OrganisationKind.OPERATOR,)

    assert log_in(world, provider, demanding=demanding).stage is Stage.ENROLMENT
    provider.claims["amr"] = ["mfa"]
    assert log_in(world, provider, demanding=demanding).stage is Stage.FULL


def test_a_provider_that_is_another_or_silent_is_unavailable(provider: Provider) -> None:
    another = replace(provider.settings(), issuer=f"{provider.issuer}/")
    silent = replace(provider.settings(), issuer="http://127.0.0.1:9")

    for settings in (another, silent):
        with pytest.raises(ProviderUnavailable, match="Clinic login"):
            begin_outside(settings, BACK)


def test_the_address_carries_challenge_state_and_nonce_but_no_secret(provider: Provider) -> None:
    begun = begin_outside(provider.settings(), BACK)

    assert "code_challenge_method=S256" in begun.address
    assert begun.browser_secret not in begun.address
    assert provider.settings().client_secret not in repr(provider.settings())


def test_two_users_never_share_a_name_of_the_provider(
    world: Database, user: User, provider: Provider
) -> None:
    with world.write() as session:
        other = store_user(session, "other@clinic.example")
    log_in(world, provider)
    provider.claims = {"sub": "subject-9", "email": other.email, "email_verified": True}

    assert log_in(world, provider).user_id == other.id
    assert user.id != other.id
