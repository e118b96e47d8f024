"""Plans and itineraries as plain text for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from api.presenters.plans import present_plan
from logistics.case.model import Case
from scheduling.documents import wording
from scheduling.itinerary import Itinerary
from scheduling.planning import Plan


def plan_text(plan: Plan, case: Case) -> str:
    """Return the best visit, its alternatives and its cost lines, or what stands in the way."""
    shown = present_plan(plan, case)
    title = wording.one_line(case.title)
    lines = [f"{case.reference}  {title}", f"{shown['sentence']} {shown['status']['words']}."]
    if shown["failure"]:
        lines.append(shown["failure"])
    lines += [f"  in the way: {one['sentence']}" for one in shown["obstacles"]]
    if shown["proposals"]:
        best = shown["proposals"][0]
        lines += ["", *_visit_lines(best), "", *_alternatives(shown["proposals"])]
        lines += ["", *_coverage_lines(best["coverage"])]
    lines += ["", *shown["notes"], f"Plan {plan.id}"]
    return "\n".join(lines)


def itinerary_text(itinerary: Itinerary) -> str:
    """Return the itinerary as plain text, item by item."""
    lines = [
        wording.heading(itinerary),
        f"{wording.dates(itinerary)}, {itinerary.id}",
        "",
    ]
    for item in itinerary.items:
        lines.append(f"{wording.in_both_zones(itinerary, item.starts)}")
        lines.append(f"    {wording.kind_name(item.kind)}: {wording.one_line(item.title)}")
        lines.append(f"    {wording.length_of(item)}, {wording.people(item.travellers)}")
    coverage = itinerary.coverage
    lines += [
        "",
        f"Total {wording.money(coverage.amount)}",
        f"The plan pays {wording.money(coverage.payer)}",
        f"The patient pays {wording.money(coverage.patient)}",
        *(f"Bring: {thing}" for thing in itinerary.bring),
        *(f"Note: {notice}" for notice in itinerary.notices),
    ]
    return "\n".join(lines)


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table with aligned columns; the first row is its head.

    Each row is one line, whatever somebody typed into a cell.
    """
    rows = [[wording.one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _visit_lines(column: dict[str, Any]) -> Iterator[str]:
    yield from (f"  {proof}" for proof in column["proofs"])
    yield from (f"  Seen     {one['when']}  {one['what']}" for one in column["appointments"])
    for label, journeys in (("There", column["outbound"]), ("Home", column["homebound"])):
        for one in journeys:
            yield (
                f"  {label:<8} {one['departs']} {one['origin']} → {one['destination']} "
                f"{one['arrives']}  {one['flights']} {one['way']}, {one['travellers']}"
            )
    if column["lodging"]:
        yield f"  Stay     {column['lodging']['name']}, {column['lodging']['nights']}"


def _alternatives(columns: Sequence[dict[str, Any]]) -> Iterator[str]:
    head = ("Proposal", "Total", "The plan pays", "The patient pays", "Burden", "Waiting")
    rows = [
        (
            " = ".join(column["titles"]),
            *(
                column["amounts"][name]["text"]
                for name in ("total", "payer", "patient", "burden", "waiting")
            ),
        )
        for column in columns
    ]
    yield table_text([head, *rows])


def _coverage_lines(coverage: dict[str, Any]) -> Iterator[str]:
    head = ("Cost line", "Costs", "The plan pays", "The patient pays", "Why")
    rows = [
        (line["label"], line["amount"], line["payer"], line["patient"], line["reason"])
        for line in coverage["lines"]
    ]
    total = ("Total", coverage["amount"], coverage["payer"], coverage["patient"], "")
    yield table_text([head, *rows, total])
