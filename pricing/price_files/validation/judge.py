"""The verdict on any price file: opened, judged as CSV or JSON, given back as a document."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from typing import IO, Any, Final

from pricing.price_files.validation.csv_verdict import judge_csv
from pricing.price_files.validation.json_verdict import judge_json
from pricing.price_files.validation.source import open_source
from pricing.price_files.validation.standard import NEWEST
from pricing.price_files.validation.verdict import LISTED, Findings, Verdict

UTF_16: Final = (
    "the file is UTF-16, which the official validator cannot read; save it as UTF-8, and the "
    "verdict will be about what it says"
)


def judge(file: IO[bytes], name: str, *, version: str = NEWEST, limit: int = LISTED) -> Verdict:
    """Return the verdict on a price file, plain or packed, in memory that does not grow with it.

    Args:
        file: open for reading; a zip archive must be seekable.
        name: what the file is called; its ending tells CSV from JSON.
        version: one of `standard.VERSIONS`.
        limit: errors and alerts to list; all are counted.

    Raises:
        PriceFileUnreadable: there is no price file in it.
    """
    with open_source(file, name) as source:
        judge_kind = judge_json if source.kind == "json" else judge_csv
        verdict = judge_kind(source.text, version, limit)
        return replace(verdict, notes=(UTF_16, *verdict.notes)) if source.is_utf_16 else verdict


def to_document(verdict: Verdict, name: str) -> dict[str, Any]:
    """Return a verdict as JSON."""
    return {
        "file": name,
        "version": verdict.version,
        "layout": verdict.layout,
        "valid": verdict.is_valid,
        "rows": verdict.rows,
        "error_count": verdict.errors.total,
        "alert_count": verdict.alerts.total,
        "rules": _counted(verdict.errors.counts),
        "alert_rules": _counted(verdict.alerts.counts),
        "errors": _listed(verdict.errors),
        "alerts": _listed(verdict.alerts),
        "notes": list(verdict.notes),
    }


def _counted(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())


def _listed(findings: Findings) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in findings.listed]
