"""Deciding claims on both databases: each once, and no balance ever spent twice."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from api.database import Database, open_database
from logistics.claims.claim import ClaimMove, ClaimStatus
from logistics.claims.coverage import CoverageDecision
from logistics.claims.ruling import Ruling
from logistics.decide_claim import TRIES, Decider, decide_claim
from logistics.errors import (
    BalanceMoved,
    ClaimChanged,
    ClaimMoveRefused,
    ClaimUndecidable,
    DecidedByFiler,
)
from logistics.handle_claim import change_expenses, file_claim, move_claim, set_aside
from logistics.repository.accounts import find_account, list_decisions
from logistics.repository.cases import get_case
from logistics.repository.claims import get_claim, list_claims_to_decide
from logistics.trip_parts import member_id
from pricing.coverage.documents.trip_document import Override
from pricing.coverage.record import Inputs, decide_recorded
from pricing.exchange import NoRates
from pricing.policies import RevisionKey
from pricing.repository.policies import add_revision, put_in_force
from pricing.repository.policy_texts import get_text
from tests.keys import RING
from tests.logistics.claims.filing import (
    PATIENT,
    POLICY,
    REVIEWER,
    decide_it,
    file_one,
    hotel,
    rule_here,
    store_payer,
)
from tests.storage.builders import HOUR, NOW
from tests.storage.processes import race

REFERENCES = tuple(f"SJ-{number}" for number in range(2001, 2009))


@pytest.fixture(autouse=True)
def _world(request: pytest.FixtureRequest) -> None:
    if "database" not in request.fixturenames:
        return
    database: Database = request.getfixturevalue("database")
    with database.write() as session:
        store_payer(session, ("SJ-1001", "SJ-1002"))


def paid(decision: CoverageDecision) -> int:
    """Return the cents that were paid."""
    payable: int = decision.answer["payable_cents"]
    return payable


def used(session: Session, reference: str = "SJ-1001") -> dict[str, str]:
    """Return what the household of a case has used of each balance."""
    household = member_id(get_case(session, reference).patient)
    account = find_account(
        session, payer_id="payer", policy_id="sojourn-premium", household=household
    )
    assert account is not None
    return {one["balance"]: one["amount"] for one in json.loads(account.balances)["used"]}


def test_a_filed_claim_is_decided_by_the_policy_in_force(database: Database) -> None:
    with database.write() as session:
        claim = file_one(session)

    decision = decide_it(database, claim)

    assert (decision.number, decision.policy_revision, paid(decision)) == (1, 1, 300_00)
    with database.read() as session:
        assert get_claim(session, claim.id).status is ClaimStatus.DECIDED
        assert list_decisions(session, claim.id) == (decision,)
        assert list_claims_to_decide(session) == ()
        assert used(session) == {"year": "300.00"}


def test_two_cases_of_one_patient_share_their_balances(database: Database) -> None:
    with database.write() as session:
        claims = [file_one(session, reference) for reference in ("SJ-1001", "SJ-1002")]

    decisions = [decide_it(database, claim) for claim in claims]

    assert [paid(one) for one in decisions] == [300_00, 200_00]
    assert [one.number for one in decisions] == [1, 2]


def test_a_decision_comes_back_to_the_same_cent_under_later_rules(database: Database) -> None:
    with database.write() as session:
        claim = file_one(session)
    decision = decide_it(database, claim)
    with database.write() as session:
        note = add_revision(
            session,
            organisation_id="payer",
            policy_id="sojourn-premium",
            title="Less",
            text=POLICY.replace("cap: 500", "cap: 5"),
            saved_by=REVIEWER,
            now=NOW,
        )
        put_in_force(
            session,
            RevisionKey(
                organisation_id="payer",
                policy_id="sojourn-premium",
                revision=note.key.revision,
            ),
            now=NOW,
        )

    with database.read() as session:
        again = decide_recorded(
            decision.inputs, lambda digest: get_text(session, digest), NoRates()
        )

    assert again.to_document() == decision.answer


def test_a_reopened_claim_gives_back_what_it_drew(database: Database) -> None:
    with database.write() as session:
        claim = file_one(session)
    decide_it(database, claim)
    with database.write() as session:
        decided = get_claim(session, claim.id)
        draft = move_claim(session, claim.id, decided.version, ClaimMove.REOPEN)
        draft = change_expenses(session, claim.id, draft.version, (hotel(450),))
        filed = file_claim(session, claim.id, draft.version, by=PATIENT, now=NOW + HOUR)

    second = decide_it(database, filed, now=NOW + 2 * HOUR)

    assert paid(second) == 450_00
    with database.read() as session:
        assert used(session) == {"year": "450.00"}
        assert [paid(one) for one in list_decisions(session, claim.id)] == [300_00, 450_00]


def test_whoever_filed_a_claim_does_not_decide_it(database: Database) -> None:
    with database.write() as session:
        claim = file_one(session)

    with pytest.raises(DecidedByFiler):
        decide_it(database, claim, by=PATIENT)


def test_a_claim_that_was_changed_since_it_was_looked_at_is_not_decided(database: Database) -> None:
    with database.write() as session:
        claim = file_one(session)
        move_claim(session, claim.id, claim.version, ClaimMove.TAKE_BACK)

    with pytest.raises(ClaimChanged):
        decide_it(database, claim)


def test_a_draft_is_not_decided(database: Database) -> None:
    with database.write() as session:
        claim = file_one(session)
        draft = move_claim(session, claim.id, claim.version, ClaimMove.TAKE_BACK)

    with pytest.raises(ClaimMoveRefused):
        decide_it(database, draft)


def test_a_claim_the_policy_cannot_decide_stays_filed(database: Database) -> None:
    strange = hotel().model_copy(update={"currency": "AED"})
    with database.write() as session:
        claim = file_one(session, "SJ-1001", strange)

    with pytest.raises(ClaimUndecidable, match="AED"):
        decide_it(database, claim)

    with database.read() as session:
        assert get_claim(session, claim.id) == claim
        assert list_decisions(session, claim.id) == ()


def test_a_supervisor_sets_a_condition_aside(database: Database) -> None:
    with database.write() as session:
        claim = file_one(session, "SJ-1001", hotel(receipt=False))
        override = Override(
            rule="receipts", by="R. Reviewer", date=date(2027, 3, 1), reason="The hotel has closed."
        )
        aside = set_aside(session, claim.id, claim.version, override)

    assert paid(decide_it(database, aside)) == 300_00


def test_a_claim_filed_too_late_is_paid_nothing(database: Database) -> None:
    late = NOW + timedelta(days=61)
    with database.write() as session:
        claim = file_one(session, now=late)

    assert paid(decide_it(database, claim, now=late)) == 0


def test_who_is_overtaken_every_time_is_told_to_try_again(database: Database) -> None:
    with database.write() as session:
        decide_first = file_one(session, "SJ-1002", hotel(1))
    decide_it(database, decide_first)
    with database.write() as session:
        claim = file_one(session)
    overtaken = 0

    def rule(inputs: Inputs, texts: object) -> Ruling:
        nonlocal overtaken
        overtaken += 1
        with database.write() as session:
            other = file_one(session, "SJ-1002", hotel(1))
        decide_it(database, other)
        return rule_here(inputs, texts)  # type: ignore[arg-type]  # — passed on as it came

    with pytest.raises(BalanceMoved):
        decide_claim(
            claim.id,
            version=claim.version,
            sessions=database,
            rule=rule,
            by=Decider(REVIEWER, NOW),
        )

    assert overtaken == TRIES
    with database.read() as session:
        assert get_claim(session, claim.id) == claim


def _decide_own(database: Database, number: int) -> tuple[int, int]:
    with database.read() as session:
        claim = get_claim(session, f"{REFERENCES[number]}-C1")
    decision = decide_it(database, claim)
    return decision.number, paid(decision)


def test_eight_claims_decided_at_once_never_spend_one_balance_twice(database_url: str) -> None:
    database = open_database(database_url, keys=RING)
    with database.write() as session:
        store_payer(session, REFERENCES)
        for reference in REFERENCES:
            file_one(session, reference, hotel(90))
    database.dispose()

    answers = race(database_url, len(REFERENCES), _decide_own)

    pairs = sorted(answer for answer in answers if isinstance(answer, tuple))
    assert [number for number, _ in pairs] == list(range(1, 9)), answers
    assert [cents for _, cents in pairs] == [90_00] * 5 + [50_00, 0, 0]


def _decide_the_same(database: Database, _number: int) -> str:
    with database.read() as session:
        claim = get_claim(session, "SJ-2001-C1")
    try:
        decide_it(database, claim)
    except (ClaimChanged, ClaimMoveRefused):
        return "too late"
    return "decided"


def test_of_eight_who_decide_one_claim_one_does(database_url: str) -> None:
    database = open_database(database_url, keys=RING)
    with database.write() as session:
        store_payer(session, REFERENCES[:1])
        file_one(session, REFERENCES[0])
    database.dispose()

    answers = race(database_url, 8, _decide_the_same)

    assert sorted(map(str, answers)) == ["decided"] + ["too late"] * 7
    with database.read() as session:
        assert used(session, "SJ-2001") == {"year": "300.00"}
