"""Checks that several cells of a row of charges agree: what one of them asks of the others.

`PlanCells` names the cells of one payer's plan, whose place in the row differs between tall files
(one plan in a row) and wide ones (one after the other).
"""

from __future__ import annotations

from dataclasses import dataclass

from pricing.price_files.validation.csv_cells import Check
from pricing.price_files.validation.csv_findings import CellNotes

BECAUSE_OF_CHARGE = " while a payer's charge is given"
_PERCENTILES = (
    ("median", "median-missing"),
    ("tenth", "tenth-percentile-missing"),
    ("ninetieth", "ninetieth-percentile-missing"),
)


@dataclass(frozen=True, slots=True)
class PlanCells:
    """Where the cells of a payer's plan stand, columns from 0; -1 where the version has none."""

    dollar: int
    percentage: int
    algorithm: int
    methodology: int
    notes: int
    estimate: int = -1
    median: int = -1
    tenth: int = -1
    ninetieth: int = -1
    count: int = -1

    @property
    def all(self) -> tuple[int, ...]:
        """Every column that the version has."""
        columns = (
            self.dollar, self.percentage, self.algorithm, self.methodology, self.notes,
            self.estimate, self.median, self.tenth, self.ninetieth, self.count,
        )  # fmt: skip
        return tuple(column for column in columns if column >= 0)

    @property
    def charges(self) -> tuple[int, int, int]:
        """Dollar amount, percentage and algorithm."""
        return self.dollar, self.percentage, self.algorithm


def explained_other(plan: PlanCells) -> Check:
    """Return the check that the methodology "other" is explained."""

    def check(cells: list[str], note: CellNotes) -> None:
        if cells[plan.methodology].upper() == "OTHER" and not cells[plan.notes]:
            note("notes-missing-for-other", plan.notes)

    return check


def some_charge(columns: tuple[int, ...], gross: int) -> Check:
    """Return the check that at least one of these charges is given."""

    def check(cells: list[str], note: CellNotes) -> None:
        if not any(cells[column] for column in columns):
            note("charge-missing", gross)

    return check


def bounded_dollars(dollars: tuple[int, ...], minimum: int, maximum: int) -> Check:
    """Return the check that a dollar amount comes with minimum and maximum."""

    def check(cells: list[str], note: CellNotes) -> None:
        if (not cells[minimum] or not cells[maximum]) and any(cells[column] for column in dollars):
            note("minimum-maximum-missing", maximum if cells[minimum] else minimum)

    return check


def estimated(plan: PlanCells) -> Check:
    """Return v2.2's check that a charge without dollars has an estimated amount."""

    def check(cells: list[str], note: CellNotes) -> None:
        if (
            (cells[plan.percentage] or cells[plan.algorithm])
            and not cells[plan.dollar]
            and not cells[plan.estimate]
        ):
            note("estimate-missing", plan.estimate)

    return check


def allowed_amounts(plan: PlanCells) -> Check:
    """Return v3.0's checks of count and percentiles beside a percentage or algorithm."""
    percentiles = tuple((getattr(plan, name), rule) for name, rule in _PERCENTILES)

    def check(cells: list[str], note: CellNotes) -> None:
        count = cells[plan.count]
        if cells[plan.percentage] or cells[plan.algorithm]:
            if not count:
                note("count-missing", plan.count)
            if count != "0":
                for column, rule in percentiles:
                    if not cells[column]:
                        note(rule, column)
        if count == "0" and not cells[plan.notes]:
            note("notes-missing-for-zero", plan.notes)

    return check


def charge_of_plan(payer: int, name: int, plan: PlanCells) -> Check:
    """Return v3.0's check that a payer and plan named in a tall row have a charge."""

    def check(cells: list[str], note: CellNotes) -> None:
        if cells[payer] and cells[name] and not any(cells[column] for column in plan.charges):
            note("payer-charge-missing", payer)

    return check


def drug_of_ndc(kinds: tuple[int, ...], unit: int, measure: int) -> Check:
    """Return the check that a code of type NDC comes with unit and type of measurement."""

    def check(cells: list[str], note: CellNotes) -> None:
        if (not cells[unit] or not cells[measure]) and any(
            cells[kind].upper() == "NDC" for kind in kinds
        ):
            note("drug-information-missing", measure if cells[unit] else unit)

    return check


def told_modifier(columns: tuple[int, ...], notes: int) -> Check:
    """Return the check that a row with a modifier and no code says what the modifier does."""

    def check(cells: list[str], note: CellNotes) -> None:
        if not any(cells[column] for column in columns):
            note("modifier-information-missing", notes)

    return check
