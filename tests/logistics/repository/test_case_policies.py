"""Which policy decides a case's travel, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from api.access.actions import Action
from api.access.roles import Role
from api.database import Database
from logistics.repository.case_policies import CasePolicy, get_case_policy
from logistics.repository.cases import get_case
from pricing.coverage.decision_errors import CeilingNotFound
from pricing.coverage.library import get_shipped_text
from pricing.errors import NoPolicyInForce
from pricing.policies import RevisionKey
from pricing.repository.policies import add_policy, add_revision, put_in_force
from tests.api.scoped.worlds import principal, seen_by, store_world
from tests.storage.builders import case

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PREMIUM = "sojourn-premium"
SHIPPED = get_shipped_text(PREMIUM)
OWN = f"# The payer's own.\n{SHIPPED}"


@pytest.fixture(autouse=True)
def _world(database: Database) -> None:
    with database.write() as session:
        store_world(session)


def keep(
    session: Session,
    text: str,
    *,
    policy_id: str = PREMIUM,
    payer: str = "payer",
    in_force: bool = True,
) -> None:
    """Keep the text as the first revision of a policy."""
    add_policy(
        session,
        organisation_id=payer,
        policy_id=policy_id,
        title=policy_id,
        text=text,
        saved_by="user",
        now=NOW,
    )
    if in_force:
        key = RevisionKey(organisation_id=payer, policy_id=policy_id, revision=1)
        put_in_force(session, key, now=NOW)


def policy_of(session: Session, reference: str = "SJ-1") -> CasePolicy:
    """Return the policy of a case."""
    return get_case_policy(session, get_case(session, reference))


def taxed_by(ceiling: str) -> str:
    """Return the policy with a tax rule that names a ceiling."""
    rule = f"  tax: {{ceiling: {ceiling}}}\n"
    return SHIPPED.replace("  benefits:\n", f"{rule}  benefits:\n")


def test_a_payer_without_the_policy_has_the_one_shipped(database: Database) -> None:
    with database.read() as session:
        found = policy_of(session)

    assert found == CasePolicy(
        payer_id="payer", policy_id=PREMIUM, revision=None, text=SHIPPED, ceilings={}
    )
    assert found.prepared.policy.id == PREMIUM


def test_a_case_that_nobody_pays_for_has_the_one_shipped(database: Database) -> None:
    with database.read() as session:
        found = get_case_policy(session, case("SJ-77"))

    assert (found.payer_id, found.revision, found.text) == (None, None, SHIPPED)


def test_what_the_payer_has_in_force_decides_not_its_draft(database: Database) -> None:
    with database.write() as session:
        keep(session, OWN)
        add_revision(
            session,
            organisation_id="payer",
            policy_id=PREMIUM,
            title="Draft",
            text="a draft",
            saved_by="user",
            now=NOW,
        )

    with database.read() as session:
        found = policy_of(session)

    assert (found.payer_id, found.revision, found.text) == ("payer", 1, OWN)


def test_another_payers_policy_decides_nothing_here(database: Database) -> None:
    with database.write() as session:
        keep(session, OWN, payer="other-payer")

    with database.read() as session:
        assert policy_of(session).revision is None
        assert policy_of(session, "SJ-2").text == OWN


def test_a_payer_whose_policy_is_not_in_force_is_told_what_to_do(database: Database) -> None:
    with database.write() as session:
        keep(session, OWN, in_force=False)

    with database.read() as session, pytest.raises(NoPolicyInForce, match="have its draft put"):
        policy_of(session)


def test_a_tax_ceiling_is_the_payers_before_it_is_the_one_shipped(database: Database) -> None:
    ceiling = get_shipped_text("irs-medical-travel")
    with database.write() as session:
        keep(session, taxed_by("irs-medical-travel"))

    with database.read() as session:
        assert policy_of(session).ceilings == {"irs-medical-travel": ceiling}
        assert policy_of(session).prepared_ceilings.keys() == {"irs-medical-travel"}

    with database.write() as session:
        keep(session, f"# Own.\n{ceiling}", policy_id="irs-medical-travel")
    with database.read() as session:
        assert policy_of(session).ceilings == {"irs-medical-travel": f"# Own.\n{ceiling}"}


def test_a_tax_ceiling_that_nobody_has_is_named(database: Database) -> None:
    with database.write() as session:
        keep(session, taxed_by("no-such-policy"))

    with database.read() as session, pytest.raises(CeilingNotFound, match="no-such-policy"):
        policy_of(session)


def test_who_plans_reads_the_payers_policy(database: Database) -> None:
    with database.write() as session:
        keep(session, OWN)

    seen = seen_by(database, principal(Role.COORDINATOR), Action.PLAN_MAKE)
    with seen.read() as session:
        assert policy_of(session).text == OWN
