"""Every door through which text comes in: found in the OpenAPI document and in the pages' forms.

Nothing is listed here by hand, so a field that is added is tried without anybody thinking of it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient

from api.schemas.case import case_answer
from logistics.claims.receipt import new_receipt
from logistics.handle_claim import send_receipt
from logistics.repository.cases import get_case
from tests.api.faces.claim_worlds import store_claim
from tests.api.faces.estimate_worlds import BILL, ESTIMATE
from tests.api.faces.test_bad_input import SLOT
from tests.api.faces.test_claims_rest import SPENT
from tests.api.faces.test_coverage_rest import PAID, TAXI
from tests.api.faces.worlds import NOW, PLANNED, World
from tests.api.injection.looking import parsed

CHECK: Final = "POST /api/v1/policies/check"
"""Takes any text, and says what is wrong with it instead of giving it back."""

FREE: Final = "SJ-7000"
Place = tuple[str | int, ...]
_VARIABLE: Final = re.compile(r"<(?:\w+:)?(\w+)>|\{(\w+)\}")
_TYPED: Final = ("input", "textarea", "select", "button")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place in the body of an operation that holds no further places."""

    method: str
    path: str
    place: Place

    @property
    def operation(self) -> str:
        """Return the operation as OpenAPI tools call it."""
        return f"{self.method} {self.path}"

    def __str__(self) -> str:
        return f"{self.operation} {'.'.join(map(str, self.place))}"


