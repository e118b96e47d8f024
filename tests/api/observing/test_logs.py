"""Logs: one JSON object a line, of facts that are allowed; never of a person."""

from __future__ import annotations

import ast
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from api.observing.logs import ALLOWED, configure_logs, make_formatter, watch_dropped_facts

Log = Callable[[logging.Logger], None]
OURS = "api.somewhere"


def written(log: Log, name: str = OURS) -> dict[str, Any]:
    """Return the one line that the logger of that name writes, read as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(make_formatter())
    logger = logging.Logger(name, logging.DEBUG)  # noqa: LOG001 — of this test alone
    logger.addHandler(handler)
    log(logger)
    (line,) = stream.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def dropped_so_far() -> float:
    """Return how many facts were kept out of the log of this process."""
    registry = CollectorRegistry()
    watch_dropped_facts(registry)
    return registry.get_sample_value("sojourn_log_facts_dropped_total") or 0.0


def facts_of(source: str) -> Iterator[str]:
    """Yield the names of the facts that the calls of a module's log name in `extra`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if ast.unparse(node.func.value).lower() not in {"_log", "log", "logger"}:
            continue
        for keyword in node.keywords:
            if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
                yield from (ast.literal_eval(key) for key in keyword.value.keys if key)


def test_whatever_is_logged_anywhere_is_on_the_list(root: Path) -> None:
    found = {
        (path.name, fact)
        for floor in ("api", "scheduling", "logistics", "pricing")
        for path in (root / floor).rglob("*.py")
        for fact in facts_of(path.read_text())
    }

    assert len({fact for _, fact in found}) > 10
    assert {(name, fact) for name, fact in found if fact not in ALLOWED} == set()


def test_an_event_is_written_with_its_facts() -> None:
    line = written(lambda log: log.info("plan.failed", extra={"plan": "PL-1", "count": 3}))

    assert {"event": "plan.failed", "plan": "PL-1", "count": 3, "level": "info"}.items() <= (
        line.items()
    )
    assert line["logger"] == OURS
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["patient", "email", "diagnosis", "address", "path", "query"])
def test_a_fact_that_is_not_allowed_is_dropped_named_and_counted(name: str) -> None:
    before = dropped_so_far()

    line = written(lambda log: log.info("case.opened", extra={name: "Ada Lovelace", "case": "A-1"}))

    assert "Lovelace" not in str(line)
    assert line["dropped"] == [name]
    assert line["case"] == "A-1"
    assert dropped_so_far() == before + 1


@pytest.mark.parametrize(
    "value",
    ["Ada Lovelace", "ada@example.org", "12 High Street", "a\nb", "Zürich", "x" * 121, ["a"], {}],
)
def test_what_is_no_single_word_is_hidden_and_counted(value: object) -> None:
    before = dropped_so_far()

    line = written(lambda log: log.info("plan.failed", extra={"reason": value}))

    assert line["reason"] == "…"
    assert dropped_so_far() == before + 1


@pytest.mark.parametrize("value", [0, 1.5, True, None, "SJ-1001", "/cases/<reference>", "a.B_c"])
def test_a_number_or_a_word_is_kept(value: object) -> None:
    assert written(lambda log: log.info("plan.failed", extra={"plan": value}))["plan"] == value


@pytest.mark.parametrize("event", ["Ada fell ill", "plan", "plan.Failed", ""])
def test_what_is_no_event_is_hidden(event: str) -> None:
    assert written(lambda log: log.info(event))["event"] == "…"


def test_an_exception_tells_its_classes_and_lines_and_no_words() -> None:
    def fail(log: logging.Logger) -> None:
        try:
            try:
                int("Ada Lovelace has measles")
            except ValueError as error:
                raise KeyError("her name") from error
        except KeyError:
            log.exception("request.failed", extra={"route": "/cases"})

    line = written(fail)

    assert line["exception"]["classes"] == ["builtins.KeyError", "builtins.ValueError"]
    assert "test_logs.py" in line["exception"]["lines"][-1]
    assert not {"Ada", "measles", "her name"} & set(str(line).split())
    assert "measles" not in str(line)


def test_what_others_would_fill_in_is_left_out() -> None:
    line = written(lambda log: log.warning("Invalid request from %s", "10.0.0.9"), "gunicorn.error")

    assert line["event"] == "Invalid request from %s"
    assert line["where"].startswith("test_logs:")
    assert "10.0.0.9" not in str(line)


def test_what_others_have_filled_in_is_hidden() -> None:
    said = "Invalid request from 10.0.0.9"

    line = written(lambda log: log.warning(said), "gunicorn.error")

    assert line["event"] == "…"
    assert "10.0.0.9" not in str(line)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{3,12}", fullmatch=True),
        st.text() | st.integers() | st.none(),
        max_size=4,
    )
)
def test_whatever_facts_come_a_line_holds_words_and_numbers_alone(facts: dict[str, Any]) -> None:
    used = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
    extra = {name: value for name, value in facts.items() if name not in used}

    line = written(lambda log: log.info("any.event", extra=extra))

    told = {name for name in extra if name in line and name not in {"event", "level", "logger"}}
    assert told <= ALLOWED
    for name in told:
        value = line[name]
        assert value == "…" or " " not in str(value)
        assert "@" not in str(value)


def test_everything_a_process_logs_goes_to_one_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    monkeypatch.setattr(root, "level", root.level)
    stream = io.StringIO()

    configure_logs(stream)
    logging.getLogger("api.jobs").info("job.ended", extra={"job": "J-1"})
    logging.getLogger("sqlalchemy.engine").info("SELECT name FROM sojourn_case")

    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["job"] == "J-1"
