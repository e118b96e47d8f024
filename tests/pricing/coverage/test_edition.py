"""A kept decision beside one made again: of this edition of the engine, or of another."""

from __future__ import annotations

import pytest

from pricing.coverage.answer import to_document
from pricing.coverage.edition import EDITION, FIRST_EDITION, Figures, Replay, figures_of
from pricing.coverage.record import Inputs, decide_recorded, digest_of
from pricing.ecb_rates import EcbRates
from tests.pricing.coverage.deciding import DECIDED_ON, decided, policy_text, trip_text

POLICY = policy_text(
    "benefits: [{id: all, text: All., covers: [everything], pays: actual}]\n"
    "limits: [{id: year, text: Y., cap: 500, per: calendar_year}]"
)
TAXI = "- {id: taxi, kind: taxi, date: 2026-03-01, amount: %s}"


def figures(amount: int) -> Figures:
    """Return what a taxi of so many dollars comes to."""
    return figures_of(to_document(decided(POLICY, trip_text(TAXI % amount))))


def test_a_decision_keeps_the_edition_that_made_it() -> None:
    asked = Inputs(
        policy=digest_of(POLICY),
        ceilings=(),
        trip=trip_text(TAXI % 100),
        balances="",
        decided_on=DECIDED_ON,
    )

    made = decide_recorded(asked, lambda _: POLICY, EcbRates())

    assert asked.edition == FIRST_EDITION
    assert made.inputs.edition == EDITION


@pytest.mark.parametrize(
    ("edition", "by"),
    [
        (EDITION, f"decided by edition {EDITION}"),
        (FIRST_EDITION, f"decided by edition 1; this is edition {EDITION}"),
    ],
)
def test_a_replay_says_which_editions_agree(edition: int, by: str) -> None:
    replay = Replay(edition, figures(100), figures(100))

    assert not replay.differences
    assert replay.sentence == f"{by}: the cents agree"


@pytest.mark.parametrize(("kept", "again", "more"), [(100, 130, "+30.00"), (130, 100, "-30.00")])
def test_a_replay_says_by_how_much_editions_differ(kept: int, again: int, more: str) -> None:
    replay = Replay(FIRST_EDITION, figures(kept), figures(again))

    assert f": the cents differ by {more} USD (taxi: claimed {kept}.00, now" in replay.sentence
    assert f"balance year mary 2026: {kept}.00, now {again}.00" in replay.differences


def test_figures_that_are_not_kept_are_not_compared() -> None:
    kept = Figures("USD", "2026", {"taxi": {"payable": 100_00}})

    assert not Replay(FIRST_EDITION, kept, figures(100)).differences


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (Figures("EUR", "2026", {"taxi": {"payable": 100_00}}), "currency: kept EUR, now USD"),
        (Figures("USD", "2025", {"taxi": {"payable": 100_00}}), "version: kept 2025, now 2026"),
        (Figures("USD", "2026", {"bus": {"payable": 100_00}}), "lines: kept bus, now taxi"),
    ],
)
def test_another_currency_version_or_line_differs(kept: Figures, words: str) -> None:
    assert Replay(EDITION, kept, figures(100)).differences == (words,)


def test_what_is_refused_now_is_said() -> None:
    replay = Replay(FIRST_EDITION, figures(100), None, "no version is in force")

    assert replay.differences
    assert replay.sentence.endswith(": it cannot be decided again (no version is in force)")
