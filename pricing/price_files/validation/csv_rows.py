"""The rules of a row of charges: made once from the columns of a file, then run on every row.

What is asked depends on the version, on the layout, and on whether the row is about an item or
service (it has a code) or only about a modifier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter

from pricing.price_files.validation.csv_cells import (
    Check,
    code_pair,
    count_of_amounts,
    drug_information,
    nine_nines,
    one_of,
    positive_numbers,
    required,
)
from pricing.price_files.validation.csv_charges import (
    BECAUSE_OF_CHARGE,
    PlanCells,
    allowed_amounts,
    bounded_dollars,
    charge_of_plan,
    drug_of_ndc,
    estimated,
    explained_other,
    some_charge,
    told_modifier,
)
from pricing.price_files.validation.csv_columns import Columns
from pricing.price_files.validation.csv_findings import CellNotes
from pricing.price_files.validation.standard import (
    DRUG_UNITS,
    METHODOLOGIES,
    SETTINGS,
    code_types,
)


@dataclass(frozen=True, slots=True)
class RowRules:
    """The checks of a file's rows.

    ``always`` run on every row, ``of_items`` on rows of items and services, ``of_modifiers`` on
    rows of modifiers, ``alerts`` on every row. ``modifiers`` is the column of modifiers, -1 before
    v2.2, where a row without a code is an item whose code is missing.
    """

    always: tuple[Check, ...]
    of_items: tuple[Check, ...]
    of_modifiers: tuple[Check, ...]
    alerts: tuple[Check, ...]
    codes: tuple[int, ...]
    modifiers: int

    def check(self, cells: list[str], note: CellNotes) -> None:
        """Note what is wrong with a row."""
        for check in self.always:
            check(cells, note)
        chosen = self.of_items
        if not any(cells[column] for column in self.codes):
            if self.modifiers >= 0 and cells[self.modifiers]:
                chosen = self.of_modifiers
            else:
                note("code-missing")
        for check in chosen:
            check(cells, note)

    def alert(self, cells: list[str], note: CellNotes) -> None:
        """Note what deserves a look in a row."""
        for check in self.alerts:
            check(cells, note)


def row_rules(columns: Columns, version: str) -> RowRules:
    """Return the rules for the rows of a file with these columns."""
    at = columns.index
    plans = [_plan_cells(at, plan) for plan in columns.plans or ("",)]
    pairs = [
        (at[f"code | {number}"], at[f"code | {number} | type"])
        for number in range(1, columns.code_count + 1)
    ]
    of_items: list[Check] = [_setting(at["setting"])]
    if version >= "2.1":
        of_items += _agreements(columns, plans, version)
    notes = at["additional_generic_notes"]
    told = [notes]
    for plan in plans:
        told += [*plan.charges, plan.notes]
    return RowRules(
        always=tuple(_always(columns, plans, pairs, version)),
        of_items=tuple(of_items),
        of_modifiers=(told_modifier(tuple(told), notes),),
        alerts=tuple(_alerts(plans, is_wide=not columns.is_tall)),
        codes=tuple(column for pair in pairs for column in pair),
        modifiers=at.get("modifiers", -1),
    )


def _plan_cells(at: dict[str, int], plan: str) -> PlanCells:
    """Return the cells of a wide file's plan, or those of a tall file for the plan ""."""
    charge = f"standard_charge | {plan} | " if plan else "standard_charge | "
    amount = f" | {plan}" if plan else ""
    return PlanCells(
        dollar=at[f"{charge}negotiated_dollar"],
        percentage=at[f"{charge}negotiated_percentage"],
        algorithm=at[f"{charge}negotiated_algorithm"],
        methodology=at[f"{charge}methodology"],
        notes=at[f"additional_payer_notes | {plan}" if plan else "additional_generic_notes"],
        estimate=at.get(f"estimated_amount{amount}", -1),
        median=at.get(f"median_amount{amount}", -1),
        tenth=at.get(f"10th_percentile{amount}", -1),
        ninetieth=at.get(f"90th_percentile{amount}", -1),
        count=at.get(f"count{amount}", -1),
    )


