"""Whether this machine can do the work: what was looked at, what was found, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import typst

from api.wiring import Services
from logistics.errors import KeysMissing, LogisticsError
from logistics.repository.cases import list_cases
from logistics.timing import to_utc
from pricing.coverage.library import list_shipped, shipped_policy
from pricing.errors import PricingError
from scheduling.cost_split import CoverageDecision
from scheduling.documents.pdf import to_pdf
from scheduling.errors import SchedulingError
from scheduling.itinerary import ItemKind, Itinerary, ItineraryItem, LocalInstant, Stop
from scheduling.optimizer.answer import Status
from scheduling.optimizer.errors import OptimizerError

_OLDEST_PYTHON: Final = (3, 11)
_PACKAGES: Final = (
    "flask", "flask-openapi3", "sqlmodel", "ortools", "typst", "icalendar", "airportsdata",
    "geopy", "gunicorn", "click",
)  # fmt: skip
_SCRIPTS: Final = {
    "Arabic": "Noto Sans Arabic",
    "Chinese": "Noto Sans CJK SC",
    "Hebrew": "Noto Sans Hebrew",
    "Hindi": "Noto Sans Devanagari",
    "Thai": "Noto Sans Thai",
}
_SECONDS: Final = 20.0
_BEYOND_PYTHON: Final = (LogisticsError, PricingError, SchedulingError, OptimizerError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at; ``advice`` says what to do where it is not well or could be better."""

    name: str
    is_well: bool
    found: str
    advice: str = ""


def examine(services: Services) -> Iterator[Finding]:
    """Yield a finding for each thing the service needs, as it is looked at."""
    looks: tuple[tuple[str, Callable[[Services], Finding], str], ...] = (
        ("Settings", _settings, "Check the SOJOURN_ variables."),
        ("Python", _python, "Install Python 3.11 or newer."),
        ("Packages", _packages, "Run ./run once more: it installs what is missing."),
        ("Time zones", _time_zones, "Install the package tzdata."),
        ("Database", _database, "Check SOJOURN_DATABASE_URL, then run: sojourn seed"),
        ("Keys", _keys, "Set SOJOURN_KEYS, or put the key file of this database back."),
        ("Sample data", _samples, "Run: sojourn seed"),
        ("Coverage policies", _policies, "Restore seed_data/policies."),
        ("Solver process", _solver, "Check that memory is free (150 MB) and ortools installed."),
        ("PDF", _pdf, "Run ./run once more: it installs typst."),
        ("Fonts", _fonts, "For names in more scripts: apt-get install fonts-noto fonts-noto-cjk"),
    )
    for name, look, advice in looks:
        try:
            yield look(services)
        except _BEYOND_PYTHON as error:
            yield Finding(name=name, is_well=False, found=str(error), advice=advice)


def _settings(services: Services) -> Finding:
    one = services.settings
    return Finding(
        name="Settings",
        is_well=True,
        found=f"{one.environment} at {one.public_url}, listening on {one.host}:{one.port} behind "
        f"{one.proxy_hops} proxies, trusted hosts {' '.join(one.trusted_hosts)}, "
        f"{one.rate_limit} requests a minute of up to {one.max_upload_bytes:,} bytes, "
        f"receipts of up to {one.max_receipt_bytes:,} bytes, "
        f"{one.solve_seconds} s a solve, {one.plan_workers} plans and "
        f"{one.server_threads} requests at a time, "
        f"heads of the audit trail kept in {one.audit_heads or 'no file'}",
    )


def _python(_: Services) -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    is_well = sys.version_info[:2] >= _OLDEST_PYTHON
    advice = "" if is_well else "Install Python 3.11 or newer."
    return Finding(name="Python", is_well=is_well, found=found, advice=advice)