@dataclass(frozen=True, slots=True)
class PageForm:
    """A form as a page shows it, with what stands in its fields."""

    who: str
    page: str
    action: str
    method: str
    values: Mapping[str, str | list[str]] = field(hash=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of its fields, but for those that prove where it was shown."""
        return tuple(name for name in self.values if name not in {"form_token", "request_key"})


def full_bodies(world: World) -> dict[str, dict[str, Any]]:
    """Return a body with every field filled for each operation that takes one."""
    with world.services.database.read() as session:
        case = case_answer(get_case(session, PLANNED), payer_id="payer-sample")
    del case["is_sample"]
    case["reference"] = FREE
    return {
        "POST /api/v1/cases": case,
        "PUT /api/v1/cases/{reference}/visit": case["visit"],
        "PUT /api/v1/cases/{reference}/facts": {"version": 0, "facts": {}},
        "PUT /api/v1/claims/{claim_id}/expenses": {"version": 2, "expenses": [SPENT]},
        "PUT /api/v1/cases/{reference}/estimate": {"revision": 0, "estimate": ESTIMATE},
        "POST /api/v1/cases/{reference}/estimates/{number}/issue": {"revision": 1},
        "POST /api/v1/cases/{reference}/estimates/{number}/withdraw": {"revision": 1},
        "POST /api/v1/cases/{reference}/estimate/items/{item}/price": {
            "revision": 1,
            "published": "a",
        },
        "POST /api/v1/cases/{reference}/estimate/items/{item}/agreement": {
            "revision": 1,
            "terms": "a",
            "setting": "inpatient",
            "days": 2,
        },
        "POST /api/v1/cases/{reference}/bills": {"bill": BILL},
        "POST /api/v1/cases/{reference}/bills/{number}/comparisons": {
            "terms": "a",
            "provider": "facility",
        },
        "POST /api/v1/contracts/prices": {"terms": "a", "claim": "b"},
        "POST /api/v1/contracts/comparisons": {"a": "a", "b": "b", "stay": "c"},
        "POST /api/v1/slots": SLOT,
        "POST /api/v1/plans/{plan_id}/accept": {"proposal": "best"},
        "POST /api/v1/cases/{reference}/claims": {
            "starts": "2027-03-08",
            "ends": "2027-03-09",
            "expenses": [SPENT],
        },
        "POST /api/v1/claims/{claim_id}/file": {"version": 2},
        CHECK: {"policy": PAID},
        "POST /api/v1/coverage/decisions": {"policy": PAID, "trip": TAXI},
    }


def claim_names(world: World) -> dict[str, str]:
    """Return a draft with an expense and a receipt, for the addresses of claims."""
    claim = store_claim(world, is_filed=False)
    receipt = new_receipt(
        claim_id=claim.id, expense_id="hotel-1", name="<b>bill</b>.pdf", content=b"%PDF-"
    )
    with world.services.database.write() as session:
        kept = send_receipt(session, receipt, by="demo-patient", now=NOW)
    return {
        "claim_id": claim.id,
        "expense_id": "hotel-1",
        "receipt_id": kept.id,
        "number": "1",
        "item": "1",
    }


def body_leaves(document: Mapping[str, Any]) -> Iterator[Leaf]:
    """Yield every place of every body the OpenAPI document describes."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            for media in content.values():
                for place in _leaves(document, media["schema"]):
                    yield Leaf(method.upper(), path, place)


def parameters(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Yield method, path, place (query, header or path) and name of every parameter."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for one in operation.get("parameters", ()):
                yield method.upper(), path, one["in"], one["name"]


def placed(body: Mapping[str, Any], place: Place, value: object) -> dict[str, Any]:
    """Return the body with the value at that place."""
    whole = copy.deepcopy(dict(body))
    spot: Any = whole
    for step in place[:-1]:
        spot = spot[step]
    if isinstance(spot, list) and not spot:
        spot.append(value)
    else:
        spot[place[-1]] = value
    return whole


def addresses(world: World, names: Mapping[str, Any]) -> dict[str, str]:
    """Return the address of every page that is read, by endpoint."""
    known = {"name": "policy-documents", **names}
    return {
        str(rule.endpoint): filled(rule.rule, known)
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint not in {"static", "login.finish_outside_login"}
        and not rule.rule.startswith(("/api/", "/openapi", "/metrics", "/readyz", "/healthz"))
    }


def filled(rule: str, names: Mapping[str, Any]) -> str:
    """Return the address of a rule with these names in it."""
    return _VARIABLE.sub(lambda found: str(names[found[1] or found[2]]), rule)


def forms_of(client: FlaskClient, who: str, page: str) -> Iterator[PageForm]:
    """Yield the forms of a page, as somebody sees it."""
    answer = client.get(page)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return
    for form in parsed(answer.text).iter("form"):
        method = str(form.get("method", "get")).upper()
        yield PageForm(who, page, str(form.get("action")), method, dict(_values(form)))


def found_at(document: Any, place: Place) -> Any:  # noqa: ANN401 — JSON
    """Return what stands at a place of a document."""
    for step in place:
        document = document[step]
    return document


def _leaves(
    document: Mapping[str, Any], schema: Mapping[str, Any], before: Place = ()
) -> Iterator[Place]:
    if "$ref" in schema:
        named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        yield from _leaves(document, named, before)
        return
    choices = [schema, *schema.get("anyOf", ()), *schema.get("allOf", ())]
    inner = [one for one in choices if one.keys() & {"properties", "items", "$ref"}]
    for one in inner:
        if one is not schema and "$ref" in one:
            yield from _leaves(document, one, before)
        for name, part in one.get("properties", {}).items():
            yield from _leaves(document, part, (*before, name))
        if "items" in one:
            yield from _leaves(document, one["items"], (*before, 0))
    if not inner:
        yield before


def _values(form: Element) -> Iterator[tuple[str, str | list[str]]]:
    many: dict[str, list[str]] = {}
    for one in form.iter():
        name = one.get("name")
        if one.tag not in _TYPED or not name:
            continue
        if one.get("type") == "file":
            continue  # what is sent as a file is tried in `tests/api/faces/test_claim_pages`
        if one.get("type") in {"checkbox", "radio"}:
            many.setdefault(name, [])
            if "checked" in one.attrib:
                many[name].append(str(one.get("value")))
        elif one.tag == "select":
            chosen = [option for option in one.iter("option") if "selected" in option.attrib]
            yield name, str((chosen or list(one.iter("option")))[0].get("value", ""))
        elif one.tag == "textarea":
            yield name, "".join(one.itertext())
        else:
            yield name, str(one.get("value", ""))
    yield from many.items()