def _setting(column: int) -> Check:
    is_allowed = one_of(column, SETTINGS)

    def check(cells: list[str], note: CellNotes) -> None:
        if cells[column]:
            is_allowed(cells, note)
        else:
            note("value-missing", column)

    return check


def _always(
    columns: Columns, plans: list[PlanCells], pairs: list[tuple[int, int]], version: str
) -> Iterable[Check]:
    at = columns.index
    yield required(at["description"])
    for code, kind in pairs:
        yield code_pair(code, kind, code_types(version))
    charges = ("gross", "discounted_cash", "min", "max")
    yield positive_numbers(at[f"standard_charge | {name}"] for name in charges)
    for plan in plans:
        yield _where_filled(plan, _cells_of_plan(plan), is_wide=not columns.is_tall)
    if version >= "2.2":
        unit, measure = at["drug_unit_of_measurement"], at["drug_type_of_measurement"]
        yield drug_information(unit, measure, DRUG_UNITS)
        yield drug_of_ndc(tuple(kind for _, kind in pairs), unit, measure)


def _cells_of_plan(plan: PlanCells) -> list[Check]:
    checks = [
        positive_numbers((plan.dollar, plan.percentage)),
        one_of(plan.methodology, METHODOLOGIES),
        positive_numbers(
            c for c in (plan.estimate, plan.median, plan.tenth, plan.ninetieth) if c >= 0
        ),
    ]
    return [*checks, count_of_amounts(plan.count)] if plan.count >= 0 else checks


def _agreements(columns: Columns, plans: list[PlanCells], version: str) -> Iterable[Check]:
    """Yield the checks between cells of a row of an item or service, from v2.1 on."""
    at = columns.index
    is_wide = not columns.is_tall
    payer = () if is_wide else (at["payer_name"], at["plan_name"])
    for plan in plans:
        yield _where_filled(
            plan, [_charge_told(plan, payer), explained_other(plan)], is_wide=is_wide
        )
    gross = at["standard_charge | gross"]
    own = (gross, at["standard_charge | discounted_cash"])
    yield some_charge(own + tuple(column for plan in plans for column in plan.charges), gross)
    yield bounded_dollars(
        tuple(plan.dollar for plan in plans),
        at["standard_charge | min"],
        at["standard_charge | max"],
    )
    amounts = {"2.2.0": estimated, "3.0.0": allowed_amounts}.get(version)
    if amounts is not None:
        for plan in plans:
            yield _where_filled(plan, [amounts(plan)], is_wide=is_wide)
    if version >= "3" and payer:
        yield charge_of_plan(*payer, plans[0])


def _charge_told(plan: PlanCells, payer: tuple[int, ...]) -> Check:
    """Return the check that a payer's charge has payer, plan and methodology."""
    needed = [required(column, BECAUSE_OF_CHARGE) for column in (*payer, plan.methodology)]

    def check(cells: list[str], note: CellNotes) -> None:
        if any(cells[column] for column in plan.charges):
            for one in needed:
                one(cells, note)

    return check


def _alerts(plans: list[PlanCells], *, is_wide: bool) -> Iterable[Check]:
    for plan in plans:
        columns = (plan.estimate, plan.count, plan.median, plan.tenth, plan.ninetieth)
        watched = tuple(column for column in columns if column >= 0)
        if watched:
            yield _where_filled(plan, [nine_nines(watched)], is_wide=is_wide)


def _where_filled(plan: PlanCells, checks: list[Check], *, is_wide: bool) -> Check:
    """Return these checks as one that leaves out the plans, often hundreds, without any cell.

    Each of the checks is content with empty cells.
    """
    if len(checks) == 1 and not is_wide:
        return checks[0]
    cells_of: Callable[[list[str]], tuple[str, ...]] = itemgetter(*plan.all)

    def check(cells: list[str], note: CellNotes) -> None:
        if any(cells_of(cells)):
            for one in checks:
                one(cells, note)

    return check
