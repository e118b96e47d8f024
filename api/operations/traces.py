"""How a stored decision was made: made again, in the process apart, from what was kept of it.

It comes back to the stored cents, or the fault is ours and nothing is shown; one that an earlier
edition of the engine made may come to others, and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from api.access.policy import Field
from api.coverage.answering import write_inputs
from api.coverage.apart import ask_apart
from api.coverage.wishes import list_refusals
from api.policy_errors import NoTrace, TraceDisagrees
from logistics.repository.sealed import is_hidden
from pricing.coverage.edition import EDITION, Figures, Replay, figures_of
from pricing.coverage.record import Inputs
from pricing.repository.policy_texts import get_text
from scheduling.cost_split import CoverageDecision

_LOG: Final = logging.getLogger(__name__)


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

    One of another edition of the engine may differ: ``replayed`` says by which it was decided, and
    whether the cents agree.

    Raises TraceDisagrees, and as `ask_apart` does. Ask with no transaction open.
    """
    told = ask_apart("rule", {"inputs": write_inputs(kept.inputs), "texts": dict(kept.texts)})
    refusal = "; ".join(one.message for one in list_refusals(told))
    answer: dict[str, Any] | None = told.get("answer")
    again = None if answer is None else figures_of(answer)
    replay = Replay(kept.inputs.edition, _figures(kept.coverage), again, refusal)
    if answer is None or (replay.differences and replay.is_of_this_edition):
        _LOG.error("coverage.disagrees", extra={"decision": kept.of})
        raise TraceDisagrees(kept.of, replay.sentence)
    return {
        **answer,
        "replayed": {
            "edition": EDITION,
            "decided_by_edition": replay.edition,
            "cents_agree": not replay.differences,
            "message": replay.sentence,
        },
    }


def _figures(stored: CoverageDecision) -> Figures:
    """Return what a plan keeps of its decision: no caps, no tax, no balances."""
    return Figures(
        currency=stored.currency,
        version=stored.policy_version,
        lines={
            one.key: {
                "claimed": one.amount.minor,
                "eligible": one.payable.minor,
                "payable": one.payer.minor,
            }
            for one in stored.lines
        },
    )
