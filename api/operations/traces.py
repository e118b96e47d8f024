"""How a stored decision was made: made again, in the process apart, from what was kept of it.

It comes back to the stored cents, or the fault is ours and nothing is shown.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from api.access.policy import Field
from api.coverage.answering import write_inputs
from api.coverage.apart import ask_apart
from api.coverage.wishes import list_refusals
from api.policy_errors import NoTrace, TraceDisagrees
from logistics.repository.sealed import is_hidden
from pricing.coverage.record import Inputs
from pricing.repository.policy_texts import get_text
from scheduling.cost_split import CoverageDecision

_LOG: Final = logging.getLogger(__name__)
_Figures = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDecision:
    """A stored decision with everything it was made from; ``of`` is a plan's or itinerary's id."""

    of: str
    coverage: CoverageDecision
    inputs: Inputs
    texts: Mapping[str, str]


def gather(session: Session, of: str, coverage: CoverageDecision) -> KeptDecision:
    """Return the decision with the texts it names.

    Raises NoTrace where it is not to be seen or older than what is kept, and PolicyTextNotFound.
    """
    inputs = coverage.inputs
    if inputs is None or is_hidden(session, Field.COVERAGE.value):
        raise NoTrace(of)
    texts = {digest: get_text(session, digest) for digest in inputs.texts}
    return KeptDecision(of=of, coverage=coverage, inputs=inputs, texts=texts)


def decide_again(kept: KeptDecision) -> dict[str, Any]:
    """Return the decision as ``sojourn cover --json`` prints it, the same as the stored one.

    Raises TraceDisagrees, and as `ask_apart` does. Ask with no transaction open.
    """
    told = ask_apart("rule", {"inputs": write_inputs(kept.inputs), "texts": dict(kept.texts)})
    difference = next(_differences(kept.coverage, told), None)
    if difference is not None:
        _LOG.error("coverage.disagrees", extra={"decision": kept.of})
        raise TraceDisagrees(kept.of, difference)
    answer: dict[str, Any] = told["answer"]
    return answer


def _differences(stored: CoverageDecision, told: Mapping[str, Any]) -> Iterator[str]:
    if "answer" not in told:
        yield "; ".join(one.message for one in list_refusals(told))
        return
    answer = told["answer"]
    before = [
        (one.key, one.amount.minor, one.payable.minor, one.payer.minor) for one in stored.lines
    ]
    after: list[_Figures] = [
        (one["id"], one["claimed_cents"], one["eligible_cents"], one["payable_cents"])
        for one in answer["lines"]
    ]
    for name, was, is_now in (
        ("currency", stored.currency, answer["currency"]),
        ("version", stored.policy_version, answer["policy"]["version"]),
        ("lines", [one[0] for one in before], [one[0] for one in after]),
    ):
        if was != is_now:
            yield f"{name}: stored {was}, now {is_now}"
    for line, again in zip(before, after, strict=False):
        if line != again:
            yield f"{line[0]}: stored cents {line[1:]}, now {again[1:]}"
