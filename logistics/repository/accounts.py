"""Running balances in the database, and the numbered decisions that drew on them."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, insert, select, update

from logistics.claims.coverage import CoverageAccount, CoverageDecision
from logistics.errors import ClaimNotFound
from logistics.repository.documents import Documents
from logistics.repository.sealed import get_ring, open_field, place_in, seal_field
from logistics.tables import CaseCoverageRow, CoverageAccountRow, CoverageDecisionRow
from pricing.column_types import Row
from pricing.coverage.record import Inputs

_HOUSEHOLD: Final = "household"
_INPUTS: Final[Documents[Inputs]] = Documents(Inputs)


def find_account(
    session: Session, *, payer_id: str, policy_id: str, household: str
) -> CoverageAccount | None:
    """Return the account of a household under a policy, or None before its first claim."""
    indexes = get_ring(session).blind_indexes(_HOUSEHOLD, household)
    row = session.exec(
        select(CoverageAccountRow).where(
            col(CoverageAccountRow.payer_id) == payer_id,
            col(CoverageAccountRow.policy_id) == policy_id,
            col(CoverageAccountRow.household_index).in_(indexes),
        )
    ).first()
    return None if row is None else _to_account(session, row)


def get_account(session: Session, account_id: str) -> CoverageAccount:
    """Return an account by the id that a decision names; raises ClaimNotFound."""
    row = session.exec(
        select(CoverageAccountRow).where(col(CoverageAccountRow.id) == account_id)
    ).first()
    if row is None:
        raise ClaimNotFound(account_id)
    return _to_account(session, row)


def open_account(
    session: Session, *, payer_id: str, policy_id: str, household: str
) -> CoverageAccount:
    """Return the account of a household under a policy, an empty one where there was none."""
    asked = {"payer_id": payer_id, "policy_id": policy_id, "household": household}
    found = find_account(session, **asked)
    if found is not None:
        return found
    account_id = f"AC-{secrets.token_hex(8)}"
    values: dict[str, Any] = {
        "id": account_id,
        "payer_id": payer_id,
        "policy_id": policy_id,
        "household": _seal(session, CoverageAccountRow, "household", (account_id,), household),
        "household_index": get_ring(session).blind_index(_HOUSEHOLD, household),
        "number": 0,
        "balances": _seal(session, CoverageAccountRow, "balances", (account_id,), ""),
    }
    try:
        with session.begin_nested():
            session.exec(insert(CoverageAccountRow).values(**values))
    except IntegrityError:
        # Somebody opened it at this moment.
        found = find_account(session, **asked)
        if found is None:
            raise
        return found
    return CoverageAccount(id=account_id, number=0, balances="", **asked)


def is_linked(session: Session, case_reference: str) -> bool:
    """Return whether a case draws on an account."""
    query = select(CaseCoverageRow.account_id).where(
        col(CaseCoverageRow.case_reference) == case_reference
    )
    return session.exec(query).first() is not None


def link_case(
    session: Session, case_reference: str, account: CoverageAccount, *, by: str, now: datetime
) -> None:
    """Say that a case draws on an account, in place of the one it drew on until now."""
    values = {
        "payer_id": account.payer_id,
        "policy_id": account.policy_id,
        "account_id": account.id,
        "saved_at": now,
        "saved_by": by,
    }
    done = session.exec(
        update(CaseCoverageRow)
        .where(col(CaseCoverageRow.case_reference) == case_reference)
        .values(**values)
    )
    if done.rowcount == 0:
        session.exec(insert(CaseCoverageRow).values(case_reference=case_reference, **values))


def record_decision(
    session: Session,
    account: CoverageAccount,
    decision: CoverageDecision,
    *,
    balances: str,
) -> bool:
    """Store the next decision of an account with the balances it leaves.

    Returns False, and stores nothing, where another decision was made since the account was read:
    its balances are others by now.
    """
    done = session.exec(
        update(CoverageAccountRow)
        .where(
            col(CoverageAccountRow.id) == account.id,
            col(CoverageAccountRow.number) == account.number,
        )
        .values(
            number=account.number + 1,
            balances=_seal(session, CoverageAccountRow, "balances", (account.id,), balances),
        ),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != 1:
        return False
    key = (decision.account_id, decision.number)
    answer = json.dumps(decision.answer, ensure_ascii=False)
    session.exec(
        insert(CoverageDecisionRow).values(
            account_id=decision.account_id,
            number=decision.number,
            claim_id=decision.claim_id,
            claim_version=decision.claim_version,
            policy_revision=decision.policy_revision,
            inputs=_seal(
                session, CoverageDecisionRow, "inputs", key, _INPUTS.write(decision.inputs)
            ),
            answer=_seal(session, CoverageDecisionRow, "answer", key, answer),
            decided_at=decision.decided_at,
            decided_by=decision.decided_by,
        )
    )
    return True


def list_decisions(session: Session, claim_id: str) -> tuple[CoverageDecision, ...]:
    """Return the decisions about a claim, the first one first."""
    query = (
        select(CoverageDecisionRow)
        .where(col(CoverageDecisionRow.claim_id) == claim_id)
        .order_by(col(CoverageDecisionRow.claim_version))
    )
    return tuple(_to_decision(session, row) for row in session.exec(query))


def _seal(
    session: Session,
    row: type[Row],
    column: str,
    key: tuple[str | int, ...],
    text: str,
) -> str:
    return seal_field(session, place_in(row, column, *key), text)


def _to_account(session: Session, row: CoverageAccountRow) -> CoverageAccount:
    def opened(column: str) -> str:
        place = place_in(CoverageAccountRow, column, row.id)
        return open_field(session, place, getattr(row, column))

    return CoverageAccount(
        id=row.id,
        payer_id=row.payer_id,
        policy_id=row.policy_id,
        household=opened("household"),
        number=row.number,
        balances=opened("balances"),
    )


def _to_decision(session: Session, row: CoverageDecisionRow) -> CoverageDecision:
    def opened(column: str) -> str:
        place = place_in(CoverageDecisionRow, column, row.account_id, row.number)
        return open_field(session, place, getattr(row, column))

    return CoverageDecision(
        account_id=row.account_id,
        number=row.number,
        claim_id=row.claim_id,
        claim_version=row.claim_version,
        policy_revision=row.policy_revision,
        inputs=_INPUTS.read(opened("inputs")),
        answer=json.loads(opened("answer")),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )
