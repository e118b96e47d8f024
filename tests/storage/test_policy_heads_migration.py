"""Policies that were kept before lists told sponsor and versions get them from their texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text

from api import migrating
from api.database import Database, open_database
from logistics.organisation import OrganisationKind
from logistics.repository.organisations import add_organisations
from pricing.policies import RevisionKey
from pricing.repository.policies import add_policy, add_revision, list_policies, put_in_force
from tests.keys import RING
from tests.storage.builders import NOW, organisation

WRITTEN = """\
id: plan
sponsor: "Nobody"
versions:
- {version: "2025", valid_from: 2025-01-01, valid_to: 2025-12-31}
- version: "2026"
  valid_from: 2026-01-01
  valid_to: null
"""


@pytest.fixture
def kept(empty_url: str) -> Iterator[Database]:
    """A database with a policy in force and a draft that is no YAML."""
    database = open_database(empty_url, keys=RING)
    database.migrate()
    facts = {"organisation_id": "payer", "policy_id": "plan", "title": "Plan", "saved_by": "rhea"}
    with database.write() as session:
        add_organisations(session, [organisation("payer", kind=OrganisationKind.PAYER)])
        add_policy(session, **facts, text=WRITTEN, now=NOW)
        key = RevisionKey(organisation_id="payer", policy_id="plan", revision=1)
        put_in_force(session, key, now=NOW)
        add_revision(session, **facts, text="{[", now=NOW)
    yield database
    database.dispose()


def test_sponsor_and_versions_are_read_once_from_what_is_kept(kept: Database) -> None:
    migrating.downgrade(kept._engines, "r0012", ring=RING)

    kept.migrate()

    with kept.read() as session:
        (policy,) = list_policies(session)
    assert policy.in_force is not None
    assert policy.in_force.sponsor == "Nobody"
    found = policy.in_force.find_version(date(2025, 7, 1))
    assert found is not None
    assert found.version == "2025"
    assert policy.in_force.versions[1].period.last is None
    assert policy.newest.sponsor is None


def test_the_texts_stay_as_they_are(kept: Database) -> None:
    migrating.downgrade(kept._engines, "r0012", ring=RING)
    kept.migrate()

    with kept.read() as session:
        texts = session.execute(text("SELECT text FROM policy_revision ORDER BY revision"))
        assert list(texts.scalars()) == [WRITTEN, "{["]
