"""Terms, claims and expected stays read from files, with the schedules beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from api.commands.coverage_files import read_text
from pricing.contracts.documents.claim_document import Claim
from pricing.contracts.documents.doubt import list_doubts
from pricing.contracts.documents.read import read_claim, read_stay, read_terms
from pricing.contracts.documents.stay_document import Scenario, Stay
from pricing.contracts.errors import ScheduleFileMissing
from pricing.contracts.expected_stay import claim_of
from pricing.contracts.prepared import Prepared, prepare
from pricing.documents.compose import read_located
from pricing.documents.faults import Fault, InvalidDocument

Warnings = list[dict[str, Any]]
"""What looks wrong in documents, as JSON: file, line, path, message."""


def read_terms_file(file: Path) -> tuple[Prepared, Warnings]:
    """Return the terms in a file ("-": standard input), and what looks wrong in them.

    Its schedules are read from beside it.
    """
    text = read_text(file)
    prepared = prepare(read_terms(text, file.name), _beside(file))
    return prepared, _as_json(str(file), list_doubts(prepared.terms, text))


def read_claim_or_stay(
    claim_file: Path | None, stay_file: Path | None, scenario: Scenario
) -> tuple[Claim, Warnings]:
    """Return the claim in a file and what looks wrong in it, or the claim that a stay becomes."""
    if claim_file is not None and stay_file is None:
        text = read_text(claim_file)
        claim = read_claim(text, claim_file.name)
        return claim, _as_json(str(claim_file), list_doubts(claim, text))
    if stay_file is not None and claim_file is None:
        return claim_of(read_stay_file(stay_file), scenario), []
    raise click.UsageError("give either --claim FILE or --stay FILE")


def read_stay_file(file: Path) -> Stay:
    """Return the expected stay in a file."""
    return read_stay(read_text(file), file.name)


def check_file(file: Path) -> dict[str, Any]:
    """Return what is said of one document, as JSON; its ``format`` says which kind it is."""
    text, name = read_text(file), str(file)
    try:
        written = _format_of(text, file.name)
        readers: dict[str, Callable[[], Any]] = {
            "sojourn-claim/1": lambda: read_claim(text, file.name),
            "sojourn-stay/1": lambda: read_stay(text, file.name),
        }
        read = readers.get(written)
        document = read_terms_file_of(text, file) if read is None else read()
    except InvalidDocument as error:
        where = name if error.name == file.name else str(file.with_name(error.name))
        return _with_faults(name, where, error.faults)
    except ScheduleFileMissing as error:
        line = read_located(text, file.name).line_at(("schedules", error.schedule))
        return _with_faults(name, name, (Fault(line, f"schedules.{error.schedule}", str(error)),))
    return {
        "file": name,
        "well": True,
        "format": document.format,
        "id": document.id,
        "faults": [],
        "warnings": _as_json(name, list_doubts(document, text)),
    }


def read_terms_file_of(text: str, file: Path) -> Any:  # noqa: ANN401 — any document has format and id
    """Return the terms in a text, after the schedules beside the file were read too."""
    return prepare(read_terms(text, file.name), _beside(file)).terms


def _format_of(text: str, name: str) -> str:
    found = read_located(text, name).find(("format",))
    return found.content if found is not None and isinstance(found.content, str) else ""


def _with_faults(name: str, file: str, faults: tuple[Fault, ...]) -> dict[str, Any]:
    return {
        "file": name,
        "well": False,
        "faults": _as_json(file, faults),
        "warnings": [],
    }


def _as_json(file: str, faults: tuple[Fault, ...]) -> Warnings:
    return [
        {"file": file, "line": one.line, "path": one.path, "message": one.message} for one in faults
    ]


def _beside(file: Path) -> Callable[[str], str | None]:
    def read(name: str) -> str | None:
        other = file.with_name(name)
        if not other.is_file():
            return None
        try:
            return other.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise click.UsageError(f"{name} is not UTF-8 text; save it as UTF-8") from error

    return read
