"""A database with a row in every table there is."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from sqlmodel import Session

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.audit.erasing import Erasure, erase_details
from api.database import Database
from api.jobs.repository import add_job
from api.tables.access import ApprovalRow, BrokenGlassRow
from api.tables.people import (
    ApiTokenRow,
    CaseLinkRow,
    CaseMemberRow,
    FailedAttemptsRow,
    OutsideIdentityRow,
    PasswordCodeRow,
    PasswordRow,
    RecoveryCodeRow,
    SessionRow,
)
from api.tables.requests import RequestCountRow
from logistics.repository.sealed import place_in, seal_field
from logistics.tables import (
    CaseBillRow,
    CaseCoverageRow,
    CaseEstimateRow,
    CaseFactsRow,
    CaseParticipantRow,
    ClaimRow,
    CoverageAccountRow,
    CoverageDecisionRow,
    ErasedCaseRow,
    ReceiptRow,
)
from pricing.column_types import Row
from pricing.tables import PolicyRevisionRow, PolicyTextRow, SampleTripRow
from tests.api.operations.stored import store_a_service
from tests.keys import RING
from tests.storage.builders import NOW

_USER: Final = "Ada"
_CASE: Final = "SJ-1001"
_LATER: Final = NOW + timedelta(hours=1)


def fill_every_table(database: Database) -> None:
    """Store a service, and a row in each table that it leaves empty."""
    store_a_service(database)
    with database.write() as session:
        session.add_all((*_of_people(), *_of_exceptions(session), *_of_policies()))
        for row in (*_of_coverage(session), *_of_claims(session)):
            session.add(row)
            session.flush()
        session.add(
            CaseParticipantRow(case_reference=_CASE, organisation_id="operator", part="operator")
        )
        session.add(RequestCountRow(caller="user/1", minute=NOW, count=3))
        add_job(
            session,
            job_id="JB-1",
            kind="job.forget",
            action=Action.UPKEEP,
            arguments={},
            actor=SYSTEM,
            max_attempts=3,
            now=NOW,
        )
        session.flush()
        erase_details(session, [2], Erasure(principal=SYSTEM, reason="a test erases it", at=NOW))


def _of_people() -> tuple[Row, ...]:
    until = {"created_at": NOW, "expires_at": _LATER}
    return (
        CaseMemberRow(user_id=_USER, case_reference=_CASE, relation="patient", place=0),
        PasswordRow(user_id=_USER, hash="$argon2id$", set_at=NOW),
        RecoveryCodeRow(user_id=_USER, code_sha256="a" * 64),
        SessionRow(
            id="s-1",
            token_sha256="b" * 64,
            user_id=_USER,
            stage="full",
            method="password",
            device="a browser",
            last_seen_at=NOW,
            **until,
        ),
        ApiTokenRow(
            id="t-1", token_sha256="c" * 64, user_id=_USER, name="script", scopes="[]", **until
        ),
        CaseLinkRow(
            id="l-1",
            token_sha256="d" * 64,
            user_id=_USER,
            case_reference=_CASE,
            issued_by="Ben",
            attempts=1,
            **until,
        ),
        PasswordCodeRow(user_id=_USER, code_sha256="e" * 64, **until),
        FailedAttemptsRow(key="f" * 64, failures=2, last_at=NOW, blocked_until=_LATER),
        OutsideIdentityRow(issuer="https://id.example", subject="1", user_id=_USER, created_at=NOW),
    )


def _of_policies() -> tuple[Row, ...]:
    return (
        PolicyRevisionRow(
            organisation_id="operator",
            policy_id="plan",
            revision=1,
            title="Plan",
            text="id: plan\n",
            status="draft",
            saved_at=NOW,
            saved_by=_USER,
        ),
        SampleTripRow(
            organisation_id="operator",
            policy_id="plan",
            trip_id="T-1",
            text="id: T-1\n",
            saved_at=NOW,
            saved_by=_USER,
        ),
    )


def _sealed(session: Session, row: type[Row], column: str, *key: str | int) -> str:
    return seal_field(session, place_in(row, column, *key), f"{column} of {key[0]}")


def _of_coverage(session: Session) -> tuple[Row, ...]:
    sealed = partial(_sealed, session)
    return (
        PolicyTextRow(sha256="1" * 64, text="id: plan\n", kept_at=NOW),
        CoverageAccountRow(
            id="AC-1",
            payer_id="operator",
            policy_id="plan",
            household=sealed(CoverageAccountRow, "household", "AC-1"),
            household_index=RING.blind_index("household", "household of AC-1"),
            number=1,
            balances=sealed(CoverageAccountRow, "balances", "AC-1"),
        ),
        CaseCoverageRow(
            case_reference=_CASE,
            payer_id="operator",
            policy_id="plan",
            account_id="AC-1",
            saved_at=NOW,
            saved_by=_USER,
        ),
        CaseFactsRow(
            case_reference=_CASE,
            version=1,
            document=sealed(CaseFactsRow, "document", _CASE),
            saved_at=NOW,
            saved_by=_USER,
        ),
        CaseEstimateRow(
            case_reference=_CASE,
            number=1,
            revision=1,
            status="issued",
            document=sealed(CaseEstimateRow, "document", _CASE, 1),
            saved_at=NOW,
            saved_by=_USER,
        ),
        CaseBillRow(
            case_reference=_CASE,
            number=1,
            revision=1,
            document=sealed(CaseBillRow, "document", _CASE, 1),
            saved_at=NOW,
            saved_by=_USER,
        ),
    )


def _of_claims(session: Session) -> tuple[Row, ...]:
    sealed = partial(_sealed, session)
    return (
        ClaimRow(
            id="CL-1",
            case_reference=_CASE,
            number=1,
            status="decided",
            version=2,
            document=sealed(ClaimRow, "document", "CL-1"),
            opened_at=NOW,
            opened_by=_USER,
            filed_at=NOW,
            filed_by=_USER,
        ),
        ReceiptRow(
            id="RC-1",
            claim_id="CL-1",
            expense_id="hotel",
            name=sealed(ReceiptRow, "name", "RC-1"),
            media="application/pdf",
            size=12,
            sha256="2" * 64,
            content=sealed(ReceiptRow, "content", "RC-1").encode(),
            added_at=NOW,
            added_by=_USER,
        ),
        CoverageDecisionRow(
            account_id="AC-1",
            number=1,
            claim_id="CL-1",
            claim_version=2,
            policy_revision=1,
            inputs=sealed(CoverageDecisionRow, "inputs", "AC-1", 1),
            answer=sealed(CoverageDecisionRow, "answer", "AC-1", 1),
            decided_at=NOW,
            decided_by=_USER,
        ),
    )


def _of_exceptions(session: Session) -> tuple[Row, ...]:
    def sealed(row: type[Row], key: str, reason: str) -> str:
        return seal_field(session, place_in(row, "reason", key), reason)

    return (
        BrokenGlassRow(
            id="g-1",
            user_id=_USER,
            organisation_id="operator",
            case_reference=_CASE,
            reason=sealed(BrokenGlassRow, "g-1", "nobody else is there"),
            begun_at=NOW,
            ends_at=_LATER,
        ),
        ApprovalRow(
            id="a-1",
            action="case.erase",
            subject=_CASE,
            organisation_id="operator",
            reason=sealed(ApprovalRow, "a-1", "asked for"),
            asked_by=_USER,
            asked_at=NOW,
            lapses_at=_LATER,
        ),
        ErasedCaseRow(reference="SJ-0001", erased_at=NOW),
    )
