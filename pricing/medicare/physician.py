"""A service paid by the physician fee schedule: relative values × local indices × factor."""

from __future__ import annotations

from decimal import localcontext
from typing import Final

from pricing.medicare.errors import BenchmarkUnreadable, CodeNotFound, NotPaid
from pricing.medicare.payment import EXACT, Payment, Step, in_cents, plain
from pricing.medicare.shelf import find_row
from pricing.medicare.tables import TABLE_NAMES, Locality, Service, Table, TableKind

PAID: Final = frozenset({"A", "R", "T"})
"""Status codes under which relative values are paid: active, restricted, and injections."""

LEFT_OUT: Final = (
    "reductions of several procedures on one day, assistants, both sides",
    "participation, quality and alternative payment models",
    "the patient's coinsurance is part of the amount",
)


def physician_payment(
    services: Table, localities: Table, code: str, locality: str, *, in_facility: bool
) -> Payment:
    """Return what a service is paid in a locality, done in a facility or in an office.

    Args:
        services: relative value units of a calendar year.
        localities: indices of the same year.
        code: a HCPCS code, with its modifier as ``G0101-26``.
        locality: state and number, such as ``TX-18``.
        in_facility: whether a facility bears the practice expense.

    Raises:
        BenchmarkUnreadable: the tables are of different years.
        CodeNotFound: there is no such service or locality.
        NotPaid: Medicare pays nothing for it by relative values, or not in this place.
    """
    if services.year != localities.year:
        raise BenchmarkUnreadable(
            localities.file, f"it is of {localities.year}, the services are of {services.year}"
        )
    service = find_row(services, code.strip().upper())
    if not isinstance(service, Service):
        raise CodeNotFound(code, TABLE_NAMES[TableKind.SERVICES], services.year)
    place = find_row(localities, locality.strip().upper())
    if not isinstance(place, Locality):
        raise CodeNotFound(locality, TABLE_NAMES[TableKind.LOCALITIES], localities.year)
    steps = _steps(service, place, in_facility=in_facility)
    return Payment(
        schedule="PFS",
        year=services.year,
        code=service.code,
        title=service.title,
        amount=in_cents(steps[-1].result),
        steps=steps,
        sources=(services.source, localities.source),
        left_out=LEFT_OUT,
    )


def _steps(service: Service, place: Locality, *, in_facility: bool) -> tuple[Step, ...]:
    practice = service.facility if in_facility else service.office
    where = "a facility" if in_facility else "an office"
    if service.status not in PAID:
        raise NotPaid(service.code, f"status {service.status}: no relative values are paid for it")
    if practice is None:
        raise NotPaid(service.code, f"it is not done in {where}; ask for the other place")
    pairs = (
        ("work", service.work, place.work),
        (f"practice expense in {where}", practice, place.practice),
        ("malpractice insurance", service.malpractice, place.malpractice),
    )
    with localcontext(EXACT):
        parts = [
            Step(f"{name} in {place.code}", f"{plain(units)} × {plain(index)}", units * index)
            for name, units, index in pairs
        ]
        units = sum((part.result for part in parts[1:]), parts[0].result)
        added = " + ".join(plain(part.result) for part in parts)
        total = Step(
            "payment",
            f"({added}) × {plain(service.conversion_factor)}",
            units * service.conversion_factor,
        )
    return (*parts, total)
