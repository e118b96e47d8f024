"""A world full of hostile text: everything in it was planted through the doors that people use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask.testing import FlaskClient

from api.jobs.queue_plan import make_plan
from api.schemas.case import case_answer
from logistics.repository.cases import get_case
from tests.api.faces.worlds import PLANNED, World
from tests.api.injection.corpus import EVERYWHERE
from tests.api.injection.doors import placed

PLACES: Final[tuple[tuple[str | int, ...], ...]] = (
    ("title",),
    ("patient", "name"),
    ("companions", 0, "person", "name"),
    ("visit", "needs", 0, "title"),
    ("diagnosis",),
    ("story",),
)
"""Where a case that can be planned takes words; the specialty has to be one that is offered."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A case with hostile text in every place, planned and accepted."""

    reference: str
    texts: tuple[str, ...]
    """What stands at each of `PLACES`, as it is kept."""

    plan_id: str = ""
    itinerary_id: str = ""

    @property
    def names(self) -> dict[str, Any]:
        """Return what stands for each part of an address."""
        return {
            "reference": self.reference,
            "plan_id": self.plan_id,
            "itinerary_id": self.itinerary_id,
        }


def plant_cases(world: World, texts: Sequence[str]) -> tuple[Planted, ...]:
    """Open, plan and accept cases until each text has stood somewhere, and one everywhere."""
    with world.services.database.read() as session:
        body = case_answer(get_case(session, PLANNED), payer_id="payer-sample")
    del body["is_sample"]
    body["companions"] = body["companions"][:1]
    size = len(PLACES)
    rows = [tuple(texts[start : start + size]) for start in range(0, len(texts), size)]
    rows[-1] = (*rows[-1], *texts[: size - len(rows[-1])])
    rows.insert(0, (EVERYWHERE,) * size)
    return tuple(
        _plan(world, _open(world.client, f"SJ-{7000 + number}", body, row))
        for number, row in enumerate(rows)
    )


def plant_reasons(world: World, reference: str, texts: Sequence[str]) -> None:
    """Break the glass of a case with each of the texts for a reason."""
    client = world.client_of("administrator")
    for text in texts:
        # So many letters a reason must have.
        sent = {"reference": reference, "reason": f"{text}{' because of this' * (len(text) < 20)}"}
        answer = client.post("/emergency", data=sent)
        assert answer.status_code == 303, (text, answer.text)


def plant_accounts(world: World, texts: Sequence[str]) -> None:
    """Make users and tokens that are called by each of the texts."""
    administrator, coordinator = world.client_of("administrator"), world.client_of("coordinator")
    for number, text in enumerate(texts):
        user = {"name": text, "email": f"u{number}@clinic.example", "roles": ["auditor"]}
        assert administrator.post("/users", data=user).status_code in {200, 422}
        token = {"name": text, "days": "9", "scopes": ["case.list"]}
        assert coordinator.post("/account/tokens", data=token).status_code in {200, 422}


def _open(
    client: FlaskClient, reference: str, body: dict[str, Any], texts: tuple[str, ...]
) -> Planted:
    sent = {**body, "reference": reference}
    for place, text in zip(PLACES, texts, strict=True):
        sent = placed(sent, place, text)
    answer = client.post("/api/v1/cases", json=sent)
    assert answer.status_code == 201, answer.text
    return Planted(reference, tuple(text.strip() for text in texts))


def _plan(world: World, case: Planted) -> Planted:
    plan = world.client.post(f"/api/v1/cases/{case.reference}/plans").json
    assert plan is not None
    make_plan(plan["id"], world.services)
    accepted = world.client.post(f"/api/v1/plans/{plan['id']}/accept", json={"proposal": "best"})
    assert accepted.json is not None
    assert accepted.status_code == 201, accepted.text
    return replace(case, plan_id=plan["id"], itinerary_id=accepted.json["id"])