def _packages(_: Services) -> Finding:
    missing = [name for name in _PACKAGES if not _is_installed(name)]
    return Finding(
        name="Packages",
        is_well=not missing,
        found=f"missing: {', '.join(missing)}" if missing else f"all {len(_PACKAGES)} present",
        advice="Run ./run once more: it installs what is missing." if missing else "",
    )


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _time_zones(_: Services) -> Finding:
    summer = to_utc(date(2026, 7, 1), time(12), "Europe/Zurich")
    is_well = summer == datetime(2026, 7, 1, 10, tzinfo=UTC)
    return Finding(
        name="Time zones",
        is_well=is_well,
        found="noon in Zürich on 1 July is 10:00 UTC" if is_well else f"wrong: {summer}",
        advice="" if is_well else "Install the package tzdata.",
    )


def _database(services: Services) -> Finding:
    found = services.database.describe()
    words = ", ".join(f"{name} {value}" for name, value in found.settings)
    return Finding(
        name="Database",
        is_well=found.is_current,
        found=f"{found.kind} at {found.location} ({words}), revision {found.revision or 'none'}",
        advice="" if found.is_current else "Run: sojourn seed",
    )


def _keys(services: Services) -> Finding:
    ring = services.database.find_ring()
    if ring is None:
        raise KeysMissing
    return Finding(name="Keys", is_well=True, found=f"{ring.current} seals, of {len(ring.ids)}")


def _samples(services: Services) -> Finding:
    with services.sessions.read() as session:
        count = len(list_cases(session))
    return Finding(
        name="Sample data",
        is_well=True,
        found=f"{count} cases",
        advice="" if count else "To fill the database: sojourn seed",
    )


def _policies(_: Services) -> Finding:
    versions = ", ".join(shipped.policy.id for shipped in map(shipped_policy, list_shipped()))
    return Finding(name="Coverage policies", is_well=True, found=versions)


def _solver(services: Services) -> Finding:
    answer = services.solver(b"{}", seconds=_SECONDS, alternatives=0, cancelled=lambda: False)
    is_well = answer.status is Status.INVALID
    return Finding(
        name="Solver process",
        is_well=is_well,
        found=f"answers in its own process, OR-Tools {version('ortools')}",
    )


def _pdf(services: Services) -> Finding:
    size = len(to_pdf(_specimen(services.now()), timeout_seconds=_SECONDS))
    return Finding(name="PDF", is_well=True, found=f"a test page of {size:,} bytes was typeset")


def _fonts(_: Services) -> Finding:
    installed = set(typst.Fonts(True, True, []).families())  # noqa: FBT003 — typst's own order
    missing = [script for script, family in _SCRIPTS.items() if family not in installed]
    return Finding(
        name="Fonts",
        is_well=True,
        found=f"missing for {', '.join(missing)}" if missing else "every script we look for",
        advice="In PDFs such names need: apt-get install fonts-noto fonts-noto-cjk"
        if missing
        else "",
    )


def _specimen(now: datetime) -> Itinerary:
    """Return the smallest itinerary there is."""
    begins = LocalInstant(now.replace(second=0, microsecond=0), "Europe/Zurich")
    ends = LocalInstant(begins.at + timedelta(hours=1), begins.zone)
    place = Stop("Test page", "", 47.4, 8.5)
    item = ItineraryItem(
        "test", ItemKind.APPOINTMENT, "Test page", ("Nobody",), begins, ends, place, None, ()
    )
    return Itinerary(
        id="IT-TEST",
        revision=1,
        case_reference="TEST",
        title="Test page",
        patient="Nobody",
        companions=(),
        facility_name="Nowhere",
        service_level="standard",
        accepted_at=now,
        home_zone="Europe/Zurich",
        clinic_zone="Europe/Zurich",
        plan_id="none",
        proposal_name="best",
        items=(item,),
        coverage=CoverageDecision("standard", "none", "none", "USD", (), None),
        bring=(),
        contacts=(),
        notices=(),
        is_sample=True,
        digest="",
    )
