"""Every hostile string is sent to every field, parameter and page, whatever it tries to become.

The tests send each kind of string to each kind of place; this is their cross product, minutes long.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_TESTS: Final = "tests/api/injection"
_COUNT: Final = re.compile(r"(\d+) (passed|failed|error|skipped)")
_LAST_LINES: Final = 40


def drill() -> dict[str, Any]:
    """Send everything everywhere."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "--whole-corpus", "-p", "no:xdist", _TESTS]
    done = subprocess.run(command, cwd=_CHECKOUT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    found = dict.fromkeys(("passed", "failed", "error", "skipped"), 0)
    found |= {name: int(count) for count, name in _COUNT.findall(lines[-1] if lines else "")}
    return {
        "is_well": done.returncode == 0 and found["passed"] > 0,
        "seconds": round(time.monotonic() - begun, 1),
        **found,
        "failures": [] if done.returncode == 0 else lines[-_LAST_LINES:],
    }
