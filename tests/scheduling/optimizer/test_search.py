"""What the search does when it is hurried, and where CP-SAT earns its place."""

import pytest

from bench.generate import SIZES, generate
from scheduling.optimizer.answer import Status
from scheduling.optimizer.numbers import Ints, ints, number_rows, spread, undominated
from scheduling.optimizer.parse import parse_problem
from scheduling.optimizer.solve import solve
from tests.scheduling.optimizer.plateau import plateau_document


def test_a_plateau_of_equal_plans_goes_to_the_core() -> None:
    answer = solve(parse_problem(plateau_document()))

    # The payer pays the slot, 500, the patient flight and nights, 260, at 2 a cent; two days of
    # waiting cost 2. The dear flight would cost 30 more.
    assert (answer.status, answer.cost, answer.bound) == (Status.OPTIMAL, 1_022, 1_022)
    assert answer.statistics["cores"] == 1
    assert answer.choice is not None
    assert answer.choice.outbound == {"P": "cheap"}


def test_a_search_cut_short_is_honest() -> None:
    problem = parse_problem(generate(SIZES["M"], 3))
    best = solve(problem)
    assert best.cost is not None
    for milliseconds in (0, 1, 2, 4, 6, 8, 10, 15, 20):
        answer = solve(problem, seconds=milliseconds / 1000)

        if answer.cost is None:
            assert answer.status is Status.UNKNOWN
        else:
            assert answer.status in {Status.OPTIMAL, Status.FEASIBLE}
            assert answer.cost >= best.cost
        assert answer.bound is not None
        assert answer.bound <= best.cost


def test_alternatives_out_of_time_keep_the_best_plan() -> None:
    problem = parse_problem(generate(SIZES["M"], 3))
    for milliseconds in (10, 20, 30, 60):
        answer = solve(problem, seconds=milliseconds / 1000, alternatives=5)

        for entry in answer.alternatives:
            if entry.measure is not None:
                assert entry.measure_bound is not None
                assert entry.measure_bound <= entry.measure


@pytest.mark.parametrize("count", [-1, 6])
def test_a_number_of_alternatives_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="0 to 5"):
        solve(parse_problem(plateau_document(1, 1)), alternatives=count)


def test_made_up_documents_of_every_size_agree_with_every_machine() -> None:
    costs = {name: solve(parse_problem(generate(SIZES[name], 7))).cost for name in ("S", "M", "L")}

    assert costs == {"S": 170_176, "M": 218_646, "L": 416_730}


def as_lists(*arrays: Ints) -> list[list[int]]:
    return [array.tolist() for array in arrays]


def test_spread_pairs_each_row_with_its_range() -> None:
    pairs = spread(ints([1, 5, 2]), ints([3, 5, 4]))

    assert as_lists(*pairs) == [[0, 0, 2, 2], [1, 2, 2, 3]]


def test_rows_are_numbered_in_their_order() -> None:
    number, example = number_rows([ints([2, 1, 2, 1]), ints([0, 5, 0, 4])])

    assert as_lists(number, example) == [[2, 1, 2, 0], [3, 1, 0]]


def test_wide_rows_are_numbered_the_same() -> None:
    far = [value * 10**12 for value in (2, 1, 2, 1)]

    number, example = number_rows([ints(far), ints(far), ints([0, 5, 0, 4])])

    assert as_lists(number, example) == [[2, 1, 2, 0], [3, 1, 0]]


def test_only_what_is_dominated_goes() -> None:
    key = ints([0, 0, 0, 0, 1])
    time = ints([0, 1, 1, 2, 9])
    below = ints([5, 5, 4, 3, 9])
    above = ints([5, 4, 6, 6, 9])

    kept = undominated(key, time, below, above)
    sole = undominated(key, time, below, None)

    assert as_lists(kept, sole) == [[0, 2, 1, 3, 4], [0, 2, 3, 4]]


def test_equal_entries_leave_the_first() -> None:
    same = ints([7, 7, 7])

    kept = undominated(ints([0, 0, 0]), same, same, same)

    assert as_lists(kept) == [[0]]
