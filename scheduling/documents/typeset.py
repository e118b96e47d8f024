"""Typeset one document: run as a program of its own, so that it can be stopped and shares nothing.

Reads a JSON request from standard input (``template`` and ``fonts``: paths; ``document``: what
the template shows; ``made_at``: seconds since 1970) and writes the PDF to standard output; on
failure it exits with 1 and says why on standard error. Imports nothing of ours: it starts in the
time that Python needs.

Text in the letters of the fonts beside the template is set in those alone, so that it looks the
same on every machine. For other scripts the machine's fonts are added. Where those lack a letter
too, PDF/UA forbids the empty box that is printed instead: the document is then made and tagged
all the same, without the claim to that standard.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

OWN_LETTERS: Final = re.compile(
    "[\n\u0020-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u0259\u02bb\u02bc"
    "\u0370-\u0373\u0386-\u03ce\u0400-\u045f\u0490-\u04bf\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u203a\u20ac\u2116\u2122\u2190-\u2195\u2212\ufffd]*"
)
"""What the two fonts that come along can write: Latin, Greek and Cyrillic."""


def typeset(request: dict[str, Any]) -> bytes:
    """Return the PDF; raises typst.TypstError when it cannot be made at all."""
    document = json.dumps(request["document"], ensure_ascii=False)
    if OWN_LETTERS.fullmatch(document):
        return _compile(request, document, typst.Fonts(False, True, [request["fonts"]]), ["ua-1"])  # noqa: FBT003 — typst's own order
    fonts = typst.Fonts(True, True, [request["fonts"]])  # noqa: FBT003 — typst's own order
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
