"""The trail as JSON lines, complete: whoever has them can check the chain without us.

``docs/audit.md`` says what the members mean and how the hashes are made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from api.audit.trail import instant_text
from api.audit.walking import Stored, walk


def export_lines(
    session: Session, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[str]:
    """Yield one line for each entry from ``since`` up to but excluding ``until``, as stored.

    Lines of a period that are joined to those of the next one are checked as one chain.
    """
    first = instant_text(since) if since else ""
    end = instant_text(until) if until else "~"
    for stored in walk(session.connection()):
        if first <= str(stored.entry["at"]) < end:
            yield json.dumps(_to_document(stored), ensure_ascii=False)


def _to_document(stored: Stored) -> dict[str, object]:
    return {
        **stored.entry,
        "salt": stored.salt,
        "document": stored.document,
        "cases": list(stored.cases),
        "erased_by": stored.erased_by,
    }
