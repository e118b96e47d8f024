"""`./run drill verdicts`: thousands of broken price files before the official validator and ours.

Needs Node and npm; the official validator is installed below the folder of outside readers.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.verdicts.compare import compare
from bench.verdicts.official import PACKAGE

SEEDS: Final = range(300)
"""Each seed makes a file of every layout under every version: twelve."""

_VERSION: Final = "2.4.0"


def drill() -> dict[str, Any]:
    """Judge every file twice; it went well where all verdicts are the same."""
    modules = _installed()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = compare(SEEDS, modules, Path(folder))
    rate = found["agree"] / found["compared"]
    return {
        **found,
        "differ": found["differ"][:10],
        "agreement": f"{rate:.4%}",
        "seconds": round(time.monotonic() - begun, 1),
        "is_well": not found["differ"],
    }


def _installed() -> Path:
    """Return the folder of Node packages, with the official validator in it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    named = os.environ.get("SOJOURN_NODE_MODULES")
    modules = Path(named) if named else cache / "sojourn" / "node" / "node_modules"
    if not (modules / PACKAGE).is_dir():
        wanted = f"{PACKAGE}@{_VERSION}"
        npm = ["npm", "install", "--prefix", str(modules.parent), "--no-audit", "--no-fund", wanted]
        subprocess.run(npm, check=True, stdout=subprocess.DEVNULL)
    return modules
