"""Typeset one document: run as a program of its own, so that it can be stopped and shares nothing.

Reads a JSON request from standard input (``template`` and ``fonts``: paths; ``machine_fonts``:
whether to look among the machine's fonts too; ``document``: what the template shows; ``made_at``:
seconds since 1970) and writes the PDF to standard output; on failure it exits with 1 and says why
on standard error. Imports nothing of ours: it starts in the time that Python needs.

Where no font has a letter, PDF/UA forbids the empty box that is printed instead: the document is
then made and tagged all the same, without the claim to that standard.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst


def typeset(request: dict[str, Any]) -> bytes:
    """Return the PDF; raises typst.TypstError when it cannot be made at all."""
    document = json.dumps(request["document"], ensure_ascii=False)
    fonts = typst.Fonts(request["machine_fonts"], True, [request["fonts"]])  # noqa: FBT003 — typst's own order
    try:
        return _compile(request, document, fonts, ["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        return _compile(request, document, fonts, [])


def _compile(
    request: dict[str, Any], document: str, fonts: typst.Fonts, standards: list[typst.PDFStandard]
) -> bytes:
    template = Path(request["template"])
    pdf: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=fonts,
        sys_inputs={"document": document},
        pdf_standards=standards,
        timestamp=datetime.fromtimestamp(request["made_at"], tz=UTC),
    )
    return pdf


def main() -> None:
    """Answer the request on standard input."""
    try:
        pdf = typeset(json.load(sys.stdin))
    except typst.TypstError as error:
        sys.exit(f"{error.message} {error.diagnostic}")
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
