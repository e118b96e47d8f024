"""Writing a trip down: as JSON that `read_trip` reads back as the same trip."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from pricing.documents.scalars import Part

_NOT_PLAIN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML refuses, folds or drops inside quotes, though JSON knows it."""


def write_document(document: Part) -> str:
    """Return a document as text; what has its default is left out."""
    return write_plain(to_plain(document))


def to_plain(document: Part) -> dict[str, Any]:
    """Return a document as JSON values; what has its default is left out."""
    plain: dict[str, Any] = _plain(document.model_dump(by_alias=True, exclude_defaults=True))
    return plain


def write_plain(values: Mapping[str, Any]) -> str:
    """Return what is not a document yet, such as fields that were typed, as text to be read."""
    text = json.dumps(values, ensure_ascii=False, default=str)
    return _NOT_PLAIN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: Any) -> Any:  # noqa: ANN401 — whatever a model holds
    """Return numbers as they are written by hand, never with an exponent."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
