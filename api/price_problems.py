"""Errors about price files and Medicare as answers: their status and title."""

from __future__ import annotations

from typing import Final

from api.problem_kind import ProblemKind
from pricing.medicare import errors as medicare_errors
from pricing.price_files import errors as price_errors

PRICE_PROBLEMS: Final[dict[type[Exception], ProblemKind]] = {
    medicare_errors.BenchmarkUnreadable: ProblemKind(422, "Not a table of Medicare"),
    medicare_errors.BenchmarkNotFound: ProblemKind(404, "No table of Medicare of that year"),
    medicare_errors.CodeNotFound: ProblemKind(404, "No such code at Medicare"),
    medicare_errors.NotPaid: ProblemKind(409, "Medicare pays nothing for it"),
    medicare_errors.InvalidFactor: ProblemKind(422, "Not a factor"),
    price_errors.PriceFileError: ProblemKind(422, "A price file cannot be used"),
    price_errors.NotAPriceFile: ProblemKind(422, "Not a hospital price file"),
    price_errors.PriceFileUnreadable: ProblemKind(422, "The price file cannot be read"),
    price_errors.ImportUnderWay: ProblemKind(409, "The price file is being imported"),
    price_errors.NoRoom: ProblemKind(503, "No room for the price file"),
    price_errors.CountsDisagree: ProblemKind(500, "The counts of a price file disagree"),
    price_errors.DatasetNotFound: ProblemKind(404, "No such price file"),
    price_errors.CodeNotPriced: ProblemKind(404, "No charge of that code"),
    price_errors.SeveralCodeTypes: ProblemKind(409, "The code has several meanings"),
    price_errors.TooManyCharges: ProblemKind(409, "Too many charges of one code"),
}
