"""The access matrix: every route × everybody, and no leak.

Who may ask is written in ``expected.py`` by hand. Whoever is not known is asked to log in, whoever
may not is refused, whoever may but has nothing to do with the case finds nothing; and no answer to
any of them says a word about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from api.access.actions import Action
from api.access.policy import POLICY
from api.access.roles import Role
from api.jobs.kinds import KINDS
from api.overrides.approvals import ask
from api.people.principals import find_principal
from api.people.tokens import make_token
from api.people.users import NewUser, add_user, get_user
from api.security.forms import FIELD, token_of
from logistics.claims.receipt import new_receipt
from logistics.handle_claim import send_receipt
from pricing.import_price_file import ImportWish, import_price_file
from scheduling.optimizer.apart import cool_down
from tests.api.faces.estimate_worlds import BILL, ESTIMATE, store_estimate
from tests.api.faces.test_coverage_rest import PAID, TAXI, store_policy
from tests.api.faces.test_rest import CASE
from tests.api.faces.worlds import NOW, Template, World, open_world, shared_template
from tests.api.matrix.expected import ANYBODY, EXPECTED, JOBS
from tests.api.matrix.identities import LETTERS, OURS, Identity, add_strangers, everybody
from tests.logistics.claims.filing import hotel, open_draft
from tests.pricing.price_files.made_up import tall

pytestmark = pytest.mark.sweep

_CANARIES: Final = ("Haskins", "heart surgery", "cardiomyopathy", "septal")
"""What the case SJ-1001 says that only those who reach it may read."""

_MEMBERS_LEARN_LESS: Final = ("heart surgery", "cardiomyopathy", "septal")
_LAST: Final = ("members.remove", "account.change_own_password", "overrides.ask_for_erasure")
_NEWEST_JOB: Final = "SELECT id FROM job ORDER BY created_at DESC LIMIT 1"
_NEWEST_ENTRY: Final = "SELECT max(seq) FROM audit_entry WHERE organisation_id = 'sojourn-sample'"
_TO_LOG_IN: Final = re.compile(r"/login(\?|$)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One place of the matrix: a route, somebody, and the answer."""

    rule: Rule
    who: Identity
    answer: TestResponse

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    @property
    def place(self) -> str:
        return f"{self.endpoint} × {self.who.name}: {self.answer.status_code}"

    @property
    def text(self) -> str:
        return self.answer.get_data().decode(errors="replace")


