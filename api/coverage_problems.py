"""Errors of the pricing floor as answers: their status and title."""

from __future__ import annotations

from typing import Final

from api.problem_kind import ProblemKind
from pricing import errors as pricing_errors
from pricing.coverage import decision_errors
from pricing.coverage import errors as coverage_errors
from pricing.documents import errors as document_errors
from pricing.documents import faults as document_faults
from pricing.expressions import errors as expression_errors

COVERAGE_PROBLEMS: Final[dict[type[Exception], ProblemKind]] = {
    pricing_errors.InvalidAmount: ProblemKind(422, "Not an amount of money"),
    pricing_errors.CurrencyMismatch: ProblemKind(422, "Another currency"),
    pricing_errors.NoPolicyInForce: ProblemKind(409, "No coverage policy in force"),
    pricing_errors.InvalidPolicy: ProblemKind(500, "A coverage policy cannot be read"),
    pricing_errors.NoRate: ProblemKind(422, "No exchange rate"),
    pricing_errors.PolicyNotFound: ProblemKind(404, "No such policy"),
    pricing_errors.PolicyTextNotFound: ProblemKind(500, "The text of a policy is missing"),
    pricing_errors.SeveralPolicies: ProblemKind(409, "Several policies of that id"),
    pricing_errors.PolicyExists: ProblemKind(409, "The policy exists already"),
    pricing_errors.NotTheDraft: ProblemKind(409, "The revision is no draft"),
    pricing_errors.NotInForce: ProblemKind(409, "The revision is not in force"),
    pricing_errors.CeilingNeeded: ProblemKind(409, "Another policy needs it"),
    pricing_errors.PolicyNotInForce: ProblemKind(409, "No revision in force"),
    pricing_errors.PolicyTaken: ProblemKind(409, "Somebody else saved the policy"),
    pricing_errors.TripNotFound: ProblemKind(404, "No such sample trip"),
    pricing_errors.TooManyTrips: ProblemKind(409, "Too many sample trips"),
    expression_errors.InvalidExpression: ProblemKind(422, "An expression cannot be read"),
    expression_errors.CannotCompute: ProblemKind(422, "An expression has no value"),
    expression_errors.UnknownFact: ProblemKind(422, "No such fact"),
    coverage_errors.UnknownKind: ProblemKind(422, "No such kind of expense"),
    document_faults.InvalidDocument: ProblemKind(422, "A document is not right"),
    decision_errors.FieldMissing: ProblemKind(422, "A field is missing"),
    decision_errors.FactNotStated: ProblemKind(422, "A fact is not stated"),
    decision_errors.InvalidFact: ProblemKind(422, "A fact is stated wrongly"),
    document_errors.NoTableRow: ProblemKind(422, "A table has no such row"),
    decision_errors.NoVersionInForce: ProblemKind(422, "No version in force"),
    decision_errors.MisspeltFact: ProblemKind(422, "A fact is misspelt"),
    decision_errors.UnknownOverride: ProblemKind(422, "Nothing to set aside"),
    decision_errors.UnknownBalance: ProblemKind(422, "No such balance"),
    decision_errors.CeilingNotFound: ProblemKind(422, "No such tax ceiling"),
    decision_errors.NoSuchVersion: ProblemKind(422, "No such version"),
    decision_errors.NoExchangeRule: ProblemKind(422, "No exchange rule"),
}
