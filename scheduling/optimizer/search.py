"""The search: the cheapest plan of one aim and selection, with a bound that proves it.

1. Reduce every city (`city`).
2. Solve the linear objective ΣA. Without a trip cap that bites, this is the answer.
3. Otherwise solve ΣB, and when both matter mixes of the two, where the bounds of the last two
   meet: every mix is a lower bound of the cost, so the highest of them is one.
4. Close what is left between bound and best plan: finish every cell that no bound rules out, and
   when there are too many, hand the options in them to CP-SAT (`core`).

Where joining the parties is a lot of work, a sketch comes first: steps 2 and 3 with the cheapest
legs by one mix at a time, which is all that a bound needs, and a look at the most promising cells
with a sample of the legs. Its bound and its plan are kept if the whole join then proves too large.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Final

import numpy as np

from scheduling.optimizer.aim import Aim
from scheduling.optimizer.city import Setting, reduce_city
from scheduling.optimizer.columns import Columns
from scheduling.optimizer.finish import Finisher, Plan, Spot
from scheduling.optimizer.memory import Memory
from scheduling.optimizer.piece import Ceiling, Cells, Piece
from scheduling.optimizer.room import PAIRS_FIRST, ROWS_FIRST, ROWS_MAX, Room, Thinning
from scheduling.optimizer.selection import Selection
from scheduling.optimizer.watch import OutOfTime, Watch
from scheduling.optimizer.weights import Mix, weigh

# Cells finished one by one before the rest goes to CP-SAT.
FINISHED_MAX: Final = 2_000

# Mixes tried between ΣA and ΣB; the bound rarely rises after the fourth.
MIXES_MAX: Final = 8

# Legs of each direction that a sketch looks at for a better plan, then when nothing else is left
# to do, and in how many cells.
SAMPLE: Final = 4_000
SAMPLED_CELLS: Final = 32
SAMPLE_LAST: Final = 16_000
SAMPLED_CELLS_LAST: Final = 256

# The finest mix is 1 in 2^20; fewer steps where costs are so high that the sums would not fit.
MIX_BITS: Final = 20
SUM_BITS: Final = 58


USUAL_ROOM: Final = Room(PAIRS_FIRST, ROWS_FIRST)


@dataclass(slots=True)
class Counts:
    """What a search did, for people."""

    cities: int = 0
    chains: int = 0
    legs: int = 0
    mixes: int = 0
    cells: int = 0
    cores: int = 0

    def to_statistics(self) -> dict[str, int | float | str]:
        """Return the counts by name."""
        return dict(asdict(self))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best plan found, a bound on every plan's cost, and whether the search was completed.

    Without a plan, `is_complete` means that there is none; otherwise that `plan.cost` is the bound.
    """

    plan: Plan | None
    bound: int
    is_complete: bool
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class _Sums:
    below: int
    above: int


