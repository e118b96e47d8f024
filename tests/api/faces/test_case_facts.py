"""Stating the facts of a case: by page and over REST, as the policy asks for them."""

from __future__ import annotations

from typing import Any, Final

import pytest

from logistics.repository.case_facts import get_case_facts
from logistics.samples import case_payer
from pricing.coverage.library import get_shipped_text
from pricing.repository.policies import add_revision, put_in_force
from tests.api.faces.claim_worlds import store_claim
from tests.api.faces.page import Page, checked, fetch
from tests.api.faces.worlds import NOW, World

PAGE: Final = "/cases/SJ-1001/facts"
REST: Final = "/api/v1/cases/SJ-1001/facts"
_REVISED: Final = {
    "facts:\n": "facts:\n  trip.facts.income: {type: number, text: Income in percent.}\n",
    "  conditions:\n": """  conditions:
  - {id: net, text: The site is in the network., requires: site.network}
  - {id: far, text: Far by road., requires: distances.home_to_site.road_km > 100}
  - {id: poor, text: Income below the line., requires: trip.facts.income < 200}
  - {id: approved, text: Approved before., requires: line.approved}
  - {id: needed, text: Needed there., applies_to: [air], requires: person.medically_required}
""",
    "  limits:\n": """  limits:
  - {id: family, text: 9000 a year., cap: 9000, per: calendar_year, whose: household}
""",
}


@pytest.fixture
def asking(world: World) -> World:
    """Return a world whose payer asks for much that no booking tells."""
    text = get_shipped_text("sojourn-premium")
    for place, more in _REVISED.items():
        text = text.replace(place, more, 1)
    with world.services.database.write() as session:
        note = add_revision(
            session,
            organisation_id=case_payer(),
            policy_id="sojourn-premium",
            title="Asking",
            text=text,
            saved_by="user",
            now=NOW,
        )
        put_in_force(session, note.key, now=NOW)
    return world


def _page(world: World, who: str = "coordinator") -> Page:
    return fetch(world.app, world.client_of(who), PAGE)


def _send(world: World, who: str = "coordinator", **fields: Any) -> Any:  # noqa: ANN401 — an answer
    form = _page(world, who).form(PAGE) | fields
    return world.client_of(who).post(PAGE, data=form)


def _site(world: World, name: str) -> str:
    (found,) = (one for one in _page(world).form(PAGE) if one.endswith(f".{name}"))
    return found


def _stored(world: World) -> Any:  # noqa: ANN401 — JSON
    return world.client.get(REST).json


def test_the_form_asks_what_the_policy_asks_in_its_words(asking: World) -> None:
    page = _page(asking)

    for words in ("Income in percent", "Far by road.", "In the plan", "Approvals", "The household"):
        assert words in page.text
    assert "Referred by" not in page.text


def test_what_was_stated_stands_in_the_form_and_in_the_answer(asking: World) -> None:
    sent = _send(
        asking,
        **{
            _site(asking, "network"): "yes",
            _site(asking, "distances.home_to_site.road_km"): "812.5",
            "facts.income": "150",
            "household": "F-7",
            "approvals.1.date": "2027-01-10",
            "approvals.1.covers": "transport, lodging",
        },
    )

    assert sent.status_code == 303, sent.text
    form = _page(asking).form(PAGE)
    assert form[_site(asking, "network")] == "yes"
    assert (form["approvals.0.date"], form["approvals.0.covers"]) == (
        "2027-01-10",
        "transport, lodging",
    )
    told = _stored(asking)
    assert (told["version"], told["facts"]["household"]) == (1, "F-7")
    assert told["facts"]["facts"] == {"income": "150"}
    (site,) = told["facts"]["sites"].values()
    assert site == {"network": True, "distances": {"home_to_site": {"road_km": "812.5"}}}
    asked = {one["fact"]: one["is_stated"] for one in told["asked"]}
    assert asked["site.network"]
    assert not asked["person.medically_required"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("facts.income", "plenty", "a number such as 12"),
        ("approvals.1.date", "soon", "a date like"),
        ("approvals.1.covers", "planes", "neither a kind or group"),
        ("rates.0.value", "x", "must be a number"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(
    asking: World, field: str, typed: str, said: str
) -> None:
    more = {"approvals.1.date": "2027-01-10"} if field.endswith("covers") else {}
    sent = _send(asking, household="F-8", **{**more, field: typed})

    assert sent.status_code == 422
    page = checked(asking.app, sent, status=422)
    assert said in page.text
    assert page.form(PAGE)["household"] == "F-8"
    assert page.form(PAGE)[field] == typed
    assert _stored(asking)["version"] == 0


def test_a_form_that_was_overtaken_changes_nothing(asking: World) -> None:
    late = _page(asking).form(PAGE)
    assert _send(asking, household="F-1").status_code == 303

    answer = asking.client.post(PAGE, data={**late, "household": "F-2"})

    assert answer.status_code == 409
    assert _stored(asking)["facts"] == {"household": "F-1"}


def test_facts_over_rest_are_those_of_the_page(asking: World) -> None:
    (site,) = {one["place"][1] for one in _stored(asking)["asked"] if one["place"][0] == "sites"}
    body = {"version": 0, "facts": {"sites": {site: {"network": "yes"}}, "care": {"setting": "x"}}}

    put: Any = asking.client.put(REST, json=body)

    assert put.status_code == 200, put.text
    assert put.json["facts"]["sites"] == {site: {"network": True}}
    again: Any = asking.client.put(REST, json=body)
    assert again.status_code == 409
    assert _send(asking, household="F-1").status_code == 303
    assert _stored(asking)["facts"]["care"] == {"setting": "x"}, (
        "the form kept what it does not ask"
    )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"speed": 9}, "facts.speed"),
        ({"companions": {"nobody": {"role": "nurse"}}}, "companions.nobody"),
        ({"facts": {"income": "plenty"}}, "facts.facts.income"),
        ({"approvals": [{"date": "soon"}]}, "facts.approvals"),
        ({"household": "a\x1bb"}, "facts"),
    ],
)
def test_facts_that_cannot_be_are_told_by_their_path(
    asking: World, facts: dict[str, Any], field: str
) -> None:
    answer: Any = asking.client.put(REST, json={"version": 0, "facts": facts})

    assert answer.status_code == 422, answer.text
    assert any(one["field"].startswith(field) for one in answer.json["errors"]), answer.json
    assert _stored(asking)["version"] == 0


def test_a_claim_says_which_fact_is_missing_and_where_to_state_it(asking: World) -> None:
    claim = store_claim(asking)
    address = f"/claims/{claim.id}/decision"
    before = fetch(asking.app, asking.client_of("insurer_reviewer"), address)

    assert "site.network" in before.text
    assert before.all(f".//a[@href='{PAGE}']")


def test_a_reviewer_states_facts_and_a_patient_does_not_see_the_form(asking: World) -> None:
    assert _send(asking, "insurer_reviewer", household="F-3").status_code == 303

    with asking.services.database.read() as session:
        assert get_case_facts(session, "SJ-1001").saved_by != ""
    assert asking.client_of("patient").get(PAGE).status_code == 403
