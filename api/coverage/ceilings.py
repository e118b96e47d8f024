"""Which tax ceilings the text of a policy may name, told without reading it as a document."""

from __future__ import annotations

import re
from typing import Final

_NAMED: Final = re.compile(r"\bceiling[\"']?\s*:\s*[\"']?([a-z0-9][a-z0-9_-]{0,63})", re.ASCII)


def name_ceilings(text: str) -> frozenset[str]:
    """Return every id that the text of a policy may mean as a tax ceiling, without reading it."""
    return frozenset(_NAMED.findall(text))
