"""`python -m bench.drills [NAME ...]`: run drills, print what each found as JSON.

A drill is a module with `drill() -> dict`; its ``is_well`` says whether it went as it should.
"""

import argparse
import importlib
import json
from typing import Final

DRILLS: Final = {
    "injection": "bench.drills.injection",
    "jobs": "bench.drills.jobs",
    "kill": "bench.drills.kill",
    "power": "bench.drills.power",
    "prices": "bench.drills.prices",
    "restore": "bench.drills.restore",
    "scan": "bench.drills.scan",
    "schemathesis": "bench.drills.schemathesis",
    "verdicts": "bench.drills.verdicts",
}


def main() -> None:
    """Run what was asked for; exit status 1 where a drill did not go well."""
    parser = argparse.ArgumentParser(prog="drill", description="Practise trouble.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DRILLS))
    names = parser.parse_args().names or list(DRILLS)
    unknown = set(names) - set(DRILLS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(DRILLS)}")
    found = {name: importlib.import_module(DRILLS[name]).drill() for name in names}
    print(json.dumps(found, indent=2))
    raise SystemExit(0 if all(one["is_well"] for one in found.values()) else 1)


if __name__ == "__main__":
    main()
