"""Logs as JSON lines that hold what an allow-list names, and nothing else.

Our own code logs events (``plan.failed``) with facts in ``extra``. A fact whose name is not in
``ALLOWED`` is dropped, its name told under ``dropped``, and counted. A value that is no number and
no single word is written as ``…``, which is counted, too. Other libraries' messages are written
without what they would fill in, and of an exception the classes and the lines of code: what it
says may quote a patient.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any, Final, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter
from structlog.typing import EventDict, Processor, WrappedLogger

ALLOWED: Final = frozenset(
    {
        # what: ids and words of our own making
        "action", "approval", "audit", "case", "claim", "count", "credential",
        "dataset", "decision",
        "itinerary", "job", "kind",
        "level", "organisation", "outcome", "phase", "plan", "reason", "revision", "slot", "status",
        "try", "user", "variable", "worker", "member", "link", "event", "role", "subject_id",
        "principal_id",
        # a request
        "bytes", "method", "milliseconds", "request", "route", "principal",
    }
)  # fmt: skip
"""Names of facts that may be logged: ids, counts, durations and words this service made up."""

_OURS: Final = ("api.", "logistics.", "pricing.", "scheduling.", "bench.")
_HIDDEN: Final = "…"
_EVENT: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+", re.ASCII)
_WORD: Final = re.compile(r"[\w.:/<>=+-]{1,120}", re.ASCII)
"""One word: an id, a number, a name of ours, a route. No space, so no sentence; no ``@``."""

_DROPPED: Final = Counter("sojourn_log_facts_dropped", "Facts kept out of the log.", registry=None)
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
        pass_foreign_args=True,
    )


def watch_dropped_facts(registry: CollectorRegistry) -> None:
    """Have the registry tell how many facts were kept out of this process's log."""
    registry.register(_DROPPED)


def _keep_what_is_allowed(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Return the event's name, the facts that are allowed, and where an exception came from."""
    record: logging.LogRecord = entry["_record"]
    facts = {name: value for name, value in vars(record).items() if name not in _OF_LOGGING}
    facts.pop("_logger", None)
    facts.pop("_name", None)
    kept: EventDict = {
        "event": _event_of(record, is_template=bool(entry.get("positional_args"))),
        **{name: _plain(value) for name, value in facts.items() if name in ALLOWED},
        "_record": record,
        "_from_structlog": entry.get("_from_structlog", False),
    }
    dropped = sorted(name for name in facts if name not in ALLOWED)
    if dropped:
        kept["dropped"] = dropped
    if not record.name.startswith(_OURS):
        kept["where"] = f"{record.module}:{record.lineno}"
    _DROPPED.inc(len(dropped) + sum(value == _HIDDEN for value in kept.values()))
    if record.exc_info and record.exc_info[0] is not None:
        kept["exception"] = _origin(record.exc_info[1])
    return kept


def _event_of(record: logging.LogRecord, *, is_template: bool) -> str:
    template = str(record.msg)
    if record.name.startswith(_OURS):
        return template if _EVENT.fullmatch(template) else _HIDDEN
    # Without its arguments: an address or a statement may be among them. A message that has none
    # may have been filled in already.
    return template if is_template else _HIDDEN


def _plain(value: object) -> object:
    """Return numbers and short words as they are; anything longer may be a text about somebody."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    return text if _WORD.fullmatch(text) else _HIDDEN


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
