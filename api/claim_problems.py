"""Errors about claims and estimates as answers: their status and title."""

from __future__ import annotations

from typing import Final

from api.problem_kind import ProblemKind
from logistics import errors as logistics_errors
from pricing.estimate import errors as estimate_errors

CLAIM_PROBLEMS: Final[dict[type[Exception], ProblemKind]] = {
    logistics_errors.ClaimNotFound: ProblemKind(404, "No such claim"),
    logistics_errors.ClaimMoveRefused: ProblemKind(409, "The claim is not at that point"),
    logistics_errors.ClaimChanged: ProblemKind(409, "Somebody else changed the claim"),
    logistics_errors.CaseFactsChanged: ProblemKind(409, "Somebody else stated facts of the case"),
    logistics_errors.HouseholdFixed: ProblemKind(409, "The household has balances already"),
    logistics_errors.ClaimUndecidable: ProblemKind(422, "The claim cannot be decided yet"),
    logistics_errors.BalanceMoved: ProblemKind(409, "The balances have moved"),
    logistics_errors.ReceiptRefused: ProblemKind(422, "The receipt cannot be kept"),
    logistics_errors.EstimateNotFound: ProblemKind(404, "No such estimate"),
    logistics_errors.BillNotFound: ProblemKind(404, "No such bill"),
    logistics_errors.EstimateItemNotFound: ProblemKind(404, "No such item of a draft"),
    logistics_errors.EstimateChanged: ProblemKind(409, "Somebody else changed the estimate"),
    estimate_errors.EstimateMoveRefused: ProblemKind(409, "The estimate is not at that point"),
    estimate_errors.WhoseAgreement: ProblemKind(422, "Nobody says whose agreement it is"),
    estimate_errors.EstimateIncomplete: ProblemKind(409, "The estimate lacks something"),
    logistics_errors.DecidedByFiler: ProblemKind(403, "Somebody else has to decide"),
}
