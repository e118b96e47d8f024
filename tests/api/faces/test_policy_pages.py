"""The policy workbench: a document with faults beside its lines, trials, comparisons, force."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text as sql

from pricing.policies import RevisionKey
from pricing.repository.policies import put_in_force
from tests.api.faces.page import Page, checked, fetch
from tests.api.faces.test_coverage_rest import PAID, TAXI, store_policy
from tests.api.faces.visitors import Visitor, real_app
from tests.api.faces.worlds import NOW, World

FAULTY = PAID.replace("pays: actual", "pays: actuall")


def _page(world: World, who: str, path: str, status: int = 200) -> Page:
    return fetch(world.app, world.client_of(who), path, status=status)


def _post(world: World, who: str, path: str, **fields: Any) -> Any:  # noqa: ANN401 — an answer
    return world.client_of(who).post(path, data=fields)


def _notes(world: World, action: str) -> list[tuple[str, str]]:
    query = sql("SELECT user_id, outcome FROM audit_entry WHERE action = :action ORDER BY seq")
    with world.services.database.read() as session:
        return [tuple(row) for row in session.execute(query, {"action": action})]


def test_the_list_tells_what_is_in_force_and_what_waits(world: World) -> None:
    store_policy(world)

    page = _page(world, "coordinator", "/policies")

    assert "Taxi plan taxi-plan · sponsor Test · kept by Meridian sample insurer" in page.text
    assert "revision 1 in force" in page.text
    assert "draft 2" in page.text
    assert not page.all(".//a[@href='/policies/new']")
    assert "No policy yet" in _page(world, "strange_reviewer", "/policies").text


def test_the_list_names_the_version_in_force_today(world: World) -> None:
    page = _page(world, "coordinator", "/policies").text

    assert "sojourn-vip · sponsor Sojourn" in page
    vip = page.partition("sojourn-vip ·")[2]
    assert "version vip-2026.1, from 2026-01-01, still open" in vip.partition("in force")[0]


def test_the_list_says_when_nothing_is_in_force_for_trips_of_today(world: World) -> None:
    page = _page(world, "coordinator", "/policies").text

    assert "no version for trips of today" in page.partition("sharp-calpers-travel ·")[2]


def test_a_new_policy_begins_as_a_draft_whatever_is_wrong_in_it(world: World) -> None:
    answer = _post(world, "insurer_reviewer", "/policies", policy_id="taxi-plan", text=FAULTY)

    assert answer.headers["Location"] == "/policies/taxi-plan?saved=yes"
    page = _page(world, "insurer_reviewer", "/policies/taxi-plan")
    assert page.all(".//a[@href='#line-13']")
    assert "Only a document without faults can be put in force" in page.text
    assert _notes(world, "coverage.write") == [("demo-reviewer", "done")]


@pytest.mark.parametrize(
    ("policy_id", "text", "said"),
    [
        ("Taxi Plan", PAID, "small letters"),
        ("taxi-plan", "", "must not be empty"),
        ("taxi-plan", "x" * 400_001, "more than 400,000"),
        ("taxi-plan", "a\x07b", "U+0007"),
        ("irs-medical-travel", PAID, "already"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(
    world: World, policy_id: str, text: str, said: str
) -> None:
    answer = _post(world, "insurer_reviewer", "/policies", policy_id=policy_id, text=text)

    assert said in checked(world.app, answer, status=422).text


def test_saving_keeps_the_text_as_typed_and_the_former_revision(world: World) -> None:
    store_policy(world)
    typed = PAID + "\n# <script>alert(1)</script> müde\n"

    _post(world, "insurer_reviewer", "/policies/taxi-plan", text=typed.replace("\n", "\r\n"))

    page = _page(world, "insurer_reviewer", "/policies/taxi-plan")
    assert page.form("/policies/taxi-plan")["text"] == typed
    assert "revision 3" in page.text
    former = _page(world, "insurer_reviewer", "/policies/taxi-plan?revision=1")
    assert former.form("/policies/taxi-plan")["text"] == PAID
    assert "not the newest" in former.text


def test_who_reads_can_not_write(world: World) -> None:
    store_policy(world)

    shown = _page(world, "coordinator", "/policies/taxi-plan")

    assert shown.all(".//textarea[@readonly]")
    assert "Save as draft" not in shown.text
    assert _post(world, "coordinator", "/policies/taxi-plan", text=PAID).status_code == 403
    for path in ("/policies/taxi-plan", "/policies/taxi-plan/try", "/policies/taxi-plan/compare"):
        assert world.client_of("strange_reviewer").get(path).status_code == 404
    assert _post(world, "strange_reviewer", "/policies/taxi-plan", text=PAID).status_code == 404


def test_a_sample_trip_is_decided_line_by_line(world: World) -> None:
    page = _page(world, "coordinator", "/policies/mmc-surest-travel/try?trip=P03a")

    assert "The plan paysUSD 451.50" in page.text
    assert "Why, step by step: hotel" in page.text
    assert len(page.all(".//details")) == 3
    assert _notes(world, "coverage.try") == [("demo-coordinator", "done")]


def test_a_typed_trip_is_decided_and_not_kept(world: World) -> None:
    store_policy(world)
    address = "/policies/taxi-plan/try?revision=1"

    answer = _post(world, "coordinator", address, trip=TAXI, as_of="2026-04-01", balances="")

    page = checked(world.app, answer)
    assert "The plan paysUSD 80.00" in page.text
    assert '<option value="T-1"' not in answer.text


def test_what_looks_wrong_in_a_trip_is_told_beside_its_decision(world: World) -> None:
    store_policy(world)
    late = TAXI.replace("date: 2026-03-02", "date: 2026-08-01")
    assert late != TAXI

    answer = _post(world, "coordinator", "/policies/taxi-plan/try", trip=late, as_of="2026-09-01")

    page = checked(world.app, answer)
    line = late[: late.index("2026-08-01")].count("\n") + 1
    assert "it changes nothing" in page.text
    assert f"Line {line} expenses[taxi].date: 2026-08-01 is outside" in page.text
    assert page.all(f".//a[@href='#line-{line}']")
    (mark,) = page.all(".//*[@class='at-warning']")
    assert "".join(mark.itertext()) == f"! {line}"


def test_a_fault_of_a_trip_is_marked_on_its_line(world: World) -> None:
    store_policy(world)
    faulty = TAXI.replace("amount: 80", "amuont: 80")

    page = checked(
        world.app, _post(world, "coordinator", "/policies/taxi-plan/try", trip=faulty), status=200
    )

    line = faulty[: faulty.index("amuont")].count("\n") + 1
    (mark,) = page.all(".//*[@class='at-fault']")
    assert "".join(mark.itertext()) == f"✕ {line}"


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"trip": ""}, 422, "must not be empty"),
        ({"trip": TAXI, "as_of": "2026-02-30"}, 422, "an existing day"),
        ({"trip": "id: 3"}, 200, "line 1"),
        (
            {"trip": TAXI.replace(", amount: 80", "")},
            200,
            "trip.expenses[taxi].amount: line 11: is not",
        ),
        ({"trip": TAXI, "balances": "used: 3"}, 200, "balances"),
    ],
)
def test_what_cannot_be_decided_says_why(
    world: World, fields: dict[str, str], status: int, said: str
) -> None:
    store_policy(world)

    answer = _post(world, "coordinator", "/policies/taxi-plan/try", **fields)

    assert said in checked(world.app, answer, status=status).text


def test_a_trip_is_kept_once_somebody_says_that_it_is_invented(world: World) -> None:
    store_policy(world)
    address = "/policies/taxi-plan/trips"

    refused = _post(world, "insurer_reviewer", address, trip=TAXI)
    kept = _post(world, "insurer_reviewer", address, trip=TAXI, is_invented="yes")

    assert "trips of real people" in checked(world.app, refused, status=422).text
    assert kept.headers["Location"] == "/policies/taxi-plan/try?trip=T-1"
    page = _page(world, "insurer_reviewer", kept.headers["Location"])
    assert "The plan paysUSD 40.00" in page.text
    gone = _post(world, "insurer_reviewer", f"{address}/remove", trip_id="T-1")
    assert gone.status_code == 303
    _page(world, "insurer_reviewer", "/policies/taxi-plan/try?trip=T-1", 404)


def test_two_revisions_are_compared_over_all_trips_the_largest_change_first(world: World) -> None:
    store_policy(world)
    dearer = TAXI.replace("id: T-1", "id: T-2").replace("amount: 80", "amount: 95")
    without = TAXI.replace("id: T-1", "id: T-3").replace(", amount: 80", "")
    for trip in (TAXI, dearer, without):
        _post(world, "insurer_reviewer", "/policies/taxi-plan/trips", trip=trip, is_invented="yes")

    page = _page(world, "coordinator", "/policies/taxi-plan/compare")

    rows = ["".join(row.itertext()).split() for row in page.all(".//tbody/tr")]
    assert [row[0][:3] for row in rows] == ["T-2", "T-1"]
    assert "2 of 2 trips get another amount" in page.text
    assert "taxi −USD 55.00" in page.text
    assert "T-3" in page.text
    assert "add it" in page.text
    same = _page(world, "coordinator", "/policies/taxi-plan/compare?before=1&after=1")
    assert "0 of 2 trips" in same.text
    named = "/policies/taxi-plan/compare?before=1&before_version=1999&after=2"
    assert "it has 2026" in _page(world, "coordinator", named).text


def test_nothing_with_faults_is_put_in_force(world: World) -> None:
    store_policy(world)
    _post(world, "insurer_reviewer", "/policies/taxi-plan", text=FAULTY)

    asked = _post(
        world,
        "insurer_reviewer",
        "/policies/taxi-plan/force",
        revision="3",
        reason="the new year’s amounts",
    )

    assert asked.status_code == 409
    assert "mend the document" in asked.text


def test_nothing_is_withdrawn_that_is_not_in_force(world: World) -> None:
    store_policy(world)

    asked = _post(
        world,
        "insurer_reviewer",
        "/policies/taxi-plan/withdraw",
        revision="2",
        reason="the plan has ended",
    )

    assert asked.status_code == 409
    assert "Revision 2 of taxi-plan is draft and not in force" in asked.text
    shown = _page(world, "insurer_reviewer", "/policies/taxi-plan")
    assert not shown.all(".//form[@action='/policies/taxi-plan/withdraw']")


def test_the_tax_ceiling_of_what_is_in_force_stays(world: World) -> None:
    asked = _post(
        world,
        "insurer_reviewer",
        "/policies/irs-medical-travel/withdraw",
        revision="1",
        reason="the plan has ended",
    )

    assert asked.status_code == 409
    assert "policy irs-medical-travel is the tax ceiling of" in asked.text


def test_a_withdrawal_says_why(world: World) -> None:
    store_policy(world)
    address = "/policies/taxi-plan/withdraw"

    asked = _post(world, "insurer_reviewer", address, revision="1", reason="ended")

    page = checked(world.app, asked, status=422)
    assert "say why" in page.text
    assert page.form("/withdraw")["revision"] == "1"


def test_what_is_in_force_is_withdrawn_by_two(world: World) -> None:
    store_policy(world)
    app = real_app(world)
    rhea = Visitor(app)
    rhea.come_in_as("demo-reviewer")
    rhea.open("/policies/taxi-plan?revision=1")
    shown = rhea.send("/withdraw", reason="the plan has ended")
    assert "Take out of force the coverage policy taxi-plan, revision 1" in shown.text
    assert "somebody else has to decide" in shown.text

    _decide_as("demo-payer-administrator", app)

    listed = rhea.open("/policies").text
    assert "not in force" in listed.partition("Taxi plan")[2]
    assert "Take it out of force" not in rhea.open("/policies/taxi-plan?revision=1").text
    assert _notes(world, "coverage.withdraw") == [
        ("demo-reviewer", "done"),
        ("demo-payer-administrator", "done"),
    ]


def test_an_approval_leads_to_its_own_sponsors_policy(world: World) -> None:
    store_policy(world)
    store_policy(world, owner="sojourn-sample")
    named = {"revision": "2", "reason": "wanted from January on"}
    _post(world, "insurer_reviewer", "/policies/taxi-plan/force", **named)

    page = _page(world, "insurer_reviewer", "/approvals")

    addresses = [str(one.get("href")) for one in page.all(".//main//a")]
    assert addresses == [
        "/policies/taxi-plan?of=payer-sample&revision=2",
        "/policies/taxi-plan/compare?of=payer-sample&after=2",
    ]
    for address in addresses:
        assert "Taxi plan" in _page(world, "insurer_reviewer", address).text


def test_what_was_replaced_meanwhile_is_not_withdrawn(world: World) -> None:
    store_policy(world)
    app = real_app(world)
    rhea = Visitor(app)
    rhea.come_in_as("demo-reviewer")
    rhea.open("/policies/taxi-plan?revision=1")
    rhea.send("/withdraw", reason="the plan has ended")
    with world.services.database.write() as session:
        key = RevisionKey(organisation_id="payer-sample", policy_id="taxi-plan", revision=2)
        put_in_force(session, key, now=NOW)

    _decide_as("demo-payer-administrator", app, status=409)

    assert "revision 2 in force" in rhea.open("/policies").text
    assert "waits for a second person" in rhea.open("/approvals").text


def _decide_as(who: str, app: Flask, *, status: int = 200) -> None:
    """Approve what waits first."""
    second = Visitor(app)
    second.come_in_as(who)
    page = second.open("/approvals")
    address = next(
        str(form.get("action"))
        for form in page.all(".//form")
        if "/approvals/" in str(form.get("action"))
    )
    second.send(address, decision="approved", status=status)


def test_a_policy_is_written_tried_and_put_in_force_by_two(world: World) -> None:
    app = real_app(world)
    rhea = Visitor(app)
    rhea.come_in_as("demo-reviewer")
    rhea.open("/policies/new")
    rhea.send("/policies", policy_id="taxi-plan", text=FAULTY)
    assert rhea.page is not None
    assert "1 fault to mend" in rhea.page.text

    rhea.send("/policies/taxi-plan", text=PAID)
    assert "No fault found" in rhea.page.text
    rhea.open("/policies/taxi-plan/try")
    rhea.send("/try?revision=2", trip=TAXI)
    assert "The plan paysUSD 80.00" in rhea.page.text
    rhea.open("/policies/taxi-plan/compare?before=1&after=2")
    rhea.open("/policies/taxi-plan")
    rhea.send("/force", reason="wanted from January on")
    assert "somebody else has to decide" in rhea.page.text
    assert "taxi-plan, revision 2" in rhea.page.text

    _decide_as("demo-payer-administrator", app)

    assert "revision 2 in force" in rhea.open("/policies").text
    assert _notes(world, "coverage.force") == [
        ("demo-reviewer", "done"),
        ("demo-payer-administrator", "done"),
    ]


def test_what_only_looks_wrong_stands_beside_its_line_and_keeps_nobody_from_asking(
    world: World,
) -> None:
    store_policy(world)
    odd = PAID.replace("versions:", "tables: {spare: [{value: 5}]}\nversions:")
    assert odd != PAID

    _post(world, "insurer_reviewer", "/policies/taxi-plan", text=odd)

    page = _page(world, "insurer_reviewer", "/policies/taxi-plan")
    assert "No fault found, 1 warning" in page.text
    assert "tables.spare no rule looks this table up" in page.text
    line = odd[: odd.index("tables:")].count("\n") + 1
    assert page.all(f".//a[@href='#line-{line}']")
    (mark,) = page.all(".//*[@class='at-warning']")
    assert "".join(mark.itertext()) == f"! {line}"
    assert page.form("/policies/taxi-plan/force")
