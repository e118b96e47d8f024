"""Logs as JSON lines that hold what an allow-list names, and nothing else.

Our own code logs events (``plan.failed``) with facts in ``extra``. A fact whose name is not in
``ALLOWED`` is dropped, and its name told once under ``dropped``. Other libraries' messages are
written without what they would fill in, and of an exception the class and the lines of code:
what it says may quote a patient.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ALLOWED: Final = frozenset(
    {
        # what: ids and words of our own making
        "action", "approval", "audit", "case", "count", "credential", "itinerary", "job", "kind",
        "level", "organisation", "outcome", "phase", "plan", "reason", "revision", "slot", "status",
        "try", "user", "variable", "worker", "member", "link", "event", "role",
        # a request
        "bytes", "method", "milliseconds", "request", "route", "principal",
    }
)  # fmt: skip
"""Names of facts that may be logged: ids, counts, durations and words this service made up."""

_OURS: Final = ("api.", "logistics.", "pricing.", "scheduling.", "bench.")
_WORD: Final = re.compile(r"[\w.:/<>=+@,\[\] -]{1,200}", re.ASCII)
_OF_LOGGING: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_MOST_CAUSES: Final = 10
_LEVELS_OF_OTHERS: Final = logging.WARNING


def configure_logs(stream: TextIO, *, level: int = logging.INFO) -> None:
    """Have everything that this process logs written to the stream, one JSON object a line."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(make_formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("alembic", "gunicorn", "huey", "urllib3", "werkzeug", "sqlalchemy"):
        logging.getLogger(name).setLevel(_LEVELS_OF_OTHERS)


def make_formatter() -> logging.Formatter:
    """Return the formatter that writes a record as JSON."""
    steps: list[Processor] = [
        _keep_what_is_allowed,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=steps,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        pass_foreign_args=False,
    )


def _keep_what_is_allowed(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Return the event's name, the facts that are allowed, and where an exception came from."""
    record: logging.LogRecord = entry["_record"]
    facts = {name: value for name, value in vars(record).items() if name not in _OF_LOGGING}
    facts.pop("_logger", None)
    facts.pop("_name", None)
    kept: EventDict = {
        "event": _event_of(record),
        **{name: _plain(value) for name, value in facts.items() if name in ALLOWED},
        "_record": record,
        "_from_structlog": entry.get("_from_structlog", False),
    }
    dropped = sorted(name for name in facts if name not in ALLOWED)
    if dropped:
        kept["dropped"] = dropped
    if record.exc_info and record.exc_info[0] is not None:
        kept["exception"] = _origin(record.exc_info[1])
    return kept


def _event_of(record: logging.LogRecord) -> str:
    if record.name.startswith(_OURS):
        return str(record.msg)
    # Without its arguments: an address or a statement may be among them.
    template = str(record.msg)
    return template if _WORD.fullmatch(template) or "%" in template else "…"


def _plain(value: object) -> object:
    """Return numbers and short words as they are; anything longer may be a text about somebody."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    return text if _WORD.fullmatch(text) else "…"


def _origin(error: BaseException | None) -> Mapping[str, Any]:
    """Return the classes of the exception and its causes, and the lines of code; no words."""
    classes: list[str] = []
    seen = error
    while seen is not None and len(classes) < _MOST_CAUSES:
        classes.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        seen = seen.__cause__ or seen.__context__
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return {
        "classes": classes,
        "lines": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]],
    }
