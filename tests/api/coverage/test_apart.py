"""Questions about policies are answered in a process apart, in so much time and no more."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from api.coverage import apart
from api.coverage.apart import AT_ONCE, ask_apart, check_apart, cool_down
from api.coverage.checking import FAULTS_MAX
from api.coverage.wishes import list_refusals, rules_wish
from api.policy_errors import DecidingBusy, TooLongToDecide
from tests.pricing.coverage.deciding import policy_text, trip_text

TAXI = trip_text("- {id: taxi, kind: taxi, date: 2026-03-02, amount: 80}")
PAID = policy_text("benefits:\n- {id: taxi, text: Taxis., covers: [taxi], pays: actual}")


def _ask(policy: str, trip: str = TAXI, **more: Any) -> dict[str, Any]:  # noqa: ANN401 — parts of a wish
    wish = {
        "rules": rules_wish(policy, more.get("ceilings", {}), more.get("version")),
        "trip": trip,
        "balances": more.get("balances"),
        "as_of": "2026-04-01",
    }
    return ask_apart("decide", wish, seconds=more.get("seconds", 10))


def _hostile() -> tuple[str, str]:
    """Return documents within every limit whose decision takes minutes."""
    test = " and ".join(["trip.days > 0"] * 60 + ["trip.days > 100"])
    rules = [
        f"- {{id: b{number}, text: x, covers: [everything], when: '{test}', pays: actual}}"
        for number in range(300)
    ]
    stay = "kind: lodging, check_in: 2026-03-01, check_out: 2026-03-06, rooms: 9, amount: 9"
    stays = [f"- {{id: e{number}, {stay}}}" for number in range(1000)]
    return policy_text("benefits:\n" + "\n".join(rules)), trip_text("\n".join(stays))


def test_a_trip_is_decided_as_the_command_would() -> None:
    answer = _ask(PAID)["answer"]

    assert (answer["payable_cents"], answer["decided_on"]) == (80_00, "2026-04-01")
    assert [line["id"] for line in answer["lines"]] == ["taxi"]


@pytest.mark.parametrize(
    ("policy", "trip", "said"),
    [
        (PAID.replace("pays: actual", "pays: all"), TAXI, "line 13"),
        (PAID, TAXI.replace("amount: 80", "amount: x"), "line "),
        (PAID, TAXI.replace(", amount: 80", ""), "add it"),
        (PAID + "\n  tax: {ceiling: nowhere}", TAXI, "names the policy nowhere"),
    ],
)
def test_what_is_wrong_is_an_answer(policy: str, trip: str, said: str) -> None:
    refusals = list_refusals(_ask(policy, trip))

    assert any(said in one.message for one in refusals)


def test_a_ceiling_in_force_is_used() -> None:
    policy = PAID + "\n  tax: {ceiling: free}"
    ceiling = policy_text(
        "benefits:\n- {id: some, text: x, covers: [taxi], pays: actual, up_to: 50}",
        policy_id="free",
    )

    answer = _ask(policy, ceilings={"free": ceiling})["answer"]

    assert answer["taxable_cents"] == 30_00


def test_one_version_alone_decides_trips_of_any_day() -> None:
    policy = PAID.replace("valid_from: 2020-01-01", "valid_from: 2030-01-01")

    (fault,) = _ask(policy)["faults"]
    assert "no version" in fault["message"]
    assert _ask(policy, version="2026")["answer"]["payable_cents"] == 80_00
    assert "it has 2026" in _ask(policy, version="2025")["refused"]


def test_a_hostile_policy_is_given_up_in_time() -> None:
    policy, trip = _hostile()
    began = time.monotonic()

    with pytest.raises(TooLongToDecide):
        _ask(policy, trip, seconds=0.5)

    assert time.monotonic() - began < 0.5 * 3 + 2
    assert "answer" in _ask(PAID)


def test_many_ask_at_the_same_time() -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _ask(PAID), range(12)))

    assert {one["answer"]["payable_cents"] for one in answers} == {80_00}


@pytest.fixture
def crowd() -> Iterator[ExitStack]:
    """Others who hold every place until they are let go."""
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            held.enter_context(apart._places)
        yield held


def test_who_finds_no_place_is_told_so(crowd: ExitStack) -> None:
    with pytest.raises(DecidingBusy, match="try again in a moment"):
        _ask(PAID, seconds=0)

    crowd.close()
    assert "answer" in _ask(PAID)


def test_that_there_was_no_place_is_not_remembered_of_a_document(
    crowd: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = f"{PAID}\n# looked over by nobody before"
    monkeypatch.setattr(apart, "CHECK_SECONDS", 0)
    with pytest.raises(DecidingBusy):
        check_apart(written)

    crowd.close()
    monkeypatch.undo()
    assert check_apart(written)["well"]


def test_a_document_that_was_looked_over_needs_no_place() -> None:
    check_apart(PAID)

    with ExitStack() as held:
        for _ in range(AT_ONCE):
            held.enter_context(apart._places)
        assert check_apart(PAID)["well"]


def test_a_place_is_free_again_after_whatever_became_of_a_question() -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(TooLongToDecide):
            ask_apart("decide", {"no": "rules"})

    assert "answer" in _ask(PAID)


def test_the_process_is_started_anew_when_it_has_ended() -> None:
    _ask(PAID)
    process = apart._nursery.process
    assert process is not None
    process.kill()
    process.wait()

    assert "answer" in _ask(PAID)
    cool_down()
    assert "answer" in _ask(PAID)


def test_of_very_many_faults_the_first_are_told() -> None:
    checked = check_apart(policy_text("benefits:\n" + "- {}\n" * 100))

    assert not checked["well"]
    assert len(checked["faults"]) == FAULTS_MAX
    assert checked["more"] > 0


def test_revisions_are_compared_over_all_trips() -> None:
    capped = PAID.replace("pays: actual", "pays: actual, up_to: 50")
    broken = "format: sojourn-trip/1"
    wish = {
        "before": rules_wish(PAID, {}, None),
        "after": rules_wish(capped, {}, None),
        "trips": [{"id": "T-1", "text": TAXI}, {"id": "T-2", "text": broken}],
        "as_of": "2026-04-01",
    }

    first, second = ask_apart("compare", wish)["trips"]

    assert first["before"]["answer"]["payable_cents"] == 80_00
    assert first["after"]["answer"]["payable_cents"] == 50_00
    assert list_refusals(second["before"])


def test_a_trip_is_compared_with_its_own_balances_and_day() -> None:
    limit = "limits:\n- {id: year, text: At most 100 a year., cap: 100, per: calendar_year}"
    capped = PAID.replace("benefits:", f"{limit}\nbenefits:".replace("\n", "\n  "))
    used = {"balance": "year", "whose": "mary", "period": "2026", "amount": "70"}
    balances = json.dumps({"format": "sojourn-balances/1", "policy": "test-plan", "used": [used]})
    wish = {
        "before": rules_wish(PAID, {}, None),
        "after": rules_wish(capped, {}, None),
        "trips": [{"id": "T-1", "text": TAXI, "balances": balances, "as_of": "2026-05-01"}],
        "as_of": "2026-04-01",
    }

    (told,) = ask_apart("compare", wish)["trips"]

    assert told["before"]["answer"]["payable_cents"] == 80_00
    assert told["after"]["answer"]["payable_cents"] == 30_00
    assert told["after"]["answer"]["decided_on"] == "2026-05-01"
