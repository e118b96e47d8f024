"""Policies in the database: revisions stay, one draft, one in force, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from api.database import Database
from logistics.organisation import OrganisationKind
from logistics.repository.organisations import add_organisations
from pricing.effective import EffectivePeriod
from pricing.errors import (
    NotInForce,
    NotTheDraft,
    PolicyExists,
    PolicyNotFound,
    SeveralPolicies,
    TooManyTrips,
    TripNotFound,
)
from pricing.policies import (
    SAMPLE_TRIPS_MAX,
    PolicyStatus,
    RevisionKey,
    SampleTrip,
    VersionPeriod,
)
from pricing.repository.policies import (
    add_policy,
    add_revision,
    find_policy_owner,
    find_text_in_force,
    get_policy,
    get_revision,
    list_policies,
    put_in_force,
    withdraw,
)
from pricing.repository.sample_trips import (
    keep_sample_trip,
    list_sample_trips,
    remove_sample_trip,
)
from tests.storage.builders import organisation

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _organisations(database: Database) -> None:
    with database.write() as session:
        add_organisations(
            session,
            [organisation(name, kind=OrganisationKind.PAYER) for name in ("payer", "other")],
        )


def _key(revision: int) -> RevisionKey:
    return RevisionKey(organisation_id="payer", policy_id="plan", revision=revision)


def _facts(organisation_id: str = "payer", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 — a field's value
    return {
        "organisation_id": organisation_id,
        "policy_id": "plan",
        "title": "Plan",
        "text": "id: plan\n",
        "saved_by": "rhea",
        "now": NOW,
        **changes,
    }


def _statuses(session: Session) -> list[str]:
    return [one.status.value for one in get_policy(session, "payer", "plan").revisions]


def test_a_saved_revision_comes_back_as_it_was_typed(database: Database) -> None:
    typed = "# müde\r\n\tid: plan\n"

    with database.write() as session:
        add_policy(session, **_facts(text=typed))
    with database.read() as session:
        found = get_revision(session, _key(1))

    assert found.text == typed
    assert (found.note.status, found.note.saved_at) == (PolicyStatus.DRAFT, NOW)


def test_saving_makes_the_next_revision_the_only_draft(database: Database) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        second = add_revision(session, **_facts(text="id: other\n"))

        assert second.key == _key(2)
        assert _statuses(session) == ["draft", "withdrawn"]
        assert get_revision(session, _key(1)).text == "id: plan\n"


def test_putting_a_draft_in_force_withdraws_the_revision_that_was(database: Database) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        put_in_force(session, _key(1), now=NOW)
        add_revision(session, **_facts(text="new\n"))
        assert find_text_in_force(session, "payer", "plan") == "id: plan\n"
        put_in_force(session, _key(2), now=NOW)

        assert _statuses(session) == ["in_force", "withdrawn"]
        assert find_text_in_force(session, "payer", "plan") == "new\n"


def test_a_draft_that_was_replaced_is_not_put_in_force(database: Database) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        add_revision(session, **_facts())

        with pytest.raises(NotTheDraft, match="revision 1 of plan is withdrawn"):
            put_in_force(session, _key(1), now=NOW)


def test_a_list_knows_sponsor_and_versions_without_reading_the_text(database: Database) -> None:
    versions = (
        VersionPeriod(version="1", period=EffectivePeriod(date(2026, 1, 1), date(2026, 6, 30))),
        VersionPeriod(version="2", period=EffectivePeriod(date(2026, 7, 1))),
    )
    with database.write() as session:
        add_policy(session, **_facts(text="id: plan\nsponsor: 'Nobody & Sons'\n"))
        put_in_force(session, _key(1), now=NOW, versions=versions)
        (policy,) = list_policies(session)

    assert policy.in_force is not None
    assert policy.in_force.sponsor == "Nobody & Sons"
    assert policy.in_force.versions == versions
    assert policy.in_force.find_version(date(2026, 7, 1)) == versions[1]
    assert policy.in_force.find_version(date(2025, 12, 31)) is None


def test_what_is_withdrawn_leaves_nothing_in_force_and_the_draft_alone(database: Database) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        put_in_force(session, _key(1), now=NOW)
        add_revision(session, **_facts(text="new\n"))

        withdraw(session, _key(1))

        assert _statuses(session) == ["draft", "withdrawn"]
        assert find_text_in_force(session, "payer", "plan") is None
        put_in_force(session, _key(2), now=NOW)
        assert find_text_in_force(session, "payer", "plan") == "new\n"


def test_only_what_is_in_force_is_withdrawn(database: Database) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        with pytest.raises(NotInForce, match="revision 1 of plan is draft and not in force"):
            withdraw(session, _key(1))
        put_in_force(session, _key(1), now=NOW)
        withdraw(session, _key(1))

        with pytest.raises(NotInForce, match="is withdrawn and not in force"):
            withdraw(session, _key(1))
        with pytest.raises(NotTheDraft):
            put_in_force(session, _key(1), now=NOW)


def test_an_id_is_given_once_for_each_organisation(database: Database) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        with pytest.raises(PolicyExists):
            add_policy(session, **_facts())
        add_policy(session, **_facts("other"))

        assert len(list_policies(session)) == 2


def test_the_own_policy_is_meant_unless_another_owner_is_named(database: Database) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        assert find_policy_owner(session, "plan", own="operator") == "payer"
        add_policy(session, **_facts("other"))

        assert find_policy_owner(session, "plan", own="payer") == "payer"
        assert find_policy_owner(session, "plan", own="payer", owner="other") == "other"
        with pytest.raises(SeveralPolicies, match="other, payer"):
            find_policy_owner(session, "plan", own="operator")
        with pytest.raises(PolicyNotFound):
            find_policy_owner(session, "plan", own="payer", owner="nobody")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy_revision SET text = 'other'",
        "UPDATE policy_revision SET saved_by = 'somebody'",
        "DELETE FROM policy_revision",
    ],
)
def test_the_database_refuses_to_edit_a_revision(database: Database, statement: str) -> None:
    with database.write() as session:
        add_policy(session, **_facts())

    with (
        pytest.raises(DatabaseError, match="never edited or deleted"),
        database._engines.migrator.begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize("status", ["draft", "in_force"])
def test_the_database_refuses_a_second_one_of_a_status(database: Database, status: str) -> None:
    with database.write() as session:
        add_policy(session, **_facts())
        put_in_force(session, _key(1), now=NOW)
        add_revision(session, **_facts())
        add_revision(session, **_facts())

    with (
        pytest.raises(DatabaseError, match=r"(?i)unique"),
        database._engines.migrator.begin() as connection,
    ):
        connection.execute(
            text("UPDATE policy_revision SET status = :status, in_force_at = saved_at"),
            {"status": status},
        )


def _trip(trip_id: str = "T-1", written: str = "id: T-1\n") -> SampleTrip:
    return SampleTrip(
        organisation_id="payer",
        policy_id="plan",
        trip_id=trip_id,
        text=written,
        saved_at=NOW,
        saved_by="rhea",
    )


def test_a_sample_trip_takes_the_place_of_the_one_of_its_id(database: Database) -> None:
    with database.write() as session:
        keep_sample_trip(session, _trip())
        keep_sample_trip(session, _trip(written="new\n"))

        assert list_sample_trips(session, "payer", "plan") == (_trip(written="new\n"),)
        remove_sample_trip(session, "payer", "plan", "T-1")
        with pytest.raises(TripNotFound):
            remove_sample_trip(session, "payer", "plan", "T-1")


def test_a_policy_keeps_so_many_sample_trips_and_no_more(database: Database) -> None:
    with database.write() as session:
        for number in range(SAMPLE_TRIPS_MAX):
            keep_sample_trip(session, _trip(f"T-{number}"))
        keep_sample_trip(session, _trip("T-7", "new\n"))

        with pytest.raises(TooManyTrips):
            keep_sample_trip(session, _trip("one-more"))
