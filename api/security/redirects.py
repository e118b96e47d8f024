"""Redirects to a place that a request names: only within these pages."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_PATH: Final = re.compile(r"/(?![/\\])[!-~]*", re.ASCII)


def own_path(target: str | None, default: str) -> str:
    r"""Return the target if it is a path of these pages, else the default.

    Browsers read ``//host`` and ``/\host`` as another site, drop tabs and line breaks, and take a
    backslash for a slash: such targets are none of ours.
    """
    if not target or "\\" in target or not _PATH.fullmatch(target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
