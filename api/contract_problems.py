"""Errors of the pricing of contracts as answers: their status and title."""

from __future__ import annotations

from typing import Final

from api.problem_kind import ProblemKind
from pricing.contracts import errors as contract_errors

CONTRACT_PROBLEMS: Final[dict[type[Exception], ProblemKind]] = {
    contract_errors.CannotPrice: ProblemKind(422, "The terms come to no amount"),
    contract_errors.ClaimFactMissing: ProblemKind(422, "A fact of the claim is missing"),
    contract_errors.InvalidClaimFact: ProblemKind(422, "A fact of the claim is stated wrongly"),
    contract_errors.NoRateApplies: ProblemKind(422, "No rate applies"),
    contract_errors.NoScheduleRow: ProblemKind(422, "A schedule has no such row"),
    contract_errors.OtherCurrency: ProblemKind(422, "A claim in another currency"),
    contract_errors.ScheduleFileMissing: ProblemKind(422, "The file of a schedule is missing"),
    contract_errors.StaysDiffer: ProblemKind(422, "An expected stay does not add up"),
    contract_errors.TermsNotInForce: ProblemKind(422, "The terms are not in force"),
    contract_errors.UndeclaredClaimFact: ProblemKind(422, "A fact of the claim is misspelt"),
}