class Search:
    """One search for the cheapest plan; `run` may be called once."""

    def __init__(
        self,
        columns: Columns,
        aim: Aim,
        selection: Selection,
        watch: Watch,
        *,
        memory: Memory | None = None,
        finished_max: int = FINISHED_MAX,
        room: Room = USUAL_ROOM,
        rows_max: int = ROWS_MAX,
    ) -> None:
        """Prepare; `finished_max` is how many cells are finished before CP-SAT takes over.

        A join that exceeds `room` waits for a sketch; more than `rows_max` legs of a direction
        are never kept, the sketch is the answer then.
        Searches over the same document and the same aim may share a memory.
        """
        self.memory = memory or Memory()
        self.columns = columns
        self.aim = aim
        self.selection = selection
        self.watch = watch
        self.finished_max = finished_max
        self.room = room
        self.rows_max = rows_max
        self.is_sketch = False
        self.plan: Plan | None = None
        self.bound = 0
        self.counts = Counts()
        self.finishers: list[Finisher] = []
        self.pieces: dict[Mix, list[Piece]] = {}
        self.bounds: dict[Mix, int] = {}

    def run(self, known: Plan | None = None) -> Outcome:
        """Search; `known` is a plan of this aim that the result must beat to differ from it."""
        self.plan = known
        try:
            complete = self._search()
        except OutOfTime:
            complete = self._is_proven()
        if complete and self.plan is not None:
            self.bound = self.plan.cost
        return Outcome(self.plan, self.bound, complete, self.counts)

    def _search(self) -> bool:
        """Search, with a sketch first where the join is large; return whether it was completed."""
        if not self.aim.is_bent:
            return self._in_full(Room())
        if self._in_full(self.room):
            return True
        self.pieces, self.is_sketch = {}, True
        if self._solve():
            return True
        self.is_sketch = False
        return (
            self._sampled(SAMPLE, SAMPLED_CELLS)
            or self._in_full(Room(rows=self.rows_max))
            or self._sampled(SAMPLE_LAST, SAMPLED_CELLS_LAST)
        )

    def _in_full(self, room: Room) -> bool:
        """Search with every leg; return False when there is no room for them."""
        try:
            self._reduce(room)
            if self.finishers and not self._solve():
                self._close()
        except OutOfTime:
            self.watch.check()
            return False
        return True

    def _sampled(self, sample: int, cells: int) -> bool:
        """Look for a better plan in the best cells, with few legs; return whether it is proven.

        Legs cheapest by one mix rarely fill the cap just so; one of many others may.
        """
        self._reduce(Room(), Thinning(tuple(self.bounds), sample))
        self._close(cells)
        return self._is_proven()

    def _reduce(self, room: Room, thinning: Thinning | None = None) -> None:
        columns, aim = self.columns, self.aim
        weighted = self.memory.recall(("weighted", aim), (columns,), lambda: weigh(columns, aim))
        setting = Setting(
            columns, weighted, self.selection, self.watch, self.memory, room, thinning
        )
        cities = [reduce_city(setting, number) for number in range(len(columns.cities))]
        found = [city for city in cities if city is not None]
        self.finishers = [Finisher(city, self.watch) for city in found]
        if not self.is_sketch:
            self.pieces = {}
        self.counts.cities = len(found)
        self.counts.chains = sum(len(city.chains) for city in found)
        self.counts.legs = sum(len(city.out) + len(city.back) for city in found)

    def _solve(self) -> bool:
        """Solve linear objectives; return whether no cell needs a closer look."""
        below = self._lowest(Mix(1, 0))
        if not self.aim.is_bent or self._is_proven():
            return True
        above = self._lowest(Mix(0, 1))
        if not self.aim.is_convex or self._is_proven():
            return True
        if below is not None and above is not None:
            self._raise_bound(below, above)
        return self.plan is None or self._is_proven()

    def _is_proven(self) -> bool:
        return self.plan is not None and self.plan.cost <= self.bound

    def _ceiling(self, mix: Mix) -> Ceiling:
        """Return the mixed value that only a plan cheaper than the best one stays below."""
        if self.plan is None:
            return Ceiling(2**62)
        whole = mix.below + mix.above
        return Ceiling(self.plan.cost * whole + mix.above * self.aim.offset)

    def _offer(self, plan: Plan) -> None:
        if self.plan is None or plan.cost < self.plan.cost:
            self.plan = plan

    def _pieces(self, mix: Mix) -> list[Piece]:
        if mix not in self.pieces:
            self.counts.mixes += 1
            if self.is_sketch:
                self._reduce(Room(), Thinning((mix,)))
            self.pieces[mix] = [Piece(finisher.city, mix) for finisher in self.finishers]
        return self.pieces[mix]

    def _lowest(self, mix: Mix) -> _Sums | None:
        """Solve one linear objective: raise the bound, offer the best plan of its best cell.

        Returns the sums of a plan that attains the bound; None when the best plan known already
        does, or when there is no plan at all.
        """
        ceiling = self._ceiling(mix)
        pieces = self._pieces(mix)
        order = np.argsort([piece.bound() for piece in pieces], kind="stable").tolist()
        found: tuple[int, Spot] | None = None
        for number in order:
            for cells in pieces[number].cells_below(ceiling):
                self.watch.check()
                if len(cells):
                    ceiling.lower(int(cells.value[0]))
                    found = (number, spot_of(cells, 0))
        if not self.aim.is_bent or self.aim.is_convex:
            self._learn(mix, ceiling.value)
        if found is None:
            return None
        finisher = self.finishers[found[0]]
        self._offer(finisher.best(found[1]))
        plan = finisher.cheapest(found[1], mix)
        return _Sums(plan.below, plan.above)

    def _learn(self, mix: Mix, value: int) -> None:
        """Raise the bound to what the least mixed value implies, rounded up."""
        whole = mix.below + mix.above
        self.bounds[mix] = -((mix.above * self.aim.offset - value) // whole)
        self.bound = max(self.bound, self.bounds[mix])

    def _raise_bound(self, below: _Sums, above: _Sums) -> None:
        """Try mixes where the lines of the last two plans meet, until that stops helping."""
        whole = 2 ** max(1, min(MIX_BITS, SUM_BITS - self.aim.highest.bit_length()))
        offset = self.aim.offset
        for _ in range(MIXES_MAX):
            gain = (above.below - (above.above - offset)) - (below.below - (below.above - offset))
            if gain <= 0:
                return
            share = ((below.above - offset) - (above.above - offset)) * whole // gain
            mix = Mix(min(max(share, 1), whole - 1), whole - min(max(share, 1), whole - 1))
            if mix in self.pieces:
                return
            sums = self._lowest(mix)
            if sums is None or self._is_proven():
                return
            if sums.below >= sums.above - offset:
                above = sums
            else:
                below = sums

    def _close(self, at_most: int | None = None) -> None:
        """Finish every cell that no mix rules out; leave the rest to CP-SAT when there are many.

        With `at_most`, stop after so many instead.
        """
        mix = max(self.bounds, key=lambda tried: self.bounds[tried])
        ceiling = self._ceiling(mix)
        finished = 0
        for number, cells in self._open_cells(mix, ceiling):
            for position in range(len(cells)):
                self.watch.check()
                if cells.value[position] >= ceiling.value:
                    break
                if finished >= (self.finished_max if at_most is None else at_most):
                    if at_most is None:
                        self._hand_over(mix)
                    return
                finished += 1
                self.counts.cells += 1
                self._offer(self.finishers[number].best(spot_of(cells, position)))
                ceiling.lower(self._ceiling(mix).value)

    def _open_cells(self, mix: Mix, ceiling: Ceiling) -> Iterator[tuple[int, Cells]]:
        """Yield the cells, city by city, that every mix so far leaves below the best plan."""
        pieces = self._pieces(mix)
        order = np.argsort([piece.bound() for piece in pieces], kind="stable").tolist()
        others = [other for other in self.pieces if other != mix]
        for number in order:
            for found in pieces[number].cells_below(ceiling):
                self.watch.check()
                cells = found
                for other in others:
                    values = self.pieces[other][number].values_at(cells)
                    limit = self._ceiling(other).value
                    cells = cells.take(np.flatnonzero(values < limit))
                yield number, cells

    def _hand_over(self, mix: Mix) -> None:
        """Let CP-SAT choose among the options of all cells that are still open."""
        from scheduling.optimizer.core import (  # noqa: PLC0415 — few searches need OR-Tools
            Core,
            solve_core,
        )

        core = Core(self.columns, self.selection)
        ceiling = self._ceiling(mix)
        for number, cells in self._open_cells(mix, ceiling):
            core.add(self.finishers[number], cells)
        self.counts.cores += 1
        result = solve_core(core, self.aim, self.watch, known=self.plan, bound=self.bound)
        if result.plan is not None:
            self._offer(result.plan)
        self.bound = max(self.bound, result.bound)
        if not result.is_complete:
            raise OutOfTime


def spot_of(cells: Cells, position: int) -> Spot:
    """Return one of the cells by its numbers."""
    return Spot(
        chain=int(cells.chain[position]),
        check_in=int(cells.check_in[position]),
        check_out=int(cells.check_out[position]),
        lodging=int(cells.lodging[position]),
    )
