"""Errors about price files as answers: their status and title."""

from __future__ import annotations

from typing import Final

from api.problem_kind import ProblemKind
from pricing.price_files.validation import errors as validation_errors

PRICE_PROBLEMS: Final[dict[type[Exception], ProblemKind]] = {
    validation_errors.PriceFileUnreadable: ProblemKind(422, "The file holds no price file"),
}
