"""Everybody asks the REST interface whatever its description allows and forbids, many times.

The tests do the same with a few requests each. Here every sample user and nobody asks each
operation fifty times in both ways, with other requests each time.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from hypothesis import Verbosity, settings
from schemathesis import GenerationMode

from api.app import create_app
from bench.fuzzing import Fuzzer
from bench.sample_service import sample_service

EXAMPLES: Final = 50
_NOBODY: Final = "nobody"


def drill() -> dict[str, Any]:
    """Have everybody ask."""
    settings.register_profile(
        "drill", derandomize=False, database=None, print_blob=False, verbosity=Verbosity.quiet
    )
    settings.load_profile("drill")
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="sojourn-drill-") as folder,
        sample_service(Path(folder)) as sample,
    ):
        app = create_app(sample.services.settings, sample.services)
        fuzzer = Fuzzer(app, sample.known, sample.bodies)
        people = {
            _NOBODY: _ask(fuzzer, ""),
            **{name: _ask(fuzzer, sample.log_in(name)) for name in sample.list_users()},
        }
    failures = [f"{name}: {one}" for name, found in people.items() for one in found["failures"]]
    return {
        "is_well": not failures and all(found["requests"] for found in people.values()),
        "seconds": round(time.monotonic() - begun, 1),
        "requests": sum(found["requests"] for found in people.values()),
        "failures": failures,
        "answered": {name: found["answered"] for name, found in people.items()},
    }


def _ask(fuzzer: Fuzzer, session_token: str) -> dict[str, Any]:
    """Return how often one caller was answered with which status, and what was wrong."""
    statuses: Counter[int] = Counter()
    failures: list[str] = []
    for mode in GenerationMode:
        for label, one in fuzzer.fuzz(session_token, mode=mode, examples=EXAMPLES).items():
            statuses += one.statuses
            failures += [f"{label}: {fault}" for fault in one.faults]
    return {
        "requests": statuses.total(),
        "answered": {str(status): statuses[status] for status in sorted(statuses)},
        "failures": failures,
    }
