"""What the documentation and the published schema say is what the code does."""

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any, Final

from scheduling.optimizer.alternatives import NAMES
from scheduling.optimizer.answer import Status, answer_to_document
from scheduling.optimizer.check import CHECKS
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.problem import schema
from scheduling.optimizer.rules import RULES as MODEL_RULES
from scheduling.optimizer.selection import RULES
from scheduling.optimizer.solve import solve_document
from scheduling.optimizer.why_not import Verdict, why_not

PAGE: Final = Path(__file__).parents[3] / "docs" / "problem-documents.md"


def blocks() -> list[Any]:
    texts = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [json.loads(text) for text in texts]


def test_the_worked_example_is_answered_as_the_page_says() -> None:
    document, expected = blocks()

    answer = answer_to_document(solve_document(json.dumps(document)))

    assert {key: answer[key] for key in expected} == expected


def test_the_taxi_of_the_worked_example_costs_what_the_page_says() -> None:
    document, _ = blocks()
    problem = parse_problem(document)

    reason = why_not(problem, solve_document(json.dumps(document)), "taxi")

    # One taxi and one bus: half of what the page counts for both ways.
    assert (reason.verdict, reason.extra_cents) == (Verdict.DEARER, 4_700)
    assert "9400 more" in PAGE.read_text()


def test_the_published_schema_is_the_models() -> None:
    published = resources.files("seed_data") / "schemas" / "problem-1.json"

    assert json.loads(published.read_text(encoding="utf-8")) == schema()


def test_rules_have_one_order_everywhere() -> None:
    rules = PAGE.read_text().split("Rules (each can")[1]
    on_the_page = re.findall(r"^\| `(\w+)` \|", rules, re.MULTILINE)

    assert tuple(on_the_page[: len(RULES)]) == RULES
    assert tuple(rule.__name__ for rule in MODEL_RULES) == RULES
    assert tuple(check.__name__.strip("_") for check in CHECKS) == ("offers", *RULES)


def test_every_status_verdict_and_alternative_is_on_the_page() -> None:
    page = PAGE.read_text()

    for word in [*Status, *Verdict, *NAMES]:
        assert f"`{word}`" in page, word


def test_every_key_of_the_schema_is_on_the_page() -> None:
    page = PAGE.read_text()
    keys = {key for part in schema()["$defs"].values() for key in part["properties"]}

    assert not {key for key in keys | set(schema()["properties"]) if f"`{key}`" not in page}
