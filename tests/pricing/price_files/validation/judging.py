"""What the tests of verdicts share: a file judged, and its findings as places and rules."""

import io
import json
from typing import Any

from bench.verdicts.made_up import Table, written
from pricing.price_files.validation.judge import judge
from pricing.price_files.validation.verdict import LISTED, Findings, Verdict

KINDS = {"tall": "csv", "wide": "csv", "json": "json"}


def judged(
    content: bytes, version: str = "3.0.0", kind: str = "csv", limit: int = LISTED
) -> Verdict:
    """Return the verdict on the content of a file."""
    return judge(io.BytesIO(content), f"made-up.{kind}", version=version, limit=limit)


def judged_table(table: Table, version: str = "3.0.0") -> Verdict:
    """Return the verdict on a table written as CSV."""
    return judged(written(table), version)


def judged_document(document: dict[str, Any], version: str = "3.0.0") -> Verdict:
    """Return the verdict on a document written as JSON."""
    return judged(json.dumps(document).encode(), version, "json")


def found(findings: Findings) -> list[tuple[str, str]]:
    """Return places and rules in order."""
    return [(one.place, one.rule) for one in findings.listed]
