"""The tables of a statement, however deep they lie in it."""

from __future__ import annotations

import pytest
from sqlalchemy import Executable, delete, exists, func, literal_column, text, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from api.audit.statements import find_tables
from api.tables.jobs import JobRow
from logistics.tables import CaseRow, FacilityRow

_OTHER = aliased(CaseRow)
_JOBS = select(JobRow.id).where(col(JobRow.id) == "x")


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        (select(CaseRow), {"sojourn_case"}),
        (select(CaseRow.title), {"sojourn_case"}),
        (select(_OTHER.title), {"sojourn_case"}),
        (select(func.count(col(CaseRow.reference))), {"sojourn_case"}),
        (select(FacilityRow).order_by(col(FacilityRow.name)), {"facility"}),
        (select(CaseRow).where(col(CaseRow.reference).in_(_JOBS)), {"sojourn_case", "job"}),
        (select(FacilityRow).where(exists(_JOBS)), {"facility", "job"}),
        (_JOBS.subquery().select(), {"job"}),
        (_JOBS.cte("old").select(), {"job"}),
        (select(FacilityRow).join(JobRow, col(JobRow.id) != "x"), {"facility", "job"}),
        (update(CaseRow).values(title="x"), {"sojourn_case"}),
        (update(CaseRow).values(title=_JOBS.scalar_subquery()), {"sojourn_case", "job"}),
        (delete(CaseRow).where(col(CaseRow.reference).in_(_JOBS)), {"sojourn_case", "job"}),
    ],
)  # fmt: skip
def test_every_table_is_found(statement: Executable, tables: set[str]) -> None:
    assert find_tables(statement) == frozenset(tables)


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT title FROM sojourn_case"),
        select(FacilityRow).where(text("name IN (SELECT title FROM sojourn_case)")),
        select(literal_column("(SELECT title FROM sojourn_case)")),
    ],
)
def test_of_text_nobody_can_say(statement: Executable) -> None:
    assert find_tables(statement) is None
