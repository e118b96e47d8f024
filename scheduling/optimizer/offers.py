"""What a document does not offer at all: the sentence when no plan exists without any rule."""

from collections.abc import Iterator

from scheduling.optimizer.problem import Problem


def say_what_is_missing(problem: Problem) -> str:
    """Return in one sentence what keeps every city from having a plan, even without rules."""
    for need in problem.needs:
        if not any(row.need == need.id for row in problem.slots):
            return f"No slot is offered for the appointment “{need.id}”."
    cities = _cities(problem)
    if not cities:
        return "No city has slots for all appointments of the visit."
    lacks = [(city, next(_lacks(problem, city))) for city in cities]
    return " ".join(f"{city}: {lack}" for city, lack in lacks)


def _cities(problem: Problem) -> list[str]:
    """Return the cities that have a slot for every need."""
    cities = dict.fromkeys(row.city for row in problem.slots)
    needs = {row.id for row in problem.needs}
    return [
        city for city in cities if needs <= {row.need for row in problem.slots if row.city == city}
    ]


def _lacks(problem: Problem, city: str) -> Iterator[str]:
    """Yield what a city lacks, the plainest first."""
    for party in problem.parties:
        if not any(row.party == party.id and row.city == city for row in problem.outbound):
            yield f"no outbound journey is offered for “{party.id}”."
        if not any(row.party == party.id and row.city == city for row in problem.returns):
            yield f"no return journey is offered for “{party.id}”."
    arrive = min(row.day for row in problem.outbound if row.city == city)
    depart = max(row.day for row in problem.returns if row.city == city)
    if depart < arrive:
        yield f"the last return departs on day {depart}, before the first arrival on day {arrive}."
    yield from _lacking_beds(problem, city)
    yield from _lacking_transfers(problem, city)
    yield (
        "no lodging or day visit has all of it: an entry for every night of a stay between the "
        "journeys, a commute to every site, and a transfer for every party's gateways."
    )


def _lacking_beds(problem: Problem, city: str) -> Iterator[str]:
    lodgings = {row.id for row in problem.lodgings if row.city == city}
    reached = {row.place for row in problem.transfers}
    sites = {row.site for row in problem.slots if row.city == city}
    known = {(row.lodging, row.site) for row in problem.commutes}
    linked = {name for name in lodgings if any((name, site) in known for site in sites)}
    if sites & reached:
        return
    if not lodgings:
        yield "no lodging is offered, and no transfer goes to a site for a visit without a night."
    elif not linked:
        yield "no lodging has a commute to any site of the appointments."


def _lacking_transfers(problem: Problem, city: str) -> Iterator[str]:
    places = {row.id for row in problem.lodgings if row.city == city}
    places |= {row.site for row in problem.slots if row.city == city}
    for party in problem.parties:
        for words, journeys in (("outbound", problem.outbound), ("return", problem.returns)):
            gateways = {
                row.gateway for row in journeys if row.party == party.id and row.city == city
            }
            if not any(
                row.party == party.id and row.gateway in gateways and row.place in places
                for row in problem.transfers
            ):
                where = f"the gateways of its {words} journeys"
                yield f"no transfer is offered for “{party.id}” at {where}."
