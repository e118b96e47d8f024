"""An estimate as its patient reads it: who, how much, until when, and what if a bill is higher."""

from __future__ import annotations

from typing import Any, Final

from api.formatting import format_date
from pricing.estimate.dispute import CURRENCY, FEE, THRESHOLD
from pricing.estimate.estimate_document import Estimate
from pricing.estimate.status import EstimateStatus
from pricing.estimate.totals import provider_total, shares_of, total_of
from pricing.money import Money
from scheduling.documents import wording

_STANDING: Final = {
    EstimateStatus.ISSUED: "It holds until {day}.",
    EstimateStatus.EXPIRED: "It held until {day}. Ask your coordinator for a new one.",
    EstimateStatus.SUPERSEDED: "A later version replaces it: read that one.",
    EstimateStatus.WITHDRAWN: "It was withdrawn. Ask your coordinator what holds instead.",
    EstimateStatus.DRAFT: "It is a draft and holds for nothing yet.",
}


def in_short(estimate: Estimate, status: EstimateStatus) -> list[dict[str, Any]]:
    """Return questions and their answers, in the order a patient asks them."""
    shares = shares_of(estimate)
    own = shares.patient + shares.self_pay
    plan = f" The plan pays {_whole(shares.plan)}." if shares.plan.minor else ""
    day = format_date(estimate.valid_until)
    return [
        {
            "label": "What is done?",
            "texts": [f"{estimate.primary.description}, on {format_date(estimate.primary.date)}."],
        },
        {"label": "Who will send a bill?", "texts": _who(estimate)},
        {"label": "What does it cost in all?", "texts": [f"{_whole(total_of(estimate))}."]},
        {"label": "What do you pay?", "texts": [f"{_whole(own)}.{plan}"]},
        {"label": "How long does it hold?", "texts": [_STANDING[status].format(day=day)]},
    ]


def if_higher(estimate: Estimate) -> list[str]:
    """Return what to do where a bill is higher, step by step."""
    first = (
        "Before you pay, send the bill to your coordinator, who holds it against this estimate, "
        "line by line; you read the result below, under Bills."
    )
    steps = [first, "Whoever billed is asked to correct the bill, or to explain each difference."]
    if estimate.currency == CURRENCY and not shares_of(estimate).plan.minor:
        steps.append(
            f"If one of them still bills {_whole(THRESHOLD)} or more above what this "
            "estimate says for them, you can start a dispute: within 120 days after the date on "
            f"the bill, for a fee of {_whole(FEE)}. The letter for it is made for you on "
            "the page of the bill. How to start is told on www.cms.gov/nosurprises/consumers or "
            "at 1-800-985-3059. It does not make your care any worse."
        )
    else:
        steps.append(
            "The dispute of the United States is for people who pay all of an estimate in US "
            "dollars themselves, so it is not open here. Your coordinator says what else can be "
            "done."
        )
    return steps


def _whole(amount: Money) -> str:
    """Return an amount that no line breaks in two."""
    return wording.money(amount).replace(" ", "\N{NO-BREAK SPACE}")


def present_short(estimate: Estimate, status: EstimateStatus) -> dict[str, Any]:
    """Return what stands first on the page of somebody who does not write estimates."""
    return {"answers": in_short(estimate, status), "steps": if_higher(estimate)}


def _who(estimate: Estimate) -> list[str]:
    return [f"{one.name}, {_whole(provider_total(estimate, one.id))}" for one in estimate.providers]
