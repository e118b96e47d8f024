"""Typesetting a document by its Typst template, in a process of its own with a time limit.

Everything a reader sees arrives in words and is handed over as JSON: no text ever becomes markup.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

from scheduling.documents.letters import has_own_fonts
from scheduling.errors import DocumentFailed

TIMEOUT_SECONDS: Final = 20.0
FONTS: Final = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans CJK SC",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Libertinus Serif",
)
"""In this order; whatever else the machine has comes after."""


def typeset(
    sheet: Mapping[str, Any],
    *,
    template: str,
    name: str,
    made_at: datetime,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Return the sheet as PDF: the same bytes for the same sheet, fonts and typesetter.

    ``template`` is the name of a Typst file beside this one, ``name`` what errors call the PDF.
    Text in Latin, Greek and Cyrillic is set in the fonts that come along and looks the same on
    every machine; for other scripts the machine's fonts are added.

    Raises DocumentFailed when it cannot be typeset or takes longer than the limit.
    """
    package = resources.files("scheduling.documents")
    with (
        resources.as_file(package / "typeset.py") as program,
        resources.as_file(package / template) as file,
        resources.as_file(package / "fonts") as fonts,
    ):
        request = {
            "template": str(file),
            "fonts": str(fonts),
            "machine_fonts": not has_own_fonts(json.dumps(sheet, ensure_ascii=False)),
            "document": sheet,
            "made_at": int(made_at.timestamp()),
        }
        return _run(name, program, json.dumps(request), timeout_seconds)


def _run(name: str, program: Path, request: str, timeout_seconds: float) -> bytes:
    """Return what the typesetter wrote."""
    try:
        done = subprocess.run(  # noqa: S603 — our own program; the text goes through standard input
            [sys.executable, "-I", str(program)],
            input=request.encode(),
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentFailed(name, f"it took longer than {timeout_seconds:g} seconds") from error
    except OSError as error:
        raise DocumentFailed(name, f"the typesetter did not start ({error})") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        words = done.stderr.decode(errors="replace").strip() or "the typesetter wrote no PDF"
        raise DocumentFailed(name, words[-2000:])
    return done.stdout
