"""`python -m bench [NAME ...] [--json FILE]`: run measurements, print tables and one JSON.

A measurement is a module with `measure() -> dict` and, where a table says more than JSON,
`table(dict) -> str`; its name stands in MEASUREMENTS.
"""

import argparse
import importlib
import json
from pathlib import Path
from typing import Any, Final

# In the order in which they run when none is named.
MEASUREMENTS: Final = {
    "solve": "bench.solve",
    "plans": "bench.plans",
    "coverage": "bench.coverage",
    "audit": "bench.audit",
    "sealing": "bench.sealing",
    "load": "bench.load.mix",
    "beside": "bench.load.beside",
    "serving": "bench.load.serving",
    "cold": "bench.cold",
    "prices": "bench.price_files.importing",
    "evidence": "bench.price_files.evidence",
}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure; nothing here is a test.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the JSON to a file")
    options = parser.parse_args()
    unknown = set(options.names) - set(MEASUREMENTS)
    if unknown:
        parser.error(
            f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(MEASUREMENTS)}"
        )
    results: dict[str, Any] = {}
    for name in options.names or MEASUREMENTS:
        module = importlib.import_module(MEASUREMENTS[name])
        results[name] = module.measure()
        if hasattr(module, "table"):
            print(f"\n{name}\n{module.table(results[name])}")
    text = json.dumps(results, indent=2)
    print(f"\n{text}")
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
