"""Rules in the way, said with dates and durations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scheduling.explain import duration, explain_obstacles
from scheduling.optimizer.answer import Obstacle
from scheduling.translation.clockwork import Clockwork

CLOCK = Clockwork.around(datetime(2026, 11, 21, 9, tzinfo=UTC))


def sentence(rule: str, limit: int | str | None, nearest: int | str | None) -> str:
    found = (Obstacle(rule, "the island's own words", limit, nearest),)
    return explain_obstacles(found, clock=CLOCK, zone="America/Chicago")[0].sentence


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (565, "9 h 25 min")]
)
def test_durations_read_as_hours_and_minutes(minutes: int, text: str) -> None:
    assert duration(minutes) == text


def test_a_date_limit_names_the_limit_and_what_would_open_it() -> None:
    text = sentence("home_by", 2 * 1440, 3 * 1440 + 90)

    assert "by Sun 22 Nov 2026, 06:00 CST" in text
    assert "Mon 23 Nov 2026, 07:30 CST: allow that date" in text


def test_nonstop_only_is_said_as_such() -> None:
    assert sentence("connections", 0, 1).startswith("Only nonstop flights are allowed")


def test_a_rule_without_a_number_has_a_sentence_of_its_own() -> None:
    assert "step-free" in sentence("lodging_services", "accessible", None)


def test_what_has_no_sentence_keeps_the_islands() -> None:
    assert sentence("offers", None, None) == "the island's own words"
