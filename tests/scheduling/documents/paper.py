"""What a PDF says of itself and to its readers, asked of Poppler's tools."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.tools import require_tool


def ask(tool: str, *options: str, document: bytes, folder: Path) -> str:
    """Return what the tool prints of the document."""
    path = folder / "document.pdf"
    path.write_bytes(document)
    output = ["-"] if tool == "pdftotext" else []
    command = [str(require_tool(tool)), *options, str(path), *output]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def words_of(document: bytes, folder: Path) -> str:
    """Return the text of all pages with single spaces."""
    return re.sub(r"\s+", " ", ask("pdftotext", document=document, folder=folder))


def tags_of(document: bytes, folder: Path) -> list[str]:
    """Return the tags of the document's structure, in reading order."""
    structure = ask("pdfinfo", "-struct", document=document, folder=folder)
    return re.findall(r"^ *([A-Z][A-Za-z0-9]*)", structure, re.MULTILINE)
