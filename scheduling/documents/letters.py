"""The letters that the fonts beside the PDF's template can write: Latin, Greek and Cyrillic."""

from __future__ import annotations

import re
from typing import Final

_OWN: Final = re.compile(
    "[\n\u0020-\u017f\u0192\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u0259\u02bb\u02bc"
    "\u0370-\u0373\u0386-\u03ce\u0400-\u045f\u0490-\u04bf\u1e00-\u1eff"
    "\u2010-\u2027\u2030-\u203a\u20ac\u2116\u2122\u2190-\u2195\u2212\ufffd]*"
)


def has_own_fonts(text: str) -> bool:
    """Return whether every letter is in the fonts that come along."""
    return _OWN.fullmatch(text) is not None