_KNEE: Final = "?billing_code=MS-DRG%20470"
_QUERIES: Final = {
    "plans_rest.why_not": "?option=none",
    "prices.evidence_page": _KNEE,
    "prices.evidence_csv": _KNEE,
    "prices.evidence_workbook": _KNEE,
}
"""What some addresses need to be asked with."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A world, the names in its addresses, and everybody."""

    world: World
    names: dict[str, Any]
    people: list[Identity]
    held: dict[str, tuple[str, str]]
    """The credentials that reading has left as they were, by the name of who holds them."""

    def ask(self, rule: Rule, who: Identity) -> Asked:
        """Ask for a route as somebody; what may end a credential is asked with one of its own."""
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(self.names[name[1]]), rule.rule)
        cookie, bearer = self._credential(who, anew=method != "GET")
        client = FlaskClient(self.world.app)
        headers = {"Sec-Fetch-Site": "same-origin"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        secret = cookie or "no session"
        client.set_cookie("sojourn" if cookie else "sojourn-form", secret)
        path += _QUERIES.get(rule.endpoint, "")
        body = _body(rule, token_of(secret)) if method in {"POST", "PUT"} else {}
        return Asked(rule, who, client.open(path, method=method, headers=headers, **body))

    def _credential(self, who: Identity, *, anew: bool) -> tuple[str, str]:
        if anew or who.name not in self.held:
            with self.world.services.database.write() as session:
                made = who.token_of(session)
            if anew:
                return made
            self.held[who.name] = made
        return self.held[who.name]


def _body(rule: Rule, form_token: str) -> dict[str, Any]:
    if rule.rule.startswith("/api/"):
        bodies: dict[str, Any] = {
            "cases_rest.create_case": CASE,
            "cases_rest.put_visit": CASE["visit"],
            "plans_rest.accept": {"proposal": "best"},
            "case_facts_rest.put_facts": {"version": 0, "facts": {}},
            "claims_rest.open_claim": {"starts": "2027-03-08", "ends": "2027-03-09"},
            "claims_rest.put_expenses": {"version": 1, "expenses": []},
            "claims_rest.file_one_claim": {"version": 1},
            "estimates_rest.put_draft": {"revision": 0, "estimate": ESTIMATE},
            "estimates_rest.issue": {"revision": 1},
            "estimates_rest.withdraw": {"revision": 1},
            "estimates_rest.take_price": {"revision": 1, "published": "a"},
            "estimates_rest.price_by_agreement": {"revision": 1, "terms": "a"},
            "estimates_rest.add_bill": {"bill": BILL},
            "estimates_rest.compare_bill": {"terms": "a", "provider": "facility"},
            "coverage_rest.check_policy": {"policy": PAID},
            "coverage_rest.decide_coverage": {"policy_id": "taxi-plan", "trip": TAXI},
        }
        return {"json": bodies.get(rule.endpoint, {})}
    return {"data": {FIELD: form_token, "request_key": uuid4().hex}}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """A seeded database with a plan and an itinerary."""
    yield shared_template(tmp_path_factory.getbasetemp())
    cool_down()


@pytest.fixture(scope="module")
def matrix(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """The world in which everybody asks for everything."""
    folder: Path = tmp_path_factory.mktemp("world")
    world = open_world(template, folder)
    store_policy(world)
    (folder / "prices.csv").write_text(tall(), "utf-8")
    root = world.services.settings.price_files
    import_price_file(ImportWish(file=folder / "prices.csv", root=root, now=NOW), lambda *_: None)
    with world.services.database.write() as session:
        strangers = add_strangers(session)
        names = _names(session, template)
    world.client.get("/cases/SJ-1001")
    with world.services.database.read() as session:
        names["seq"] = session.execute(text(_NEWEST_ENTRY)).scalar_one()
    yield Matrix(world, names, everybody(strangers), held={})
    world.services.database.dispose()


def _names(session: Any, template: Template) -> dict[str, Any]:  # noqa: ANN401 — a session
    """Return something to name in an address for every part of one."""
    manager = find_principal(
        session.connection(), session_token=template.tokens["case_manager"], api_token=None, now=NOW
    )
    assert manager is not None
    approval = ask(
        session,
        Action.PERSON_ERASE,
        "SJ-1002",
        reason="asked for in writing",
        principal=manager,
        now=NOW,
    )
    target = NewUser(
        id="target",
        organisation_id="sojourn-sample",
        name="Target",
        roles=frozenset({Role.AUDITOR}),
    )
    add_user(session, target, now=NOW)
    coordinator = get_user(session, OURS["c"])
    made = make_token(
        session, coordinator, name="t", scopes=["case.list"], days=1, by=manager, now=NOW
    )
    job = session.execute(text(_NEWEST_JOB)).scalar_one()
    claim = open_draft(session, "SJ-1001", hotel())
    bill = new_receipt(claim_id=claim.id, expense_id="hotel", name="Haskins.pdf", content=b"%PDF-")
    receipt = send_receipt(session, bill, by=OURS["p"], now=NOW)
    store_estimate(session)
    store_estimate(session, is_issued=False, with_bill=False)
    return {
        "reference": "SJ-1001",
        "plan_id": template.plan_id,
        "itinerary_id": template.itinerary_id,
        "facility_id": "mayo-clinic-rochester",
        "user_id": "target",
        "session_id": "none",
        "token_id": made.token.id,
        "job_id": job,
        "approval_id": approval.id,
        "policy_id": "taxi-plan",
        "claim_id": claim.id,
        "number": 1,
        "item": "1",
        "expense_id": "hotel",
        "receipt_id": receipt.id,
        "filename": "sojourn.css",
        "name": "policy-documents",
    }


def _rules(matrix: Matrix) -> list[Rule]:
    """Return every route; what only reads first, what would end somebody's access last."""
    rules = list(matrix.world.app.url_map.iter_rules())
    return sorted(
        rules,
        key=lambda rule: (
            rule.endpoint in _LAST,
            "GET" not in (rule.methods or set()),
            rule.rule,
        ),
    )


@pytest.fixture(scope="module")
def asked(matrix: Matrix) -> list[Asked]:
    """The whole matrix, asked once: those who may not before those who may."""
    return [matrix.ask(rule, who) for rule in _rules(matrix) for who in matrix.people]


def test_every_route_is_in_the_matrix(matrix: Matrix) -> None:
    routed = {rule.endpoint for rule in matrix.world.app.url_map.iter_rules()}

    assert routed == set(EXPECTED), "write in expected.py who may ask for it"


def test_every_kind_of_job_is_in_the_matrix() -> None:
    assert set(KINDS) == set(JOBS)
    for kind, letters in JOBS.items():
        allowed = {role for role, grants in POLICY.items() if KINDS[kind].action in grants}
        assert allowed - {Role.SYSTEM} == {LETTERS[letter] for letter in letters}


def test_who_is_not_known_is_asked_to_log_in(asked: list[Asked]) -> None:
    wrong = [
        one.place
        for one in asked
        if not one.who.letter
        and EXPECTED[one.endpoint] != ANYBODY
        and not (
            one.answer.status_code == 401
            or (
                one.answer.status_code in {302, 303}
                and _TO_LOG_IN.search(one.answer.headers["Location"])
            )
        )
    ]
    assert not wrong


def test_who_may_not_is_refused(asked: list[Asked]) -> None:
    wrong = [
        one.place
        for one in asked
        if one.who.letter
        and EXPECTED[one.endpoint] != ANYBODY
        and one.who.letter not in EXPECTED[one.endpoint].lower()
        and one.answer.status_code != 403
        and not (one.endpoint == "cases.list_page" and one.answer.status_code == 303)
    ]
    assert not wrong


def test_who_may_is_let_in(asked: list[Asked]) -> None:
    """An own name is found; whether a body as small as these is enough does not matter here."""
    wrong = [
        one.place
        for one in asked
        if one.who.is_ours
        and one.who.letter in EXPECTED[one.endpoint]
        and EXPECTED[one.endpoint] != ANYBODY
        and one.answer.status_code in {401, 403, 500}
    ]
    assert not wrong


def test_who_may_reads_what_is_there(asked: list[Asked]) -> None:
    reading = [
        one
        for one in asked
        if one.who.is_ours
        and one.who.letter in EXPECTED[one.endpoint]
        and "_rest" not in one.endpoint
        and one.answer.request.method == "GET"
    ]
    wrong = [one.place for one in reading if one.answer.status_code != 200]

    assert len(reading) > 50
    assert not wrong


def test_a_grant_without_a_row_finds_nothing(asked: list[Asked]) -> None:
    wrong = [
        one.place
        for one in asked
        if one.who.letter
        and one.who.letter.upper() in EXPECTED[one.endpoint]
        and one.answer.status_code != 404
    ]
    assert not wrong


def test_the_same_role_of_another_organisation_finds_nothing_of_the_case(
    asked: list[Asked],
) -> None:
    named = re.compile(
        r"<(reference|plan_id|itinerary_id|job_id|approval_id|user_id|token_id|policy_id"
        r"|claim_id|expense_id|receipt_id)>"
    )
    wrong = [
        one.place
        for one in asked
        if not one.who.is_ours
        and one.who.letter
        and one.who.letter in EXPECTED[one.endpoint]
        and named.search(one.rule.rule)
        and one.answer.status_code != 404
    ]
    assert not wrong


def test_no_answer_says_a_word_about_the_case_to_anybody_else(asked: list[Asked]) -> None:
    leaks = [
        f"{one.place}: {word}"
        for one in asked
        if not (one.who.is_ours and one.who.letter in "cmrp")
        for word in _unread_by(one)
        if word in one.text
    ]
    assert not leaks, "\n".join(leaks)


def _unread_by(one: Asked) -> tuple[str, ...]:
    """Return what an answer must not say.

    A companion may know who travels, but not why; and the login page of a demonstration has a
    button with the name of every sample user.
    """
    names_are_known = one.who.is_ours and one.who.letter == "n"
    if names_are_known or one.endpoint.startswith("login."):
        return _MEMBERS_LEARN_LESS
    return _CANARIES


def test_nothing_broke(asked: list[Asked]) -> None:
    assert not [one.place for one in asked if one.answer.status_code >= 500]
