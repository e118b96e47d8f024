"""Stating facts about a case: one version after the other, about its own people and places."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from api.database import Database
from logistics.case_facts import NO_FACTS, CaseFacts, CompanionFacts, SiteFacts, VisitFacts
from logistics.errors import CaseFactsChanged, CaseNotFound, HouseholdFixed, InvalidField
from logistics.organisation import CasePart
from logistics.people import Person
from logistics.repository.case_facts import StoredFacts, get_case_facts
from logistics.repository.case_policies import get_case_policy
from logistics.repository.cases import add_case, get_case
from logistics.repository.claim_questions import find_balances
from logistics.repository.organisations import add_participants
from logistics.state_facts import state_facts
from tests.logistics.claims.filing import decide_it, file_one, hotel, store_payer
from tests.pricing.coverage.deciding import policy_text
from tests.storage.builders import NOW, case

BY: Final = "coordinator-user"
BO: Final = "Bo Sample 1975-05-05"
FAMILY: Final = CaseFacts(household="F-1")
SHARED: Final = policy_text(
    """
    benefits:
    - {id: hotel, text: The hotel is paid., covers: [lodging], pays: actual}
    limits:
    - {id: year, text: At most 500 a year., cap: 500, per: calendar_year, whose: household}
    """,
    policy_id="sojourn-premium",
)
NETWORK: Final = policy_text(
    """
    conditions:
    - {id: net, text: The site is in the network., requires: site.network}
    benefits:
    - {id: hotel, text: The hotel is paid., covers: [lodging], pays: actual}
    """,
    policy_id="sojourn-premium",
)


def state(
    database: Database, facts: CaseFacts, version: int = 0, reference: str = "SJ-1001"
) -> StoredFacts:
    """State facts in a transaction of their own."""
    with database.write() as session:
        return state_facts(session, reference, facts, version, by=BY, now=NOW)


@pytest.fixture
def stored(database: Database) -> Database:
    """Return a database with two cases of one payer."""
    with database.write() as session:
        store_payer(session, ("SJ-1001", "SJ-1002"), policy=SHARED)
    return database


def test_facts_are_read_back_under_the_next_version(stored: Database) -> None:
    facts = CaseFacts(
        sites={"zurich": SiteFacts(network=True)}, facts={"income": "120", "tribes": ("a", "b")}
    )

    state(stored, FAMILY)
    state(stored, facts, 1)

    with stored.read() as session:
        assert get_case_facts(session, "SJ-1001") == StoredFacts(facts, 2, NOW, BY)
        assert get_case_facts(session, "SJ-1002") == StoredFacts(NO_FACTS, 0)


@pytest.mark.parametrize("version", [0, 2])
def test_nobody_overwrites_what_they_have_not_seen(stored: Database, version: int) -> None:
    state(stored, FAMILY)

    with pytest.raises(CaseFactsChanged):
        state(stored, NO_FACTS, version)

    with stored.read() as session:
        assert get_case_facts(session, "SJ-1001").facts == FAMILY


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (CaseFacts(companions={"nobody": CompanionFacts()}), "companions.nobody"),
        (CaseFacts(sites={"boston": SiteFacts()}), "sites.boston"),
        (CaseFacts(visits={"none": VisitFacts()}), "visits.none"),
    ],
)
def test_facts_are_about_people_and_places_of_the_case(
    stored: Database, facts: CaseFacts, field: str
) -> None:
    with pytest.raises(InvalidField) as caught:
        state(stored, facts)

    assert caught.value.field == field


def test_a_case_out_of_reach_has_no_facts(stored: Database) -> None:
    with pytest.raises(CaseNotFound):
        state(stored, FAMILY, reference="SJ-4711")


def test_cases_of_one_household_share_its_balance(stored: Database) -> None:
    for reference in ("SJ-1001", "SJ-1002"):
        state(stored, FAMILY, reference=reference)
    with stored.write() as session:
        first = file_one(session, "SJ-1001", hotel(300))
        second = file_one(session, "SJ-1002", hotel(300))

    paid = [decide_it(stored, one).answer["payable_cents"] for one in (first, second)]

    assert paid == [300_00, 200_00]


def test_a_household_stays_once_a_claim_has_drawn_on_its_balances(stored: Database) -> None:
    with stored.write() as session:
        claim = file_one(session, "SJ-1001")
    state(stored, FAMILY)
    state(stored, NO_FACTS, 1)
    decide_it(stored, claim)

    with pytest.raises(HouseholdFixed):
        state(stored, FAMILY, 2)

    state(stored, CaseFacts(facts={"income": "9"}), 2)


def test_what_others_of_the_household_used_of_their_own_is_not_shown(database: Database) -> None:
    both = (
        f"{SHARED}\n  - {{id: own, text: 400 each., cap: 400, per: calendar_year, whose: person}}"
    )
    brother = replace(
        case("SJ-1002"), patient=Person("Bo Sample", date(1975, 5, 5), "ORD", ("en",))
    )
    with database.write() as session:
        store_payer(session, policy=both)
        add_case(session, brother)
        for part, owner in ((CasePart.OPERATOR, "operator"), (CasePart.PAYER, "payer")):
            add_participants(session, {"SJ-1002": owner}, part=part)
    for reference in ("SJ-1001", "SJ-1002"):
        state(database, FAMILY, reference=reference)
    with database.write() as session:
        claim = file_one(session, "SJ-1002", hotel().model_copy(update={"travellers": (BO,)}))
    decide_it(database, claim)

    with database.read() as session:
        sisters = get_case(session, "SJ-1001")
        policy = get_case_policy(session, sisters)
        hers = find_balances(session, sisters, policy, FAMILY)
        his = find_balances(session, brother, policy, FAMILY)

    assert {key.whose for key in hers} == {"F-1"}
    assert {key.whose for key in his} == {"F-1", BO}


def test_a_claim_is_decided_by_what_is_stated_of_its_site(database: Database) -> None:
    with database.write() as session:
        store_payer(session, ("SJ-1001",), policy=NETWORK)
        claim = file_one(session, "SJ-1001", hotel(300))
    state(database, CaseFacts(sites={"zurich": SiteFacts(network=True)}))

    decision = decide_it(database, claim)

    assert decision.answer["payable_cents"] == 300_00
    assert '"network": true' in decision.inputs.trip
