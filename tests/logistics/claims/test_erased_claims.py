"""Erasing a case takes its claims along, and the balances that nobody else draws on."""

from __future__ import annotations

from sqlalchemy import text

from api.database import Database
from logistics.case_facts import CaseFacts
from logistics.claims.receipt import new_receipt
from logistics.handle_claim import file_claim, send_receipt
from logistics.repository.case_facts import save_case_facts
from tests.api.operations.erasing import erase
from tests.logistics.claims.filing import (
    PATIENT,
    decide_it,
    hotel,
    open_draft,
    store_payer,
)
from tests.storage.builders import NOW

_TABLES = (
    *("case_facts", "receipt", "coverage_decision"),
    *("claim", "case_coverage", "coverage_account"),
)


def counts(database: Database) -> dict[str, int]:
    """Return how many rows each table of claims has."""
    with database.read() as session:
        return {
            name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608 — our own names
            for name in _TABLES
        }


def test_an_account_goes_with_the_last_case_that_drew_on_it(database: Database) -> None:
    references = ("SJ-1001", "SJ-1002")
    with database.write() as session:
        store_payer(session, references)
        drafts = [open_draft(session, reference, hotel(90)) for reference in references]
        for draft in drafts:
            file = new_receipt(
                claim_id=draft.id, expense_id="hotel", name="bill.pdf", content=b"%PDF-1.7"
            )
            send_receipt(session, file, by=PATIENT, now=NOW)
        for reference in references:
            facts = CaseFacts(household="F-1")
            save_case_facts(session, reference, facts, 0, by=PATIENT, now=NOW)
        claims = [
            file_claim(session, draft.id, draft.version, by=PATIENT, now=NOW) for draft in drafts
        ]
    for claim in claims:
        decide_it(database, claim)

    erase(database, "SJ-1001")
    after_one = counts(database)
    erase(database, "SJ-1002")

    assert after_one == dict.fromkeys(_TABLES, 1)
    assert counts(database) == dict.fromkeys(_TABLES, 0)
